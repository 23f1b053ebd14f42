// Runs a command without its waits: retries come at once, and what they would have waited is noted. Days and hours
// stand still, so that a date a server names is as far away as a test says.
import type { Context } from '../../src/context.ts';

/** Milliseconds since 1970; a whole second, as HTTP writes dates. */
export const standingTime = Date.UTC(2026, 0, 2, 3, 4, 5);

export function instantClock(): { slept: number[]; adapt: (context: Context) => Context } {
  const slept: number[] = [];
  return {
    slept,
    adapt: (context) => ({
      ...context,
      clock: {
        ...context.clock,
        wallTime: () => standingTime,
        async sleep(ms, signal) {
          signal?.throwIfAborted();
          slept.push(ms);
          // What ticks goes round and round: everything else must get its turn.
          await new Promise(setImmediate);
          signal?.throwIfAborted();
        },
      },
    }),
  };
}
