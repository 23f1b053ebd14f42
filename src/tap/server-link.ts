// The connection to the server that belongs to one of a client: it is opened by the first bytes that are for it, which
// wait until then; and the client is made to wait where the server does not read.
import type { Socket } from 'node:net';
import type { OpenSocket } from '../http/socket.ts';
import type { Route, Valve } from './route.ts';

export type ServerLink = {
  /** Sends it on, or keeps it until the connection is open. */
  send(bytes: Buffer, route: Route): void;
  /** The client sends no more. */
  end(): void;
  /** Its last answer is complete, or nobody wants it any more; what is sent next opens another. */
  close(): void;
  /** Breaks the connection. */
  reset(): void;
  /** What is sent in `work` leaves together. */
  together(work: () => void): void;
  isOf(opened: OpenSocket): boolean;
  /** The client is gone: a server that has not closed its side is left. */
  leave(): void;
};

export type ServerLinkOptions = {
  readonly client: Socket;
  /** Whether a connection that is open by now is still of use. */
  readonly isWanted: () => boolean;
  /** It is open; called before anything is sent. */
  readonly onOpen: (opened: OpenSocket, valve: Valve | null) => void;
  readonly onUnreached: (error: unknown) => void;
};

/** So many bytes may wait for a connection that is being opened before the client is told to wait. */
const mostWaitingBytes = 1024 * 1024;

export function createServerLink({ client, isWanted, onOpen, onUnreached }: ServerLinkOptions): ServerLink {
  let server: OpenSocket | undefined;
  let isOpening = false;
  let hasEnded = false;
  /** For the server, until the connection is open. */
  let outbox: Buffer[] = [];
  let outboxBytes = 0;

  async function open(route: Route): Promise<void> {
    isOpening = true;
    try {
      const opened = await route.open();
      if (isWanted()) use(opened, route.valve);
      else opened.reset();
    } catch (error) {
      onUnreached(error);
    } finally {
      isOpening = false;
    }
  }

  function use(opened: OpenSocket, valve: Valve | null): void {
    server = opened;
    const { socket } = opened;
    onOpen(opened, valve);
    // Behind a proxy it was stopped when that had let it through.
    socket.resume();
    socket.write(Buffer.concat(outbox));
    outbox = [];
    outboxBytes = 0;
    client.resume();
    if (hasEnded) socket.end();
  }

  return {
    send(bytes, route) {
      if (server !== undefined) {
        if (server.socket.write(bytes) || client.isPaused()) return;
        client.pause();
        server.socket.once('drain', () => client.resume());
        return;
      }
      outbox.push(bytes);
      outboxBytes += bytes.length;
      if (outboxBytes > mostWaitingBytes) client.pause();
      if (!isOpening) void open(route);
    },
    end() {
      hasEnded = true;
      if (server !== undefined) server.socket.end();
      else if (!isOpening) client.end();
    },
    close() {
      const old = server;
      server = undefined;
      old?.socket.removeAllListeners().on('error', () => {});
      old?.socket.destroy();
    },
    reset: () => server?.reset(),
    together(work) {
      const socket = server?.socket;
      socket?.cork();
      work();
      socket?.uncork();
    },
    isOf: (opened) => server === opened,
    leave() {
      if (server?.socket.readableEnded === false) server.socket.destroy();
    },
  };
}
