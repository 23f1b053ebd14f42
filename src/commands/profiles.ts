// `msg profiles`: the tree of its subcommands. What each does lies in profiles/*.
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { addAliases } from './command-words.ts';
import { declareAdd } from './profiles/add.ts';
import { declareChange } from './profiles/change.ts';
import { declareEdit } from './profiles/edit.ts';
import { declareEnvironment } from './profiles/env.ts';
import { declareImport } from './profiles/import.ts';
import { declareList } from './profiles/list.ts';
import { declareMove } from './profiles/move.ts';
import { declareShow } from './profiles/show-profile.ts';
import { declareTest } from './profiles/test-profiles.ts';

const declarations = [
  declareList,
  declareShow,
  declareAdd,
  declareChange,
  declareMove,
  declareEdit,
  declareTest,
  declareEnvironment,
  declareImport,
];

const description = `Named providers: where a request goes, with which key, which model.

Examples:
  # make one
  msg profiles add work --preset apixo --key-env APIXO_API_KEY
  # from now on, in every shell
  msg profiles use work
  # for one call
  msg send -P work "hi"
  # one token each, four at a time
  msg profiles test --all
  # another program, pointed at it
  msg profiles run work -- claude
  # this shell
  eval "$(msg profiles env work)"`;

export function declare(command: Command, context: Context, finish: (code: ExitCode) => void): void {
  command.description(description);
  for (const declareSome of declarations) declareSome(command, context, finish);
  addAliases(command);
}
