// msg profiles remove, rename, copy, use: whole profiles, and the stored key kept in step.
import { usageError } from '../../errors.ts';
import { type CommonOptions, commonFlags } from '../../profiles/flags.ts';
import type { Profile } from '../../profiles/profile.ts';
import { copyKey, forgetKey } from './key-input.ts';
import {
  checkNewName,
  choiceHere,
  type Declaration,
  type Desk,
  isBuiltIn,
  noteProblem,
  openDesk,
  requireProfile,
} from './profile-command.ts';

type RemoveOptions = CommonOptions & { yes?: boolean };

export const declareMove: Declaration = (profiles, context, finish) => {
  const remove = profiles
    .command('remove <names...>')
    .aliases(['rm', 'delete'])
    .summary('remove profiles and their stored keys')
    .description('Remove profiles and the keys msg keeps for them. Asks first.')
    .option('-y, --yes', 'do not ask');
  commonFlags(remove).action(async (names: string[], options: RemoveOptions) =>
    finish(await runRemove(openDesk(context, options), names, options)),
  );

  const rename = profiles
    .command('rename <from> <to>')
    .alias('mv')
    .summary('give a profile another name')
    .description('Give a profile another name; its stored key follows.');
  commonFlags(rename).action(async (from: string, to: string, options: CommonOptions) =>
    finish(await runRename(openDesk(context, options), from, to)),
  );

  const copy = profiles
    .command('copy <from> <to>')
    .alias('cp')
    .summary('make a second profile like the first')
    .description('Make a second profile like the first, stored key included.');
  commonFlags(copy).action(async (from: string, to: string, options: CommonOptions) =>
    finish(await runCopy(openDesk(context, options), from, to)),
  );

  const use = profiles
    .command('use <name>')
    .summary('choose the profile for every shell; `-` goes back')
    .description(
      `Choose the profile that counts when nothing else names one; \`-\` goes back.

Closer to hand, and stronger:
  msg send -P NAME      one call
  MSG_PROFILE=NAME      one shell
  .msg.json             a project: {"profile": "NAME", "model": "MODEL"}`,
    );
  commonFlags(use).action(async (name: string, options: CommonOptions) =>
    finish(await runUse(openDesk(context, options), name)),
  );
};

async function runRemove(desk: Desk, names: readonly string[], options: RemoveOptions): Promise<0> {
  const found = names.map((name) => ({ name, key: referenceOf(desk, name) }));
  if (!options.yes) {
    const list = names.join(', ');
    if (!desk.isInteractive) throw usageError(`To remove ${list} without a question: --yes`);
    const asker = await desk.context.asker();
    if (!(await asker.confirm(`Remove ${list} and the stored keys?`, false))) {
      desk.note('Nothing was removed.');
      return 0;
    }
  }
  await desk.store.update((config) => {
    for (const { name } of found) config.remove(name);
  });
  for (const { name, key } of found) await forgetKey(name, key, desk);
  desk.note(`Removed: ${names.join(', ')}.`);
  return 0;
}

/** A malformed entry can be removed too; its key is then found in credentials.json only. */
function referenceOf({ store }: Desk, name: string): Profile['key'] {
  const view = store.read();
  if (!view.names.includes(name)) requireProfile(store, name);
  try {
    return view.profile(name)?.key;
  } catch {
    return undefined;
  }
}

/** Each step leaves a state that works: the new name is claimed, then the key is there, then the old one goes. */
async function runRename(desk: Desk, from: string, to: string): Promise<0> {
  if (from === to) throw usageError(`The profile is called ${to} already.`);
  const { key } = requireProfile(desk.store, from);
  const isSameDrawer = from.toLowerCase() === to.toLowerCase();
  await claimCopy(desk, from, to, key, from);
  await desk.store.update((config) => {
    // The copy only kept the name; the entry itself moves, with its place in the list and the pointers to it.
    config.discard(to);
    config.rename(from, to);
  });
  if (isSameDrawer && key?.kind === 'keychain') {
    // Keychains that ignore case have one drawer for both names; the key is in it already.
  } else await forgetKey(from, key, desk);
  desk.note(`Profile ${from} is called ${to} now.`);
  return 0;
}

async function runCopy(desk: Desk, from: string, to: string): Promise<0> {
  const { key } = requireProfile(desk.store, from);
  await claimCopy(desk, from, to, key);
  desk.note(`Profile ${to} is a copy of ${from}.`);
  return 0;
}

/** Takes the new name before any key is written under it: somebody else may be taking it at this moment. */
async function claimCopy(
  desk: Desk,
  from: string,
  to: string,
  key: Profile['key'],
  except?: string,
): Promise<void> {
  await desk.store.update((config) => {
    checkNewName(to, config.names, except);
    config.copy(from, to);
  });
  try {
    await copyKey(from, to, key, desk);
  } catch (error) {
    await desk.store.update((config) => config.discard(to));
    throw error;
  }
}

async function runUse(desk: Desk, name: string): Promise<0> {
  const view = desk.store.read();
  const wanted = name === '-' ? view.previous : name;
  if (wanted === undefined) {
    throw usageError('There is no profile to go back to.', 'Next: msg profiles use NAME');
  }
  if (!view.names.includes(wanted) && !isBuiltIn(wanted)) {
    requireProfile(desk.store, wanted);
  }
  await desk.store.update((config) => config.use(wanted));
  const before = view.current;
  desk.note(`${wanted} is in use${before === undefined || before === wanted ? '' : ` (before: ${before})`}.`);
  const { name: winner, problem } = choiceHere(desk);
  noteProblem(desk, problem);
  if (winner !== undefined && winner !== wanted) {
    const where =
      desk.context.env['MSG_PROFILE']?.trim() === winner ? 'MSG_PROFILE' : 'the project file .msg.json';
    desk.note(`Here ${winner} still counts: ${where} says so.`);
  }
  return 0;
}
