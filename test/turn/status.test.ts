// What is told while nothing arrives: in lines, where nothing may be redrawn, and by a spinner. What that looks like
// is in send-terminal.test.ts and in the tests of the chat.
import { expect, test } from 'vitest';
import { noTail } from '../../src/terminal/output/tail.ts';
import { createTheme } from '../../src/terminal/output/terminal-theme.ts';
import { createStatus, type StatusNeeds } from '../../src/turn/status.ts';

/** A status (that tells lines, if not told otherwise), and a clock that moves only when told to. */
function told(needs: Partial<StatusNeeds> = {}) {
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
    ...needs,
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

/** A spinner that notes what happens to it; it is there when `load` has been called. */
function spinning(columns = 60) {
  const seen: string[] = [];
  let load = (): void => {};
  const loaded = new Promise<void>((resolve) => {
    load = resolve;
  });
  const spinner: StatusNeeds['spinner'] = async () => {
    await loaded;
    return (text) => {
      seen.push(text);
      return { update: (next) => seen.push(next), stop: () => seen.push('(gone)') };
    };
  };
  const streams = { stderr: { columns: () => columns } } as unknown as StatusNeeds['streams'];
  return { seen, load, needs: { telling: 'spinner', spinner, streams } as const };
}

test('a spinner comes after 0.3 s, with seconds from the third on, and leaves for the answer', async () => {
  const { seen, load, needs } = spinning();
  load();
  const { status, until } = told(needs);
  status.begin('waiting');
  await until(200);
  expect(seen).toEqual([]);
  await until(3_400);
  expect([seen[0], seen.at(-1)]).toEqual(['waiting', 'waiting 3 s']);
  status.arrives();
  expect(seen.at(-1)).toBe('(gone)');
  status.end();
});

test('a spinner that is loaded when the answer is there already is not started', async () => {
  const { seen, load, needs } = spinning();
  const { status, until } = told(needs);
  status.begin('waiting');
  await until(500);
  status.arrives();
  load();
  await new Promise(setImmediate);
  expect(seen).toEqual([]);
});

test('a spinner that cannot be loaded is no reason to fail', async () => {
  const { status, until } = told({
    ...spinning().needs,
    spinner: () => Promise.reject(new Error('not there')),
  });
  status.begin('waiting');
  await until(1_000);
  status.arrives();
  status.end();
});

test('a spinner counts down, shows what is typed, and makes room for a line', async () => {
  const { seen, load, needs } = spinning();
  load();
  const { status, until } = told(needs);
  status.begin('waiting');
  await until(400);
  status.countDown(10_400, 'busy');
  await until(1_000);
  expect(seen.at(-1)).toBe('again in 10 s (Ctrl-C cancels): busy');
  status.beside(() => seen.push('a line'));
  expect(seen.slice(-2)).toEqual(['(gone)', 'a line']);
  await until(2_000);
  expect(seen.at(-1)).toBe('again in 9 s (Ctrl-C cancels): busy');
  status.showTypeAhead('next');
  expect(seen.at(-1)).toBe('again in 9 s (Ctrl-C cancels): busy > next');
  status.showTypeAhead('');
  await until(11_000);
  expect(seen.at(-1)).toBe('waiting 10 s');
  status.end();
});

test('what does not fit beside the spinner is cut: a line that wraps could not be taken back', async () => {
  const { seen, load, needs } = spinning(24);
  load();
  const { status, until } = told(needs);
  status.begin('waiting for the answer');
  await until(1_000);
  expect(seen.at(-1)).toBe('waiting for the a...');
  status.end();
});

test.each([
  ['模型正在思考这个问题', '模型正在思考这个问题'],
  ['模型正在思考这个问题啊', '模型正在思考这个...'],
])('wide characters take two columns beside the spinner: %s', async (label, expected) => {
  const { seen, load, needs } = spinning(24);
  load();
  const { status, until } = told(needs);
  status.begin(label);
  await until(1_000);
  expect(seen.at(-1)).toBe(expected);
  status.end();
});

test('what is written after the answer is no part of it', async () => {
  const { seen, load, needs } = spinning();
  load();
  const { status, until } = told(needs);
  status.begin('waiting');
  status.end();
  status.arrives();
  await until(20_000);
  expect(seen).toEqual([]);
});
