// `msg profiles`: the tree of its subcommands. What each does lies in profiles/*.
import { groupOf } from './command.ts';
import { declareAdd } from './profiles/add.ts';
import { declareChange } from './profiles/change.ts';
import { declareEdit } from './profiles/edit.ts';
import { declareEnvironment } from './profiles/env.ts';
import { declareImport } from './profiles/import.ts';
import { declareList } from './profiles/list.ts';
import { declareMove } from './profiles/move.ts';
import { declareShow } from './profiles/show-profile.ts';
import { declareTest } from './profiles/test-profiles.ts';

const description = `Named providers: where a request goes, with which key and which model.

Examples:
  # add one
  msg profiles add work --preset apixo --key-env APIXO_API_KEY
  # use it from now on, in every shell
  msg profiles use work
  # use it for one command
  msg send -P work "hi"
  # request one token from each, four at a time
  msg profiles test --all
  # run another program, pointed at it
  msg profiles run work -- claude
  # point this shell at it
  eval "$(msg profiles env work)"`;

export const declare = groupOf(description, [
  declareList,
  declareShow,
  declareAdd,
  declareChange,
  declareMove,
  declareEdit,
  declareTest,
  declareEnvironment,
  declareImport,
]);
