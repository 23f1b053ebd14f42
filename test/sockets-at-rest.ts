// Whether what one end of this process wrote has been read by the other: the system delivers it when it likes.
import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** One end of a connection; its ports are kept, for a closed one has none. */
type End = { readonly socket: Socket; from: number | undefined; to: number | undefined };

const ends = new Set<End>();
for (const channel of ['net.client.socket', 'net.server.socket']) {
  subscribe(channel, (message) =>
    ends.add({ socket: (message as { socket: Socket }).socket, from: undefined, to: undefined }),
  );
}

/** The longest wait, in milliseconds, for an end that does not read. */
const patienceMs = 1_000;

/** One turn of the event loop. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Resolves when every open socket of this process has read what its other end, in this process too, has written, knows
 * when that has closed, and had some turns to pass it on; or when nothing moves for a second, because somebody does not
 * read on purpose.
 */
export async function socketsAtRest(): Promise<void> {
  let movedAt = performance.now();
  let before = '';
  for (;;) {
    for (let turns = 0; turns < 3; turns += 1) await turn();
    const unread = unreadBytes();
    if (unread.every((bytes) => bytes === 0)) return;
    const now = unread.join();
    if (now !== before) movedAt = performance.now();
    before = now;
    if (performance.now() - movedAt > patienceMs) return;
  }
}

/** What is on its way to each socket; the end of a connection counts as a byte. */
function unreadBytes(): number[] {
  for (const end of ends) {
    end.from ??= end.socket.localPort;
    end.to ??= end.socket.remotePort;
    if (end.socket.destroyed && otherOf(end)?.socket.destroyed !== false) ends.delete(end);
  }
  return [...ends].map((end) => {
    const writer = otherOf(end)?.socket;
    // Of TLS, one end counts what is in it, and the other what is around it.
    if (writer === undefined || [writer, end.socket].some((socket) => 'encrypted' in socket)) return 0;
    if (end.socket.destroyed) return 0;
    const bytes = writer.bytesWritten - writer.writableLength - end.socket.bytesRead;
    return bytes === 0 && writer.destroyed && !end.socket.readableEnded ? 1 : bytes;
  });
}

function otherOf({ from, to }: End): End | undefined {
  if (from === undefined || to === undefined) return undefined;
  return [...ends].findLast((end) => end.from === to && end.to === from);
}
