// `msg doctor` as a whole: root causes over real sockets, budget, redaction, formats, repairs, exit codes.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checks } from '../../src/doctor/engine/registry.ts';
import type { Report } from '../../src/doctor/engine/report.ts';
import { type MockOptions, startMock } from '../../src/mock/index.ts';
import { errorReply, jsonReply, messageReply, pageReply } from '../../src/mock/replies.ts';
import { scenarios } from '../../src/mock/scenarios.ts';
import type { Script } from '../../src/mock/script.ts';
import { pacedTime } from './paced-time.ts';
import { reportIn } from './report.ts';
import { type Run, type RunOptions, runMsg, testKey } from './run-msg.ts';
import { causes } from './truth/scenario-causes.ts';

const time = pacedTime();
/** A pace at which a stream can be judged. */
const paced = { speed: 120, ttftMs: 100, timersFor: time.timersFor };

const examine = async (
  mock: MockOptions = {},
  argv: readonly string[] = [],
  options: RunOptions = {},
): Promise<Run & { report: Report }> => {
  const run = await runMsg(['doctor', '--format', 'json', ...argv], {
    mock: { key: testKey, ...paced, ...mock },
    ...options,
    adapt: (context) => time.adapt(options.adapt?.(context) ?? context),
  });
  return { ...run, report: reportIn(run.stdout || 'null') };
};

const statusOf = (report: Report, id: string): string | undefined =>
  report.checks.find((check) => check.id === id)?.status;

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'msg-doctor-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('a healthy endpoint', () => {
  it('costs at most 7 requests, 2 of them paid, and sends no redirect-following or keyed discovery', async () => {
    const { code, report, requests } = await examine();
    expect({ code, verdict: report.verdict, cause: report.rootCause }).toEqual({
      code: 0,
      verdict: 'healthy',
      cause: null,
    });
    expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v1/messages',
      'POST /v1/messages',
      'POST /v1/messages/count_tokens',
      'POST /v1/messages',
      'GET /v1/models',
      'POST /v1/messages',
      'POST /v1/messages',
    ]);
    expect(requests).toHaveLength(7);
    expect(report.spend.requests).toBe(7);
    expect(
      requests.filter(
        ({ json }) => 'messages' in ((json as object) ?? {}) && 'max_tokens' in (json as object),
      ),
    ).toHaveLength(2);
    expect(requests[0]?.headers).not.toHaveProperty('x-api-key');
    expect(requests[0]?.body).toBe('{}');
    expect(report.spend.outputTokens).toBeLessThanOrEqual(161);
    expect(report.stream?.verdict).toBe('live');
  });

  describe('keeps the promise of the help and the README', () => {
    const promise =
      /7\s+to\s+10\s+requests[,.]\s+(?:2|Two)\s+of\s+them\s+(?:are\s+)?paid,?\s+\(?at\s+most\s+about\s+100\s+input\s+and\s+176\s+output\s+tokens/;
    const refusingOne: MockOptions['respond'] = ({ json }) =>
      (json as { max_tokens?: number } | undefined)?.max_tokens === 1
        ? errorReply(400, 'invalid_request_error', 'max_tokens: must be at least 16')
        : undefined;
    const pageForEmpty: MockOptions['respond'] = ({ body }) =>
      body === '{}' ? pageReply(502, 'text/html', '<title>502 Bad Gateway</title><hr>nginx') : undefined;
    const gzipped = scenarios.find(({ name }) => name === 'gzip-stream');

    const examineAsIs = async (mock: MockOptions, ...argv: readonly string[]) => {
      const run = await runMsg(['doctor', '--json', ...argv], {
        mock: { ...paced, ...mock },
        adapt: time.adapt,
      });
      return { ...run, report: reportIn(run.stdout) };
    };

    it('which is one', async () => {
      expect((await runMsg(['doctor', '--help'])).stdout).toMatch(promise);
      expect(readFileSync(new URL('../../README.md', import.meta.url), 'utf8')).toMatch(promise);
    });

    it.each<[string, MockOptions, number]>([
      ['a key is wanted', { key: testKey }, 7],
      ['the stream is compressed', { key: testKey, ...(gzipped && { scenario: gzipped }) }, 7],
      ['a limit of one token is refused', { key: testKey, respond: refusingOne }, 8],
      ['any key does', {}, 9],
      ['any key does, and a limit of one token is refused', { respond: refusingOne }, 10],
    ])('where %s', async (_name, mock, count) => {
      const { report, requests } = await examineAsIs(mock);
      expect(report.verdict).toBe('healthy');
      expect([requests.length, report.spend.requests]).toEqual([count, count]);
      expect(report.spend.inputTokens).toBeLessThanOrEqual(100);
      expect(report.spend.outputTokens).toBeLessThanOrEqual(176);
      const free = await examineAsIs(mock, '--free');
      const paid = requests.length - free.requests.length;
      expect([paid, free.report.spend.outputTokens]).toEqual([mock.respond === undefined ? 2 : 3, 0]);
    });

    it('where an empty request gets the page of a hop, each time', async () => {
      const { report, requests } = await examineAsIs({ key: testKey, respond: pageForEmpty });
      expect([report.verdict, requests.length]).toEqual(['healthy', 8]);
    });
  });

  it('spends nothing with --free', async () => {
    const { code, report, requests } = await examine({}, ['--free']);
    expect(code).toBe(0);
    expect(report.spend).toMatchObject({ inputTokens: 0, outputTokens: 0 });
    expect(requests.every(({ json }) => !(json as { max_tokens?: number } | undefined)?.max_tokens)).toBe(
      true,
    );
    expect(statusOf(report, 'sse.buffered')).toBe('skip');
  });

  it('does not call healthy without saying so what never answered', async () => {
    const words = async (argv: readonly string[]): Promise<string | undefined> =>
      (await runMsg(['doctor', ...argv], { mock: { key: testKey, ...paced } })).stdout.split('\n')[0];
    expect(await words(['--free'])).toMatch(
      /^healthy: \d+ checks made, \d+ skipped, no warnings; no answer was asked for$/,
    );
    expect(await words(['--only', 'url'])).toMatch(/^healthy: \d+ checks made, \d+ skipped, no warnings$/);
    expect(await words([])).toMatch(
      /^healthy: \d+ checks made, (\d+ could not be told, )?\d+ skipped, no warnings$/,
    );
  });

  it('scores conformance beside health', async () => {
    const { report } = await examine({}, ['--conformance', '--yes']);
    expect(report.conformance?.score).toBeGreaterThan(60);
    expect(report.conformance?.items.find(({ id }) => id === 'sequence')?.points).toBe(18);
    expect(report.verdict).not.toBe('undetermined');
  });

  it('wants a yes before it spends more than usual', async () => {
    const run = await runMsg(['doctor', '--tools'], { stdin: '', mock: { key: testKey } });
    expect({ code: run.code, requests: run.requests.length }).toEqual({ code: 2, requests: 0 });
    expect(run.stderr).toMatch(/--tools may cost about 700 input.*--yes/s);
  });
});

describe('one root cause', () => {
  it.each(causes)('%s: exit %i, %s', async (name, code, cause, says) => {
    const scenario = scenarios.find((one) => one.name === name);
    if (scenario === undefined) throw new Error(`no scenario ${name}`);
    const { report, ...run } = await examine({
      scenario,
      ...(name === 'openai-errors' ? { key: 'another-key-than-the-test-key' } : {}),
    });
    expect({ code: run.code, cause: report.rootCause?.id ?? null }).toEqual({ code, cause });
    if (cause !== null) {
      expect(report.rootCause?.summary).toMatch(says);
      expect(report.rootCause?.evidence.length).toBeLessThanOrEqual(2);
      expect(report.rootCause?.remedy.commands.length).toBeLessThanOrEqual(3);
    }
    expect(report.checks.filter(({ status }) => status === 'crashed')).toEqual([]);
  });

  it('finds the base URL without the key, and prints it in both conventions', async () => {
    const mock = await startMock({ key: testKey, basePath: '/api/anthropic' });
    const run = await runMsg(['doctor', new URL(mock.url).origin, '--format', 'json'], { on: mock });
    await mock.close();
    const { code, requests, report } = { ...run, report: reportIn(run.stdout) };
    expect(code).toBe(10);
    expect(report.rootCause?.id).toBe('url.subpath_missing');
    expect(report.correctedBaseUrl?.sdk).toMatch(/\/api\/anthropic$/);
    expect(report.correctedBaseUrl?.vercel).toMatch(/\/api\/anthropic\/v1$/);
    expect(requests.filter(({ headers }) => 'x-api-key' in headers || 'authorization' in headers)).toEqual(
      [],
    );
  });

  it('names a proxy-less refusal, and makes no request', async () => {
    const { code, report } = await examine({}, ['http://127.0.0.1:1']);
    expect({ code, cause: report.rootCause?.id, requests: report.spend.requests }).toEqual({
      code: 10,
      cause: 'net.refused',
      requests: 0,
    });
    expect(statusOf(report, 'auth.scheme')).toBe('skip');
    expect(report.checks.find(({ id }) => id === 'auth.scheme')?.blockedBy).toBe('net.refused');
  });

  it('says when no key is there, after what can be said without one', async () => {
    const { code, report } = await examine({}, [], { env: { MSG_BASE_URL: '{url}', MSG_MODEL: 'm' } });
    expect({ code, cause: report.rootCause?.id }).toEqual({ code: 10, cause: 'key.missing' });
    expect(statusOf(report, 'url.answers')).toBe('pass');
  });

  it('says that the base URL is no URL', async () => {
    const { code, report } = await examine({}, ['--base-url', 'ftp://host']);
    expect({ code, cause: report.rootCause?.id }).toEqual({ code: 10, cause: 'url.syntax' });
  });

  it.each([
    ['bearer', 'ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN'],
    ['x-api-key', 'ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_API_KEY'],
  ] as const)(
    'moves the key of the environment to the variable of the other header: %s',
    async (auth, from, to) => {
      const mock = await startMock({ key: testKey, auth, ...paced });
      const env = { ANTHROPIC_BASE_URL: mock.url, ANTHROPIC_MODEL: 'm', [from]: testKey };
      const run = await runMsg(['doctor', 'env', '--json'], { on: mock, env, home });
      await mock.close();
      expect(reportIn(run.stdout).rootCause).toMatchObject({
        id: 'auth.scheme',
        remedy: { commands: [`export ${to}="$${from}" && unset ${from}`, 'msg doctor env'] },
      });
    },
  );

  it('tells a model that is unknown from a path that is wrong, with the closest ids', async () => {
    const { report } = await examine({ models: ['claude-sonnet-4-6', 'claude-opus-4-6'] }, [
      '-m',
      'claude-sonnet-4.6',
    ]);
    expect(report.rootCause).toMatchObject({
      id: 'model.not_found',
      remedy: {
        commands: ['msg doctor -m claude-sonnet-4-6', 'msg models'],
      },
    });
  });

  it('tells a gateway 401 from one of Anthropic', async () => {
    const reply = jsonReply(401, {
      type: 'error',
      error: { type: 'authentication_error', message: 'invalid x-api-key' },
      request_id: 'req_011CSHoEeqs5C35K2UUqR7Fy',
    });
    const { report } = await examine({
      respond: ({ headers }): Script | undefined =>
        'x-api-key' in headers || 'authorization' in headers ? reply : undefined,
    });
    expect(report.rootCause?.id).toBe('auth.path_prefix');
  });

  it.each([
    [
      'a gateway that stumbles over {} with 500',
      jsonReply(500, { error: { message: 'list index out of range' } }),
    ],
    [
      'a router that finds no route without a model',
      pageReply(
        404,
        'text/plain',
        'No matching route found. The model specified in your request is not configured.',
      ),
    ],
  ])('takes no offence at %s', async (_name, reply) => {
    const { code, report } = await examine({
      respond: ({ headers, body, path }) =>
        'x-api-key' in headers && body === '{}' && path.endsWith('/messages') ? reply : undefined,
    });
    expect({ code, cause: report.rootCause?.id ?? null }).toEqual({ code: 0, cause: null });
    expect(statusOf(report, 'auth.accepted')).toBe('pass');
    expect(report.stream?.verdict).toBe('live');
  });

  it('survives an endpoint that answers the streamed request with silence', async () => {
    const { report } = await examine({
      respond: ({ json }) =>
        (json as { stream?: boolean })?.stream
          ? [{ step: 'head', headers: { 'content-type': 'text/event-stream' } }, { step: 'end' }]
          : undefined,
    });
    expect(report.rootCause?.id).toBe('sse.zero_events');
  });
});

describe('tools', () => {
  it('are called and answered', async () => {
    const call = (id: string, index: number): object[] => [
      {
        type: 'content_block_start',
        index,
        content_block: { type: 'tool_use', id, name: 'get_weather', input: {} },
      },
      { type: 'content_block_delta', index, delta: { type: 'input_json_delta', partial_json: '{"city":' } },
      { type: 'content_block_delta', index, delta: { type: 'input_json_delta', partial_json: '"Paris"}' } },
      { type: 'content_block_stop', index },
    ];
    const events = [
      {
        type: 'message_start',
        message: {
          id: 'msg_1',
          type: 'message',
          role: 'assistant',
          model: 'm',
          content: [],
          usage: { input_tokens: 9, output_tokens: 1 },
        },
      },
      ...call('toolu_1', 0),
      ...call('toolu_2', 1),
      { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 30 } },
      { type: 'message_stop' },
    ];
    const script: Script = [
      { step: 'head', headers: { 'content-type': 'text/event-stream' } },
      ...events.map((data) => ({ step: 'event' as const, data })),
      { step: 'end' },
    ];
    const { report } = await examine(
      {
        respond: ({ json }) =>
          (json as { tool_choice?: unknown })?.tool_choice
            ? script
            : (json as { tools?: unknown })?.tools
              ? messageReply('Sunny.')
              : undefined,
      },
      ['--tools', '--yes', '--only', 'tool'],
    );
    expect(report.checks.map(({ id, status }) => `${id} ${status}`)).toEqual([
      'tool.start_input pass',
      'tool.json pass',
      'tool.stop_reason pass',
      'tool.id_roundtrip pass',
      'tool.parallel pass',
      'tool.lost pass',
    ]);
  });
});

describe('secrets', () => {
  const canary = 'sk-canary-4f1e7c2a9b8d6035e1f4a7c2';
  const echo = (name: string): Script =>
    pageReply(
      401,
      'text/plain',
      `bad key ${name} for me@corp.example, header authorization: Bearer ${name}`,
      { 'x-echo': name },
    );

  it.each(['text', 'json', 'junit', 'sarif', 'md'] as const)(
    'stay out of %s, also when the server echoes them',
    async (format) => {
      const bundle = join(home, 'bundle.md');
      const run = await runMsg(['doctor', '--format', format, '-v', '--bundle', bundle], {
        mock: { respond: () => echo(canary) },
        env: { MSG_BASE_URL: '{url}', MSG_API_KEY: canary, MSG_MODEL: 'm', ANTHROPIC_AUTH_TOKEN: canary },
      });
      for (const text of [run.stdout, run.stderr, readFileSync(bundle, 'utf8')]) {
        expect(text).not.toContain(canary);
        expect(text).not.toContain(canary.slice(10));
        expect(text).not.toContain('me@corp.example');
      }
      expect(run.stdout.length).toBeGreaterThan(100);
    },
  );

  it('stay out when the key cannot be sent', async () => {
    const run = await runMsg(['doctor', '--format', 'json'], {
      env: { MSG_BASE_URL: '{url}', MSG_API_KEY: `${canary}\u00a0x`, MSG_MODEL: 'm' },
    });
    expect(run.stdout + run.stderr).not.toContain(canary);
    expect(reportIn(run.stdout).rootCause?.id).toBe('key.whitespace');
  });

  it('--redact-host leaves names and addresses out', async () => {
    const { stdout } = await examine({}, ['--redact-host']);
    expect(stdout).not.toContain('127.0.0.1');
    expect(stdout).toContain('host.example');
  });

  it('--redact-host calls a host by one name in all of --bundle', async () => {
    const path = join(home, 'bundle.md');
    await examine({}, ['--redact-host', '--bundle', path]);
    const names = readFileSync(path, 'utf8').match(/host(-\d+)?\.example/g);
    expect(new Set(names)).toEqual(new Set(['host.example']));
  });
});

describe('output', () => {
  it('puts the verdict first in a pipe', async () => {
    const run = await runMsg(['doctor', '--free'], { mock: { key: testKey } });
    expect(run.stdout.split('\n')[0]).toMatch(/^healthy: /);
  });

  it('shows no key that was written into the address, neither while it runs nor at the end', async () => {
    const url = `https://user:${testKey}@msg-doctor.invalid/?key=${testKey}`;
    const run = await runMsg(['doctor', url, '--free'], {
      tty: true,
      width: 80,
      env: { ANTHROPIC_API_KEY: testKey },
    });
    expect(run.stdout).toContain('msg-doctor.invalid');
    expect(`${run.stdout}${run.stderr}`).not.toContain(testKey);
  });

  it('prints groups as they come on a terminal, and the verdict at the end', async () => {
    const run = await runMsg(['doctor', '--free'], { mock: { key: testKey }, tty: true, width: 80 });
    expect(run.stdout).toMatch(/^msg doctor .*\n.*config/s);
    expect(run.stdout.trimEnd().split('\n').at(-1)).toMatch(/\d requests [·-] 0 tokens/);
    expect(run.stdout).toMatch(/healthy: /);
  });

  it('writes to a file whose ending names the format', async () => {
    const path = join(home, 'report.sarif');
    const run = await runMsg(['doctor', '--free', '-o', path], { mock: { key: testKey } });
    expect(run.stdout).toBe('');
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ version: '2.1.0' });
  });

  it('applies --only and --skip to every format', async () => {
    for (const format of ['text', 'json', 'junit', 'sarif', 'md', 'html']) {
      const run = await runMsg(
        ['doctor', '--free', '-v', '--only', 'url', '--skip', 'url.case', '--format', format],
        { mock: { key: testKey } },
      );
      expect(run.stdout, format).toContain('url.redirect');
      expect(run.stdout, format).not.toContain('url.case');
      expect(run.stdout, format).not.toContain('auth.scheme');
    }
  });

  it('refuses filters that match nothing, and unknown ids', async () => {
    expect((await runMsg(['doctor', '--only', 'ssl.*'])).code).toBe(2);
    const run = await runMsg(['doctor', '--explain', 'sse.bufferd']);
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(/Did you mean sse\.buffered/);
  });

  it('lists and explains offline', async () => {
    const list = await runMsg(['doctor', '--list-checks']);
    const listed = list.stdout.match(/^ {2}\S+\.\S+/gm)?.map((line) => line.trim()) ?? [];
    expect(listed.filter((id) => checks.some((check) => check.id === id))).toHaveLength(checks.length);
    expect(new Set(listed).size).toBe(listed.length);
    const explained = await runMsg(['doctor', '--explain', 'sse.buffered']);
    expect(explained.stdout).toMatch(/Why it matters/);
    // The numbers of a report, in words.
    expect(explained.stdout.replace(/\s+/g, ' ')).toMatch(
      /held 0 % where .*, 100 % where all of it came at the end/,
    );
    expect(list.requests.length + explained.requests.length).toBe(0);
  });

  it.each([
    ['done-sentinel', 'healthy'],
    ['one-chunk', 'degraded'],
  ])('exits 10 for warnings with --strict only (%s: %s)', async (name, verdict) => {
    const scenario = scenarios.find((one) => one.name === name);
    const options = { key: testKey, ...(scenario && { scenario }) };
    const { code, report } = await examine(options);
    expect({ code, verdict: report.verdict }).toEqual({ code: 0, verdict });
    expect((await examine(options, ['--strict'])).code).toBe(10);
  });

  it('compares two targets', async () => {
    const other = await startMock({ key: testKey, absent: ['models', 'count_tokens'], ...paced });
    const run = await runMsg(['doctor', '--compare', other.url, '--api-key-env', 'KEY', '--free'], {
      mock: { key: testKey },
      env: { MSG_BASE_URL: '{url}', MSG_MODEL: 'm', KEY: testKey },
      width: 100,
    });
    await other.close();
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/caps\.models +3 models +info: No list/);
  });

  it('refuses a format it cannot compare in before it asks anything', async () => {
    const run = await runMsg(['doctor', '--compare', 'http://127.0.0.1:1', '--format', 'html'], {
      mock: { key: testKey },
    });
    expect({ code: run.code, requests: run.requests.length }).toEqual({ code: 2, requests: 0 });
    expect(run.stderr).toContain('--compare prints text or json, not html.');
  });

  it('looks behind the hop that holds the stream (--via)', async () => {
    const scenario = scenarios.find(({ name }) => name === 'one-chunk');
    const inner = await startMock({ key: testKey, ...paced });
    const { report } = await examine({ ...(scenario && { scenario }) }, ['--via', inner.url, '--yes']);
    await inner.close();
    expect(report.stream).toMatchObject({
      verdict: 'buffered',
      hop: expect.stringMatching(/in front of the second address/),
    });
  });

  it('soaks: a longer stream, and an idle connection', async () => {
    const { report } = await examine(
      {},
      ['--soak', '--yes', '--only', 'net.stale_keepalive', '--only', 'sse.buffered'],
      {
        adapt: (context) => ({
          ...context,
          clock: {
            ...context.clock,
            sleep: (ms, signal) => (ms === 70_000 ? Promise.resolve() : context.clock.sleep(ms, signal)),
          },
        }),
      },
    );
    expect(report.checks.map(({ id, status }) => `${id} ${status}`)).toEqual([
      'net.stale_keepalive pass',
      'sse.buffered pass',
    ]);
    expect(report.stream?.arrivals.length).toBeGreaterThan(0);
  });

  it('watches, prints changes only, and sums up when interrupted', async () => {
    const run = await runMsg(['doctor', '--watch', '1'], {
      mock: { key: testKey },
      during: async ({ shows, interrupt }) => {
        await shows('healthy');
        interrupt();
      },
    });
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(
      /^\d\d:\d\d:\d\d healthy: \d+ checks made, \d+ skipped, no warnings; no answer was asked for\n1 round, 1 healthy, latency p50 \d+ ms, p95 \d+ ms\n$/,
    );
  });

  it('ends with 130 when interrupted', async () => {
    const run = await runMsg(['doctor'], {
      mock: {
        key: testKey,
        respond: ({ json }) =>
          (json as { stream?: boolean })?.stream ? [{ step: 'gate', name: 'never' }] : undefined,
      },
      during: async ({ mock, interrupt }) => {
        await mock.reached('never');
        interrupt();
      },
    });
    expect(run.code).toBe(130);
  });
});

describe('--from-error', () => {
  const pasted = (text: string): Promise<Run> =>
    runMsg(['doctor', '--from-error', '-'], { stdin: text, env: {} });

  it.each([
    [
      'API Error: 404 {"error":{"message":"Invalid URL (POST /v1/v1/messages)","type":"invalid_request_error"}} https://gw.example/v1/v1/messages',
      /url\.v1_doubled/,
    ],
    [
      '> POST /v1/messages HTTP/1.1\n> Host: gw.example\n> x-api-key: sk-ant-123456789\n>\n< HTTP/1.1 401 Unauthorized\n< content-type: application/json\n<\n{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}',
      /auth\.invalid/,
    ],
    ['Error: connect ECONNREFUSED 127.0.0.1:3000', /net\.refused/],
    ['FetchError: SELF_SIGNED_CERT_IN_CHAIN', /tls\.untrusted/],
    [
      '503 {"error":{"message":"No available channel for model claude under group default","code":"model_not_found"}}',
      /model\.not_found/,
    ],
    ['{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}', /up\.5xx/],
    [
      "anthropic.NotFoundError: Error code: 404 - {'type': 'error', 'error': {'type': 'not_found_error', 'message': \"model: it's\", 'code': None}}",
      /"model: it's"\..*model\.not_found/s,
    ],
    ["openai.APIStatusError: Error code: 405 - {'detail': 'Method Not Allowed'}", /url\.answers/],
    [`SyntaxError: Unexpected token '<', "<!DOCTYPE "... is not valid JSON`, /not an API\..*url\.marketing/s],
    ['curl: (56) CONNECT tunnel failed, response 407', /wants credentials \(407\).*env\.proxy_auth/s],
    ['curl: (56) CONNECT tunnel failed, response 403', /env\.proxy_auth/],
    [
      'HTTP/1.1 301 Moved\r\nlocation: https://gw.example/v1/messages\r\n\r\n',
      /Redirects to https: https:\/\/gw\.example/,
    ],
    [
      'API Error: 413 {"error":{"type":"request_too_large"}}',
      /too large for the endpoint\..*edge\.size_limit/s,
    ],
    ['HTTP/2 403\n<title>Just a moment...</title>', /edge\.waf_challenge/],
    ['401 invalid x-api-key', /auth\.invalid/],
    ['HTTP 401: invalid x-api-key', /auth\.invalid/],
    ['invalid x-api-key', /auth\.invalid/],
    ['529 overloaded', /up\.5xx/],
    ['Overloaded', /up\.5xx/],
    ['404 page not found', /url\.answers/],
    ['429', /rate\.limited/],
    [
      'HTTP/1.1 307 Temporary Redirect\r\nlocation: /there\r\n\r\nHTTP/1.1 403 Forbidden\r\ncf-mitigated: challenge\r\n\r\n',
      /edge\.waf_challenge/,
    ],
  ])('%s', async (text, says) => {
    const run = await pasted(text);
    expect(run.stdout).toMatch(says);
    expect(run.stdout).toMatch(/not known/);
    expect(run.stdout).toMatch(/next +msg doctor/);
    expect(run.stdout).not.toContain('sk-ant-123456789');
    expect(run.requests).toEqual([]);
  });

  it.each(['something went wrong', '500 tokens were made in 413 ms', '401'.repeat(3)])(
    'says when nothing can be read from it: %s',
    async (text) => {
      const run = await pasted(text);
      expect(run.code).toBe(11);
      expect(run.stdout).toMatch(/proves +nothing/);
    },
  );
});

describe('--fix', () => {
  const profile = (fields: object): void => {
    mkdirSync(join(home, 'config'), { recursive: true, mode: 0o700 });
    writeFileSync(join(home, 'config', 'config.json'), JSON.stringify({ profiles: { work: fields } }), {
      mode: 0o600,
    });
  };
  const saved = (): Record<string, unknown> =>
    JSON.parse(readFileSync(join(home, 'config', 'config.json'), 'utf8')).profiles.work;

  it('corrects base URL and auth after showing the diff', async () => {
    const mock = await startMock({ key: testKey, basePath: '/api/anthropic', auth: 'bearer', ...paced });
    const { origin } = new URL(mock.url);
    profile({ baseUrl: origin, model: 'm', auth: 'x-api-key', key: { kind: 'env', name: 'KEY' } });
    const env = { KEY: testKey };
    const first = await runMsg(['doctor', 'work', '--fix'], { on: mock, env, home, stdin: '' });
    expect(first.stderr).toMatch(/- base-url=.*\n\+ base-url=.*\/api\/anthropic/);
    expect(saved()['baseUrl'], 'nothing is changed without a yes').toBe(origin);
    await runMsg(['doctor', 'work', '--fix', '--yes'], { on: mock, env, home });
    expect(saved()['baseUrl']).toBe(mock.url);
    await runMsg(['doctor', 'work', '--fix', '--yes'], { on: mock, env, home });
    expect(saved()['auth']).toBe('bearer');
    const last = await runMsg(['doctor', 'work', '--free'], { on: mock, env, home });
    expect(last.code).toBe(0);
    await mock.close();
    expect(existsSync(join(home, 'config', 'config.json'))).toBe(true);
  });

  it('stores a key again without what was copied along', async () => {
    const mock = await startMock({ key: testKey, ...paced });
    profile({ baseUrl: mock.url, model: 'm', key: { kind: 'stored' } });
    const credentials = join(home, 'config', 'credentials.json');
    writeFileSync(
      credentials,
      JSON.stringify({ keys: { work: `${testKey.slice(0, 9)}\u200b${testKey.slice(9)}` } }),
      { mode: 0o600 },
    );
    const run = await runMsg(['doctor', 'work', '--fix', '--yes'], { on: mock, env: {}, home });
    await mock.close();
    expect(run.code).toBe(10);
    expect(run.stdout).toMatch(/key\.whitespace/);
    expect(run.stderr).not.toContain(testKey);
    expect(readFileSync(credentials, 'utf8')).toContain(JSON.stringify(testKey));
  });

  it('leaves the profile alone where a flag or a variable is wrong, and corrects that', async () => {
    const mock = await startMock({ key: testKey, models: ['claude-sonnet-4-6'], ...paced });
    const other = await startMock({ key: testKey, basePath: '/api/anthropic', ...paced });
    const { origin } = new URL(other.url);
    const good = { baseUrl: mock.url, model: 'claude-sonnet-4-6', key: { kind: 'env', name: 'KEY' } };
    profile(good);
    const fix = (flags: readonly string[], env: Record<string, string> = {}): Promise<Run> =>
      runMsg(['doctor', 'work', '--fix', '--yes', ...flags], {
        on: mock,
        env: { KEY: testKey, ...env },
        home,
      });
    const model = await fix(['-m', 'claude-sonnet-4.6']);
    const variable = await fix([], { MSG_MODEL: 'claude-sonnet-4.6' });
    const url = await fix(['--base-url', origin, '--api-key-env', 'KEY']);
    await Promise.all([mock.close(), other.close()]);
    expect(saved()).toEqual(good);
    for (const { stderr } of [model, variable, url])
      expect(stderr).toContain('Nothing to fix in the profile.');
    expect(model.stdout).toContain('\n   msg doctor work -m claude-sonnet-4-6\n');
    expect(variable.stdout).toContain('\n   export MSG_MODEL=claude-sonnet-4-6\n');
    expect(url.stdout).toMatch(/msg doctor \S+\/api\/anthropic -P work --api-key-env KEY\n/);
  });

  it('corrects the model', async () => {
    const mock = await startMock({ key: testKey, models: ['claude-sonnet-4-6'], ...paced });
    profile({ baseUrl: mock.url, model: 'claude-sonnet-4.6', key: { kind: 'env', name: 'KEY' } });
    await runMsg(['doctor', 'work', '--fix', '--yes'], { on: mock, env: { KEY: testKey }, home });
    await mock.close();
    expect(saved()['model']).toBe('claude-sonnet-4-6');
  });
});
