// msg profiles show: one profile in full.
import { usageError } from '../../errors.ts';
import { revealFor } from '../../messages/endpoint.ts';
import { type CommonOptions, commonFlags } from '../../profiles/flags.ts';
import { isBuiltIn, requireProfile } from '../../profiles/profile.ts';
import { addressesOf, profileJson, sourcesOf } from '../../profiles/profile-json.ts';
import { profileText } from '../../profiles/profiles-text.ts';
import type { Settings } from '../../profiles/settings.ts';
import { settingsFor } from '../../turn/connection/setting-sources.ts';
import type { Declaration } from '../command.ts';
import { choiceHere, type ProfilesContext, profilesContext } from './profile-command.ts';

type ShowOptions = CommonOptions & { json?: boolean; explain?: boolean; reveal?: boolean };

export const declareShow: Declaration = (profiles, context, finish) => {
  const show = profiles
    .command('show [name]')
    .summary('show every value of a profile')
    .description('Every value of a profile (default: the one in use), and the resulting URLs.')
    .option('--explain', 'also where each value comes from, and what it overrides')
    .option('--reveal', 'print the key too (asks on a terminal)')
    .option('--json', 'as JSON');
  commonFlags(show).action(async (name: string | undefined, options: ShowOptions) =>
    finish(await runShow(profilesContext(context, options), name, options)),
  );
};

async function runShow(command: ProfilesContext, name: string | undefined, options: ShowOptions): Promise<0> {
  const { context } = command;
  if (name !== undefined && !isBuiltIn(name)) requireProfile(command.store, name);
  const settings = settingsFor(name === undefined ? {} : { profile: name }, context, command.note);
  const profile = name ?? settings.profile?.value;
  if (profile === undefined && settings.baseUrl === undefined) {
    throw usageError(
      'No profile is in use.',
      'Name one: msg profiles show NAME, or make one: msg profiles add NAME',
    );
  }
  if (options.explain) for (const text of settings.notes) command.note(text);
  const key = options.reveal ? await revealedKey(command, settings) : undefined;
  if (options.json) {
    const values = profileJson(profile ?? '', profile === choiceHere(command).name, settings);
    const sources = options.explain ? { sources: sourcesOf(settings) } : {};
    await command.print(
      `${JSON.stringify({ ...values, ...(key === undefined ? {} : { key_value: key }), ...sources }, undefined, 2)}\n`,
    );
    return 0;
  }
  await command.print(
    profileText(settings, addressesOf(settings), options.explain === true, command.theme, command.width),
  );
  if (key !== undefined) await command.print(`\n${key}\n`);
  return 0;
}

async function revealedKey(command: ProfilesContext, settings: Settings): Promise<string | undefined> {
  if (command.isInteractive && command.context.streams.stdout.isTTY) {
    const asker = await command.context.asker();
    if (!(await asker.confirm('Show the key on this screen?', false))) return undefined;
  }
  const connection = await command.open(settings);
  try {
    return revealFor('screen', connection.client.endpoint);
  } finally {
    await connection.close();
  }
}
