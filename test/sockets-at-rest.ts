// Whether what one end of this process wrote has been read by the other: the system delivers it when it likes.
import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

const sockets = new Set<Socket>();
for (const channel of ['net.client.socket', 'net.server.socket']) {
  subscribe(channel, (message) => {
    for (const socket of sockets) if (socket.destroyed) sockets.delete(socket);
    sockets.add((message as { socket: Socket }).socket);
  });
}

/** The longest wait, in milliseconds, for an end that does not read. */
const patienceMs = 1_000;

/** One turn of the event loop. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Resolves when every open socket of this process has read what its other end, in this process too, has written, and
 * had some turns to pass it on; or when nothing moves for a second, because somebody does not read on purpose.
 */
export async function socketsAtRest(): Promise<void> {
  let movedAt = performance.now();
  let before = -1;
  for (;;) {
    for (let turns = 0; turns < 3; turns += 1) await turn();
    const { unread, read } = countBytes();
    if (unread === 0) return;
    if (read !== before) movedAt = performance.now();
    before = read;
    if (performance.now() - movedAt > patienceMs) return;
  }
}

function countBytes(): { unread: number; read: number } {
  // Of TLS, one end counts what is in it, and the other what is around it.
  const open = [...sockets].filter((socket) => socket.localPort !== undefined && !('encrypted' in socket));
  const ends = new Map(open.map((socket) => [`${socket.localPort} ${socket.remotePort}`, socket]));
  let [unread, read] = [0, 0];
  for (const reader of open) {
    const writer = ends.get(`${reader.remotePort} ${reader.localPort}`);
    read += reader.bytesRead;
    if (writer !== undefined) unread += writer.bytesWritten - writer.writableLength - reader.bytesRead;
  }
  return { unread, read };
}
