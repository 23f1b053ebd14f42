// `msg prompts`: the tree of its subcommands. What each does lies in prompts/*.
import { groupOf } from './command.ts';
import { declareAdd, declareEdit, declareRemove } from './prompts/change-prompts.ts';
import { declareList, declareShow } from './prompts/list-prompts.ts';

const description = `Prompts that are kept to be used again: Markdown files with places for values.

Examples:
  # keep one; front matter may name model, system, schema ...
  echo 'Say it in {{language=English}}: {{stdin}}' | msg prompts add translate
  # use it; in chat: /t translate language=Danish
  echo "good morning" | msg send -T translate -v language=Danish
  # what there is
  msg prompts
  # hand it on: it is a file
  msg prompts show translate > translate.md
  msg send -T ./translate.md -v stdin=hello`;

export const declare = groupOf(description, [
  declareList,
  declareShow,
  declareAdd,
  declareEdit,
  declareRemove,
]);
