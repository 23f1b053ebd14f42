import { expect, test } from 'vitest';
import { watchStalls } from '../../src/http/clock.ts';

/** A clock whose sleeps end when the test says so, and as late as it says. */
function clockByHand() {
  let nowMs = 0;
  let wake = (): void => {};
  return {
    clock: {
      now: () => nowMs,
      sleep: (_ms: number, signal?: AbortSignal) =>
        new Promise<void>((resolve, reject) => {
          wake = resolve;
          signal?.addEventListener('abort', () => reject(signal.reason));
        }),
    },
    async pass(ms: number): Promise<void> {
      nowMs += ms;
      wake();
      await new Promise(setImmediate);
    },
    freeze: (ms: number): void => {
      nowMs += ms;
    },
  };
}

test('a timer that is late tells when nothing could run; what is merely slow is no stall', async () => {
  const { clock, pass } = clockByHand();
  const end = watchStalls(clock);
  for (const ms of [20, 22, 45, 520, 20]) await pass(ms);
  expect(end()).toEqual([{ from: 107, to: 607 }]);
});

test('a stall that is not over when the watch ends counts as well', async () => {
  const { clock, pass, freeze } = clockByHand();
  const end = watchStalls(clock);
  await pass(20);
  freeze(300);
  expect(end()).toEqual([{ from: 40, to: 320 }]);
});
