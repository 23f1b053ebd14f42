// Time that goes on only in the pauses of the mock: what it sends at a pace arrives at exactly that pace, however
// busy the machine is. For the judgement of streams; limits of time stay those of the real clock.
import type { Context } from '../../src/context.ts';
import { createTransport } from '../../src/http/transport.ts';
import type { MockOptions } from '../../src/mock/index.ts';
import { socketsAtRest, turn } from '../sockets-at-rest.ts';

type TimersFor = NonNullable<MockOptions['timersFor']>;

type Time = {
  /** Milliseconds. */
  now(): number;
  /** For a server of this process. */
  sleep(ms: number): Promise<void>;
  /** For the command. */
  adapt(context: Context): Context;
};

export function pacedTime(): Time & { readonly timersFor: TimersFor } {
  const { now, sleep, adapt, timersFor } = timeFrom(() => 0);
  return { now, sleep, adapt, timersFor };
}

/**
 * Time as on the clock, but for what the server sleeps, and for what the command waits in front of an answer that never
 * comes: that takes none, and counts.
 */
export function shortenedTime(): Time & {
  /** Lets the time of the command go on, from one of its limits to the next, until it has left. */
  hang(hasLeft: () => boolean): Promise<void>;
} {
  const { pass, ...time } = timeFrom(() => performance.now());
  const sleepers = new Set<{ readonly dueAt: number; wake(): void }>();
  return {
    ...time,
    async hang(hasLeft) {
      for (;;) {
        // Both ends are in this process: who leaves has left long before the last of these turns.
        for (let turns = 0; turns < 50; turns += 1) await turn();
        await socketsAtRest();
        if (hasLeft()) return;
        const [next] = [...sleepers].sort((a, b) => a.dueAt - b.dueAt);
        if (next === undefined) continue;
        pass(Math.max(0, next.dueAt - time.now()));
        next.wake();
      }
    },
    adapt(context) {
      const adapted = time.adapt(context);
      const { clock } = context;
      const sleep: Context['clock']['sleep'] = async (ms, signal) => {
        const awake = new AbortController();
        const sleeper = { dueAt: time.now() + ms, wake: () => awake.abort() };
        sleepers.add(sleeper);
        try {
          await clock.sleep(ms, AbortSignal.any([awake.signal, ...(signal ? [signal] : [])]));
        } catch (reason) {
          if (!awake.signal.aborted) throw reason;
        } finally {
          sleepers.delete(sleeper);
        }
      };
      return { ...adapted, clock: { ...adapted.clock, sleep } };
    },
  };
}

function timeFrom(elapsedMs: () => number) {
  let sleptMs = 0;
  const now = (): number => elapsedMs() + sleptMs;
  const sleep = async (ms: number): Promise<void> => {
    await socketsAtRest();
    sleptMs += ms;
  };
  return {
    now,
    pass: (ms: number): void => {
      sleptMs += ms;
    },
    timersFor: (() => ({ now, turn, sleep })) satisfies TimersFor,
    sleep,
    adapt: (context: Context): Context => ({
      ...context,
      clock: { ...context.clock, now },
      // What the machine is busy with takes none of this time.
      watchStalls: () => () => [],
      transport: async (options) => createTransport({ ...options, now, userAgent: 'msg/0.0.0-test' }),
    }),
  };
}
