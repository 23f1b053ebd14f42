// What is shown while nothing has arrived yet: a spinner with the seconds, signs of life, a countdown.
import type { Context } from '../context.ts';

export type Status = {
  /** Says what is being waited for. */
  set(label: string): void;
  /** Counts down to a moment (milliseconds on the context's clock), then goes back to waiting. */
  countDown(until: number, reason: string): void;
  /** The server sent something that is not text yet, e.g. a ping. */
  sawLife(): void;
  /** Takes it off the screen. */
  stop(): Promise<void>;
};

/** A spinner costs 30 ms to load, and one that flashes up only disturbs. */
const appearsAfterMs = 300;
/** From here on the seconds are shown: before, they would only be noise. */
const secondsAfterMs = 3_000;
const tickMs = 250;

/** A status that is never shown: pipes, `--plain`, dumb terminals. */
export const noStatus: Status = {
  set: () => {},
  countDown: () => {},
  sawLife: () => {},
  stop: async () => {},
};

export function startStatus({
  clock,
  spinner,
  streams,
}: Pick<Context, 'clock' | 'spinner' | 'streams'>): Status {
  const stopped = new AbortController();
  const startedAt = clock.now();
  let label = 'waiting';
  let signsOfLife = 0;
  let wait: { until: number; reason: string } | null = null;

  const text = (): string => {
    const now = clock.now();
    if (wait !== null && now < wait.until)
      return `again in ${Math.ceil((wait.until - now) / 1000)} s (Ctrl-C cancels): ${wait.reason}`;
    const elapsedMs = now - startedAt;
    const seconds = elapsedMs < secondsAfterMs ? '' : ` ${Math.floor(elapsedMs / 1000)} s`;
    const life = signsOfLife === 0 ? '' : `, the server is alive (${signsOfLife})`;
    return `${label}${seconds}${life}`;
  };
  // A line that wraps could not be taken off the screen without moving the cursor up.
  const shownText = (): string => text().slice(0, streams.stderr.columns() - 4);
  const run = async (): Promise<void> => {
    await clock.sleep(appearsAfterMs, stopped.signal);
    const shown = await spinner(shownText());
    try {
      for (;;) {
        await clock.sleep(tickMs, stopped.signal);
        shown.update(shownText());
      }
    } finally {
      shown.stop();
    }
  };
  const running = run().catch((error: unknown) => {
    if (!stopped.signal.aborted) throw error;
  });

  return {
    set: (next) => {
      label = next;
    },
    countDown: (until, reason) => {
      wait = { until, reason };
    },
    sawLife: () => {
      signsOfLife += 1;
    },
    stop: async () => {
      stopped.abort();
      await running;
    },
  };
}
