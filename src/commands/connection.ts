// From options to a working connection: settings, key, warnings, transport, client.

import type { Context } from '../context.ts';
import { configError } from '../errors.ts';
import { proxyFromEnv } from '../http/proxy.ts';
import type { Client } from '../messages/client.ts';
import { type Endpoint, hostOf, isLoopback } from '../messages/endpoint.ts';
import { Secret } from '../messages/secret.ts';
import { resolveSettings } from '../profiles/resolve.ts';
import { describeSource, home, type Settings } from '../profiles/settings.ts';
import type { ConnectionOptions } from './flags.ts';

export type Connection = {
  readonly client: Client;
  readonly settings: Settings;
  close(): Promise<void>;
};

/** Milliseconds; a local model may think for minutes before its first byte. */
const timeouts = { connectTimeoutMs: 10_000, headersTimeoutMs: 600_000, idleTimeoutMs: 300_000 };

/** Resolves the settings of a command line. Prints nothing and opens nothing. */
export function settingsFor(
  options: ConnectionOptions,
  context: Context,
  note: (text: string) => void,
): Settings {
  const { profile, apiKeyEnv, ...flags } = options;
  return resolveSettings({
    flags: {
      profile,
      ...pickDefined({ baseUrl: flags.baseUrl, auth: flags.auth, model: flags.model }),
      ...(apiKeyEnv === undefined ? {} : { key: { kind: 'env', name: apiKeyEnv } as const }),
    },
    env: context.env,
    config: context.store(context.dirs.config, note).read(),
  });
}

/**
 * Opens a connection for settings.
 * @throws MsgError `config` when the base URL or the key is missing
 */
export async function openConnection(
  settings: Settings,
  context: Context,
  note: (text: string) => void,
): Promise<Connection> {
  for (const text of settings.notes) note(text);
  const demo = settings.preset?.id === 'demo' ? await context.demo() : undefined;
  const endpoint = endpointFor(settings, demo?.url, context);
  if (endpoint.key !== undefined && endpoint.baseUrl.startsWith('http:') && !isLoopback(endpoint.baseUrl)) {
    note(`The key travels unencrypted: ${hostOf(endpoint.baseUrl)} is reached by plain http.`);
  }
  const transport = await context.transport({
    ...timeouts,
    proxyFor: (url) => settings.proxy?.value ?? proxyFromEnv(url, context.env)?.url,
  });
  return {
    settings,
    client: { transport, endpoint, clock: context.clock, retry: { maxRetries: 2 } },
    async close() {
      await transport.close();
      await demo?.close();
    },
  };
}

function endpointFor(settings: Settings, demoUrl: string | undefined, context: Context): Endpoint {
  const baseUrl = demoUrl ?? settings.baseUrl?.value;
  if (baseUrl === undefined) {
    throw configError(
      'No endpoint is configured.',
      'Set one up: msg profiles add NAME. Or try the built-in demo: msg send -P demo "hello"',
    );
  }
  const auth = settings.auth?.value ?? 'x-api-key';
  const reference = settings.key;
  if (auth !== 'none' && reference === undefined && settings.withheld !== undefined) {
    const { source, origin } = settings.withheld;
    throw configError(
      `No key for ${hostOf(baseUrl)}: the one in ${describeSource(source)} belongs to ${home(origin)} and is not sent elsewhere.`,
      source.from === 'env'
        ? `To send it there on purpose: --api-key-env ${source.name}`
        : 'Name a key for it: --api-key-env NAME',
    );
  }
  const key = auth === 'none' || reference === undefined ? undefined : readKey(reference, context);
  return {
    baseUrl,
    messagesUrl: settings.messagesUrl?.value,
    auth,
    key,
    keySource:
      reference === undefined
        ? undefined
        : reference.value.kind === 'env'
          ? reference.value.name
          : describeSource(reference.source),
    version: settings.version?.value ?? '2023-06-01',
    betas: settings.betas?.value ?? [],
    headers: settings.headers?.value ?? {},
    doctorCommand: doctorCommand(settings),
  };
}

function readKey({ value }: NonNullable<Settings['key']>, context: Context): Secret {
  if (value.kind !== 'env') throw configError('not yet');
  const text = context.env[value.name]?.trim();
  if (!text)
    throw configError(
      `The variable ${value.name}, which should hold the key, is not set.`,
      `Next: export ${value.name}=...`,
    );
  return new Secret(text);
}

/** The command that examines the same target. */
function doctorCommand({ profile, baseUrl, key, auth }: Settings): string {
  if (baseUrl?.source.from !== 'flag' && profile !== undefined) return `msg doctor ${profile.value}`;
  const flags = [
    key?.value.kind === 'env' ? `--api-key-env ${key.value.name}` : '',
    auth?.source.from === 'flag' ? `--auth ${auth.value}` : '',
  ];
  return ['msg doctor', baseUrl?.value ?? '', ...flags].filter(Boolean).join(' ');
}

function pickDefined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
