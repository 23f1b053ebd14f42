// msg profiles add: by questions on a terminal, by options in a script, by both where options are missing.
import { MsgError } from '../../errors.ts';
import { isLoopback, originOf } from '../../messages/endpoint.ts';
import { commonFlags, settingFlag } from '../../profiles/flags.ts';
import type { Preset } from '../../profiles/presets/preset.ts';
import { doubtAboutPath } from '../../profiles/presets.ts';
import { checkNewName, type Profile } from '../../profiles/profile.ts';
import { makeProfile } from '../../profiles/profile-changes.ts';
import type { Declaration } from '../command.ts';
import { type AddOptions, authOf, draftProfile, messagesUrlOf } from './add-steps.ts';
import { keyFlags } from './key-input.ts';
import { type ProfilesContext, profilesContext } from './profile-command.ts';

export const declareAdd: Declaration = (profiles, context, finish) => {
  const add = profiles
    .command('add [new] [assignments...]')
    .usage('[options] NAME [field=value...]')
    .summary('add a profile; asks for what is missing')
    .description(
      `Add a profile. On a terminal, it asks for what is missing.

Examples:
  # answer questions
  msg profiles add
  # a provider that msg knows
  msg profiles add work --preset apixo --key-env APIXO_API_KEY
  # a provider on your own host
  msg profiles add team --preset auxot --base-url https://host --key-stdin < key.txt
  # read the key from another program
  pass llm | msg profiles add home --base-url URL -m MODEL --key-stdin
  # a command that prints the key whenever it is needed
  msg profiles add ci --preset anthropic --key-command -- op read -n op://x/y`,
    )
    .optionsGroup('Profile:')
    .option('--preset <id>', 'known provider to start from: see msg profiles presets');
  settingFlag(
    add,
    'baseUrl',
    'endpoint, with or without /v1; an origin is enough where the preset knows the path',
  );
  settingFlag(
    add,
    'messagesUrl',
    'exact URL to send requests to, for routes without /v1; nothing is appended',
  );
  settingFlag(add, 'auth');
  settingFlag(add, 'model').option('--use', 'use it from now on');
  keyFlags(add);
  commonFlags(add).action(async (name: string | undefined, words: string[], options: AddOptions) =>
    finish(await runAdd(profilesContext(context, options), name, words, options)),
  );
};

async function runAdd(
  command: ProfilesContext,
  argument: string | undefined,
  words: readonly string[],
  options: AddOptions,
): Promise<0> {
  const names = command.store.read().names;
  if (argument !== undefined) checkNewName(argument, names);
  const asker = command.isInteractive ? await command.context.asker() : undefined;
  const draft = await draftProfile({ command, argument, words, options, asker, names });
  const { name, preset, key } = draft;
  const address = messagesUrlOf(draft.profile, preset) ?? '';
  const origin = originOf(draft.profile.messagesUrl ?? draft.profile.baseUrl ?? preset?.baseUrl ?? '');
  const profile: Profile = {
    ...draft.profile,
    ...(key === undefined ? {} : { key: key.reference, keyOrigin: origin }),
  };
  if (key !== undefined && origin.startsWith('http:') && !isLoopback(origin)) {
    command.note(`The key will travel unencrypted: ${origin} is plain http.`);
  }
  const isFirst = await makeProfile(command, name, profile, key, options.use === true);
  tell(command, name, address, profile, preset, isFirst);
  const unchecked = (): never => {
    throw new MsgError('interrupted', `The profile ${name} was added, but not checked.`, {
      details: { signal: 'SIGINT' },
    });
  };
  if (asker !== undefined && (await asker.confirm('Check it now, free of charge?', true).catch(unchecked))) {
    const { runTest } = await import('./test-profiles.ts');
    await runTest(command, [name], { free: true });
  }
  return 0;
}

function tell(
  command: ProfilesContext,
  name: string,
  address: string,
  profile: Profile,
  preset: Preset | undefined,
  isCurrent: boolean,
): void {
  command.note(`Added profile ${name}: ${preset?.id === 'demo' ? 'the built-in demo' : address}`);
  const doubt = doubtAboutPath(profile);
  if (doubt !== undefined) command.note(doubt);
  if (isCurrent) command.note(`It is in use from now on.`);
  if (profile.key === undefined && authOf(profile, preset) !== 'none') {
    command.note(`It has no key yet. Next: msg profiles set ${name} --key-stdin`);
  } else if (profile.key?.kind === 'env') command.note(`Its key is taken from ${profile.key.name}.`);
  if (profile.model === undefined && preset?.defaultModel === undefined) {
    command.note(
      `It has no model yet. Next: msg profiles set ${name} model=MODEL (msg models -P ${name} lists them)`,
    );
  }
}
