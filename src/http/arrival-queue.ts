// Between a socket that pushes and a reader that pulls: what came and was not read yet.
import type { Arrival } from './wire.ts';

/** A reader that stalls stops the socket once this much is waiting for it. */
const queueLimitBytes = 256 * 1024;

export type ArrivalQueue = {
  /** Takes in a chunk that came at `at`. False: enough is waiting, the socket should pause. */
  push(at: number, chunk: Uint8Array): boolean;
  /** Nothing more will come: the reader gets what is waiting, then the end, or `error`. False: it had ended. */
  end(error?: unknown): boolean;
  /** What came, for one reader: all that is waiting in one go, with the time its first chunk came. */
  arrivals(): AsyncGenerator<Arrival>;
};

export type QueueReader = {
  /** The reader took what was waiting. */
  readonly onTaken: () => void;
  /** The reader left before the end. */
  readonly onAbandoned: () => void;
};

/** An empty queue for one body. */
export function createArrivalQueue({ onTaken, onAbandoned }: QueueReader): ArrivalQueue {
  let chunks: Uint8Array[] = [];
  let waitingBytes = 0;
  let firstAt = 0;
  let isEnded = false;
  let failure: unknown;
  let wake = (): void => {};

  return {
    push(at, chunk) {
      if (chunks.length === 0) firstAt = at;
      chunks.push(chunk);
      waitingBytes += chunk.length;
      wake();
      return waitingBytes <= queueLimitBytes;
    },
    end(error) {
      if (isEnded) return false;
      isEnded = true;
      failure = error;
      wake();
      return true;
    },
    async *arrivals() {
      try {
        while (true) {
          if (chunks.length > 0) {
            const arrival = { at: firstAt, chunks };
            chunks = [];
            waitingBytes = 0;
            onTaken();
            yield arrival;
          } else if (failure !== undefined) {
            throw failure;
          } else if (isEnded) {
            return;
          } else {
            await new Promise<void>((resume) => {
              wake = resume;
            });
          }
        }
      } finally {
        if (!isEnded) onAbandoned();
      }
    },
  };
}
