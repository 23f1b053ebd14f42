// A running proxy of the tap in front of a raw server, both ends in the hands of a test.
import { connect, type Socket } from 'node:net';
import type { Endpoint } from '../../src/messages/endpoint.ts';
import { createJournal, type Entry, type Journal } from '../../src/tap/journal.ts';
import { startProxy } from '../../src/tap/proxy.ts';
import { type RouteOptions, routesTo } from '../../src/tap/routes.ts';
import { rawServer } from '../http/servers.ts';

export const clock = {
  now: () => performance.now(),
  wallTime: () => Date.now(),
  sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
};

/** One end of a connection, with all that came so far. */
export type End = {
  readonly socket: Socket;
  readonly received: () => Buffer;
  /** Resolves once the text has come; what is behind it may have come too. */
  shows(text: string): Promise<void>;
  /** How the other side closed: it ended (FIN), or broke the connection (RST). */
  readonly closed: Promise<'end' | 'reset'>;
};

export function endOf(socket: Socket): End {
  let chunks: Buffer[] = [];
  const received = (): Buffer => {
    if (chunks.length > 1) chunks = [Buffer.concat(chunks)];
    return chunks[0] ?? Buffer.alloc(0);
  };
  const waiting = new Set<() => void>();
  socket.on('data', (bytes: Buffer) => {
    chunks.push(bytes);
    for (const check of waiting) check();
  });
  const closed = new Promise<'end' | 'reset'>((resolve) => {
    socket.on('end', () => resolve('end')).on('error', () => resolve('reset'));
    socket.on('close', () => resolve('reset'));
  });
  return {
    socket,
    received,
    shows: (text) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!received().includes(text)) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    closed,
  };
}

export type Tapped = {
  readonly port: number;
  readonly serverPort: number;
  readonly journal: Journal;
  /** A connection of a client, as it is accepted by the tap. */
  client(): Promise<End>;
  /** The connection of the tap to the server, `count`-th from 1. */
  server(count: number): Promise<End>;
  /** Resolves with an exchange once it has ended. */
  ended(id: number): Promise<Entry>;
  /** Ends the proxy; the server stays. */
  stop(): Promise<void>;
  close(): Promise<void>;
};

export const endpointAt = (port: number, over: Partial<Endpoint> = {}): Endpoint => ({
  baseUrl: `http://127.0.0.1:${port}`,
  auth: 'none',
  version: '2023-06-01',
  betas: [],
  headers: {},
  doctorCommand: 'msg doctor',
  modelsCommand: 'msg models',
  ...over,
});

/** `endpoint` gets the port of the server. */
export async function startTapped({
  endpoint = endpointAt,
  ...over
}: Partial<Omit<RouteOptions, 'endpoint'>> & {
  readonly endpoint?: (port: number) => Endpoint;
} = {}): Promise<Tapped> {
  const servers: End[] = [];
  const waiting: { count: number; resolve: (end: End) => void }[] = [];
  const running = await rawServer((socket) => {
    servers.push(endOf(socket));
    for (const { count, resolve } of waiting) if (count === servers.length) resolve(servers[count - 1]!);
  }, true);
  const journal = createJournal(clock);
  const proxy = await startProxy({
    host: '127.0.0.1',
    port: 0,
    journal,
    routeFor: routesTo({
      endpoint: () => endpoint(running.port),
      token: undefined,
      connectTimeoutMs: 600_000,
      tls: undefined,
      proxyFor: () => undefined,
      ...over,
    }),
  });
  return {
    port: proxy.port,
    serverPort: running.port,
    journal,
    client: () =>
      new Promise((resolve, reject) => {
        const socket = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
        const end = endOf(socket);
        socket.once('connect', () => resolve(end)).once('error', reject);
      }),
    server: (count) =>
      new Promise((resolve) => {
        const seen = servers[count - 1];
        if (seen) resolve(seen);
        else waiting.push({ count, resolve });
      }),
    ended: (id) =>
      new Promise((resolve) => {
        const stop = journal.onStep((entry, step) => step === 'end' && entry.id === id && done(entry));
        const done = (entry: Entry): void => {
          stop();
          resolve(entry);
        };
        const seen = journal.entry(id);
        if (seen !== undefined && seen.ending !== 'open') done(seen);
      }),
    stop: () => proxy.close(),
    async close() {
      await proxy.close();
      await running.close();
    },
  };
}
