// msg profiles show: one profile in full, and the form of a profile for programs.
import { usageError } from '../../errors.ts';
import { isSecretHeader } from '../../http/wire.ts';
import { baseForms, type Endpoint, revealFor, urlOf } from '../../messages/endpoint.ts';
import { type CommonOptions, commonFlags } from '../../profiles/flags.ts';
import { profileText } from '../../profiles/profiles-text.ts';
import type { Settings } from '../../profiles/settings.ts';
import { snakeCase } from '../../text/json-text.ts';
import { settingsFor } from '../../turn/connection/setting-sources.ts';
import {
  choiceHere,
  type Declaration,
  type Desk,
  isBuiltIn,
  openDesk,
  requireProfile,
} from './profile-command.ts';

type ShowOptions = CommonOptions & { json?: boolean; explain?: boolean; reveal?: boolean };

export const declareShow: Declaration = (profiles, context, finish) => {
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
};

/** A profile for programs; credentials in headers and proxy addresses are left out like the key. */
export function profileJson(name: string, isCurrent: boolean, settings: Settings): object {
  const { baseUrl, messagesUrl, headers, proxy, key, withheld } = settings;
  const plain = ['auth', 'model', 'system', 'maxTokens', 'version', 'betas'] as const;
  return {
    name,
    current: isCurrent,
    preset: settings.preset?.id ?? null,
    base_url: baseUrl?.value ?? null,
    messages_url: addressOf(settings).messagesUrl ?? messagesUrl?.value ?? null,
    ...Object.fromEntries(plain.map((field) => [snakeCase(field), settings[field]?.value ?? null])),
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
  if (name !== undefined && !isBuiltIn(name)) requireProfile(desk.store, name);
  const settings = settingsFor(name === undefined ? {} : { profile: name }, context, desk.note);
  const shown = name ?? settings.profile?.value;
  if (shown === undefined && settings.baseUrl === undefined) {
    throw usageError(
      'No profile is in use.',
      'Name one: msg profiles show NAME, or make one: msg profiles add NAME',
    );
  }
  if (options.explain) for (const text of settings.notes) desk.note(text);
  const key = options.reveal ? await revealedKey(desk, settings) : undefined;
  if (options.json) {
    const values = profileJson(shown ?? '', shown === choiceHere(desk).name, settings);
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
function sourcesOf({ headerSources: _ofEach, ...settings }: Settings): object {
  return Object.fromEntries(
    Object.entries(settings)
      .filter(([field, value]) => field !== 'withheld' && typeof value === 'object' && 'source' in value)
      .map(([field, value]) => {
        const { source, shadows } = value as { source: object; shadows: readonly { source: object }[] };
        return [snakeCase(field), { ...source, hides: shadows.map((shadow) => shadow.source) }];
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
    return revealFor('screen', connection.client.endpoint);
  } finally {
    await connection.close();
  }
}
