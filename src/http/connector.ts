// What is known of the connection a client has: whether the request on it is its first one, and whether anything
// came since it was sent. No I/O of its own.
import type { Socket } from 'node:net';
import { codeOf } from './failures.ts';

/**
 * Milliseconds. Node gives up on each address after 250 ms, which fails on links slower than that while curl works
 * (nodejs/node#54359).
 */
export const perAddressTimeoutMs = 1000;

export type Connection = {
  /** A new one is open. */
  open(socket: Pick<Socket, 'bytesRead'>): void;
  /** A request is sent on it. Gives what tells, when that fails, whether it was never taken. */
  use(): Use;
};

/** One request on a connection. */
export type Use = {
  /**
   * Whether a failure is that of a kept-alive connection which the other side had already closed: it had carried a
   * request before, it was closed at once, and not one byte came. Such a request was not read, so it may be sent
   * again (RFC 9112, 9.3.1); nothing is asked, or billed, twice.
   */
  wasStale(failure: unknown): boolean;
};

const closed = /^(UND_ERR_SOCKET|ECONNRESET|ECONNABORTED|EPIPE)$/;

/** A request on a closed connection is refused within one round trip; whoever took longer may have worked on it. */
const longestRefusalMs = 2000;

/** The connection of one client, which has one at a time and one request on it. `now`: monotonic milliseconds. */
export function createConnection(now: () => number): Connection {
  let socket: Pick<Socket, 'bytesRead'> | undefined;
  let isUsed = false;
  return {
    open(fresh) {
      socket = fresh;
      isUsed = false;
    },
    use() {
      const [own, isReused, bytesBefore, sentAt] = [socket, isUsed, socket?.bytesRead, now()];
      isUsed = true;
      return {
        wasStale: (failure) =>
          isReused &&
          own?.bytesRead === bytesBefore &&
          now() - sentAt < longestRefusalMs &&
          closed.test(codeOf(failure) ?? ''),
      };
    },
  };
}
