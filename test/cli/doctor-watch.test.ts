// --watch: changes as they come, every round kept, and what was kept told and drawn without a request.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Round, roundLine } from '../../src/doctor/watch/round.ts';
import { startMock } from '../../src/mock/index.ts';
import { errorReply } from '../../src/mock/replies.ts';
import { dayOf, timeOfDay } from '../../src/text/counted.ts';
import { standingTime } from './instant-clock.ts';
import { type RunOptions, runMsg, testKey } from './run-msg.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'watch-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const watch = (argv: readonly string[], options: RunOptions) =>
  runMsg(['doctor', ...argv], { home, cwd: home, mock: { key: testKey }, ...options });

/** More rounds than any of these tests waits for: a watch that nobody ends must not go on for ever. */
const mostRounds = 300;

/** A clock that stands still, and on which the second between two rounds takes no time. */
const hasty: NonNullable<RunOptions['adapt']> = (context) => {
  let rounds = 0;
  const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    if (ms !== 1000) return context.clock.sleep(ms, signal);
    rounds += 1;
    if (rounds > mostRounds) throw new Error('the watch was not interrupted');
    await new Promise(setImmediate);
    signal?.throwIfAborted();
  };
  return { ...context, clock: { ...context.clock, wallTime: () => standingTime, sleep } };
};

/** Interrupts once so many rounds are kept in the file. */
const until =
  (path: string, rounds: number): NonNullable<RunOptions['during']> =>
  async ({ interrupt }) => {
    const lines = (): number => (existsSync(path) ? readFileSync(path, 'utf8').split('\n').length : 0);
    await expect.poll(lines, { interval: 5 }).toBeGreaterThan(rounds);
    interrupt();
  };

const round = (at: number, more: Partial<Round> = {}): Round => ({
  at,
  target: 'https://h.example/v1/messages',
  verdict: 'healthy',
  cause: null,
  sentence: '52 checks made, no warnings',
  latencyMs: 40,
  ...more,
});

const env = { MSG_BASE_URL: 'https://h.example' };

describe('msg doctor --watch', () => {
  it('keeps every round, prints what changes in local time, and knows the next time how it was', async () => {
    const path = join(home, 'kept.jsonl');
    let isDown = false;
    const time = timeOfDay(standingTime);
    const mock = {
      key: testKey,
      respond: () => (isDown ? errorReply(401, 'authentication_error', 'invalid x-api-key') : undefined),
    };
    const first = await watch(['--watch', '1', '--history', path], {
      mock,
      adapt: hasty,
      during: async (control) => {
        await until(path, 2)({ ...control, interrupt() {} });
        isDown = true;
        await control.shows('broken');
        control.interrupt();
      },
    });
    const lines = first.stdout.split('\n');
    expect(lines[0]).toMatch(new RegExp(`^${time} healthy: \\d+ checks made`));
    expect(lines.find((line) => / broken: /.test(line))).toMatch(new RegExp(`^${time} broken: `));
    expect(lines.at(-2)).toMatch(/^\d+ rounds, \d+ healthy, \d+ broken, latency p50 \S+ m?s, p95 \S+ m?s$/);
    expect(first.code).toBe(10);
    expect(first.stderr).toMatch(
      /msg: \d+ rounds kept in .*kept\.jsonl; msg doctor .* --history tells them\.\n$/,
    );
    const kept = readFileSync(path, 'utf8');
    expect(kept).not.toContain(testKey);
    expect(JSON.parse(kept.split('\n')[0] ?? '')).toMatchObject({
      at: new Date(standingTime).toISOString(),
      verdict: 'healthy',
      cause: null,
      latency_ms: expect.any(Number),
    });
  });

  it.each([
    ['work', 'Name the target before it: msg doctor work --watch'],
    ['5x', undefined],
    ['0', undefined],
    ['500ms', undefined],
  ])('takes a time, not %s', async (value, hint) => {
    const run = await watch(['--watch', value], {});
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toBe(
      `msg: --watch takes a time from 1 second on (30, 5m, 1h), not "${value}".\n${hint === undefined ? '' : `  ${hint}\n`}`,
    );
  });

  it.each([
    [['--watch'], 60_000],
    [['--watch', '5m'], 300_000],
    [['--watch=1h30m'], 5_400_000],
    [['--watch', '2'], 2000],
  ])('waits between rounds as %s says', async (argv, everyMs) => {
    const waits: number[] = [];
    let hasWaited = (): void => {};
    const isWaiting = new Promise<void>((resolve) => {
      hasWaited = resolve;
    });
    await watch(argv, {
      adapt: (context) => ({
        ...context,
        clock: {
          ...context.clock,
          sleep(ms, signal) {
            waits.push(ms);
            if (ms === everyMs) hasWaited();
            return context.clock.sleep(ms, signal);
          },
        },
      }),
      async during(control) {
        await isWaiting;
        control.interrupt();
      },
    });
    expect(waits).toContain(everyMs);
  });

  it('says what the state was when it was watched last', async () => {
    const yesterday = standingTime - 24 * 3_600_000;
    const path = join(home, 'kept.jsonl');
    const on = await startMock({ key: testKey });
    const before = round(yesterday, { target: `${on.url}/v1/messages`, verdict: 'broken' });
    writeFileSync(path, `${roundLine(before)}\n`);
    const run = await watch(['--watch', '1', '--history', path], {
      adapt: hasty,
      during: async (control) => {
        await control.shows('it was broken');
        control.interrupt();
      },
      env: { MSG_BASE_URL: '{url}', MSG_API_KEY: testKey, MSG_MODEL: 'm' },
      on,
    });
    await on.close();
    expect(run.stdout.split('\n')[1]).toBe(
      `${timeOfDay(standingTime)} it was broken at ${dayOf(yesterday)} ${timeOfDay(yesterday)}`,
    );
  });

  it('prints a line of JSON a round with --json, and draws the page of --report as it goes on', async () => {
    const path = join(home, 'state', 'watch', 'work.jsonl');
    const page = join(home, 'watch.html');
    const on = await startMock({ key: testKey });
    try {
      await runMsg(['profiles', 'add', 'work', '--base-url', on.url, '--key-env', 'KEY', '-m', 'm'], {
        home,
        on,
        env: { KEY: testKey },
      });
      const run = await watch(['work', '--watch', '1', '--json', '--report', page], {
        on,
        env: { KEY: testKey },
        adapt: hasty,
        during: until(path, 2),
      });
      const rows = run.stdout.trimEnd().split('\n');
      expect(rows.map((row) => (JSON.parse(row) as { verdict: string }).verdict)).toEqual(
        rows.map(() => 'healthy'),
      );
      expect(readFileSync(page, 'utf8')).toMatch(/<span class="pill healthy">healthy<\/span>/);
    } finally {
      await on.close();
    }
  });

  it.each([
    [['--watch', '--identity'], /cannot be used with/],
    [['--watch', '--compare', 'x'], /cannot be used with/],
    [['--watch', '-o', 'x.html'], /--report FILE\.html/],
    [['--watch', '--format', 'md'], /text or json/],
    [['--history', '--fix'], /cannot be used with/],
    [['--compare', 'x', '--report', 'x.html'], /cannot be used with/],
  ])('refuses %j', async (argv, says) => {
    const run = await watch(argv, {});
    expect([run.code, run.stderr, run.requests.length]).toEqual([2, expect.stringMatching(says), 0]);
  });

  it('asks nothing where the page or the history could not be written', async () => {
    writeFileSync(join(home, 'notes.txt'), 'notes\n');
    for (const argv of [
      ['--watch', '--report', join(home, 'gone', 'x.html')],
      ['--watch', '--history', join(home, 'notes.txt')],
    ]) {
      const run = await watch(argv, {});
      expect([run.code, run.requests.length]).toEqual([3, 0]);
    }
    expect(readFileSync(join(home, 'notes.txt'), 'utf8')).toBe('notes\n');
  });
});

describe('msg doctor --history', () => {
  const minute = 60_000;
  const start = standingTime - 2 * 24 * 3_600_000;
  const kept = [
    ...Array.from({ length: 40 }, (_, index) => round(start + index * minute)),
    round(start + 40 * minute, {
      verdict: 'broken',
      cause: 'net.dns',
      sentence: 'net.dns: <b>gone</b>',
      latencyMs: null,
    }),
    ...Array.from({ length: 20 }, (_, index) => round(start + (41 + index) * minute, { latencyMs: 400 })),
  ];

  it('tells every change and the sum, and draws them, without a request', async () => {
    const path = join(home, 'kept.jsonl');
    const page = join(home, 'page.html');
    writeFileSync(path, kept.map((one) => `${roundLine(one)}\n`).join(''));
    const run = await watch(['--history', path, '--report', page], { env, adapt: hasty });
    const at = (index: number): string => {
      const time = kept[index]?.at ?? 0;
      return `${dayOf(time)} ${timeOfDay(time)}`;
    };
    expect([run.code, run.requests.length]).toEqual([0, 0]);
    expect(run.stdout.trimEnd().split('\n')).toEqual([
      `${at(0)} healthy: 52 checks made, no warnings`,
      `${at(40)} broken: net.dns: <b>gone</b>`,
      `${at(41)} healthy: 52 checks made, no warnings`,
      expect.stringMatching(/latency: p50 40 ms -> 400 ms/),
      `since ${at(0)}: 61 rounds, 60 healthy, 1 broken, latency p50 40 ms, p95 400 ms`,
    ]);
    const html = readFileSync(page, 'utf8');
    expect(html).toMatch(/<svg class="chart watch"[^>]* aria-label="61 rounds, 60 healthy, 1 broken/);
    expect(html.match(/<rect class="verdict broken"/g)).toHaveLength(1);
    expect(html.match(/<rect class="verdict healthy"/g)).toHaveLength(2);
    expect(html).toContain('&lt;b&gt;gone');
    expect(html).not.toMatch(/<script|<b>gone/);
  });

  it('is every line with --json, and says how to begin where there is none', async () => {
    const path = join(home, 'kept.jsonl');
    writeFileSync(path, kept.map((one) => `${roundLine(one)}\n`).join(''));
    const run = await watch(['--history', path, '--json'], { env });
    expect(run.stdout).toBe(readFileSync(path, 'utf8'));
    const none = await watch(['--history'], { env });
    expect([none.code, none.stderr]).toEqual([
      3,
      expect.stringMatching(/no history of https:\/\/h\.example .*\n.*--watch/),
    ]);
  });

  it('hides the host in text and page with --redact-host', async () => {
    const path = join(home, 'kept.jsonl');
    const page = join(home, 'page.html');
    writeFileSync(path, `${roundLine(round(start, { sentence: 'h.example answers' }))}\n`);
    const run = await watch(['--history', path, '--report', page, '--redact-host'], {
      env: { MSG_BASE_URL: 'https://h.example' },
    });
    expect(run.stdout).toContain('host.example answers');
    expect(readFileSync(page, 'utf8')).not.toContain('//h.example');
  });
});

it('--report writes the page of an examination beside the text', async () => {
  const page = join(home, 'report.html');
  const run = await watch(['--free', '--report', page], {});
  expect(run.code).toBe(0);
  expect(run.stdout).toMatch(/^healthy: /);
  expect(readFileSync(page, 'utf8')).toMatch(/<span class="pill healthy">/);
});
