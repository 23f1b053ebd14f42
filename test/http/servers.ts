// Small servers and the reading of answers, for tests of the transport: everything on loopback.
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import { type AddressInfo, createServer as createNetServer, type Server, type Socket } from 'node:net';
import { createTransport, type TransportOptions } from '../../src/http/transport.ts';
import type { Transport, WireRequest, WireResponse } from '../../src/http/wire.ts';

export type Running = { readonly port: number; close(): Promise<void> };

/** Listens on loopback; closing ends open connections too. */
export async function listen(server: Server, host = '127.0.0.1'): Promise<Running> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

export const httpServer = (listener: RequestListener): Promise<Running> => listen(createHttpServer(listener));
export const httpsServer = (options: ServerOptions, listener: RequestListener): Promise<Running> =>
  listen(createHttpsServer(options, listener));
/** `allowHalfOpen`: its side stays open when the other one has closed its own. */
export const rawServer = (onConnection: (socket: Socket) => void, allowHalfOpen = false): Promise<Running> =>
  listen(createNetServer({ allowHalfOpen }, onConnection));

export const openTransport = (over: Partial<TransportOptions> = {}): Transport =>
  createTransport({
    now: () => performance.now(),
    userAgent: 'msg/test',
    connectTimeoutMs: 600_000,
    headersTimeoutMs: 600_000,
    idleTimeoutMs: 600_000,
    ...over,
  });

export const get = (url: string, headers: Record<string, string> = {}): WireRequest => ({
  method: 'GET',
  url,
  headers,
});

/** The whole body as text. */
export async function textOf(response: WireResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const arrival of response.body) chunks.push(...arrival.chunks);
  return Buffer.concat(chunks).toString();
}

/** What a promise was rejected with. */
export const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: unknown) => error,
  );
