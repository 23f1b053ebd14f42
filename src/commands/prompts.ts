// `msg prompts`: the tree of its subcommands. What each does lies in prompts/*.
import { groupOf } from './command.ts';
import { declareAdd, declareEdit, declareRemove } from './prompts/change-prompts.ts';
import { declareList, declareShow } from './prompts/list-prompts.ts';

const description = `Saved prompts: Markdown files with variables.

Examples:
  # save one; front matter can set model, system, schema ...
  echo 'Say it in {{language=English}}: {{stdin}}' | msg prompts add translate
  # use it; in a chat: /t translate language=Danish
  echo "good morning" | msg send -T translate -v language=Danish
  # list them
  msg prompts
  # share it: it is a file
  msg prompts show translate > translate.md
  msg send -T ./translate.md -v stdin=hello`;

export const declare = groupOf(description, [
  declareList,
  declareShow,
  declareAdd,
  declareEdit,
  declareRemove,
]);
