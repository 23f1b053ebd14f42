// The mock: a real HTTP server on loopback that plays scripts or, without one, speaks the protocol. The
// only file of this room that touches sockets, the clock and timers.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { openGates } from './gates.ts';
import { play } from './player.ts';
import { openPromptCache } from './prompt-cache.ts';
import { answerByProtocol, largestBodyBytes, type Rules, strictRefusal } from './protocol.ts';
import { type SeenRequest, seenRequest } from './received-request.ts';
import { jsonReply, type Pace } from './replies.ts';
import type { Timers } from './response-writer.ts';
import { type Scenario, scenarioScript } from './scenario.ts';
import type { Script } from './script.ts';

export type MockOptions = Rules & {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Tokens per second of the answers the mock makes itself. Default: as fast as the socket takes them. */
  readonly speed?: number;
  /** Milliseconds before such an answer begins. Default 0. */
  readonly ttftMs?: number;
  /** What the pauses of an answer wait for. Default: the clock of this machine. */
  readonly timersFor?: (request: SeenRequest) => Timers;
  /** Answers in this order; a request beyond the last one is unscripted (599). */
  readonly replies?: readonly Script[];
  /** A way of failing, or of answering oddly. */
  readonly scenario?: Scenario;
  /** Answers where it returns a script; the rest is answered by the protocol. */
  readonly respond?: (request: SeenRequest) => Script | undefined;
  /** False: requests are not kept, so that a server that runs for weeks does not grow. Default true. */
  readonly keepsRequests?: boolean;
  readonly onRequest?: (request: SeenRequest) => void;
  /** Called when an exchange is over. */
  readonly onExchange?: (exchange: MockExchange) => void;
};

/** One request and how it was answered, as a log would tell it. */
export type MockExchange = {
  readonly request: SeenRequest;
  readonly status: number;
  readonly outcome: 'answered' | 'aborted';
  readonly durationMs: number;
};

export type Mock = {
  /** The base URL without `/v1`, e.g. `http://127.0.0.1:41234`, followed by the base path if there is one. */
  readonly url: string;
  readonly port: number;
  /** Every request, in order of arrival, once its body is here (up to where it is too large); unless none is kept. */
  readonly requests: readonly SeenRequest[];
  /** Queues answers behind those already there. From then on, unscripted requests answer 599. */
  reply(...scripts: readonly Script[]): void;
  /** Opens a gate for good: whoever waits there goes on, and whoever comes later does not wait. */
  open(gate: string): void;
  /** Resolves when a script has sent everything before this gate and waits there. */
  reached(gate: string): Promise<void>;
  /** Resolves with the `count`-th request (from 1) once it has arrived. */
  request(count: number): Promise<SeenRequest>;
  /** Throws when a request was not scripted, a script was never asked for, or one could not be played. */
  verify(): void;
  /** Ends everything at once: the server, its connections and the scripts being played. */
  close(): Promise<void>;
};

const timers: Timers = {
  now: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done, { once: true });
      if (signal.aborted) done();
    }),
  turn: () => new Promise((resolve) => setImmediate(resolve)),
};

/** Starts a mock and resolves when it listens. Rejects with Node's error when the port is taken. */
export async function startMock(options: MockOptions = {}): Promise<Mock> {
  const { host = '127.0.0.1', port = 0 } = options;
  const rules: Rules = { ...options, ...options.scenario?.rules };
  const scenario = options.scenario && scenarioScript(options.scenario, rules);
  const pace: Pace = { tokensPerSecond: options.speed ?? 0, ttftMs: options.ttftMs ?? 0 };
  const queue: Script[] = [...(options.replies ?? [])];
  let isScripted = options.replies !== undefined;
  const requests: SeenRequest[] = [];
  let requestCount = 0;
  const arrivals: { count: number; resolve: (request: SeenRequest) => void }[] = [];
  const problems: string[] = [];
  const gates = openGates();
  const cache = openPromptCache();
  const connections = new WeakMap<Socket, number>();
  let connectionCount = 0;

  const scriptFor = (request: SeenRequest, serial: number): Script => {
    const occasion = { serial, now: new Date(), pace, cache };
    const strict = strictRefusal(request, rules, occasion);
    if (strict) return strict;
    if (isScripted) {
      const next = queue.shift();
      if (next) return next;
      problems.push(`unscripted request: ${request.method} ${request.path}`);
      return jsonReply(599, {
        type: 'error',
        error: { type: 'unscripted_request', message: problems.at(-1) },
      });
    }
    const own = options.respond?.(request);
    if (own) return own;
    const honest = (): Script => answerByProtocol(request, rules, occasion);
    return scenario ? scenario(request, honest) : honest();
  };

  const exchange = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const startedAt = timers.now();
    const gone = new AbortController();
    const outcome = new Promise<'answered' | 'aborted'>((resolve) => {
      response.once('close', () => {
        resolve(response.writableFinished ? 'answered' : 'aborted');
        gone.abort();
      });
    });
    const body = await readAll(message);
    if (body === undefined) return;
    const request = seenRequest(message, body, connections.get(message.socket) ?? 0, outcome);
    requestCount += 1;
    if (options.keepsRequests !== false) requests.push(request);
    for (const arrival of arrivals) if (arrival.count === requestCount) arrival.resolve(request);
    options.onRequest?.(request);
    await play(scriptFor(request, requestCount), response, {
      timers: options.timersFor?.(request) ?? timers,
      signal: gone.signal,
      pass: gates.pass,
    });
    const durationMs = timers.now() - startedAt;
    options.onExchange?.({ request, status: response.statusCode, outcome: await outcome, durationMs });
  };

  const server = createServer((message, response) => {
    exchange(message, response).catch((error: unknown) => {
      problems.push(`${message.method} ${message.url}: ${String(error)}`);
      response.destroy();
    });
  });
  // An answer may take as long as its script says, and a client may keep its connection for a while.
  Object.assign(server, { requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 60_000, timeout: 0 });
  server.on('connection', (socket) => {
    connectionCount += 1;
    connections.set(socket, connectionCount);
    socket.setNoDelay(true);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  const { basePath = '' } = rules;

  return {
    url: `http://${urlHost(host, address)}:${address.port}${basePath === '*' ? '' : basePath}`,
    port: address.port,
    requests,
    reply(...scripts) {
      isScripted = true;
      queue.push(...scripts);
    },
    open: gates.open,
    reached: gates.reached,
    request: (count) =>
      new Promise((resolve) => {
        const seen = requests[count - 1];
        if (seen) resolve(seen);
        else arrivals.push({ count, resolve });
      }),
    verify() {
      const unused = queue.length > 0 ? [`${queue.length} scripted replies nobody asked for`] : [];
      const all = [...problems, ...unused];
      if (all.length > 0) throw new Error(`mock: ${all.join('; ')}`);
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      // Ends the scripts too: each of them stops when its connection is gone.
      server.closeAllConnections();
      await closed;
    },
  };
}

/**
 * The body as text, or undefined when the client left before it was complete. Of one that is too large, as much is kept
 * as shows that.
 */
async function readAll(message: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of message) {
      if (length <= largestBodyBytes) chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString('utf8');
}

const urlHost = (host: string, { family, address }: AddressInfo): string => {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return family === 'IPv6' ? `[${address}]` : address;
};
