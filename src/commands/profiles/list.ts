// msg profiles list, show, presets, path: looking without touching.
import { isMsgError, usageError } from '../../errors.ts';
import { baseForms, type Endpoint, environmentFor, urlOf } from '../../messages/endpoint.ts';
import { describeReference } from '../../profiles/keys.ts';
import { nearestNames } from '../../profiles/nearest-names.ts';
import { findPreset, presets } from '../../profiles/presets.ts';
import type { Settings } from '../../profiles/settings.ts';
import {
  isSecretHeader,
  type ProfileRow,
  presetsText,
  presetText,
  profilesText,
  profileText,
} from '../../render/profiles-text.ts';
import { type CommonOptions, commonFlags } from '../flags.ts';
import { settingsFor } from '../settings.ts';
import { type Declaration, type Desk, hostText, nameInUse, openDesk, profileSettings } from './desk.ts';

type ListOptions = CommonOptions & { json?: boolean };
type ShowOptions = ListOptions & { explain?: boolean; reveal?: boolean };

export const declareList: Declaration = (profiles, context, finish) => {
  // The default command gets whatever is no subcommand: the place to say what was meant.
  const list = profiles
    .command('list [word...]', { isDefault: true })
    .usage('[options]')
    .summary('all profiles, with the one in use marked')
    .description('All profiles, with the one in use marked. Keys are never shown, only where they are kept.')
    .option('--json', 'as JSON');
  commonFlags(list).action(async (words: string[], options: ListOptions) => {
    const [word] = words;
    if (word !== undefined)
      throw unknownSubcommand(
        word,
        profiles.commands.map((one) => one.name()),
      );
    finish(await runList(openDesk(context, options), options));
  });

  const show = profiles
    .command('show [name]')
    .summary('every value of a profile')
    .description('Every value of a profile (default: the one in use), and the address it comes to.')
    .option('--explain', 'where each value comes from, and what it hides')
    .option('--reveal', 'print the key too (asks on a terminal)')
    .option('--json', 'as JSON');
  commonFlags(show).action(async (name: string | undefined, options: ShowOptions) =>
    finish(await runShow(openDesk(context, options), name, options)),
  );

  const catalogue = profiles
    .command('presets [words...]')
    .usage('[options] [show ID]')
    .summary('the providers msg knows')
    .description('The providers msg knows. `presets show ID` tells everything their documents say.')
    .option('--json', 'as JSON');
  commonFlags(catalogue).action(async (words: string[], options: ListOptions) =>
    finish(await runPresets(openDesk(context, options), words, options)),
  );

  const path = profiles
    .command('path')
    .summary('where config.json lies')
    .description('Prints where config.json lies.');
  commonFlags(path).action(async (options: CommonOptions) => {
    const desk = openDesk(context, options);
    await desk.print(`${desk.store.configPath}\n`);
    finish(0);
  });
};

function unknownSubcommand(word: string, names: readonly string[]): Error {
  const near = nearestNames(word, names);
  return usageError(
    `There is no "msg profiles ${word}".${near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : ''}`,
    'Next: msg profiles --help',
  );
}

async function runList(desk: Desk, { json }: ListOptions): Promise<0> {
  const { context, store } = desk;
  const view = store.read();
  const inUse = nameInUse(desk);
  const hasEnv = ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_BASE_URL'].some((name) =>
    context.env[name]?.trim(),
  );
  const names = [...view.names, ...(hasEnv || inUse === 'env' ? ['env'] : [])];
  if (inUse === 'demo' && !names.includes('demo')) names.push('demo');
  const entries = names.map((name) => ({ name, found: settingsOrProblem(desk, name) }));
  if (json) {
    const list = entries.map(({ name, found }) =>
      typeof found === 'string' ? { name, problem: found } : jsonOf(name, name === inUse, found),
    );
    await desk.print(`${JSON.stringify(list, undefined, 2)}\n`);
    return 0;
  }
  if (entries.length === 0) {
    desk.note('No profiles yet. Next: msg profiles add NAME, or msg profiles import');
    return 0;
  }
  const rows = entries.map(({ name, found }): ProfileRow => {
    const isCurrent = name === inUse;
    if (typeof found === 'string') return { name, isCurrent, problem: found };
    return {
      name,
      isCurrent,
      preset: found.preset?.id,
      host: hostText(found),
      model: found.model?.value,
      auth: found.auth?.value,
      key: keyText(found),
    };
  });
  await desk.print(profilesText(rows, desk.theme, desk.width));
  return 0;
}

function keyText({ auth, key, withheld }: Settings): string {
  if (auth?.value === 'none') return 'none needed';
  if (key !== undefined) return describeReference(key.value);
  return withheld === undefined ? 'none yet' : `withheld: for ${withheld.origin ?? 'another host'}`;
}

/** A malformed entry is shown as such in the list; it must not hide the others. */
function settingsOrProblem(desk: Desk, name: string): Settings | string {
  try {
    return profileSettings(desk, name);
  } catch (error) {
    if (isMsgError(error, 'config')) return error.message;
    throw error;
  }
}

/** A profile for programs; credentials in headers and proxy addresses are left out like the key. */
function jsonOf(name: string, isCurrent: boolean, settings: Settings): object {
  const { baseUrl, messagesUrl, headers, proxy, key, withheld } = settings;
  const plain = ['auth', 'model', 'system', 'maxTokens', 'version', 'betas'] as const;
  const snake = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return {
    name,
    current: isCurrent,
    preset: settings.preset?.id ?? null,
    base_url: baseUrl?.value ?? null,
    messages_url: addressOf(settings).messagesUrl ?? messagesUrl?.value ?? null,
    ...Object.fromEntries(plain.map((field) => [snake(field), settings[field]?.value ?? null])),
    headers: Object.fromEntries(
      Object.entries(headers?.value ?? {}).map(([header, text]) => [
        header,
        isSecretHeader(header) ? null : text,
      ]),
    ),
    proxy: proxy?.value.replace(/\/\/[^@/]*@/, '//') ?? null,
    key: key?.value ?? null,
    key_withheld: withheld !== undefined,
  };
}

function addressOf({ preset, baseUrl, messagesUrl }: Settings): {
  messagesUrl?: string;
  sdkBase?: string;
  vercelBase?: string;
} {
  if (preset?.id === 'demo') return {};
  if (messagesUrl !== undefined) return { messagesUrl: messagesUrl.value };
  if (baseUrl === undefined) return {};
  const forms = baseForms(baseUrl.value);
  const endpoint = { baseUrl: baseUrl.value } as Endpoint;
  return { messagesUrl: urlOf(endpoint, 'messages'), sdkBase: forms.sdk, vercelBase: forms.vercel };
}

async function runShow(desk: Desk, name: string | undefined, options: ShowOptions): Promise<0> {
  const { context } = desk;
  const settings = settingsFor(name === undefined ? {} : { profile: name }, context, desk.note);
  const shown = name ?? settings.profile?.value;
  if (shown === undefined && settings.baseUrl === undefined) {
    throw usageError(
      'No profile is in use.',
      'Name one: msg profiles show NAME, or make one: msg profiles add NAME',
    );
  }
  const key = options.reveal ? await revealedKey(desk, settings) : undefined;
  if (options.json) {
    const values = jsonOf(shown ?? '', shown === nameInUse(desk), settings);
    const sources = options.explain ? { sources: sourcesOf(settings) } : {};
    await desk.print(
      `${JSON.stringify({ ...values, ...(key === undefined ? {} : { key_value: key }), ...sources }, undefined, 2)}\n`,
    );
    return 0;
  }
  await desk.print(profileText(settings, addressOf(settings), options.explain === true, desk.theme));
  if (key !== undefined) await desk.print(`\n${key}\n`);
  return 0;
}

/** Setting name -> source, and what it hides. */
function sourcesOf(settings: Settings): object {
  return Object.fromEntries(
    Object.entries(settings)
      .filter(([field, value]) => field !== 'withheld' && typeof value === 'object' && 'source' in value)
      .map(([field, value]) => {
        const { source, shadows } = value as { source: object; shadows: readonly { source: object }[] };
        return [field, { ...source, hides: shadows.map((shadow) => shadow.source) }];
      }),
  );
}

async function revealedKey(desk: Desk, settings: Settings): Promise<string | undefined> {
  if (desk.isInteractive && desk.context.streams.stdout.isTTY) {
    const asker = await desk.context.asker();
    if (!(await asker.confirm('Show the key on this screen?', false))) return undefined;
  }
  const connection = await desk.open(settings);
  try {
    const { ANTHROPIC_API_KEY, ANTHROPIC_AUTH_TOKEN } = environmentFor(connection.client.endpoint);
    return ANTHROPIC_API_KEY ?? ANTHROPIC_AUTH_TOKEN ?? undefined;
  } finally {
    await connection.close();
  }
}

async function runPresets(desk: Desk, words: readonly string[], { json }: ListOptions): Promise<0> {
  const [first, second] = words;
  // `presets ID` is what people type; `presets show ID` is what the help says.
  const id = first === 'show' ? second : first;
  if (first === 'show' && second === undefined) {
    throw usageError('msg profiles presets show needs an ID.', 'Next: msg profiles presets');
  }
  if (id !== undefined) {
    const preset = findPreset(id);
    await desk.print(json ? `${JSON.stringify(preset, undefined, 2)}\n` : presetText(preset, desk.theme));
    return 0;
  }
  await desk.print(
    json ? `${JSON.stringify(presets, undefined, 2)}\n` : presetsText(presets, desk.theme, desk.width),
  );
  return 0;
}
