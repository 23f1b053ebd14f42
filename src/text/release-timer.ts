// How long text that is held back waits for what decides about it: a word for its end, a table for its rows.

/** Time, as far as it is needed here. */
export type WaitClock = {
  /** Milliseconds. */
  now(): number;
  /** Resolves after `ms`, or rejects when the signal says so. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
};

/** Who holds something back. */
export type Holder = {
  /** Of what is held back: another number is something else. 0: nothing is. */
  waiting(): number;
  /** It is written as it stands. */
  release(): void;
};

export type ReleaseTimer = {
  /** More was written: something else may be held back now, or nothing. */
  watch(): void;
  /** The answer is over. */
  end(): void;
};

/** Releases what has been held back for so long, and tells `onRelease`. One timer serves all that a holder holds. */
export function releaseTimer(
  holder: Holder,
  longestWaitMs: number,
  clock: WaitClock,
  onRelease: () => void,
): ReleaseTimer {
  let held = 0;
  let since = 0;
  let stop: AbortController | undefined;

  const wait = async (signal: AbortSignal): Promise<void> => {
    for (let leftMs = longestWaitMs; held !== 0 && leftMs > 0; leftMs = since + longestWaitMs - clock.now())
      await clock.sleep(leftMs, signal);
    stop = undefined;
    if (held === 0) return;
    holder.release();
    held = 0;
    onRelease();
  };

  return {
    watch() {
      const waiting = holder.waiting();
      if (waiting !== 0 && waiting !== held) {
        since = clock.now();
      }
      held = waiting;
      if (held === 0 || stop !== undefined) return;
      stop = new AbortController();
      // It ends by being stopped.
      wait(stop.signal).catch(() => {});
    },
    end() {
      stop?.abort();
      stop = undefined;
      held = 0;
    },
  };
}
