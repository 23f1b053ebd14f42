// The way to an endpoint as options and environment choose it: time limits, proxy, certificates, the log of -v.
import type { Context } from '../../context.ts';
import { configError } from '../../errors.ts';
import { type ProxyChoice, parseProxy, proxyFromEnv, proxyToken } from '../../http/proxy-choice.ts';
import type { TlsOptions } from '../../http/transport.ts';
import { isSecretHeader, type Transport, type WireResponse } from '../../http/wire.ts';
import { withoutSecrets } from '../../messages/key-shapes.ts';
import { concealHeader, maskKey } from '../../messages/secret.ts';
import type { Patience } from '../../messages/silence.ts';
import type { CommonOptions, ConnectionOptions, NetworkOptions } from '../../profiles/flags.ts';
import { describeSource, type Setting, type Settings } from '../../profiles/settings.ts';
import { readFileOf } from '../../terminal/json-argument.ts';
import { oneLine } from '../../text/sanitize.ts';

/** What a connection needs beside the settings. */
export type ConnectionInput = {
  readonly options: ConnectionOptions & CommonOptions;
  readonly context: Context;
  /** Tells the user something that is no failure. */
  readonly note: (text: string) => void;
  /** Ends the wait for a key command. */
  readonly signal?: AbortSignal | undefined;
};

/** Certificates, proxy, and how long connecting may take. */
export async function routeOf(
  settings: Settings,
  { options, context, note }: ConnectionInput,
): Promise<{
  readonly tls: TlsOptions | undefined;
  readonly connectTimeoutMs: number;
  readonly proxyFor: (url: string) => string | undefined;
}> {
  if (options.insecure)
    note('Certificates are not checked (--insecure): anybody on the way can read the key.');
  return {
    tls: await tlsOptions(settings, options, context),
    connectTimeoutMs: 1000 * (options.connectTimeout ?? 10),
    proxyFor: (url) => proxyFor(url, settings, context),
  };
}

/** The transport of a command: timeouts, proxy, certificates, and the log of `-v`. */
export async function openTransport(
  settings: Settings,
  { options, context, note }: ConnectionInput,
): Promise<Transport> {
  const { stderr } = context.streams;
  const { tls, ...way } = await routeOf(settings, { options, context, note });
  const transport = await context.transport({
    ...way,
    // A model may think for minutes before its first byte; who names a limit means that silence too.
    headersTimeoutMs: options.idleTimeout === undefined ? 600_000 : 1000 * options.idleTimeout,
    idleTimeoutMs: 1000 * (options.idleTimeout ?? 300),
    ...(tls === undefined ? {} : { tls }),
  });
  if (!options.verbose) return transport;
  const { dim } = context.theme('stderr', options.color);
  return loggingTransport(
    transport,
    (line) => void stderr.write(`${dim(oneLine(withoutSecrets(line)))}\n`),
    maskKey,
  );
}

/**
 * How long an answer may bring nothing but pings and comments. Models may think for minutes behind them; who names a
 * limit means content too, but allows a queue in front of the model, which lives by comments, more.
 */
export function patienceOf({ idleTimeout }: NetworkOptions): Patience {
  if (idleTimeout === undefined) return { startMs: 600_000, contentMs: 600_000 };
  return { startMs: 4000 * idleTimeout, contentMs: 1000 * idleTimeout };
}

/** The proxy a URL is reached through, and where that was said. */
export function proxyChoice(
  url: string,
  { proxy, preset }: Settings,
  { env }: Context,
): ProxyChoice | undefined {
  // The demo runs inside this process; no proxy could reach it.
  if (preset?.id === 'demo') return undefined;
  return proxy === undefined
    ? proxyFromEnv(url, env)
    : { url: proxy.value, source: describeSource(proxy.source) };
}

function proxyFor(url: string, settings: Settings, context: Context): string | undefined {
  const choice = proxyChoice(url, settings, context);
  if (choice === undefined) return undefined;
  const { token } = proxyToken(parseProxy(choice.url, choice.source));
  if (token !== undefined) concealHeader(token);
  return choice.url;
}

async function tlsOptions(
  settings: Settings,
  options: ConnectionOptions,
  context: Context,
): Promise<TlsOptions | undefined> {
  const { cacert } = settings;
  const identity = clientIdentity(settings);
  if (cacert === undefined && identity === undefined && !options.insecure) return undefined;
  return {
    ...(cacert === undefined ? {} : { ca: [...(await systemRoots(context)), readPem(cacert)] }),
    ...identity,
    ...(options.insecure ? { rejectUnauthorized: false } : {}),
  };
}

/** The client certificate and its key, which may stand in one file. */
function clientIdentity({ clientCert, clientKey }: Settings): { cert: string; key: string } | undefined {
  if (clientCert === undefined && clientKey === undefined) return undefined;
  if (clientCert === undefined)
    throw configError(
      '--client-key needs the certificate it belongs to.',
      'Give it with --client-cert FILE.',
    );
  const cert = readPem(clientCert);
  if (clientKey !== undefined) return { cert, key: readPem(clientKey) };
  if (cert.includes('PRIVATE KEY-----')) return { cert, key: cert };
  throw configError(
    `${clientCert.value} (${describeSource(clientCert.source)}) holds no private key.`,
    'Give it with --client-key FILE.',
  );
}

/** Node ignores a CA file without a certificate in it, and the handshake then fails for no visible reason. */
function readPem({ value: path, source }: Setting<string>): string {
  const origin = describeSource(source);
  const text = readFileOf(origin, path);
  if (/^-----BEGIN /m.test(text)) return text;
  throw configError(
    `${path} (${origin}) is no PEM file: it has no line -----BEGIN ...-----.`,
    `From DER: openssl x509 -inform der -in ${path} -out ${path}.pem`,
    { path },
  );
}

/** A `ca` of our own replaces every root Node trusts, NODE_EXTRA_CA_CERTS among them: so they are named again. */
async function systemRoots({ env }: Context): Promise<string[]> {
  const { rootCertificates } = await import('node:tls');
  const extra = env['NODE_EXTRA_CA_CERTS'];
  return [...rootCertificates, ...(extra ? [readFileOf('NODE_EXTRA_CA_CERTS', extra)] : [])];
}

/**
 * A transport that tells what crosses the wire: request line and headers, status and headers. Hands each line to `log`;
 * values of secret headers are masked by `mask`.
 */
function loggingTransport(
  transport: Transport,
  log: (line: string) => void,
  mask: (value: string) => string,
): Transport {
  /** `Bearer` and the like are no secret, and often what is wrong. */
  const masked = (value: string): string => {
    const scheme = /^(Bearer|Basic) /i.exec(value)?.[0] ?? '';
    return `${scheme}${mask(value.slice(scheme.length))}`;
  };
  const logHeaders = (sign: string, headers: Readonly<Record<string, string>>): void => {
    for (const [name, value] of Object.entries(headers))
      log(`${sign} ${name}: ${isSecretHeader(name) ? masked(value) : value}`);
  };
  return Object.assign(
    async (...[request, options]: Parameters<Transport>): Promise<WireResponse> => {
      log(`> ${request.method} ${request.url}`);
      logHeaders('>', request.headers);
      const response = await transport(request, options);
      log(`< ${response.status}`);
      logHeaders('<', response.headers);
      return response;
    },
    { close: () => transport.close() },
  );
}
