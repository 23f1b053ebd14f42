// How long the last word of what streams waits for its end: not longer than a reader notices.
import type { WordFlow } from './word-flow.ts';

const longestWaitMs = 150;

/** Time, as far as it is needed here. */
export type WaitClock = {
  /** Milliseconds. */
  now(): number;
  /** Resolves after `ms`, or rejects when the signal says so. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
};

export type WordWait = {
  /** More was written: another word may wait now, or none. */
  watch(): void;
  /** The answer is over. */
  end(): void;
};

/** Writes the word that waits when its time is over, and tells `onRelease`. One timer serves all words. */
export function wordWait(
  flow: Pick<WordFlow, 'waiting' | 'release'>,
  clock: WaitClock,
  onRelease: () => void,
): WordWait {
  let word = 0;
  let since = 0;
  let stop: AbortController | undefined;

  const wait = async (signal: AbortSignal): Promise<void> => {
    for (let leftMs = longestWaitMs; word !== 0 && leftMs > 0; leftMs = since + longestWaitMs - clock.now())
      await clock.sleep(leftMs, signal);
    stop = undefined;
    if (word === 0) return;
    flow.release();
    word = 0;
    onRelease();
  };

  return {
    watch() {
      const waiting = flow.waiting();
      if (waiting !== 0 && waiting !== word) {
        since = clock.now();
      }
      word = waiting;
      if (word === 0 || stop !== undefined) return;
      stop = new AbortController();
      // It ends by being stopped.
      wait(stop.signal).catch(() => {});
    },
    end() {
      stop?.abort();
      stop = undefined;
      word = 0;
    },
  };
}
