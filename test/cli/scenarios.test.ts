// `msg send` against every scenario of the mock: exit code, stdout, stderr, requests seen.
import { describe, expect, it } from 'vitest';
import type { Context } from '../../src/context.ts';
import { nativeScenarios } from '../../src/mock/native-scenarios.ts';
import { scenarios } from '../../src/mock/scenarios.ts';
import { type Run, runMsg, testKey } from './run-msg.ts';

/** What the user sees. Without a word on stderr, it must be empty; without a count, one request was made. */
type Expected = {
  readonly code: number;
  readonly stdout: string;
  readonly stderr?: RegExp;
  readonly requests?: number;
  readonly argv?: readonly string[];
  readonly answer?: string;
  readonly also?: (run: Run, waitsMs: readonly number[]) => void;
};

const answer = 'One two three four.';
const whole = { code: 0, stdout: `${answer}\n` };
const half = 'One two\n';
const nothing = '';

const expected: Readonly<Record<string, Expected | readonly Expected[]>> = {
  unauthorized: {
    code: 4,
    stdout: nothing,
    stderr:
      /401 from 127\.0\.0\.1:\d+: the key from MSG_API_KEY was refused.*invalid x-api-key.*req_mock_401/s,
  },
  'bearer-only': [
    { code: 4, stdout: nothing, stderr: /It was sent as x-api-key; .* --auth bearer/ },
    {
      ...whole,
      argv: ['--auth', 'bearer'],
      also: ({ requests }) => {
        expect(requests[0]?.headers['authorization']).toBe(`Bearer ${testKey}`);
        expect(requests[0]?.headers).not.toHaveProperty('x-api-key');
      },
    },
  ],
  'x-api-key-only': [
    { ...whole, also: ({ requests }) => expect(requests[0]?.headers).not.toHaveProperty('authorization') },
    { code: 4, argv: ['--auth', 'bearer'], stdout: nothing, stderr: /--auth x-api-key/ },
    { ...whole, argv: ['--auth', 'both'] },
  ],
  forbidden: { code: 4, stdout: nothing, stderr: /403 .*permission_error: Your account has been suspended/ },
  'version-required': {
    ...whole,
    also: ({ requests }) => expect(requests[0]?.headers['anthropic-version']).toBe('2023-06-01'),
  },
  'html-404': { code: 5, stdout: nothing, stderr: /404 from .*nginx.*Next: msg doctor http/s },
  'marketing-html-200': {
    code: 9,
    stdout: nothing,
    stderr: /Not a Messages answer .*: 200, text\/html: .*Acme AI.*Next: msg doctor/s,
  },
  'redirect-cross-origin': {
    code: 9,
    stdout: nothing,
    stderr: /redirects \(307\) to https:\/\/login\.example\.com\/start/,
  },
  'openai-dialect': [
    { code: 9, stdout: nothing, stderr: /OpenAI dialect/ },
    { code: 9, argv: ['--no-stream'], stdout: nothing, stderr: /OpenAI dialect/ },
  ],
  'openai-errors': { code: 4, stdout: nothing, stderr: /401 .*new_api_error: Invalid token/ },
  'wrong-content-type': {
    code: 9,
    stdout: nothing,
    stderr: /200, text\/plain: event: message_start.*\n {2}It is an event stream under a wrong label/,
  },
  'error-in-200': { code: 5, stdout: nothing, stderr: /not available in your region/ },
  'json-for-stream': whole,
  'sse-for-json': { ...whole, argv: ['--no-stream'] },

  'model-not-found-503': {
    code: 5,
    stdout: nothing,
    stderr: /"test-model" is not available here.*msg models/s,
  },
  'rate-limited': {
    code: 6,
    stdout: nothing,
    stderr:
      /429 .*rate_limit_error.*Trying again in 1\.0 s, as the server asks.*The server asks to wait 1 s\.\n {2}Next: the same command with --max-retries 5, or with another profile: -P NAME\n.*req_mock_429/s,
    requests: 3,
    also: (_, waitsMs) => expect(waitsMs).toEqual([1_000, 1_000]),
  },
  quota: {
    code: 6,
    stdout: nothing,
    stderr:
      /429 .*the quota is used up.*wait for its reset\.\n {2}Next: the same command with another profile: -P NAME\n/s,
  },
  'overloaded-529': {
    code: 6,
    stdout: nothing,
    stderr:
      /529 .*overloaded.*Trying again.*\n {2}Next: the same command with --max-retries 5, or .*req_mock_529/s,
    requests: 3,
    also: (_, [first = 0, second = 0]) => {
      expect(first).toBeGreaterThanOrEqual(375);
      expect(first).toBeLessThanOrEqual(500);
      expect(second).toBeGreaterThanOrEqual(750);
      expect(second).toBeLessThanOrEqual(1_000);
    },
  },
  'overloaded-midstream': {
    code: 6,
    stdout: half,
    stderr:
      /overloaded_error: Overloaded.*\n {2}Next: the same command again, or with another profile: -P NAME\n/s,
  },
  'server-500-then-ok': { ...whole, stderr: /500 .*api_error.*Trying again in 0\.\d s\.\n$/, requests: 2 },
  'gateway-504': { code: 7, stdout: nothing, stderr: /504 .*Gateway Time-out/, requests: 3 },

  'no-event-lines': whole,
  crlf: whole,
  'done-sentinel': whole,
  comments: whole,
  'unknown-events': [
    whole,
    {
      code: 0,
      argv: ['-o', 'stream-json'],
      stdout: expect.stringContaining('{"type":"vendor_status","status":"warming up"}\n') as string,
    },
  ],
  'interleaved-blocks': { code: 0, stdout: 'One two three. Four five six.\n' },
  'delta-before-start': whole,
  'usage-only-in-delta': {
    code: 0,
    argv: ['-o', 'json'],
    stdout: expect.stringContaining(answer) as string,
    also: ({ stdout }) =>
      expect(JSON.parse(stdout).usage).toMatchObject({ input_tokens: 25, output_tokens: 9 }),
  },

  'no-message-stop': { ...whole, stderr: /The answer is complete, but .*without message_stop/ },
  'clean-eof': { code: 9, stdout: half, stderr: /ended without message_stop.*may be cut/ },
  'cut-mid-event': { code: 9, stdout: half, stderr: /ended without message_stop.*may be cut/ },
  'cut-mid-utf8': { code: 9, stdout: half, stderr: /ended without message_stop.*may be cut/ },
  'reset-mid-stream': { code: 9, stdout: half, stderr: /broke off: .*may be cut/ },
  'pings-then-silence': {
    code: 9,
    stdout: half,
    stderr: /broke off: .*may be cut/,
    argv: ['--idle-timeout', '6'],
  },

  'slow-first-byte': whole,
  'one-chunk': whole,
  'byte-buffer-4096': { code: 0, answer: 'word '.repeat(500), stdout: `${'word '.repeat(500)}\n` },
  'timed-flush': whole,
  'held-by-app': { code: 0, answer: 'word '.repeat(50), stdout: `${'word '.repeat(50)}\n` },
  'gzip-stream': whole,
  'content-length-stream': whole,

  'empty-content': {
    code: 0,
    stdout: nothing,
    stderr: /^msg: The answer is empty\. The endpoint counted 0 tokens/,
  },
  'max-tokens': [
    { code: 0, stdout: 'The three laws are these: first,\n', stderr: /The answer is cut: .*--max-tokens/ },
    {
      code: 12,
      argv: ['--strict'],
      stdout: 'The three laws are these: first,\n',
      stderr: /The answer is cut/,
    },
  ],
  refusal: [
    { code: 0, stdout: nothing, stderr: /The model declined to answer \(cyber\)/ },
    { code: 12, argv: ['--strict'], stdout: nothing, stderr: /The model declined to answer/ },
  ],
  'tool-use': {
    code: 0,
    stdout:
      'I will look at the clock.\n' +
      '{"type":"tool_use","id":"toolu_mock_1","name":"get_time","input":{"zone":"Europe/Vienna","hours":24}}\n',
  },
  thinking: [
    { code: 0, stdout: 'Four.\n', stderr: /^Two and two\. Carry nothing\.\n$/ },
    { code: 0, argv: ['--hide-thinking'], stdout: 'Four.\n' },
  ],
  citations: [
    { code: 0, stdout: 'The grass is green.\n' },
    {
      code: 0,
      argv: ['-o', 'json'],
      stdout: expect.stringContaining('"cited_text": "Grass is green."') as string,
    },
  ],
  // What they lie about, a plain answer does not show: msg doctor --identity does.
  ...Object.fromEntries(nativeScenarios.map(({ name }) => [name, whole])),
  huge: { code: 0, stdout: `${'1234567890'.repeat(7)}123456789\n`.repeat(50_000) },
};

/** Waits of the command pass at once, and are kept. */
const withoutWaiting =
  (waitsMs: number[]) =>
  (context: Context): Context => ({
    ...context,
    clock: {
      ...context.clock,
      sleep: async (ms) => {
        waitsMs.push(ms);
      },
    },
  });

describe('msg send against the scenario', () => {
  it('of every name: each has a row here, and no row is left over', () => {
    expect(Object.keys(expected).sort()).toEqual(scenarios.map(({ name }) => name).sort());
  });

  const rows = scenarios.flatMap((scenario) =>
    [expected[scenario.name] ?? []].flat().map((row) => ({
      scenario,
      row,
      title: [scenario.name, ...(row.argv ?? [])].join(' '),
    })),
  );
  it.concurrent.each(rows)('$title', play);

  async function play({ scenario, row }: (typeof rows)[number]): Promise<void> {
    const waitsMs: number[] = [];
    const run = await runMsg(['send', 'hi', ...(row.argv ?? [])], {
      mock: { scenario, answer: row.answer ?? answer },
      adapt: withoutWaiting(waitsMs),
    });
    expect({ code: run.code, stdout: run.stdout, requests: run.requests.length }).toEqual({
      code: row.code,
      stdout: row.stdout,
      requests: row.requests ?? 1,
    });
    expect(run.stderr).toMatch(row.stderr ?? /^$/);
    expect(run.stdout + run.stderr).not.toContain(testKey);
    for (const request of run.requests)
      expect(request).toMatchObject({ method: 'POST', path: '/v1/messages' });
    row.also?.(run, waitsMs);
  }
});
