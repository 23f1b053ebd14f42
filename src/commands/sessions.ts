// `msg sessions`: the tree of its subcommands. What each does lies in sessions/*.
import { groupOf } from './command.ts';
import { declareCopy } from './sessions/copy-session.ts';
import { declareList, declareSearch } from './sessions/list-sessions.ts';
import { declarePrune, declareRemove, declareRename } from './sessions/rename-delete.ts';
import { declareUsage } from './sessions/session-usage.ts';
import { declareExport, declareShow } from './sessions/show-session.ts';

const description = `Conversations that chat and send have kept: JSON Lines files, private to you.

Examples:
  # choose one and go on with it
  msg sessions
  # all, the last used first
  msg sessions list
  # read one
  msg sessions show deploy
  # where was that said?
  msg sessions search "connection pool"
  # what they cost, by profile, model or day
  msg sessions usage --by day
  # keep a copy, in the format of the ending
  msg sessions export deploy deploy.html
  # go on from one twice
  msg sessions copy deploy deploy-2
  # delete what is old and has no name
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
