// The questions of msg profiles add. Without an asker (in a script) each takes what is known, or says what
// is missing.
import { configError, isMsgError, usageError } from '../../errors.ts';
import { type AuthScheme, endpointUrl } from '../../messages/endpoint.ts';
import type { KeyChoice } from '../../profiles/kept-keys.ts';
import { commandReference, envReference, fileReference } from '../../profiles/key-entry.ts';
import { isMisplacedKey } from '../../profiles/key-lint.ts';
import type { Preset } from '../../profiles/presets/preset.ts';
import { fillBaseUrl, presetForHost, presets } from '../../profiles/presets.ts';
import { checkNewName, type Profile } from '../../profiles/profile.ts';
import { describeReference, type KeyReference } from '../../profiles/setting-kinds.ts';
import type { Asker } from '../../terminal/prompt/ask.ts';
import { envOf, pathIn, readKey } from './key-input.ts';
import type { ProfilesContext } from './profile-command.ts';

export async function askName(asker: Asker | undefined, names: readonly string[]): Promise<string> {
  if (asker === undefined)
    throw usageError('The profile needs a name.', 'Next: msg profiles add NAME --preset ID');
  return askUntil(
    asker,
    () => asker.line('Name of the profile, e.g. work'),
    (name) => {
      checkNewName(name, names);
      return name;
    },
  );
}

/** Asks until the answer is taken; what is wrong with one is said. */
async function askUntil<T>(
  asker: Asker,
  ask: () => Promise<string>,
  take: (answer: string) => T,
): Promise<T> {
  for (;;) {
    const answer = await ask();
    try {
      return take(answer);
    } catch (error) {
      if (!isMsgError(error)) throw error;
      asker.say(`  ${error.message}\n`);
    }
  }
}

/** Asks for what is no key. One that was pasted too early is not repeated; who means it can insist. */
async function askNoKey(
  asker: Asker,
  what: string,
  preset: Preset | undefined,
  ask: () => Promise<string>,
): Promise<string> {
  for (;;) {
    const answer = await ask();
    if (!isMisplacedKey(answer, preset?.id)) return answer;
    asker.say('  That looks like a key. The key is asked for later.\n');
    if (await asker.confirm(`Is it the ${what} all the same?`, false)) return answer;
  }
}

/** The provider, as far as it is known one. */
type Provider = { readonly preset: Preset | undefined; readonly profile: Profile };

/** Asks for the provider, where no base URL says it. Its address is as good an answer as its name. */
export async function askProvider(asker: Asker | undefined, baseUrl: string | undefined): Promise<Provider> {
  if (baseUrl !== undefined) return providerAt(baseUrl);
  if (asker === undefined) return { preset: undefined, profile: {} };
  return asker.pick<Provider>(
    'Provider',
    [
      ...presets.map((preset) => ({ value: { preset, profile: {} }, label: preset.id, note: preset.title })),
      { value: { preset: undefined, profile: {} }, label: 'other', note: 'any other address' },
    ],
    (answer) => {
      if (!/^https?:/i.test(answer)) return undefined;
      try {
        return providerAt(answer);
      } catch (error) {
        if (!isMsgError(error)) throw error;
        asker.say(`  ${error.message}\n`);
        return undefined;
      }
    },
  );
}

/** A base URL of a known provider brings its facts along. */
const providerAt = (baseUrl: string): Provider => ({
  preset: presetForHost(new URL(endpointUrl(baseUrl, 'messages')).host),
  profile: { baseUrl },
});

/** Asks for the placeholders of the preset, or for the whole address; in a script both must be given. */
export async function withBaseUrl(
  profile: Profile,
  preset: Preset | undefined,
  asker: Asker | undefined,
): Promise<Profile> {
  if (profile.baseUrl !== undefined || profile.messagesUrl !== undefined) return profile;
  if (preset === undefined) {
    return asker === undefined
      ? profile
      : { ...profile, baseUrl: await askUrl(asker, 'Base URL', 'https://host', preset) };
  }
  const placeholders = Object.entries(preset.placeholders ?? {});
  if (placeholders.length === 0) return profile;
  const answers: Record<string, string> = {};
  for (const [name, { question, example }] of asker === undefined ? [] : placeholders) {
    answers[name] =
      name === 'origin'
        ? await askUrl(asker as Asker, question, example, preset)
        : await askWord(asker as Asker, question, example);
  }
  // Where only the origin is open, the whole address is as good an answer.
  const { origin } = answers;
  return { ...profile, baseUrl: origin === undefined ? fillBaseUrl(preset, answers) : origin };
}

function askUrl(
  asker: Asker,
  question: string,
  example: string,
  preset: Preset | undefined,
): Promise<string> {
  const ask = (): Promise<string> => asker.line(`${question}, e.g. ${example}`);
  return askUntil(
    asker,
    () => askNoKey(asker, 'address', preset, ask),
    (answer) => {
      endpointUrl(answer, 'messages');
      return answer;
    },
  );
}

async function askWord(asker: Asker, question: string, example: string): Promise<string> {
  for (;;) {
    const answer = await asker.line(`${question}, e.g. ${example}`);
    if (answer !== '') return answer;
  }
}

/** The header that carries the key, where neither the profile nor a preset says it. */
export async function askAuth(
  profile: Profile,
  preset: Preset | undefined,
  asker: Asker | undefined,
): Promise<Profile> {
  if (asker === undefined || profile.auth !== undefined || preset !== undefined) return profile;
  const auth = await asker.pick<AuthScheme>('Header for the key', [
    { value: 'x-api-key', label: 'x-api-key', note: 'what most Messages endpoints take' },
    { value: 'bearer', label: 'bearer', note: 'Authorization: Bearer' },
    { value: 'both', label: 'both' },
    { value: 'none', label: 'none', note: 'no key needed' },
  ]);
  return { ...profile, auth };
}

export async function askModel(
  profile: Profile,
  preset: Preset | undefined,
  asker: Asker | undefined,
): Promise<Profile> {
  if (asker === undefined || profile.model !== undefined) return profile;
  const known = preset?.models.map((model) => model.id) ?? [];
  if (known.length > 0) asker.say(`  Models it documents: ${known.join(', ')}\n`);
  const question = preset?.defaultModel === undefined ? 'Model, or Enter to choose later' : 'Model';
  const model = await askNoKey(asker, 'model', preset, () =>
    asker.line(question, preset?.defaultModel ?? ''),
  );
  // The preset's own default is not written down: it may be a better one in the next version.
  return model === '' || model === preset?.defaultModel ? profile : { ...profile, model };
}

export async function askKey(
  preset: Preset | undefined,
  asker: Asker | undefined,
  command: ProfilesContext,
): Promise<KeyChoice | undefined> {
  const [variable] = preset?.keyEnv ?? [];
  if (asker === undefined) {
    return variable === undefined
      ? undefined
      : { reference: envReference(variable, preset?.id, envOf(command)) };
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
      const take = (name: string): KeyReference => envReference(name, preset?.id, envOf(command));
      return {
        reference: await askUntil(asker, () => asker.line('Variable', variable ?? 'WORK_API_KEY'), take),
      };
    }
    case 'file':
      return {
        reference: await askUntil(
          asker,
          () => asker.line('File'),
          (path) => fileReference(path, pathIn(command), command.note),
        ),
      };
    case 'command': {
      const reference = await askUntil(
        asker,
        () => asker.line('Command, words separated by spaces'),
        (line) => commandReference(line.split(/\s+/).filter(Boolean)),
      );
      asker.say(`  Kept as ${describeReference(reference)}; it runs without a shell.\n`);
      return { reference };
    }
    case 'stored':
    case 'keychain': {
      const value = await readKey(preset?.id, false, command, asker);
      if (value === '') throw configError('No key was entered.');
      return { reference: { kind: place }, value };
    }
  }
}
