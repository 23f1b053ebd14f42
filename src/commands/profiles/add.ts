// msg profiles add: by questions on a terminal, by options in a script, by both where options are missing.
import { MsgError, usageError } from '../../errors.ts';
import { type AuthScheme, endpointUrl, isLoopback, originOf } from '../../messages/endpoint.ts';
import { applyAssignments } from '../../profiles/fields.ts';
import { type CommonOptions, commonFlags, settingFlag } from '../../profiles/flags.ts';
import { refuseKeyAsModel } from '../../profiles/key-lint.ts';
import type { Preset } from '../../profiles/presets/preset.ts';
import { doubtAboutPath, findPreset, withFilledBaseUrl } from '../../profiles/presets.ts';
import { checkNewName, type Profile } from '../../profiles/profile.ts';
import { makeProfile } from '../../profiles/profile-changes.ts';
import { askKey, askName, askPreset, askRest, withBaseUrl } from './add-questions.ts';
import { type KeyOptions, keyFlags, keyFromOptions, pathIn } from './key-input.ts';
import { type Declaration, type ProfilesContext, profilesContext } from './profile-command.ts';

type AddOptions = CommonOptions &
  KeyOptions & {
    preset?: string;
    baseUrl?: string;
    messagesUrl?: string;
    auth?: AuthScheme;
    model?: string;
    use?: boolean;
  };

export const declareAdd: Declaration = (profiles, context, finish) => {
  const add = profiles
    .command('add [name] [words...]')
    .usage('[options] NAME [field=value...]')
    .summary('make a profile; asks for what is missing')
    .description(
      `Make a profile. On a terminal it asks for what is missing.

Examples:
  # by questions
  msg profiles add
  # a provider that msg knows
  msg profiles add work --preset apixo --key-env APIXO_API_KEY
  # one on a host of your own
  msg profiles add team --preset auxot --base-url https://host --key-stdin < key.txt
  # the key from another program
  pass llm | msg profiles add home --base-url URL -m MODEL --key-stdin
  # a command that prints the key whenever it is needed
  msg profiles add ci --preset anthropic --key-command -- op read -n op://x/y`,
    )
    .optionsGroup('Profile:')
    .option('--preset <id>', 'provider to begin with: see msg profiles presets');
  settingFlag(
    add,
    'baseUrl',
    'endpoint, with or without /v1; an origin is enough where the preset knows the path',
  );
  settingFlag(add, 'messagesUrl', 'exact URL, for routes without /v1: nothing is added');
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
  const isCommand = options.keyCommand === true;
  const assignments = isCommand ? [] : words;
  const name = argument ?? (await askName(asker, names));

  const preset = options.preset === undefined ? await askPreset(asker, options) : findPreset(options.preset);
  const draft: Profile = applyAssignments(
    {
      ...(preset === undefined ? {} : { preset: preset.id }),
      ...(options.baseUrl === undefined ? {} : { baseUrl: options.baseUrl }),
      ...(options.messagesUrl === undefined ? {} : { messagesUrl: options.messagesUrl }),
      ...(options.auth === undefined ? {} : { auth: options.auth }),
      ...(options.model === undefined ? {} : { model: options.model }),
    },
    assignments,
    pathIn(command),
  );
  refuseKeyAsModel(draft);
  const placed = withFilledBaseUrl(await withBaseUrl(draft, preset, asker));
  const baseUrl = placed.baseUrl ?? preset?.baseUrl;
  if (baseUrl === undefined && placed.messagesUrl === undefined) {
    throw usageError(
      `The profile ${name} needs an endpoint.`,
      'Give --base-url URL or --preset ID; msg profiles presets lists them.',
    );
  }
  const address = placed.messagesUrl ?? endpointUrl(baseUrl ?? '', 'messages');
  if (asker !== undefined && preset?.id !== 'demo') asker.say(`  Requests go to ${address}\n`);
  const refined = asker === undefined ? placed : await askRest(placed, preset, asker);

  const auth = refined.auth ?? preset?.auth ?? 'x-api-key';
  const choice =
    (await keyFromOptions(options, isCommand ? words : [], preset?.id, command)) ??
    (auth === 'none' ? undefined : await askKey(preset, asker, command));
  const origin = originOf(placed.messagesUrl ?? baseUrl ?? '');
  const profile: Profile = {
    ...refined,
    ...(choice === undefined ? {} : { key: choice.reference, keyOrigin: origin }),
  };
  if (choice !== undefined && origin.startsWith('http:') && !isLoopback(origin)) {
    command.note(`The key will travel unencrypted: ${origin} is plain http.`);
  }
  const isFirst = await makeProfile(command, name, profile, choice, options.use === true);
  tell(command, name, address, profile, preset, auth, isFirst);
  const unchecked = (): never => {
    throw new MsgError('interrupted', `The profile ${name} is made; it was not checked.`, {
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
  auth: AuthScheme,
  isCurrent: boolean,
): void {
  command.note(`Profile ${name} is made: ${preset?.id === 'demo' ? 'the built-in demo' : address}`);
  const doubt = doubtAboutPath(profile);
  if (doubt !== undefined) command.note(doubt);
  if (isCurrent) command.note(`It is in use from now on.`);
  if (profile.key === undefined && auth !== 'none') {
    command.note(`It has no key yet. Next: msg profiles set ${name} --key-stdin`);
  } else if (profile.key?.kind === 'env') command.note(`Its key is taken from ${profile.key.name}.`);
  if (profile.model === undefined && preset?.defaultModel === undefined) {
    command.note(`It has no model yet. Next: msg profiles set ${name} model=MODEL`);
  }
}
