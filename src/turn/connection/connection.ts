// From settings to a working connection: key, warnings, transport, client.
import { configError, usageError } from '../../errors.ts';
import { isSecretHeader } from '../../http/wire.ts';
import type { Client } from '../../messages/client.ts';
import {
  defaultVersion,
  type Endpoint,
  endpointUrl,
  hostOf,
  isLoopback,
  revealFor,
} from '../../messages/endpoint.ts';
import { concealHeader, concealQuery, type Secret } from '../../messages/secret.ts';
import { keyFault } from '../../profiles/key-lint.ts';
import { createKeyReader, type KeyReader } from '../../profiles/keys.ts';
import { presetForHost } from '../../profiles/presets.ts';
import type { KeyReference } from '../../profiles/setting-kinds.ts';
import { describeSource, home, type Settings } from '../../profiles/settings.ts';
import { onExitSignal, sendSignal } from '../../terminal/exit-signals.ts';
import { type ConnectionInput, openTransport, patienceOf } from './network.ts';
import { doctorCommand, modelsCommand, requireBaseUrl } from './setting-sources.ts';

export type Connection = {
  readonly client: Client;
  readonly settings: Settings;
  close(): Promise<void>;
};

/**
 * Opens a connection for settings.
 * @throws MsgError `config` when the base URL or the key is missing
 */
export async function openConnection(settings: Settings, input: ConnectionInput): Promise<Connection> {
  const { options, context, note } = input;
  for (const text of settings.notes) note(text);
  const keys = keyReader(input);
  // What can fail on bad input comes first: a demo server that nobody closes would keep the process alive.
  const transport = await openTransport(settings, input);
  const isDemo = settings.preset?.id === 'demo';
  const { source } = settings.messagesUrl ?? settings.baseUrl ?? {};
  if (isDemo && source?.from === 'flag') {
    throw usageError(
      `The demo answers by itself; ${source.name} does not fit it.`,
      `Leave out one of -P demo and ${source.name}.`,
    );
  }
  const demo = isDemo ? await context.demo() : undefined;
  let endpoint = await endpointFor(settings, demo?.url, (reference) =>
    keys.read(reference, keyOwner(settings), input.signal),
  );
  if (endpoint.key !== undefined && endpoint.baseUrl.startsWith('http:') && !isLoopback(endpoint.baseUrl)) {
    note(`The key travels unencrypted: ${hostOf(endpoint.baseUrl)} is reached by plain http.`);
  }
  return {
    settings,
    client: {
      transport,
      // Read anew for each exchange: a refreshed key is the key from then on.
      get endpoint() {
        return endpoint;
      },
      clock: context.clock,
      retry: { maxRetries: options.maxRetries ?? 2 },
      patience: patienceOf(options),
      refusedWishes: new Set(),
      async freshEndpoint(signal) {
        if (endpoint.key === undefined || settings.key === undefined) return undefined;
        const key = await keys.refresh(settings.key.value, keyOwner(settings), endpoint.key, signal);
        if (key === undefined) return undefined;
        endpoint = withKeyFault({ ...endpoint, key });
        return endpoint;
      },
    },
    async close() {
      await transport.close();
      await demo?.close();
    },
  };
}

/** Reads keys from wherever they are kept. */
export const keyReader = ({ context, note }: Pick<ConnectionInput, 'context' | 'note'>): KeyReader =>
  createKeyReader({
    env: context.env,
    clock: context.clock,
    store: context.store(context.dirs.config, note),
    note,
    onExitSignal,
    sendSignal,
  });

/**
 * The endpoint the settings describe. `demoUrl` replaces the base URL of the built-in demo.
 * @throws MsgError `config` when there is no base URL, or when the only key belongs elsewhere
 */
export async function endpointFor(
  settings: Settings,
  demoUrl: string | undefined,
  readKey: (reference: KeyReference) => Promise<Secret>,
): Promise<Endpoint> {
  const baseUrl = demoUrl ?? requireBaseUrl(settings);
  const { messagesUrl } = settings;
  concealQuery(messagesUrl?.value ?? endpointUrl(baseUrl, 'messages'));
  for (const [name, value] of Object.entries(settings.headers?.value ?? {}))
    if (isSecretHeader(name)) concealHeader(value);
  const auth = settings.auth?.value ?? 'x-api-key';
  const { key: reference, withheld } = settings;
  if (auth !== 'none' && reference === undefined && withheld !== undefined) {
    const { source, origin } = withheld;
    throw configError(
      `No key for ${hostOf(baseUrl)}: the one in ${describeSource(source)} belongs to ${home(origin)} and is not sent elsewhere.`,
      wayToSend(settings),
    );
  }
  const endpoint: Endpoint = {
    baseUrl,
    messagesUrl: messagesUrl?.value,
    auth,
    key: auth === 'none' || reference === undefined ? undefined : await readKey(reference.value),
    keySource:
      reference && (reference.value.kind === 'env' ? reference.value.name : describeSource(reference.source)),
    version: settings.version?.value ?? defaultVersion,
    betas: settings.betas?.value ?? [],
    headers: settings.headers?.value ?? {},
    doctorCommand: doctorCommand(settings),
    modelsCommand: modelsCommand(settings),
    knownModels: knownModels(settings, baseUrl),
  };
  return withKeyFault(endpoint);
}

/** What a mistyped model is compared with. */
function knownModels({ aliases, preset }: Settings, baseUrl: string): string[] | undefined {
  const listed = (preset ?? presetForHost(hostOf(baseUrl)))?.models.map(({ id }) => id);
  return aliases === undefined ? listed : [...Object.keys(aliases.value), ...(listed ?? [])];
}

/** The same endpoint with what is wrong with its key, for who hears that it was refused. */
function withKeyFault(endpoint: Endpoint): Endpoint {
  const key = revealFor('advice', endpoint);
  return { ...endpoint, keyFault: key === undefined ? undefined : keyFault(key) };
}

/** How a withheld key gets to where the request goes, if that is what is wanted. */
function wayToSend({ baseUrl, messagesUrl, withheld }: Settings): string {
  const source = withheld?.source;
  const target = messagesUrl ?? baseUrl;
  if (source?.from === 'profile' && target?.source.from !== 'flag' && target?.source.from !== 'env')
    return `If it belongs there too: msg profiles set ${source.name} --keep-key. Otherwise: msg profiles set ${source.name} --key-stdin`;
  return withheld?.key.kind === 'env'
    ? `To send it there on purpose: --api-key-env ${withheld.key.name}`
    : 'Name a key for it: --api-key-env NAME';
}

/** Keychain and stored keys are kept under the name of the profile that refers to them. */
export const keyOwner = ({ key, profile }: Settings): string =>
  key?.source.from === 'profile' ? key.source.name : (profile?.value ?? 'env');
