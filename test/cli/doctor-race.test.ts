// "Which of my providers is best": the same request to several mock servers in turns. Time goes on in their pauses only, so
// that who is faster hangs on no machine.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Mock, type MockOptions, startMock } from '../../src/mock/index.ts';
import { errorReply } from '../../src/mock/replies.ts';
import { scenarioNamed } from '../../src/mock/scenario-names.ts';
import { pacedTime } from './paced-time.ts';
import { type Run, type RunOptions, runMsg } from './run-msg.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const keyOf = (name: string): string => `sk-race-${name}-0123456789abcdef`;

type Field = {
  readonly mocks: Readonly<Record<string, Mock>>;
  race(argv: readonly string[], options?: RunOptions): Promise<Run>;
};

/** A profile for each server, under its name, with a key of its own. */
async function field(servers: Readonly<Record<string, MockOptions>>): Promise<Field> {
  const time = pacedTime();
  const mocks: Record<string, Mock> = {};
  for (const [name, options] of Object.entries(servers)) {
    const mock = await startMock({
      key: keyOf(name),
      speed: 100,
      ttftMs: 100,
      timersFor: time.timersFor,
      ...options,
    });
    closing.push(() => mock.close());
    mocks[name] = mock;
  }
  const home = mkdtempSync(join(tmpdir(), 'race-'));
  closing.push(() => rmSync(home, { recursive: true, force: true }));
  mkdirSync(join(home, 'config'), { mode: 0o700 });
  const profiles = Object.entries(mocks).map(([name, mock]) => [
    name,
    { baseUrl: mock.url, model: `model-${name}`, key: { kind: 'env', name: `KEY_${name}` } },
  ]);
  writeFileSync(
    join(home, 'config', 'config.json'),
    JSON.stringify({ version: 1, profiles: Object.fromEntries(profiles) }),
    { mode: 0o600 },
  );
  const env = Object.fromEntries(Object.keys(mocks).map((name) => [`KEY_${name}`, keyOf(name)]));
  const [first] = Object.values(mocks);
  return {
    mocks,
    race: (argv, options = {}) =>
      runMsg(['doctor', ...argv], {
        home,
        cwd: home,
        env,
        stdin: '',
        ...(first && { on: first }),
        ...options,
        adapt: (context) => ({ ...time.adapt(context), ...options.adapt?.(context) }),
      }),
  };
}

const asked = (mock: Mock | undefined) =>
  (mock?.requests ?? []).filter(({ json }) => (json as { model?: string }).model !== undefined);

type RaceJson = {
  readonly targets: readonly Record<string, unknown>[];
  readonly rankings: readonly { readonly metric: string; readonly winner: string | null }[];
  readonly runs: readonly { readonly round: number; readonly target: string }[];
  readonly [field: string]: unknown;
};

const raceIn = ({ stdout }: Run): RaceJson => JSON.parse(stdout) as RaceJson;

describe('msg doctor --race', () => {
  it('asks all targets the same in shuffled rounds, each with its own key, and names the winners', async () => {
    const { mocks, race } = await field({
      slow: { speed: 40, ttftMs: 400 },
      fast: { speed: 200, ttftMs: 50 },
      middle: { speed: 80, ttftMs: 200 },
    });
    const run = await race(['slow', 'fast', 'middle', '--race', '--yes', '--json']);
    const json = raceIn(run);
    expect(run.code).toBe(0);
    expect(json.rankings).toEqual([
      expect.objectContaining({ metric: 'first_text', winner: 'fast' }),
      expect.objectContaining({ metric: 'tokens_per_second', winner: 'fast' }),
    ]);
    expect(
      json.targets.map(({ name, runs, failed, is_model_served }) => [name, runs, failed, is_model_served]),
    ).toEqual([
      ['slow', 5, 0, true],
      ['fast', 5, 0, true],
      ['middle', 5, 0, true],
    ]);
    for (const [round, targets] of [1, 2, 3, 4, 5].map(
      (n) => [n, json.runs.filter((one) => one.round === n)] as const,
    )) {
      expect(targets.map(({ target }) => target).sort(), `round ${round}`).toEqual([
        'fast',
        'middle',
        'slow',
      ]);
    }
    const bodies = Object.entries(mocks).flatMap(([name, mock]) =>
      asked(mock).map(({ headers, json: body }) => {
        expect(headers['x-api-key']).toBe(keyOf(name));
        const { model, ...rest } = body as Record<string, unknown>;
        expect(model).toBe(`model-${name}`);
        return JSON.stringify(rest);
      }),
    );
    expect([bodies.length, new Set(bodies).size]).toEqual([15, 1]);
    expect(JSON.parse(bodies[0] ?? '')).toMatchObject({ max_tokens: 160, stream: true });
    expect(json).toMatchObject({
      schema_version: 1,
      rounds: 5,
      concurrency: 1,
      is_complete: true,
      spend: { requests: 18, paid_requests: 15, cost: null },
    });
    expect(run.stderr).toBe(
      'msg: --race makes 15 paid requests (5 rounds, 3 targets): at most about 600 input and 2400 output tokens.\n',
    );
  });

  it('prints a table, who is best, how that is decided, and what was spent', async () => {
    const { race } = await field({ slow: { speed: 40, ttftMs: 400 }, fast: { speed: 200, ttftMs: 50 } });
    const run = await race(['slow', 'fast', '--race', '--yes'], { width: 100 });
    const lines = run.stdout.split('\n');
    expect([run.code, lines[0]]).toEqual([0, 'Race of 2 targets, 5 rounds, one request at a time']);
    expect(lines.slice(2, 5).map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['TARGET', 'FIRST TEXT', 'P95', 'TOKENS/S', 'MAX GAP', 'ERRORS', 'MODEL'],
      [
        'slow',
        expect.stringMatching(/^4\d\d ms$/),
        expect.stringMatching(/ms$/),
        expect.stringMatching(/^4\d$/),
        expect.stringMatching(/ms$/),
        '0 of 5',
        'model-slow, as asked',
      ],
      [
        'fast',
        expect.stringMatching(/^\d\d ms$/),
        expect.stringMatching(/ms$/),
        expect.stringMatching(/^2\d\d$/),
        expect.stringMatching(/ms$/),
        '0 of 5',
        'model-fast, as asked',
      ],
    ]);
    expect(run.stdout).toMatch(/\nFirst text: fast is best \(p50 fast \d+ ms, slow \d+ ms\)\.\n/);
    expect(run.stdout).toMatch(/exact\s+rank-sum test/);
    expect(run.stdout).toMatch(/\n12 requests, 10 of them paid - \d+ in \+ \d+ out tokens\n$/);
  });

  it('is a record for each target where the table does not fit', async () => {
    const { race } = await field({ one: {}, two: {} });
    const run = await race(['one', 'two', '--race', '1', '--yes'], { width: 40 });
    expect(run.stdout).toMatch(/\none\n {2}first text +\d+ ms\n {2}p95 /);
    expect(Math.max(...run.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(40);
  });

  it('calls no winner after two rounds, however far they are apart', async () => {
    const { race } = await field({ slow: { speed: 20, ttftMs: 900 }, fast: { speed: 200, ttftMs: 10 } });
    const json = raceIn(await race(['slow', 'fast', '--race', '2', '--yes', '--json']));
    expect(json.rankings.map(({ winner }) => winner)).toEqual([null, null]);
  });

  it('names a broken target with its cause, and races the others', async () => {
    const { mocks, race } = await field({
      a: {},
      refused: { key: 'another' },
      b: {},
    });
    const run = await race(['a', 'refused', 'b', '--race', '2', '--yes']);
    expect(run.code).toBe(10);
    expect(run.stdout).toMatch(
      /\nrefused: out of the race: auth\.invalid \(on your side\): [^\n]*\srefused\s+the\s+key/,
    );
    expect(run.stdout).toContain('Next: msg doctor refused\n');
    expect(['a', 'refused', 'b'].map((name) => asked(mocks[name]).length)).toEqual([2, 1, 2]);
  });

  it('does the same for one that cannot be reached, and for one without a key', async () => {
    const { mocks, race } = await field({ a: {}, gone: {}, keyless: {} });
    await mocks['gone']?.close();
    const run = await race(['a', 'gone', 'keyless', '--race', '2', '--yes', '--json'], {
      env: { KEY_a: keyOf('a'), KEY_gone: keyOf('gone') },
    });
    expect(run.code).toBe(10);
    expect(
      raceIn(run).targets.map(({ name, out, runs }) => [
        name,
        (out as { check: string } | null)?.check,
        runs,
      ]),
    ).toEqual([
      ['a', undefined, 2],
      ['gone', 'net.refused', 0],
      ['keyless', null, 0],
    ]);
    expect(run.stdout).toMatch(/There is no key/);
  });

  it.each([
    ['rate-limited', 3, /"rate\.limited"/],
    ['reset-mid-stream', 3, /"sse\.truncated"/],
    ['clean-eof', 3, /"sse\.truncated"/],
    ['no-event-lines', 3, /"sse\.no_event_lines"/],
    ['json-for-stream', 3, /"sse\.not_streamed"/],
    ['empty-content', 3, /"sse\.empty"/],
    ['overloaded-midstream', 3, /"sse\.error_event"/],
  ])('asks one that fails again and again (%s) no more after three times', async (scenario, times, cause) => {
    const { mocks, race } = await field({ a: {}, bad: { scenario: scenarioNamed(scenario) } });
    const run = await race(['a', 'bad', '--race', '5', '--yes', '--json']);
    expect([asked(mocks['bad']).length, asked(mocks['a']).length]).toEqual([times, 5]);
    expect(run.code).toBe(11);
    expect(run.stdout).toMatch(cause);
  });

  it('does not take a text that was held for a fast one', async () => {
    const { race } = await field({ a: {}, held: { scenario: scenarioNamed('one-chunk') } });
    const json = raceIn(await race(['a', 'held', '--race', '5', '--yes', '--json']));
    expect(
      json.targets.map(({ name, failed, tokens_per_second: speed }) => [name, failed, speed !== null]),
    ).toEqual([
      ['a', 0, true],
      ['held', 0, false],
    ]);
    expect(json.rankings.map(({ winner }) => winner)).toEqual(['a', null]);
  });

  it('counts what failed in between, with one cause, and goes on', async () => {
    let count = 0;
    const { race } = await field({
      a: {},
      flaky: {
        respond: ({ json }) =>
          (json as { model?: string }).model !== undefined && ++count % 2 === 0
            ? errorReply(529, 'overloaded_error', 'Overloaded')
            : undefined,
      },
    });
    const run = await race(['a', 'flaky', '--race', '5', '--yes']);
    expect([run.code, count]).toEqual([0, 5]);
    expect(run.stdout).toMatch(/\nflaky .* 2 of 5 /);
    expect(run.stdout).toMatch(/\nflaky: 2 of 5 failed: \S+ \([a-z ]+\): /);
    expect((await race(['a', 'flaky', '--race', '2', '--yes', '--strict'])).code).toBe(10);
  });

  it('says of one target how steady it is, and that there is nothing to compare', async () => {
    const { race } = await field({ a: {} });
    const run = await race(['a', '--race', '2', '--yes']);
    expect([run.code, run.stdout]).toEqual([0, expect.stringMatching(/nothing to compare/)]);
    expect(run.stdout).not.toMatch(/rank-sum|winner/);
  });

  it('tells the same target twice apart: how large the noise is', async () => {
    const { race } = await field({ a: {} });
    const json = raceIn(await race(['a', 'a', '--race', '5', '--yes', '--json']));
    expect(json.targets.map(({ name, runs }) => [name, runs])).toEqual([
      ['a', 5],
      ['a (2)', 5],
    ]);
    expect(json.rankings.map(({ winner }) => winner)).toEqual([null, null]);
  });

  it('prints what there is when interrupted, and ends with 130', async () => {
    const respond: MockOptions['respond'] = ({ json }) => {
      const isPaid = (json as { model?: string }).model !== undefined;
      count += isPaid ? 1 : 0;
      return isPaid && count === 4 ? [{ step: 'gate', name: 'never' }] : undefined;
    };
    let count = 0;
    const { mocks, race } = await field({ a: { respond }, b: { respond } });
    const run = await race(['a', 'b', '--race', '5', '--yes'], {
      during: async ({ interrupt }) => {
        await Promise.race(Object.values(mocks).map((mock) => mock.reached('never')));
        interrupt();
      },
    });
    expect([run.code, count]).toEqual([130, 4]);
    expect(run.stdout).toMatch(
      /^Race of 2 targets, 5 rounds, one request at a time, interrupted after 3 answers\n/,
    );
    // The fourth was asked, too.
    expect(run.stdout).toMatch(/\n6 requests, 4 of them paid - /);
    expect(run.stderr).toMatch(/Interrupted\.\n$/);
  });

  it('asks several at a time with --concurrency', async () => {
    const respond: MockOptions['respond'] = ({ json }) =>
      (json as { model?: string }).model === undefined
        ? undefined
        : [{ step: 'gate', name: 'open' }, { step: 'end' }];
    const { mocks, race } = await field({ a: { respond }, b: { respond } });
    const run = await race(['a', 'b', '--race', '1', '--concurrency', '2', '--yes', '--json'], {
      during: async () => {
        // Neither of them ends before the other one is asked.
        await Promise.all(Object.values(mocks).map((mock) => mock.reached('open')));
        for (const mock of Object.values(mocks)) mock.open('open');
      },
    });
    expect(raceIn(run)).toMatchObject({ concurrency: 2, is_complete: true });
  });

  it('is written as a page and as Markdown, and without hosts where that is asked for', async () => {
    const { race, mocks } = await field({ a: {}, b: {} });
    const folder = mkdtempSync(join(tmpdir(), 'race-page-'));
    closing.push(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'race.html');
    const page = await race(['a', 'b', '--race', '1', '--yes', '-o', file]);
    expect([page.code, page.stdout]).toEqual([0, '']);
    const html = readFileSync(file, 'utf8');
    expect(html).toMatch(/<h1>Race of 2 targets, 1 round/);
    expect(html.match(/class="dot"/g)).toHaveLength(4);
    expect(html).not.toMatch(/<script|https?:\/\//);
    const markdown = await race(['a', 'b', '--race', '1', '--yes', '--format', 'md']);
    expect(markdown.stdout).toMatch(/\n\| `a` \| \d+ ms \|/);
    const url = mocks['a']?.url ?? '';
    const hidden = await race([url, '--race', '1', '--yes', '--redact-host', '--json'], { env: {} });
    expect(hidden.stdout).not.toContain('127.0.0.1');
  });

  it('tells the cost first, and asks nothing without a yes', async () => {
    const { mocks, race } = await field({ a: {}, b: {} });
    const run = await race(['a', 'b', '--race', '3']);
    expect([run.code, run.stderr]).toEqual([
      2,
      expect.stringMatching(
        /--race makes 6 paid requests .* at most about 240 input and 960 output tokens\.\n.*--yes/,
      ),
    ]);
    expect([mocks['a']?.requests.length, mocks['b']?.requests.length]).toEqual([0, 0]);
  });

  it.each([
    [['a', 'b'], 2, /One target at a time, not 2\.\n.*--race/],
    [['a', 'b', '--concurrency', '2'], 2, /--concurrency is a part of --race/],
    [['--race', 'a', 'b'], 2, /--race takes a number of rounds, not "a"\.\n.*msg doctor A B --race/],
    [['a', 'b', '--race', '0'], 2, /from 1 to 1000/],
    [['a', 'b', '--race', '--free'], 2, /cannot be used with/],
    [['a', 'b', '--race', '--compare', 'b'], 2, /cannot be used with/],
    [['a', 'b', '--race', '--watch'], 2, /cannot be used with/],
    [['a', 'b', '--race', '--fix'], 2, /cannot be used with/],
    [['a', 'b', '--race', '--format', 'junit'], 2, /text, json, md or html, not junit/],
    [['a', 'b', '--race', '--yes', '--api-key-env', 'KEY_a'], 2, /--api-key-env is for one target/],
    [['a', 'b', '--race', '--yes', '-H', 'x-token: 1'], 2, /--header is for one target/],
    [['a', 'b', '--race', '--yes', '--base-url', 'http://h'], 2, /--base-url is for one target/],
    [['a', 'c', '--race', '--yes'], 3, /There is no profile "c"/],
  ])('refuses %j', async (argv, code, says) => {
    const { mocks, race } = await field({ a: {}, b: {} });
    const run = await race(argv);
    expect([run.code, run.stderr]).toEqual([code, expect.stringMatching(says)]);
    expect([mocks['a']?.requests.length, mocks['b']?.requests.length]).toEqual([0, 0]);
  });

  it('refuses an address of the environment, which would be that of all', async () => {
    const { race } = await field({ a: {}, b: {} });
    const run = await race(['a', 'b', '--race', '--yes'], { env: { MSG_BASE_URL: 'http://h' } });
    expect([run.code, run.stderr]).toEqual([3, expect.stringMatching(/MSG_BASE_URL stands over/)]);
  });
});
