// msg profiles remove, rename, copy, use: whole profiles, and the stored key kept in step.
import { usageError } from '../../errors.ts';
import { type CommonOptions, commonFlags } from '../../profiles/flags.ts';
import { isBuiltIn, requireEntry } from '../../profiles/profile.ts';
import { copyProfile, removeProfiles, renameProfile } from '../../profiles/profile-changes.ts';
import type { Declaration } from '../command.ts';
import { choiceHere, noteProblem, type ProfilesContext, profilesContext } from './profile-command.ts';

type RemoveOptions = CommonOptions & { yes?: boolean };

export const declareMove: Declaration = (profiles, context, finish) => {
  const remove = profiles
    .command('remove <names...>')
    .summary('remove profiles and their stored keys')
    .description('Remove profiles and the keys that msg has stored for them. Asks first.')
    .option('-y, --yes', 'do not ask');
  commonFlags(remove).action(async (names: string[], options: RemoveOptions) =>
    finish(await runRemove(profilesContext(context, options), names, options)),
  );

  const rename = profiles
    .command('rename <from> <to>')
    .summary('rename a profile')
    .description('Rename a profile. Its stored key moves with it.');
  commonFlags(rename).action(async (from: string, to: string, options: CommonOptions) =>
    finish(await runRename(profilesContext(context, options), from, to)),
  );

  const copy = profiles
    .command('copy <from> <to>')
    .summary('copy a profile')
    .description('Copy a profile, including its stored key.');
  commonFlags(copy).action(async (from: string, to: string, options: CommonOptions) =>
    finish(await runCopy(profilesContext(context, options), from, to)),
  );

  const use = profiles
    .command('use <name>')
    .summary('choose the profile for every shell; `-` goes back')
    .description(
      `Choose the profile that is used when nothing else names one; \`-\` goes back.

These override it:
  msg send -P NAME      for one command
  MSG_PROFILE=NAME      for one shell
  .msg.json             for a project: {"profile": "NAME", "model": "MODEL"}`,
    );
  commonFlags(use).action(async (name: string, options: CommonOptions) =>
    finish(await runUse(profilesContext(context, options), name)),
  );
};

async function runRemove(
  command: ProfilesContext,
  names: readonly string[],
  options: RemoveOptions,
): Promise<0> {
  for (const name of names) requireEntry(command.store, name);
  if (!options.yes) {
    const list = names.join(', ');
    if (!command.isInteractive) throw usageError(`To remove ${list} without a question: --yes`);
    const asker = await command.context.asker();
    if (!(await asker.confirm(`Remove ${list} and the stored keys?`, false))) {
      command.note('Nothing was removed.');
      return 0;
    }
  }
  await removeProfiles(command, names);
  command.note(`Removed: ${names.join(', ')}.`);
  return 0;
}

async function runRename(command: ProfilesContext, from: string, to: string): Promise<0> {
  if (from === to) throw usageError(`The profile is called ${to} already.`);
  await renameProfile(command, from, to);
  command.note(`Profile ${from} is called ${to} now.`);
  return 0;
}

async function runCopy(command: ProfilesContext, from: string, to: string): Promise<0> {
  await copyProfile(command, from, to);
  command.note(`Profile ${to} is a copy of ${from}.`);
  return 0;
}

async function runUse(command: ProfilesContext, name: string): Promise<0> {
  const view = command.store.read();
  const next = name === '-' ? view.previous : name;
  if (next === undefined) {
    throw usageError('There is no profile to go back to.', 'Next: msg profiles use NAME');
  }
  if (!isBuiltIn(next)) requireEntry(command.store, next);
  await command.store.update((config) => config.use(next));
  const before = view.current;
  command.note(`${next} is in use${before === undefined || before === next ? '' : ` (before: ${before})`}.`);
  const { name: winner, problem } = choiceHere(command);
  noteProblem(command, problem);
  if (winner !== undefined && winner !== next) {
    const where =
      command.context.env['MSG_PROFILE']?.trim() === winner ? 'MSG_PROFILE' : 'the project file .msg.json';
    command.note(`Here ${winner} still counts: ${where} says so.`);
  }
  return 0;
}
