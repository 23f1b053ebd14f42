// Sends requests and streams their answers. The one door to undici.
import { isIP } from 'node:net';
import { buildConnector, Client, type Dispatcher } from 'undici';
import type { MsgError } from '../errors.ts';
import { createArrivalQueue } from './arrival-queue.ts';
import { type Connection, createConnection, perAddressTimeoutMs, type Use } from './connector.ts';
import { decodedBody } from './encoding.ts';
import { networkError, withUpload } from './failures.ts';
import { createInterimFilter, type InterimFilter } from './interim.ts';
import { limits } from './limits.ts';
import { markAtProxy, parseProxy, proxyError, proxyToken } from './proxy-choice.ts';
import {
  markChunk,
  newTrace,
  type SendOptions,
  type Transport,
  type WireRequest,
  type WireResponse,
} from './wire.ts';

export type TlsOptions = {
  /** PEM of every root to trust; replaces the built-in ones. */
  readonly ca?: readonly string[];
  /** PEM of a client certificate and its key. */
  readonly cert?: string;
  readonly key?: string;
  /** False accepts any certificate. */
  readonly rejectUnauthorized?: boolean;
};

export type TransportOptions = {
  /** Milliseconds on a monotonic clock. */
  readonly now: () => number;
  readonly userAgent: string;
  readonly connectTimeoutMs: number;
  /** From the request to the response headers. 0: no limit. */
  readonly headersTimeoutMs: number;
  /** The longest silence in a body; any byte counts, pings too. 0: no limit. */
  readonly idleTimeoutMs: number;
  readonly tls?: TlsOptions;
  /** Called before each new connection, when all modules it needs are loaded. */
  readonly beforeConnecting?: () => Promise<void>;
  /** The proxy for a URL, or undefined to connect directly. */
  readonly proxyFor?: (url: string) => string | undefined;
};

/** Opens a transport: one connection an origin, kept alive until `close()`. Redirects are never followed. */
export function createTransport(options: TransportOptions): Transport {
  const dispatchers = new Map<string, Promise<Opened>>();

  function dispatcherFor(url: URL): Promise<Opened> {
    let dispatcher = dispatchers.get(url.origin);
    if (dispatcher === undefined) {
      dispatcher = openDispatcher(url, options);
      dispatchers.set(url.origin, dispatcher);
      // What could not be opened needs no closing.
      dispatcher.catch(() => dispatchers.delete(url.origin));
    }
    return dispatcher;
  }

  const send = async (request: WireRequest, { signal }: SendOptions = {}): Promise<WireResponse> => {
    const url = new URL(request.url);
    const { dispatcher, filter, connection } = await dispatcherFor(url);
    return new Promise((resolve, reject) => {
      if (signal?.aborted) throw signal.reason;
      const trace = newTrace(options.now());
      let controller: Dispatcher.DispatchController | undefined;
      let isEnded = false;
      let use: Use | undefined;

      function end(error?: unknown): void {
        if (!queue.end(error)) return;
        isEnded = true;
        trace.endedAt = options.now();
        signal?.removeEventListener('abort', abort);
        if (error !== undefined) reject(error);
      }
      function abort(): void {
        controller?.abort(signal?.reason);
        end(signal?.reason);
      }
      signal?.addEventListener('abort', abort);

      const queue = createArrivalQueue({
        now: options.now,
        onChunk: (at, bytes) => markChunk(trace, at, bytes),
        onTaken: () => {
          if (controller?.paused) controller.resume();
        },
        onAbandoned: () => {
          controller?.abort(new Error('the answer is no longer read'));
          end();
        },
      });

      const failed = (error: Error): void => {
        if (signal?.aborted) end(signal.reason);
        else if (!trace.isResent && !isEnded && use?.wasStale(error) === true) {
          trace.isResent = true;
          queueMicrotask(dispatch);
        } else
          end(
            withUpload(
              explain(error, url, options.proxyFor?.(url.href), trace.sentAt !== undefined),
              trace.headersAt === undefined ? Buffer.byteLength(request.body ?? '') : 0,
            ),
          );
      };

      const dispatch = (): void => {
        dispatcher.dispatch(
          {
            origin: url.origin,
            path: url.pathname + url.search,
            method: request.method,
            headers: { 'user-agent': options.userAgent, ...request.headers },
            body: request.body ?? null,
            headersTimeout: options.headersTimeoutMs,
            bodyTimeout: options.idleTimeoutMs,
          },
          {
            onRequestStart(started) {
              controller = started;
              filter.expectHead();
              use = connection.use();
              trace.sentAt = options.now();
              if (isEnded) started.abort(new Error('aborted before it was sent'));
            },
            onResponseStart(started, status, received) {
              // Informational answers (103 Early Hints) come before the real one; many of them are silence too.
              if (status < 200) {
                const silentMs = options.now() - (trace.sentAt ?? trace.startedAt);
                if (options.headersTimeoutMs > 0 && silentMs > options.headersTimeoutMs)
                  started.abort(
                    Object.assign(new Error('interim answers only'), { code: 'UND_ERR_HEADERS_TIMEOUT' }),
                  );
                return;
              }
              trace.headersAt = options.now();
              const headers = flatHeaders(received);
              resolve({
                status,
                headers,
                trace,
                ...plainProxy(url, options.proxyFor?.(url.href)),
                body: decodedBody(queue.arrivals, headers['content-encoding']),
              });
            },
            onResponseData(received, chunk) {
              if (!queue.push(chunk)) received.pause();
            },
            onResponseEnd: () => end(),
            onResponseError: (_controller, error) => failed(error),
          },
        );
      };
      dispatch();
    });
  };

  return Object.assign(send, {
    async close() {
      // One that could not be opened has told whoever asked for it.
      const opened = await Promise.allSettled(dispatchers.values());
      const reason = withoutStack('The connection was closed');
      await Promise.all(
        opened.map((one) => one.status === 'fulfilled' && one.value.dispatcher.destroy(reason)),
      );
      dispatchers.clear();
    },
  });
}

/** Node reads the stack of what ends a socket, and V8 then counts the lines of the whole bundle: 2 ms of every run. */
function withoutStack(message: string): Error {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const error = new Error(message);
  Error.stackTraceLimit = stackTraceLimit;
  return error;
}

type Opened = {
  readonly dispatcher: Dispatcher;
  readonly filter: InterimFilter;
  readonly connection: Connection;
};

async function openDispatcher(url: URL, options: TransportOptions): Promise<Opened> {
  const { ca, ...tls } = options.tls ?? {};
  const connect = {
    ...tls,
    ...(ca === undefined ? {} : { ca: [...ca] }),
    timeout: options.connectTimeoutMs,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: perAddressTimeoutMs,
  };
  const proxy = options.proxyFor?.(url.href);
  // undici would load it when it connects.
  if (url.protocol === 'https:') await import('node:tls');
  await options.beforeConnecting?.();
  const filter = createInterimFilter();
  const connection = createConnection(options.now);
  const openClient = (origin: string | URL, reach: buildConnector.connector, rest: object = {}): Client =>
    new Client(origin, {
      ...rest,
      maxHeaderSize: limits.headers,
      connect: (target, callback) =>
        reach(target, (...result) => {
          if (result[0] === null) {
            filter.attach(result[1]);
            connection.open(result[1]);
          }
          callback(...result);
        }),
    });
  if (proxy === undefined)
    return { dispatcher: openClient(url.origin, buildConnector(connect)), filter, connection };
  const { ProxyAgent } = await import('undici');
  const proxyUrl = parseProxy(proxy);
  // http:// targets are asked for by absolute URL, as curl does: many proxies refuse CONNECT to port 80.
  const dispatcher = new ProxyAgent({
    uri: proxyUrl.href,
    proxyTunnel: false,
    requestTls: connect,
    // Given to a SOCKS proxy, it would be spoken to in TLS.
    ...(proxyUrl.protocol === 'socks5:' ? {} : { proxyTls: connect }),
    connections: 1,
    factory: (origin: string | URL, { connect: reach, ...rest }: { connect: buildConnector.connector }) =>
      openClient(origin, reach, rest),
    // Its CONNECT is part of connecting: a proxy that accepts and says nothing must not be waited for longer.
    clientFactory: (origin: URL, { connect: reach }: { connect: buildConnector.connector }) =>
      new Client(origin, {
        headersTimeout: options.connectTimeoutMs,
        connect: (target, callback) =>
          reach({ ...target, servername: serverName(target) }, (...result) => {
            if (result[0] !== null) markAtProxy(result[0]);
            callback(...result);
          }),
      }),
    ...proxyToken(proxyUrl),
  });
  return { dispatcher, filter, connection };
}

/** TLS knows no addresses as names of servers: Node 26 refuses them, older ones warn, and undici gives any host. */
const serverName = ({ hostname, servername }: buildConnector.Options): string =>
  isIP(hostname) === 0 ? (servername ?? '') : '';

/** A proxy that is asked for the whole of an http:// URL reads the answer, and may give its own. */
function plainProxy(url: URL, proxy: string | undefined): { proxy?: string } {
  if (proxy === undefined || url.protocol !== 'http:') return {};
  const { protocol, host } = parseProxy(proxy);
  return protocol === 'http:' ? { proxy: host } : {};
}

function explain(error: Error, url: URL, proxy: string | undefined, isSent: boolean): MsgError {
  return proxy === undefined
    ? networkError(error, url.host)
    : proxyError(error, url.host, parseProxy(proxy).host, isSent);
}

function flatHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}
