// Through a forward proxy: TCP to it, and CONNECT to the target. Also the plain TCP connection both ways need.
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { parseProxy, proxyToken } from '../../http/proxy-choice.ts';
import { failureOf, type ReachFailure, sni, type TlsReachOptions, trust } from './tls-reach.ts';

export type TunnelReach = {
  /** Without credentials. */
  readonly proxy: string;
  readonly ms: number;
  /** Status of the answer to CONNECT; null when none came, or when no tunnel is needed (plain http). */
  readonly status: number | null;
  readonly failure: ReachFailure | null;
};

type TunnelOptions = TlsReachOptions & { readonly port: number; readonly isTls: boolean };

/** Milliseconds one TCP connection may take. */
export const tcpTimeoutMs = 3000;

/** Opens a TCP connection, or rejects with the code of Node; ETIMEDOUT when it takes too long. */
export function openTcp(host: string, port: number, timeout: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout });
    socket.once('connect', () => {
      // What comes over it has limits of its own.
      socket.setTimeout(0);
      resolve(socket);
    });
    socket.once('error', reject);
    socket.once('timeout', () => {
      socket.destroy();
      reject(Object.assign(new Error(`no TCP connection within ${timeout} ms`), { code: 'ETIMEDOUT' }));
    });
  });
}

/** How the tunnel went, and its socket when it is open. */
export type Tunnel = { facts: TunnelReach; socket: Socket | undefined };

const defaultPorts: Readonly<Record<string, number>> = {
  'https:': 443,
  'socks5:': 1080,
  'socks5h:': 1080,
  'socks:': 1080,
};

/**
 * TCP to the proxy, and CONNECT when the target speaks TLS (plain http needs no tunnel). Of a SOCKS proxy no
 * more than the TCP is measured: whether it lets a request through is left to the request.
 */
export async function tryTunnel(proxyUrl: string, hostname: string, options: TunnelOptions): Promise<Tunnel> {
  const url = parseProxy(proxyUrl);
  const proxy = url.host;
  const started = options.clock.now();
  const port = Number(url.port) || (defaultPorts[url.protocol] ?? 80);
  try {
    const tcp = await openTcp(url.hostname.replace(/^\[|\]$/g, ''), port, tcpTimeoutMs);
    const socket = url.protocol === 'https:' ? await overTls(tcp, url.hostname, options) : tcp;
    if (!options.isTls || url.protocol.startsWith('socks')) {
      socket.destroy();
      return {
        facts: { proxy, ms: options.clock.now() - started, status: null, failure: null },
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
      facts: { proxy, ms: options.clock.now() - started, status, failure: null },
      socket: status === 200 ? socket : undefined,
    };
  } catch (thrown) {
    return {
      facts: { proxy, ms: options.clock.now() - started, status: null, failure: failureOf(thrown) },
      socket: undefined,
    };
  }
}

const bracketed = (hostname: string): string => (isIP(hostname) === 6 ? `[${hostname}]` : hostname);

async function overTls(
  tcp: Socket,
  servername: string,
  { authorities, timeoutMs }: TunnelOptions,
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({
      socket: tcp,
      rejectUnauthorized: false,
      ...sni(servername),
      ...trust(authorities),
    });
    socket.once('secureConnect', () => {
      socket.setTimeout(0);
      resolve(socket);
    });
    socket.once('error', reject);
    socket.once('close', () =>
      reject(Object.assign(new Error('closed during the TLS handshake'), { code: 'ECONNRESET' })),
    );
    socket.setTimeout(timeoutMs, () => {
      socket.destroy();
      reject(Object.assign(new Error('the TLS handshake was not answered'), { code: 'ETIMEDOUT' }));
    });
  });
}

function askForTunnel(socket: Socket, target: string, proxy: URL, timeoutMs: number): Promise<number> {
  const { token } = proxyToken(proxy);
  const auth = token === undefined ? '' : `Proxy-Authorization: ${token}\r\n`;
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
