// Between a socket that pushes and a reader that pulls: what came and was not read yet.
import type { Arrival } from './wire.ts';

/** A reader that stalls stops the socket once this much is waiting for it. */
const queueLimitBytes = 256 * 1024;

type ArrivalQueue = {
  /** Takes in a chunk. False: enough is waiting, the socket should pause. */
  push(chunk: Uint8Array): boolean;
  /** Nothing more will come: the reader gets what is waiting, then the end, or `error`. False: it had ended. */
  end(error?: unknown): boolean;
  /** What came, for one reader. What waited for it keeps its own times: none of it came when the reader came back. */
  readonly arrivals: AsyncIterableIterator<Arrival>;
};

type QueueOptions = {
  /** Milliseconds on a monotonic clock. */
  readonly now: () => number;
  readonly onChunk: (at: number, bytes: number) => void;
  /** The reader took all that was waiting. */
  readonly onTaken: () => void;
  /** The reader left before the end. */
  readonly onAbandoned: () => void;
};

type Reader = {
  readonly resolve: (result: IteratorResult<Arrival, undefined>) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * An empty queue for one body. Its iterator is written by hand: between the socket and the text lies one turn
 * of the microtask queue, where a generator takes three.
 */
export function createArrivalQueue({ now, onChunk, onTaken, onAbandoned }: QueueOptions): ArrivalQueue {
  const waiting: { readonly at: number; readonly chunks: Uint8Array[]; bytes: number }[] = [];
  let waitingBytes = 0;
  let isReading = false;
  let isEnded = false;
  let failure: unknown;
  let reader: Reader | undefined;

  /** Gives the reader what there is for it, if it waits. */
  function serve(): void {
    if (reader === undefined || (waiting.length === 0 && !isEnded)) return;
    const { resolve, reject } = reader;
    reader = undefined;
    const arrival = waiting.shift();
    if (arrival !== undefined) {
      waitingBytes -= arrival.bytes;
      resolve({ value: arrival, done: false });
      if (waiting.length === 0) onTaken();
    } else if (failure !== undefined) reject(failure);
    else resolve({ value: undefined, done: true });
  }
  const endRead = (): void => {
    isReading = false;
    serve();
  };
  /** Cheaper than queueMicrotask(), which makes an AsyncResource. */
  const soon = Promise.resolve();

  return {
    push(chunk) {
      // The chunks of one read come in one go: they arrived together, and one look at the clock will do.
      let arrival = waiting.at(-1);
      if (!isReading || arrival === undefined) {
        isReading = true;
        arrival = { at: now(), chunks: [], bytes: 0 };
        waiting.push(arrival);
        void soon.then(endRead);
      }
      arrival.chunks.push(chunk);
      arrival.bytes += chunk.length;
      waitingBytes += chunk.length;
      onChunk(arrival.at, chunk.length);
      return waitingBytes <= queueLimitBytes;
    },
    end(error) {
      if (isEnded) return false;
      isEnded = true;
      failure = error;
      serve();
      return true;
    },
    arrivals: {
      next: () =>
        new Promise((resolve, reject) => {
          reader = { resolve, reject };
          if (!isReading) serve();
        }),
      async return() {
        if (!isEnded) onAbandoned();
        return { value: undefined, done: true };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    },
  };
}
