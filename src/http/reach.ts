// Getting to a host without HTTP: names, TCP of each family, a proxy's tunnel, the TLS handshake.
// Only measures; certificates are judged in http/chain.
import { lookup, resolve4 } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import {
  alertAfterHandshake,
  failureOf,
  type ReachFailure,
  sni,
  type TlsReach,
  type TlsReachOptions,
  trust,
  tryTls,
} from './tls-reach.ts';

export type NameReach = {
  readonly addresses: readonly { readonly address: string; readonly family: 4 | 6 }[];
  readonly ms: number;
  readonly failure: ReachFailure | null;
  /** Answers of the DNS server itself, asked only when the system's answer is odd. */
  readonly direct: readonly string[] | null;
  /** The host is an address already. */
  readonly isLiteral: boolean;
};

export type TcpReach = {
  readonly address: string;
  readonly family: 4 | 6;
  readonly ms: number;
  readonly failure: ReachFailure | null;
};

export type TunnelReach = {
  /** Without credentials. */
  readonly proxy: string;
  readonly ms: number;
  /** Status of the answer to CONNECT; null when none came, or when no tunnel is needed (plain http). */
  readonly status: number | null;
  readonly failure: ReachFailure | null;
};

export type Reach = {
  readonly hostname: string;
  readonly port: number;
  readonly isTls: boolean;
  readonly name: NameReach;
  readonly tcp: readonly TcpReach[];
  readonly tunnel: TunnelReach | null;
  readonly tls: TlsReach | null;
};

export type ReachOptions = TlsReachOptions & {
  readonly hostname: string;
  readonly port: number;
  readonly isTls: boolean;
  /** A proxy to try as well, with its credentials; `isUsed`: TLS goes through it. */
  readonly proxy: { readonly url: string; readonly isUsed: boolean } | null;
};

/** Milliseconds one TCP connection may take. */
const tcpTimeoutMs = 3000;

/** Measures the way to a host: name, TCP of both families at once, tunnel, TLS with verification off. */
export async function reach(options: ReachOptions): Promise<Reach> {
  const hostname = options.hostname.replace(/^\[|\]$/g, '');
  const name = await resolveName(hostname, options);
  const targets = firstOfEachFamily(name.addresses);
  const [tcp, tunnel] = await Promise.all([
    Promise.all(targets.map((target) => tryTcp(target, options))),
    options.proxy === null ? null : tryTunnel(options.proxy.url, hostname, options),
  ]);
  const route = {
    hostname,
    port: options.port,
    isTls: options.isTls,
    name,
    tcp,
    tunnel: tunnel?.facts ?? null,
  };
  const direct = tcp.find(({ failure }) => failure === null);
  const socket =
    options.proxy?.isUsed === true
      ? tunnel?.socket
      : direct && (await openTcp(direct.address, options.port, tcpTimeoutMs).catch(() => undefined));
  if (socket !== tunnel?.socket) tunnel?.socket?.destroy();
  if (!options.isTls || socket === undefined) {
    socket?.destroy();
    return { ...route, tls: null };
  }
  return { ...route, tls: await tryTls(socket, hostname, options) };
}

/**
 * What the server says when it closes the connection right after the handshake (a missing client
 * certificate), or null. For a direct connection only.
 */
export async function alertOf(options: ReachOptions): Promise<ReachFailure | null> {
  const hostname = options.hostname.replace(/^\[|\]$/g, '');
  const tcp = await openTcp(hostname, options.port, tcpTimeoutMs).catch(() => undefined);
  return tcp === undefined ? null : alertAfterHandshake(tcp, hostname, options);
}

async function resolveName(hostname: string, { now, timeoutMs }: ReachOptions): Promise<NameReach> {
  const started = now();
  const family = isIP(hostname);
  if (family !== 0) {
    return {
      addresses: [{ address: hostname, family: family as 4 | 6 }],
      ms: 0,
      failure: null,
      direct: null,
      isLiteral: true,
    };
  }
  try {
    const found = await withTimeout(lookup(hostname, { all: true }), timeoutMs, 'the name was not resolved');
    const addresses = found.map(({ address, family: of }) => ({ address, family: of as 4 | 6 }));
    const isOdd = addresses.some(({ address }) => /^(0\.0\.0\.0|::)$/.test(address));
    const direct = isOdd ? await resolve4(hostname).catch(() => []) : null;
    return { addresses, ms: now() - started, failure: null, direct, isLiteral: false };
  } catch (thrown) {
    const direct = await withTimeout(resolve4(hostname), 2000, 'no answer').catch(() => []);
    return { addresses: [], ms: now() - started, failure: failureOf(thrown), direct, isLiteral: false };
  }
}

const firstOfEachFamily = (addresses: NameReach['addresses']): NameReach['addresses'] =>
  ([6, 4] as const).flatMap((family) => addresses.filter((entry) => entry.family === family).slice(0, 1));

async function tryTcp(
  target: { readonly address: string; readonly family: 4 | 6 },
  { port, now }: ReachOptions,
): Promise<TcpReach> {
  const started = now();
  try {
    (await openTcp(target.address, port, tcpTimeoutMs)).destroy();
    return { ...target, ms: now() - started, failure: null };
  } catch (thrown) {
    return { ...target, ms: now() - started, failure: failureOf(thrown) };
  }
}

function openTcp(host: string, port: number, timeout: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout });
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
    socket.once('timeout', () => {
      socket.destroy();
      reject(Object.assign(new Error(`no TCP connection within ${timeout} ms`), { code: 'ETIMEDOUT' }));
    });
  });
}

type Tunnel = { facts: TunnelReach; socket: Socket | undefined };

/** TCP to the proxy, and CONNECT when the target speaks TLS (plain http needs no tunnel). */
async function tryTunnel(proxyUrl: string, hostname: string, options: ReachOptions): Promise<Tunnel> {
  const url = new URL(proxyUrl);
  const proxy = url.host;
  const started = options.now();
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  try {
    const tcp = await openTcp(url.hostname.replace(/^\[|\]$/g, ''), port, tcpTimeoutMs);
    const socket = url.protocol === 'https:' ? await overTls(tcp, url.hostname, options) : tcp;
    if (!options.isTls) {
      socket.destroy();
      return {
        facts: { proxy, ms: options.now() - started, status: null, failure: null },
        socket: undefined,
      };
    }
    const status = await askForTunnel(
      socket,
      `${bracketed(hostname)}:${options.port}`,
      url,
      options.timeoutMs,
    );
    if (status !== 200) socket.destroy();
    return {
      facts: { proxy, ms: options.now() - started, status, failure: null },
      socket: status === 200 ? socket : undefined,
    };
  } catch (thrown) {
    return {
      facts: { proxy, ms: options.now() - started, status: null, failure: failureOf(thrown) },
      socket: undefined,
    };
  }
}

const bracketed = (hostname: string): string => (isIP(hostname) === 6 ? `[${hostname}]` : hostname);

async function overTls(tcp: Socket, servername: string, { authorities }: ReachOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({
      socket: tcp,
      rejectUnauthorized: false,
      ...sni(servername),
      ...trust(authorities),
    });
    socket.once('secureConnect', () => resolve(socket));
    socket.once('error', reject);
  });
}

function askForTunnel(socket: Socket, target: string, proxy: URL, timeoutMs: number): Promise<number> {
  const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  const auth =
    proxy.username === ''
      ? ''
      : `Proxy-Authorization: Basic ${Buffer.from(credentials).toString('base64')}\r\n`;
  return new Promise((resolve, reject) => {
    let head = '';
    const onData = (chunk: Buffer): void => {
      head += chunk.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      socket.off('data', onData);
      socket.setTimeout(0);
      resolve(Number(/^HTTP\/1\.\d (\d{3})/.exec(head)?.[1] ?? 0));
    };
    socket.on('data', onData);
    socket.once('error', reject);
    socket.once('close', () =>
      reject(Object.assign(new Error('the proxy closed the connection'), { code: 'ECONNRESET' })),
    );
    socket.setTimeout(timeoutMs, () => {
      socket.destroy();
      reject(Object.assign(new Error('the proxy did not answer CONNECT'), { code: 'ETIMEDOUT' }));
    });
    socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${auth}\r\n`);
  });
}

/** Lets go of a promise that cannot be cancelled (DNS) after a while. */
async function withTimeout<T>(work: Promise<T>, timeoutMs: number, message: string): Promise<T> {
  const expiry = AbortSignal.timeout(timeoutMs);
  return Promise.race([
    work,
    new Promise<never>((_resolve, reject) => {
      expiry.addEventListener('abort', () =>
        reject(Object.assign(new Error(message), { code: 'EAI_AGAIN' })),
      );
    }),
  ]);
}
