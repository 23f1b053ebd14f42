// Time that goes on only in the pauses of the mock: what it sends at a pace arrives at exactly that pace, however
// busy the machine is. For the judgement of streams; limits of time stay those of the real clock.
import type { Context } from '../../src/context.ts';
import { createTransport } from '../../src/http/transport.ts';
import type { MockOptions } from '../../src/mock/index.ts';

type TimersFor = NonNullable<MockOptions['timersFor']>;

type Time = {
  /** Milliseconds. */
  now(): number;
  /** For a server of this process. */
  sleep(ms: number): Promise<void>;
  /** For the command. */
  adapt(context: Context): Context;
};

export const pacedTime = (): Time & { readonly timersFor: TimersFor } => timeFrom(() => 0);

/** Time as on the clock, but for what the server sleeps: that takes none, and counts. For what waits for limits. */
export const shortenedTime = (): Time => timeFrom(() => performance.now());

function timeFrom(elapsedMs: () => number): Time & { readonly timersFor: TimersFor } {
  let sleptMs = 0;
  const now = (): number => elapsedMs() + sleptMs;
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const sleep = async (ms: number): Promise<void> => {
    // Both ends are in this process: what was written is read, and its time noted, before the third turn.
    for (let turns = 0; turns < 3; turns += 1) await turn();
    sleptMs += ms;
  };
  return {
    now,
    timersFor: () => ({ now, turn, sleep }),
    sleep,
    adapt: (context) => ({
      ...context,
      clock: { ...context.clock, now },
      // What the machine is busy with takes none of this time.
      watchStalls: () => () => [],
      transport: async (options) => createTransport({ ...options, now, userAgent: 'msg/0.0.0-test' }),
    }),
  };
}
