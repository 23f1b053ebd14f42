// What is told while nothing arrives, where nothing may be redrawn. The spinner is looked at in test/pty.
import { expect, test } from 'vitest';
import { noTail } from '../../src/terminal/output/tail.ts';
import { createTheme } from '../../src/terminal/output/terminal-theme.ts';
import { createStatus } from '../../src/turn/status.ts';

/** A status that tells lines, and a clock that moves only when told to. */
function told() {
  const lines: string[] = [];
  let now = 0;
  let wake: (() => void) | undefined;
  let wakeAt = 0;
  const clock = {
    now: () => now,
    wallTime: () => now,
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        const abort = (): void => reject(signal?.reason);
        signal?.addEventListener('abort', abort);
        wakeAt = now + ms;
        wake = () => {
          signal?.removeEventListener('abort', abort);
          resolve();
        };
      }),
  };
  const status = createStatus({
    clock,
    spinner: () => Promise.reject(new Error('no spinner here')),
    streams: {} as never,
    theme: createTheme({ env: {}, platform: 'linux', isTTY: false }),
    tail: noTail,
    telling: 'lines',
    line: (text) => lines.push(text),
  });
  return {
    status,
    lines,
    async until(ms: number) {
      while (wakeAt <= ms && wake !== undefined) {
        now = Math.max(now, wakeAt);
        const done = wake;
        wake = undefined;
        done();
        await new Promise(setImmediate);
      }
      now = ms;
    },
  };
}

test('a long wait is told in a line after 10 s, then every 30 s', async () => {
  const { status, lines, until } = told();
  status.begin('waiting');
  await until(9_000);
  expect(lines).toEqual([]);
  await until(12_000);
  status.sees([
    { event: { type: 'ping' } },
    { event: { type: 'content_block_start', index: 0, content_block: { type: 'thinking' } } },
  ]);
  await until(75_000);
  expect(lines).toEqual([
    'waiting 10 s',
    'thinking 40 s, the server is alive (1)',
    'thinking 70 s, the server is alive (1)',
  ]);
  await status.end();
});

test('a silence in the midst of an answer too, each from its own beginning', async () => {
  const { status, lines, until } = told();
  status.begin('waiting');
  await until(8_000);
  await status.arrives();
  await until(15_000);
  await status.arrives();
  await until(24_000);
  expect(lines).toEqual([]);
  await until(25_000);
  expect(lines).toEqual(['silence for 10 s']);
  await status.arrives();
  await until(36_000);
  expect(lines).toEqual(['silence for 10 s', 'silence for 10 s']);
  await status.end();
  await until(200_000);
  expect(lines).toHaveLength(2);
});

test('a wait that the server asked for is told as one', async () => {
  const { status, lines, until } = told();
  status.begin('waiting');
  status.countDown(50_000, '429 from host: too many requests');
  await until(10_000);
  expect(lines).toEqual(['again in 40 s (Ctrl-C cancels): 429 from host: too many requests']);
  await status.end();
});
