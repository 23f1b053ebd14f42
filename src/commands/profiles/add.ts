// msg profiles add: by questions on a terminal, by options in a script, by both where options are missing.
import { configError, usageError } from '../../errors.ts';
import { type AuthScheme, authSchemes, endpointUrl, isLoopback, originOf } from '../../messages/endpoint.ts';
import { applyAssignments } from '../../profiles/fields.ts';
import { describeReference } from '../../profiles/keys.ts';
import { fillBaseUrl, findPreset, presetForHost, presets } from '../../profiles/presets.ts';
import type { Preset, Profile } from '../../profiles/profile.ts';
import type { Asker } from '../../terminal/ask.ts';
import { type CommonOptions, commonFlags } from '../flags.ts';
import { checkNewName, type Declaration, type Desk, openDesk } from './desk.ts';
import {
  commandReference,
  enteredKey,
  envReference,
  fileReference,
  type KeyChoice,
  type KeyOptions,
  keepKey,
  keyFlags,
  keyFromOptions,
} from './key-input.ts';

type AddOptions = CommonOptions &
  KeyOptions & { preset?: string; baseUrl?: string; auth?: AuthScheme; model?: string; use?: boolean };

export const declareAdd: Declaration = (profiles, context, finish) => {
  const add = profiles
    .command('add [name] [words...]')
    .usage('[options] NAME [field=value...]')
    .summary('make a profile; asks for what is missing')
    .description(
      `Make a profile. On a terminal it asks for what is missing; in a script it takes options only.

Examples:
  msg profiles add                                       questions
  msg profiles add work --preset apixo --key-env APIXO_API_KEY
  pass show llm | msg profiles add home --base-url https://host -m MODEL --key-stdin
  msg profiles add ci --preset anthropic --key-command -- op read --no-newline op://x/y`,
    )
    .optionsGroup('Profile:')
    .option('--preset <id>', 'provider to begin with: see msg profiles presets')
    .option('--base-url <url>', 'endpoint, with or without /v1')
    .addOption(profiles.createOption('--auth <scheme>', 'header that carries the key').choices(authSchemes))
    .option('-m, --model <id>', 'model to ask')
    .option('--use', 'use it from now on');
  keyFlags(add);
  commonFlags(add).action(async (name: string | undefined, words: string[], options: AddOptions) =>
    finish(await runAdd(openDesk(context, options), name, words, options)),
  );
};

async function runAdd(
  desk: Desk,
  givenName: string | undefined,
  words: readonly string[],
  options: AddOptions,
): Promise<0> {
  const names = desk.store.read().names;
  if (givenName !== undefined) checkNewName(givenName, names);
  const asker = desk.isInteractive ? await desk.context.asker() : undefined;
  const isCommand = options.keyCommand === true;
  const assignments = isCommand ? [] : words;
  const name = givenName ?? (await askName(asker, names, desk));

  const preset = options.preset === undefined ? await askPreset(asker, options) : findPreset(options.preset);
  const draft: Profile = applyAssignments(
    {
      ...(preset === undefined ? {} : { preset: preset.id }),
      ...(options.baseUrl === undefined ? {} : { baseUrl: options.baseUrl }),
      ...(options.auth === undefined ? {} : { auth: options.auth }),
      ...(options.model === undefined ? {} : { model: options.model }),
    },
    assignments,
  );
  const placed = await withBaseUrl(draft, preset, asker);
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
    (await keyFromOptions(options, isCommand ? words : [], preset?.id, desk)) ??
    (auth === 'none' ? undefined : await askKey(preset, asker, desk));
  const origin = originOf(placed.messagesUrl ?? baseUrl ?? '');
  const profile: Profile = {
    ...refined,
    ...(choice === undefined ? {} : { key: choice.reference, keyOrigin: origin }),
  };
  if (choice !== undefined && origin.startsWith('http:') && !isLoopback(origin)) {
    desk.note(`The key will travel unencrypted: ${origin} is plain http.`);
  }
  // The key first: a profile that points at a key which is not there would be of no use.
  if (choice !== undefined) await keepKey(name, choice, desk);
  const isFirst = await desk.store.update((config) => {
    // Somebody else may have taken the name meanwhile.
    checkNewName(name, config.names);
    config.put(name, profile);
    const becomesCurrent = options.use === true || config.current === undefined;
    if (becomesCurrent) config.use(name);
    return becomesCurrent;
  });
  tell(desk, name, address, profile, preset, auth, isFirst);
  if (asker !== undefined && (await asker.confirm('Check it now, free of charge?', true))) {
    const { runTest } = await import('./test.ts');
    await runTest(desk, [name], { free: true });
  }
  return 0;
}

function tell(
  desk: Desk,
  name: string,
  address: string,
  profile: Profile,
  preset: Preset | undefined,
  auth: AuthScheme,
  isCurrent: boolean,
): void {
  desk.note(`Profile ${name} is made: ${preset?.id === 'demo' ? 'the built-in demo' : address}`);
  if (isCurrent) desk.note(`It is in use from now on.`);
  if (profile.key === undefined && auth !== 'none') {
    desk.note(`It has no key yet. Next: msg profiles set ${name} --key-stdin`);
  } else if (profile.key?.kind === 'env') desk.note(`Its key is taken from ${profile.key.name}.`);
  if (profile.model === undefined && preset?.defaultModel === undefined) {
    desk.note(`It has no model yet. Next: msg profiles set ${name} model=MODEL`);
  }
}

async function askName(asker: Asker | undefined, names: readonly string[], desk: Desk): Promise<string> {
  if (asker === undefined)
    throw usageError('The profile needs a name.', 'Next: msg profiles add NAME --preset ID');
  for (;;) {
    const name = await asker.line('Name of the profile, e.g. work');
    try {
      checkNewName(name, names);
      return name;
    } catch (error) {
      desk.note(error instanceof Error ? error.message : String(error));
    }
  }
}

async function askPreset(asker: Asker | undefined, options: AddOptions): Promise<Preset | undefined> {
  if (options.baseUrl !== undefined || asker === undefined) {
    return options.baseUrl === undefined ? undefined : recognised(options.baseUrl);
  }
  return asker.pick<Preset | undefined>('Provider', [
    ...presets.map((preset) => ({ value: preset, label: preset.id, note: preset.title })),
    { value: undefined, label: 'other', note: 'any other address' },
  ]);
}

/** A base URL of a known provider brings its facts along. */
const recognised = (baseUrl: string): Preset | undefined =>
  presetForHost(new URL(endpointUrl(baseUrl, 'messages')).host);

/** Asks for the placeholders of the preset, or for the whole address; in a script both must be given. */
async function withBaseUrl(
  profile: Profile,
  preset: Preset | undefined,
  asker: Asker | undefined,
): Promise<Profile> {
  if (profile.baseUrl !== undefined || profile.messagesUrl !== undefined) return profile;
  if (preset === undefined) {
    return asker === undefined
      ? profile
      : { ...profile, baseUrl: await askUrl(asker, 'Base URL', 'https://host') };
  }
  const placeholders = Object.entries(preset.placeholders ?? {});
  if (placeholders.length === 0) return profile;
  const answers: Record<string, string> = {};
  for (const [name, { question, example }] of asker === undefined ? [] : placeholders) {
    answers[name] =
      name === 'origin'
        ? await askUrl(asker as Asker, question, example)
        : await askWord(asker as Asker, question, example);
  }
  return { ...profile, baseUrl: fillBaseUrl(preset, answers) };
}

async function askUrl(asker: Asker, question: string, example: string): Promise<string> {
  for (;;) {
    const answer = await asker.line(`${question}, e.g. ${example}`);
    try {
      endpointUrl(answer, 'messages');
      return answer;
    } catch (error) {
      asker.say(`  ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
}

async function askWord(asker: Asker, question: string, example: string): Promise<string> {
  for (;;) {
    const answer = await asker.line(`${question}, e.g. ${example}`);
    if (answer !== '') return answer;
  }
}

async function askRest(profile: Profile, preset: Preset | undefined, asker: Asker): Promise<Profile> {
  const auth =
    profile.auth ??
    (preset === undefined
      ? await asker.pick<AuthScheme>('Header for the key', [
          { value: 'x-api-key', label: 'x-api-key', note: 'what most Messages endpoints take' },
          { value: 'bearer', label: 'bearer', note: 'Authorization: Bearer' },
          { value: 'both', label: 'both' },
          { value: 'none', label: 'none', note: 'no key needed' },
        ])
      : undefined);
  const known = preset?.models.map((model) => model.id) ?? [];
  if (profile.model === undefined && known.length > 0)
    asker.say(`  Models it documents: ${known.join(', ')}\n`);
  const model = profile.model ?? (await asker.line('Model', preset?.defaultModel ?? ''));
  return {
    ...profile,
    ...(auth === undefined ? {} : { auth }),
    // The preset's own default is not written down: it may be a better one in the next version.
    ...(model === '' || model === preset?.defaultModel ? {} : { model }),
  };
}

async function askKey(
  preset: Preset | undefined,
  asker: Asker | undefined,
  desk: Desk,
): Promise<KeyChoice | undefined> {
  const [variable] = preset?.keyEnv ?? [];
  if (asker === undefined) {
    return variable === undefined ? undefined : { reference: envReference(variable, preset?.id, desk) };
  }
  const place = await asker.pick<'stored' | 'keychain' | 'env' | 'command' | 'file' | 'later'>(
    'Where is the key?',
    [
      { value: 'stored', label: 'paste', note: 'kept in a file only you can read' },
      { value: 'keychain', label: 'keychain', note: "paste it; kept in the system's keychain" },
      { value: 'env', label: 'variable', note: 'an environment variable' },
      { value: 'command', label: 'command', note: 'a password manager prints it' },
      { value: 'file', label: 'file', note: 'a file holds it' },
      { value: 'later', label: 'later' },
    ],
  );
  switch (place) {
    case 'later':
      return undefined;
    case 'env': {
      const reference = envReference(
        await asker.line('Variable', variable ?? 'WORK_API_KEY'),
        preset?.id,
        desk,
      );
      return { reference };
    }
    case 'file':
      return { reference: fileReference(await asker.line('File'), desk) };
    case 'command': {
      const words = (await asker.line('Command, words separated by spaces')).split(/\s+/).filter(Boolean);
      const reference = commandReference(words);
      asker.say(`  Kept as ${describeReference(reference)}; it runs without a shell.\n`);
      return { reference };
    }
    case 'stored':
    case 'keychain': {
      const value = await enteredKey(preset?.id, false, desk);
      if (value === '') throw configError('No key was entered.');
      return { reference: { kind: place }, value };
    }
  }
}
