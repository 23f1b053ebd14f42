// msg profiles edit: config.json in the editor, and a look at what came out of it.
import { isMsgError, usageError } from '../../errors.ts';
import { editFile } from '../../terminal/editor.ts';
import { type CommonOptions, commonFlags } from '../flags.ts';
import { type Declaration, type Desk, openDesk } from './desk.ts';

export const declareEdit: Declaration = (profiles, context, finish) => {
  const edit = profiles
    .command('edit')
    .summary('open config.json in $VISUAL or $EDITOR')
    .description('Open config.json in $VISUAL or $EDITOR, and check what came out of it.');
  commonFlags(edit).action(async (options: CommonOptions) =>
    finish(await runEdit(openDesk(context, options))),
  );
};

async function runEdit(desk: Desk): Promise<0> {
  const { store, context } = desk;
  if (!desk.isInteractive && !context.env['VISUAL'] && !context.env['EDITOR']) {
    throw usageError('There is no terminal for an editor.', `The file is ${store.configPath}`);
  }
  await createIfAbsent(desk);
  for (;;) {
    await editFile(store.configPath, context.env);
    const problem = problemIn(desk);
    if (problem === undefined) return 0;
    if (!desk.isInteractive) throw problem;
    const asker = await context.asker();
    asker.say(`  ${problem.message}\n`);
    if (!(await asker.confirm('Open it again?', true))) throw problem;
  }
}

/** An editor on a file that is not there leaves people guessing what it should look like. */
async function createIfAbsent({ store }: Desk): Promise<void> {
  try {
    if (store.read().names.length > 0) return;
    await store.update((config) => config.ensureProfiles());
  } catch (error) {
    // A broken file is what the editor is opened for.
    if (!isMsgError(error, 'config')) throw error;
  }
}

/** The first thing wrong with the file, malformed profiles included. */
function problemIn({ store }: Desk): Error | undefined {
  try {
    const view = store.read();
    for (const name of view.names) view.profile(name);
    return undefined;
  } catch (error) {
    if (isMsgError(error, 'config')) return error;
    throw error;
  }
}
