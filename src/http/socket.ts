// A connection to the origin of a URL for whoever speaks HTTP on it himself: direct, or through an HTTP or SOCKS
// proxy, in TLS where the URL says so. What undici does for the transport.

import { connect, isIP, type Socket } from 'node:net';
import { perAddressTimeoutMs } from './connector.ts';
import { networkError } from './failures.ts';
import { bareHost } from './loopback.ts';
import { markAtProxy, parseProxy, proxyError, proxyToken } from './proxy-choice.ts';
import type { TlsOptions } from './transport.ts';

type SocketOptions = {
  readonly connectTimeoutMs: number;
  readonly tls?: TlsOptions | undefined;
  readonly proxy?: string | undefined;
};

export type OpenSocket = {
  readonly socket: Socket;
  /** Breaks the connection (RST), also under TLS. */
  reset(): void;
};

/**
 * Set where a plain http:// URL goes through an HTTP proxy: requests then name the whole URL, and carry this
 * Proxy-Authorization if the proxy wants one.
 */
export function absoluteForm(
  url: URL,
  proxy: string | undefined,
): { readonly authorization?: string } | undefined {
  if (proxy === undefined || url.protocol !== 'http:') return undefined;
  const parsed = parseProxy(proxy);
  if (parsed.protocol.startsWith('socks')) return undefined;
  const { token } = proxyToken(parsed);
  return token === undefined ? {} : { authorization: token };
}

/**
 * Opens a connection on which HTTP/1.1 is spoken.
 * @throws MsgError `network` that names the host, or the proxy where it is that
 */
export async function openSocket(url: URL, options: SocketOptions): Promise<OpenSocket> {
  const proxy = options.proxy === undefined ? undefined : parseProxy(options.proxy);
  try {
    return await (proxy === undefined ? openDirect(url, options) : openThrough(proxy, url, options));
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    throw proxy === undefined
      ? networkError(error, url.host)
      : proxyError(error, url.host, proxy.host, false);
  }
}

const portOf = ({ port, protocol }: URL): number =>
  Number(port) || { 'https:': 443, 'socks5:': 1080, 'socks:': 1080 }[protocol] || 80;

async function openDirect(url: URL, options: SocketOptions): Promise<OpenSocket> {
  const tcp = await openTcp(url, options.connectTimeoutMs);
  const socket = url.protocol === 'https:' ? await overTls(tcp, url, options) : tcp;
  return { socket, reset: () => resetBoth(socket, tcp) };
}

async function openThrough(proxy: URL, url: URL, options: SocketOptions): Promise<OpenSocket> {
  const { token } = proxyToken(proxy);
  const isTls = url.protocol === 'https:';
  let tcp: Socket;
  let way: Socket;
  try {
    tcp = await openTcp(proxy, options.connectTimeoutMs);
    way = proxy.protocol === 'https:' ? await overTls(tcp, proxy, options) : tcp;
  } catch (error) {
    if (error instanceof Error) markAtProxy(error);
    throw error;
  }
  const isSocks = proxy.protocol.startsWith('socks');
  if (isSocks) await askSocks(way, url, proxy, options.connectTimeoutMs);
  else if (isTls) await askForTunnel(way, url, token, options.connectTimeoutMs);
  const socket = isTls ? await overTls(way, url, options) : way;
  return { socket, reset: () => resetBoth(socket, tcp) };
}

function resetBoth(socket: Socket, tcp: Socket): void {
  tcp.resetAndDestroy();
  socket.destroy();
}

/** Resolves with the first of these events, rejects on failure or when it takes too long. */
function opened<S extends Socket>(
  socket: S,
  event: 'connect' | 'secureConnect',
  timeoutMs: number,
): Promise<S> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void): void => {
      socket.off('error', onError).off('close', onClose).off('timeout', onTimeout).setTimeout(0);
      finish();
    };
    const onError = (error: Error): void => settle(() => reject(error));
    const onClose = (): void => settle(() => reject(coded('ECONNRESET', 'closed while connecting')));
    const onTimeout = (): void => {
      settle(() => reject(coded('UND_ERR_CONNECT_TIMEOUT', 'no connection in time')));
      socket.destroy();
    };
    socket.once('error', onError).once('close', onClose).once('timeout', onTimeout);
    if (timeoutMs > 0) socket.setTimeout(timeoutMs);
    socket.once(event, () => settle(() => resolve(socket)));
  });
}

const coded = (code: string, message: string): Error => Object.assign(new Error(message), { code });

function openTcp(url: URL, timeoutMs: number): Promise<Socket> {
  const socket = connect({
    host: bareHost(url.hostname),
    port: portOf(url),
    allowHalfOpen: true,
    noDelay: true,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: perAddressTimeoutMs,
  });
  return opened(socket, 'connect', timeoutMs);
}

async function overTls(
  tcp: Socket,
  url: URL,
  { tls = {}, connectTimeoutMs }: SocketOptions,
): Promise<Socket> {
  const { connect: connectTls } = await import('node:tls');
  const { ca, ...identity } = tls;
  const host = bareHost(url.hostname);
  const socket = connectTls({
    ...identity,
    ...(ca === undefined ? {} : { ca: [...ca] }),
    socket: tcp,
    host,
    // TLS sends no addresses as names.
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ALPNProtocols: ['http/1.1'],
  });
  return opened(socket, 'secureConnect', connectTimeoutMs);
}

/** `host:port` as CONNECT wants it. */
const authority = (url: URL): string => `${url.hostname}:${portOf(url)}`;

/** The longest head a proxy answers CONNECT with. */
const longestAnswer = 16 * 1024;

async function askForTunnel(
  socket: Socket,
  url: URL,
  token: string | undefined,
  timeoutMs: number,
): Promise<void> {
  const authorization = token === undefined ? '' : `Proxy-Authorization: ${token}\r\n`;
  socket.write(`CONNECT ${authority(url)} HTTP/1.1\r\nHost: ${authority(url)}\r\n${authorization}\r\n`);
  const head = await answerOf(
    socket,
    (bytes) => {
      const end = bytes.indexOf('\r\n\r\n');
      return end === -1 ? undefined : end + 4;
    },
    'UND_ERR_HEADERS_TIMEOUT',
    timeoutMs,
  );
  const status = /^HTTP\/1\.\d (\d{3})/.exec(head.toString('latin1'))?.[1];
  if (status !== undefined && /^2/.test(status)) return;
  socket.destroy();
  throw new Error(`Proxy response (${status ?? '000'}) !== 200 when HTTP Tunneling`);
}

/** SOCKS 5 (RFC 1928) with the name of the host, so that the proxy resolves it; with a password by RFC 1929. */
async function askSocks(socket: Socket, url: URL, proxy: URL, timeoutMs: number): Promise<void> {
  const ask = (
    request: readonly number[],
    length: (answer: Buffer) => number | undefined,
  ): Promise<Buffer> => {
    socket.write(Buffer.from(request));
    return answerOf(socket, length, 'UND_ERR_CONNECT_TIMEOUT', timeoutMs);
  };
  const refused = (why: string): Error => {
    socket.destroy();
    return coded('ECONNREFUSED', `the SOCKS proxy ${why}`);
  };
  const [user, password] = [proxy.username, proxy.password].map((text) =>
    Buffer.from(decodeURIComponent(text)),
  );
  const hasUser = user !== undefined && user.length > 0;
  const [, method] = await ask(hasUser ? [5, 2, 0, 2] : [5, 1, 0], exactly(2));
  if (method === 2 && hasUser) {
    const words = password ?? Buffer.alloc(0);
    const [, outcome] = await ask([1, user.length, ...user, words.length, ...words], exactly(2));
    if (outcome !== 0) throw refused('refused the user name or password');
  } else if (method !== 0) throw refused('wants another way to sign in');
  const name = Buffer.from(bareHost(url.hostname));
  const port = portOf(url);
  const reply = await ask([5, 1, 0, 3, name.length, ...name, port >> 8, port & 255], (answer) => {
    if (answer.length < 5) return undefined;
    const addressBytes = { 1: 4, 4: 16 }[answer[3] ?? 0] ?? 1 + (answer[4] ?? 0);
    return answer.length < 6 + addressBytes ? undefined : 6 + addressBytes;
  });
  if (reply[1] !== 0) throw refused(`did not connect (reply ${reply[1]})`);
}

const exactly =
  (length: number) =>
  (answer: Buffer): number | undefined =>
    answer.length < length ? undefined : length;

/** Reads from a proxy until `lengthOf` knows how long its answer is; what came behind that stays unread. */
function answerOf(
  socket: Socket,
  lengthOf: (bytes: Buffer) => number | undefined,
  timeoutCode: string,
  timeoutMs: number,
): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void): void => {
      socket.off('data', onData).off('error', onError).off('end', onEnd).off('timeout', onTimeout);
      socket.setTimeout(0);
      socket.pause();
      finish();
    };
    const onError = (error: Error): void => settle(() => reject(error));
    const onEnd = (): void => settle(() => reject(coded('ECONNRESET', 'the proxy closed the connection')));
    const onTimeout = (): void => {
      settle(() => reject(coded(timeoutCode, 'the proxy did not answer')));
      socket.destroy();
    };
    const onData = (chunk: Buffer): void => {
      bytes = Buffer.concat([bytes, chunk]);
      const length = lengthOf(bytes);
      if (length === undefined && bytes.length < longestAnswer) return;
      const end = length ?? bytes.length;
      settle(() => {
        if (end < bytes.length) socket.unshift(bytes.subarray(end));
        resolve(bytes.subarray(0, end));
      });
    };
    socket.on('data', onData).once('error', onError).once('end', onEnd).once('timeout', onTimeout);
    if (timeoutMs > 0) socket.setTimeout(timeoutMs);
    // Between two answers it was stopped.
    socket.resume();
  });
}
