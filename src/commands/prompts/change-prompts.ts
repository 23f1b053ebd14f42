// msg prompts add, edit, remove: what changes files. Nothing takes the place of a prompt that is none.
import { isMsgError, usageError } from '../../errors.ts';
import { exitCodes } from '../../exit-codes.ts';
import { type CommonOptions, commonFlags } from '../../profiles/flags.ts';
import { openDraft } from '../../terminal/editor.ts';
import { readFileOf } from '../../terminal/json-argument.ts';
import { pathOf } from '../../turn/connection/setting-sources.ts';
import { promptFields } from '../../turn/prompts/prompt-text.ts';
import type { Declaration } from '../command.ts';
import { isEditedAgain } from '../edit-again.ts';
import { type PromptsContext, promptsContext } from './prompt-command.ts';

type AddOptions = CommonOptions & { file?: string; force?: boolean };

/** What a new prompt is written over: it shows what can stand there. */
const example = `---
# Every line here may go. Fields: ${promptFields.join(', ')}
description: what it is for
---
Review this in {{language=English}}:

{{stdin}}
`;

export const declareAdd: Declaration = (prompts, context, finish) => {
  const add = prompts
    .command('add <name>')
    .summary('save a prompt from a file, a pipe or the editor')
    .description(
      `Saves a prompt under a name: from a file, from stdin, or written in $VISUAL or $EDITOR. A prompt is Markdown with variables:
{{name}} needs a value, {{name=value}} has a default, {{stdin}} is what is piped in, and \\{{ is text. Front matter between two
lines of --- can set ${promptFields.join(', ')}; it overrides the profile, and options override it.`,
    )
    .option('-f, --file <path>', 'read the prompt from this file')
    .option('--force', 'overwrite a prompt of this name');
  commonFlags(add).action(async (name: string, options: AddOptions) => {
    const command = promptsContext(context, options);
    const { files, note } = command;
    files.requireName(name, options.force === true);
    const piped = options.file === undefined ? await pipedText(command) : undefined;
    if (options.file !== undefined)
      await files.write(name, readFileOf('--file', pathOf(options.file, context.dirs)));
    else if (piped !== undefined) await files.write(name, piped);
    else if (!(await writtenInEditor(command, name, example))) return finish(exitCodes.done);
    note(`Kept as ${name}. Next: msg send -T ${name}`);
    finish(exitCodes.done);
  });
};

export const declareEdit: Declaration = (prompts, context, finish) => {
  const edit = prompts
    .command('edit <prompt>')
    .summary('edit a prompt in $VISUAL or $EDITOR')
    .description(
      `Edit a prompt in $VISUAL or $EDITOR. If what you saved is not a valid prompt, nothing changes, and the editor opens
again.`,
    );
  commonFlags(edit).action(async (name: string, options: CommonOptions) => {
    const command = promptsContext(context, options);
    await writtenInEditor(command, name, command.files.readText(name));
    finish(exitCodes.done);
  });
};

export const declareRemove: Declaration = (prompts, context, finish) => {
  const remove = prompts
    .command('remove <prompt...>')
    .summary('delete prompts')
    .description('Deletes prompts. This cannot be undone.');
  commonFlags(remove).action((names: string[], options: CommonOptions) => {
    const { files, note } = promptsContext(context, options);
    // All are looked up before one is deleted: a typing error must not leave half of it done.
    for (const name of names) files.requireKept(name);
    for (const name of new Set(names)) {
      files.remove(name);
      note(`Deleted ${name}.`);
    }
    finish(exitCodes.done);
  });
};

/** What is piped in; undefined where nothing is. */
async function pipedText({ context }: PromptsContext): Promise<string | undefined> {
  const { stdin } = context.streams;
  if (stdin.kind === 'terminal' || stdin.kind === 'none') return undefined;
  const bytes = (await stdin.readAll()) ?? new Uint8Array();
  return new TextDecoder().decode(bytes);
}

/** Edits a copy until it can be kept; false when nothing was changed. */
async function writtenInEditor(command: PromptsContext, name: string, before: string): Promise<boolean> {
  const { files, context, note } = command;
  const { VISUAL, EDITOR } = context.env;
  if (!command.isInteractive && !VISUAL && !EDITOR)
    throw usageError(
      'There is no terminal for an editor.',
      `Give the text: msg prompts add ${name} -f FILE, or on stdin. The file is ${files.pathOf(name)}`,
    );
  const draft = await openDraft(`${name}.md`, before);
  let isKept = false;
  try {
    for (;;) {
      const text = await draft.edit(context.env);
      if (text.trim() === '' || text === before) {
        note('Nothing was saved, and nothing was changed.');
        return false;
      }
      try {
        await files.write(name, text);
        return true;
      } catch (error) {
        if (!isMsgError(error, 'config')) throw error;
        isKept = !(await isEditedAgain(command, error.message));
        if (isKept) {
          note(`Your edit is kept in ${draft.path}`);
          throw error;
        }
      }
    }
  } finally {
    if (!isKept) await draft.remove();
  }
}
