// Interim answers (1xx) in front of the real one. undici takes a `100 Continue` nobody asked for to be a broken
// answer (nodejs/undici#197), although RFC 9110 lets every server send it (15.2.1). They are left out before undici
// reads them, all alike: however many come, they are no sign of the answer, and the time allowed for it runs on.
import type { Socket } from 'node:net';

export type InterimFilter = {
  /** Leaves them out of what is read from a new connection. */
  attach(socket: Socket): void;
  /** A request was sent: what comes next is the head of an answer. */
  expectHead(): void;
};

/** The head of an answer is no longer; whoever sends more meets the limit of undici. */
const longestHead = 64 * 1024;

/** A filter for one client, which has one connection at a time, and one request on it. */
export function createInterimFilter(): InterimFilter {
  let isHead = true;
  return {
    expectHead() {
      isHead = true;
    },
    attach(socket) {
      const read = socket.read.bind(socket);
      let held: Buffer | undefined;
      isHead = true;
      socket.read = (size?: number): Buffer | null => {
        const chunk: Buffer | null = read(size);
        if (!isHead || chunk === null) return chunk;
        let head: Buffer = held === undefined ? chunk : Buffer.concat([held, chunk]);
        held = undefined;
        while (isInterim(head)) {
          const end = head.indexOf('\r\n\r\n');
          if (end === -1) {
            if (head.length > longestHead) break;
            held = head;
            return null;
          }
          head = head.subarray(end + 4);
          if (head.length === 0) return null;
        }
        isHead = false;
        return head;
      };
    },
  };
}

/** Also when not enough has come to tell. 101 is none: it ends the talk in HTTP. */
function isInterim(head: Buffer): boolean {
  const start = head.toString('latin1', 0, 12);
  if (start.length === 12) return /^HTTP\/1\.[01] 1(?!01)\d\d$/.test(start);
  return ['HTTP/1.1 1', 'HTTP/1.0 1'].some((one) => one.startsWith(start.slice(0, 10)));
}
