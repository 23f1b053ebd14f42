// `msg sessions`: the tree of its subcommands. What each does lies in sessions/*.
import { groupOf } from './command.ts';
import { declareCopy } from './sessions/copy-session.ts';
import { declareList, declareSearch } from './sessions/list-sessions.ts';
import { declarePrune, declareRemove, declareRename } from './sessions/rename-delete.ts';
import { declareUsage } from './sessions/session-usage.ts';
import { declareExport, declareShow } from './sessions/show-session.ts';

const description = `Saved conversations of chat and send: JSON Lines files that only you can read.

Examples:
  # choose one and continue it
  msg sessions
  # list all, the last used first
  msg sessions list
  # read one
  msg sessions show deploy
  # find where something was said
  msg sessions search "connection pool"
  # see what they cost, by profile, model or day
  msg sessions usage --by day
  # write one to a file, in the format of its ending
  msg sessions export deploy deploy.html
  # continue one in two ways
  msg sessions copy deploy deploy-2
  # delete those that are old and have no name
  msg sessions prune --older-than 90`;

export const declare = groupOf(description, [
  declareList,
  declareShow,
  declareSearch,
  declareUsage,
  declareExport,
  declareCopy,
  declareRename,
  declareRemove,
  declarePrune,
]);
