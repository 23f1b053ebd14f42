// Follows the answers of one connection to the server, and tells the exchanges of them. What it cannot read passes all
// the same.
import type { HeaderList } from './exchange.ts';
import { headerList, responseFraming, statusLine } from './http-head.ts';
import type { Observer } from './journal.ts';
import { createMessageReader } from './message-reader.ts';

export type AnswerReader = {
  read(bytes: Buffer): void;
  /** The server closed its side. */
  close(): void;
};

export type AnswerPlace = {
  /** The request that is being answered. */
  readonly front: () => { readonly method: string; readonly observer: Observer } | undefined;
  /** Its answer is complete. */
  readonly complete: (trailers: HeaderList) => void;
  /** No answer can be read from here on, and why: as part of a sentence. */
  readonly unreadable: (why: string) => void;
  /** Both sides speak another protocol from here on (101). */
  readonly tunnel: () => void;
};

export function createAnswerReader({ front, complete, unreadable, tunnel }: AnswerPlace): AnswerReader {
  /** What one read brought of the body of the answer at the front: one piece, however many chunks it came in. */
  let piece = Buffer.alloc(0);
  let length = 0;
  /** Bytes that nobody keeps: copying them, chunk by chunk, would take most of the time. */
  let uncopied = 0;
  let isCopied = true;
  const flush = (): void => {
    if (length > 0) front()?.observer.body(piece.subarray(0, length));
    if (uncopied > 0) front()?.observer.unkept(uncopied);
    length = 0;
    uncopied = 0;
  };
  const reader = createMessageReader({
    head(head) {
      const exchange = front();
      const line = statusLine(head);
      if (exchange === undefined || line === undefined) {
        unreadable('it is not HTTP');
        return 'opaque';
      }
      if (line.status < 200 && line.status !== 101) {
        exchange.observer.interim(line, headerList(head));
        return 'interim';
      }
      exchange.observer.head(line, headerList(head));
      if (line.status !== 101) return responseFraming(head, line.status, exchange.method);
      tunnel();
      return 'opaque';
    },
    raw() {},
    body(bytes, start, end) {
      if (!isCopied) {
        uncopied += end - start;
        return;
      }
      // A piece that was handed out is somebody else's.
      if (length === 0) piece = Buffer.allocUnsafeSlow(bytes.length - start);
      length += bytes.copy(piece, length, start, end);
    },
    end(trailers) {
      flush();
      complete(trailers);
      isCopied = true;
    },
    otherProtocol: () => unreadable('it is not HTTP'),
    unreadable(why) {
      flush();
      unreadable(why);
    },
  });
  return {
    read(bytes) {
      isCopied = front()?.observer.isKept() ?? true;
      reader.read(bytes);
      flush();
    },
    close() {
      reader.close();
    },
  };
}
