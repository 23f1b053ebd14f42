// From settings to a working connection: key, warnings, transport, client.
import type { Context } from '../context.ts';
import { configError } from '../errors.ts';
import { parseProxy, proxyFromEnv } from '../http/proxy.ts';
import type { TlsOptions } from '../http/transport.ts';
import type { Transport } from '../http/wire.ts';
import { loggingTransport } from '../http/wire-log.ts';
import type { Client } from '../messages/client.ts';
import { defaultVersion, type Endpoint, endpointUrl, hostOf, isLoopback } from '../messages/endpoint.ts';
import { concealQuery, maskKey, redact, type Secret } from '../messages/secret.ts';
import { createKeyReader } from '../profiles/keys.ts';
import type { KeyReference } from '../profiles/profile.ts';
import { describeSource, home, type Settings } from '../profiles/settings.ts';
import type { CommonOptions, ConnectionOptions } from './flags.ts';
import { readFileOf } from './json-argument.ts';
import { doctorCommand, requireBaseUrl } from './settings.ts';

export type Connection = {
  readonly client: Client;
  readonly settings: Settings;
  close(): Promise<void>;
};

/** What a connection needs beside the settings. */
export type ConnectionInput = {
  readonly options: ConnectionOptions & CommonOptions;
  readonly context: Context;
  /** Tells the user something that is no failure. */
  readonly note: (text: string) => void;
};

/**
 * Opens a connection for settings.
 * @throws MsgError `config` when the base URL or the key is missing
 */
export async function openConnection(settings: Settings, input: ConnectionInput): Promise<Connection> {
  const { options, context, note } = input;
  for (const text of settings.notes) note(text);
  const keys = createKeyReader({
    env: context.env,
    clock: context.clock,
    store: context.store(context.dirs.config, note),
    note,
  });
  // What can fail on bad input comes first: a demo server that nobody closes would keep the process alive.
  const transport = await openTransport(settings, input);
  const demo = settings.preset?.id === 'demo' ? await context.demo() : undefined;
  let endpoint = await endpointFor(settings, demo?.url, (reference) =>
    keys.read(reference, keyOwner(settings)),
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
      async freshEndpoint() {
        if (endpoint.key === undefined || settings.key === undefined) return undefined;
        const key = await keys.refresh(settings.key.value, keyOwner(settings), endpoint.key);
        if (key === undefined) return undefined;
        endpoint = { ...endpoint, key };
        return endpoint;
      },
    },
    async close() {
      await transport.close();
      await demo?.close();
    },
  };
}

/** The transport of a command: timeouts, proxy, certificates, and the log of `-v`. */
export async function openTransport(
  settings: Settings,
  { options, context, note }: ConnectionInput,
): Promise<Transport> {
  const { stderr } = context.streams;
  const tls = await tlsOptions(settings, options, context);
  if (options.insecure)
    note('Certificates are not checked (--insecure): anybody on the way can read the key.');
  const transport = await context.transport({
    connectTimeoutMs: 1000 * (options.connectTimeout ?? 10),
    // A model may think for minutes before its first byte; who names a limit means that silence too.
    headersTimeoutMs: options.idleTimeout === undefined ? 600_000 : 1000 * options.idleTimeout,
    idleTimeoutMs: 1000 * (options.idleTimeout ?? 300),
    ...(tls === undefined ? {} : { tls }),
    proxyFor: (url) => proxyFor(url, settings, context),
  });
  if (!options.verbose) return transport;
  const { dim } = context.theme('stderr', options.color);
  return loggingTransport(transport, (line) => void stderr.write(`${dim(redact(line))}\n`), maskKey);
}

function proxyFor(url: string, { proxy, preset }: Settings, { env }: Context): string | undefined {
  // The demo runs inside this process; no proxy could reach it.
  if (preset?.id === 'demo') return undefined;
  const choice =
    proxy === undefined ? proxyFromEnv(url, env) : { url: proxy.value, source: describeSource(proxy.source) };
  if (choice !== undefined) parseProxy(choice.url, choice.source);
  return choice?.url;
}

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
  concealQuery(settings.messagesUrl?.value ?? endpointUrl(baseUrl, 'messages'));
  const auth = settings.auth?.value ?? 'x-api-key';
  const { key: reference, withheld } = settings;
  if (auth !== 'none' && reference === undefined && withheld !== undefined) {
    const { source, origin } = withheld;
    throw configError(
      `No key for ${hostOf(baseUrl)}: the one in ${describeSource(source)} belongs to ${home(origin)} and is not sent elsewhere.`,
      wayToSend(settings),
    );
  }
  return {
    baseUrl,
    messagesUrl: settings.messagesUrl?.value,
    auth,
    key: auth === 'none' || reference === undefined ? undefined : await readKey(reference.value),
    keySource:
      reference && (reference.value.kind === 'env' ? reference.value.name : describeSource(reference.source)),
    version: settings.version?.value ?? defaultVersion,
    betas: settings.betas?.value ?? [],
    headers: settings.headers?.value ?? {},
    doctorCommand: doctorCommand(settings),
  };
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

async function tlsOptions(
  settings: Settings,
  options: ConnectionOptions,
  context: Context,
): Promise<TlsOptions | undefined> {
  const { cacert } = settings;
  const identity = clientIdentity(settings);
  if (cacert === undefined && identity === undefined && !options.insecure) return undefined;
  return {
    ...(cacert === undefined
      ? {}
      : { ca: [...(await systemRoots(context)), readPem('--cacert', cacert.value)] }),
    ...identity,
    ...(options.insecure ? { rejectUnauthorized: false } : {}),
  };
}

/** Node ignores a CA file without a certificate in it, and the handshake then fails for no visible reason. */
function readPem(option: string, path: string): string {
  const text = readFileOf(option, path);
  if (/^-----BEGIN /m.test(text)) return text;
  throw configError(
    `${path} (${option}) is no PEM file: it has no line -----BEGIN ...-----.`,
    `From DER: openssl x509 -inform der -in ${path} -out ${path}.pem`,
    { path },
  );
}

/** The client certificate and its key, which may stand in one file. */
function clientIdentity({ clientCert, clientKey }: Settings): { cert: string; key: string } | undefined {
  if (clientCert === undefined && clientKey === undefined) return undefined;
  if (clientCert === undefined)
    throw configError(
      '--client-key needs the certificate it belongs to.',
      'Give it with --client-cert FILE.',
    );
  const cert = readPem('--client-cert', clientCert.value);
  if (clientKey !== undefined) return { cert, key: readPem('--client-key', clientKey.value) };
  if (cert.includes('PRIVATE KEY-----')) return { cert, key: cert };
  throw configError(
    `${clientCert.value} (--client-cert) holds no private key.`,
    'Give it with --client-key FILE.',
  );
}

/** A `ca` of our own replaces every root Node trusts, NODE_EXTRA_CA_CERTS among them: so they are named again. */
async function systemRoots({ env }: Context): Promise<string[]> {
  const { rootCertificates } = await import('node:tls');
  const extra = env['NODE_EXTRA_CA_CERTS'];
  return [...rootCertificates, ...(extra ? [readFileOf('NODE_EXTRA_CA_CERTS', extra)] : [])];
}
