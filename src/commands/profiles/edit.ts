// msg profiles edit: a copy of config.json in the editor. It takes the place of the file when it is right.
import { configError, isMsgError, usageError } from '../../errors.ts';
import { type CommonOptions, commonFlags } from '../../profiles/flags.ts';
import { type Draft, openDraft } from '../../terminal/editor.ts';
import type { Declaration } from '../command.ts';
import { isEditedAgain } from '../edit-again.ts';
import { type ProfilesContext, profilesContext } from './profile-command.ts';

export const declareEdit: Declaration = (profiles, context, finish) => {
  const edit = profiles
    .command('edit')
    .summary('edit config.json in $VISUAL or $EDITOR')
    .description(
      `Edit config.json in $VISUAL or $EDITOR. It is replaced when what was saved is valid; otherwise the editor opens
again, and until then nothing has changed. Saving nothing at all changes nothing.`,
    );
  commonFlags(edit).action(async (options: CommonOptions) =>
    finish(await runEdit(profilesContext(context, options))),
  );
};

/** What an absent or empty file is edited as: it shows what belongs there. */
const emptyConfig = '{\n  "profiles": {}\n}\n';

async function runEdit(command: ProfilesContext): Promise<0> {
  const { store, context } = command;
  if (!command.isInteractive && !context.env['VISUAL'] && !context.env['EDITOR']) {
    throw usageError('There is no terminal for an editor.', `The file is ${store.configPath}`);
  }
  const before = store.readText();
  const draft = await openDraft('config.json', before?.trim() ? before : emptyConfig);
  let isKept = false;
  try {
    for (;;) {
      const text = await draft.edit(context.env);
      const problem = await take(command, before, text);
      if (problem === undefined) return 0;
      isKept = text !== before;
      // What another program wrote since is not in this text: to save it again would not help.
      const isStale = store.readText() !== before;
      if (isStale || !(await isEditedAgain(command, problem.message)))
        throw isKept ? withDraft(problem, draft) : problem;
      isKept = false;
    }
  } finally {
    if (!isKept) await draft.remove();
  }
}

/** Puts the saved text in the place of the file; why that cannot be, otherwise. */
async function take(
  command: ProfilesContext,
  before: string | undefined,
  text: string,
): Promise<Error | undefined> {
  if (text.trim() === '') {
    command.note('Nothing was saved, and nothing was changed.');
    return undefined;
  }
  try {
    await command.store.replaceText(before, text);
    return undefined;
  } catch (error) {
    if (isMsgError(error, 'config')) return error;
    throw error;
  }
}

const withDraft = (problem: Error, { path }: Draft): Error =>
  configError(
    `${problem.message} Your edit is kept in ${path}`,
    'Next: msg profiles edit',
    { path },
    problem,
  );
