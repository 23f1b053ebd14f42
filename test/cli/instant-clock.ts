// Runs a command without its waits: retries come at once, and what they would have waited is noted.
import type { Context } from '../../src/context.ts';

export function instantClock(): { slept: number[]; adapt: (context: Context) => Context } {
  const slept: number[] = [];
  return {
    slept,
    adapt: (context) => ({
      ...context,
      clock: {
        ...context.clock,
        async sleep(ms, signal) {
          signal?.throwIfAborted();
          slept.push(ms);
        },
      },
    }),
  };
}
