// Time that goes on only in the pauses of the mock: what it sends at a pace arrives at exactly that pace, however
// busy the machine is. For the judgement of streams; limits of time stay those of the real clock.
import type { Context } from '../../src/context.ts';
import { createTransport } from '../../src/http/transport.ts';
import type { MockOptions } from '../../src/mock/index.ts';

type TimersFor = NonNullable<MockOptions['timersFor']>;

export function pacedTime(): { timersFor: TimersFor; adapt: (context: Context) => Context } {
  let nowMs = 0;
  const now = (): number => nowMs;
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    timersFor: () => ({
      now,
      turn,
      async sleep(ms) {
        // Both ends are in this process: what was written is read, and its time noted, before the third turn.
        for (let turns = 0; turns < 3; turns += 1) await turn();
        nowMs += ms;
      },
    }),
    adapt: (context) => ({
      ...context,
      clock: { ...context.clock, now },
      transport: async (options) => createTransport({ ...options, now, userAgent: 'msg/0.0.0-test' }),
    }),
  };
}
