// `msg doctor --identity`: who really answers. Servers whose truth is known, and what has to be said of each.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { errorReply, type MockOptions, messageReply, streamReply } from '../../src/mock/index.ts';
import { nativeScenarios } from '../../src/mock/native-scenarios.ts';
import { isObject } from '../../src/text/json.ts';
import { claude, examine, failedOf, scenario } from './examine-identity.ts';
import { type Run, runMsg, testKey } from './run-msg.ts';

/** Each lie, and the proofs that name it. */
const lies: Readonly<Record<string, readonly string[]>> = {
  'lie-other-model': ['signature_verified', 'cache', 'max_tokens'],
  'lie-hidden-prompt': ['hidden_prompt'],
  'lie-system': ['system'],
  'lie-cache': ['cache'],
  'lie-signature-accepted': ['signature_verified'],
  'lie-signature-refused': ['signature_kept'],
  'lie-tool-arguments': ['tool_arguments'],
  'lie-context': ['context'],
  'lie-counts': ['counts', 'max_tokens'],
  'lie-max-tokens': ['max_tokens'],
  'lie-stop-sequences': ['stop_sequences'],
  'lie-redaction-accepted': ['redacted'],
  'lie-picture': ['picture'],
  'lie-document': ['document'],
  'lie-schema': ['schema'],
};

/** The only models that redact thinking. */
const redacting = 'claude-3-7-sonnet-20250219';

describe('a native backend', () => {
  it('keeps every proof, in 12 requests at most, and the report tells what they cost', async () => {
    const [plain, { identity, report, requests, stderr }] = [
      await runMsg(['doctor', '-m', claude, '--json'], { mock: { key: testKey, ...scenario('native') } }),
      await examine(scenario('native')),
    ];
    expect(identity.proofs.map(({ id, result }) => [id, result])).toEqual(
      identity.proofs.map(({ id }) => [id, id === 'identity.redacted' ? 'absent' : 'kept']),
    );
    expect(identity).toMatchObject({
      verdict: 'native',
      failedProofs: 0,
      modelAsked: claude,
      modelServed: claude,
    });
    expect(requests.length - plain.requests.length).toBe(12);
    expect(report.verdict).toBe('healthy');
    const own = report.checks.filter(({ group }) => group === 'identity');
    expect(own.map(({ id, status }) => [id, status])).toEqual(
      own.map(({ id }) => [
        id,
        id === 'identity.context' ? 'skip' : id === 'identity.redacted' ? 'info' : 'pass',
      ]),
    );
    expect(own).toHaveLength(identity.proofs.length + 3);
    expect(report.spend.inputTokens).toBeGreaterThan(20_000);
    expect(stderr).toMatch(/--identity may cost about 22000 input and 4000 output tokens more/);
  });

  it('takes redacted thinking back, where its model redacts, and notices a changed one', async () => {
    const { identity, requests } = await examine(scenario('native'), { argv: ['-m', redacting] });
    expect(identity.verdict).toBe('native');
    expect(identity.proofs.filter(({ result }) => result !== 'kept')).toMatchObject([
      { id: 'identity.schema', result: 'absent' },
    ]);
    expect(requests.filter(({ body }) => body.includes('"redacted_thinking"'))).toHaveLength(3);
  });

  it.each([
    ['streams whatever is asked for', { delivery: 'stream' }],
    [
      'refuses what is not streamed',
      {
        respond: ({ path, json }) =>
          path === '/v1/messages' && isObject(json) && json['model'] !== undefined && json['stream'] !== true
            ? errorReply(400, 'invalid_request_error', 'Stream must be set to true')
            : undefined,
      },
    ],
  ] satisfies [string, MockOptions][])('is told where the target %s', async (_name, options) => {
    const { identity } = await examine({ ...scenario('native'), ...options });
    expect([identity.verdict, failedOf(identity)]).toEqual(['native', []]);
    expect(identity.proofs.filter(({ result }) => result === 'open')).toEqual([]);
    const liar = await examine({ ...scenario('lie-signature-accepted'), ...options });
    expect([liar.identity.verdict, failedOf(liar.identity)]).toEqual(['altered', ['signature_verified']]);
  });

  it('reads a long prompt from its beginning to its end, in one request more (--context)', async () => {
    const { identity, requests, stderr } = await examine(scenario('native'), {
      argv: ['--context', '20000'],
    });
    expect(identity.verdict).toBe('native');
    expect(identity.proofs.at(-1)).toMatchObject({ id: 'identity.context', result: 'kept' });
    expect(requests.at(-1)?.body.length).toBeGreaterThan(80_000);
    expect(stderr).toMatch(/--identity and --context may cost about 42000 input/);
    const alone = await runMsg(['doctor', '--context', '20000'], { mock: { key: testKey } });
    expect(alone).toMatchObject({ code: 2, requests: [] });
  });

  it('is told by an older model, too, whose thinking has another form', async () => {
    const { identity, requests } = await examine(
      { ...scenario('native'), respond: refusingThinking('adaptive') },
      { argv: ['-m', 'claude-x'] },
    );
    expect(identity.verdict).toBe('native');
    expect(requests.filter(({ body }) => body.includes('"adaptive"'))).toHaveLength(1);
  });

  const refusingThinking =
    (type: string): NonNullable<MockOptions['respond']> =>
    ({ json }) =>
      isObject(json) && isObject(json['thinking']) && json['thinking']['type'] === type
        ? errorReply(400, 'invalid_request_error', `thinking: ${type} is not supported by this model`)
        : undefined;

  it('is not asked without the flag, and costs nothing in the report', async () => {
    const run = await runMsg(['doctor', '--json'], { mock: { key: testKey, ...scenario('native') } });
    expect(run.stdout).not.toContain('identity');
  });

  it('costs twice as much where two targets are compared', async () => {
    const argv = ['doctor', '--identity', '--compare', '{url}'];
    const run = await runMsg(argv, { stdin: '', mock: { key: testKey } });
    expect([run.code, run.stderr]).toEqual([
      2,
      expect.stringContaining('about 44000 input and 8000 output tokens more at both targets together.'),
    ]);
  });

  it.each([
    ['--watch', /--identity.* cannot be used with .*--watch/],
    ['--client all', /--identity asks the target, not its clients/],
  ])('is not asked again and again with %s', async (flags, says) => {
    const argv = ['doctor', '--identity', '--yes', ...flags.split(' ')];
    const { code, stderr, requests } = await runMsg(argv, { mock: { key: testKey } });
    expect([code, requests.length, stderr]).toEqual([2, 0, expect.stringMatching(says)]);
  });

  it('needs a yes, which names the cost', async () => {
    const run = await runMsg(['doctor', '--identity'], { stdin: '', mock: { key: testKey } });
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(/--identity may cost about 22000 input .*Agree with --yes/s);
    expect(run.requests).toHaveLength(0);
  });
});

describe('the report', () => {
  const limit = 'It shows that these requests reached a backend';
  it.each([
    ['text', ['WHO ANSWERS  altered', 'fails: cache', 'holds: signature_kept, signature_verified']],
    ['text -v', ['WHO ANSWERS  altered', '! cache', limit]],
    ['md', ['## Who answers: altered', '`signature_verified`', limit]],
    ['html', ['Who answers: altered', 'identity.cache_miss', limit]],
    ['junit', ['identity.verdict', 'altered: 1 independent proof fails: cache.']],
    ['sarif', ['identity.verdict', 'altered: 1 independent proof fails: cache.']],
  ])('in %s says who answers, by which proofs, and what they do not prove', async (format, words) => {
    const [name = '', ...flags] = format.split(' ');
    const argv = ['doctor', '-m', claude, '--identity', '--yes', '--format', name, ...flags];
    const { stdout } = await runMsg(argv, { mock: { key: testKey, ...scenario('lie-cache') }, width: 200 });
    const text = stdout.replace(/\s+/g, ' ');
    for (const word of words) expect(text).toContain(word.replace(/\s+/g, ' '));
  });
});

describe('--baseline', () => {
  let home: string;
  let kept: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'msg-identity-'));
    kept = join(home, 'kept.json');
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const run = (name: string, ...argv: string[]): Promise<Run> =>
    runMsg(['doctor', '-m', claude, '--identity', '--yes', ...argv], {
      mock: { key: testKey, ...scenario(name) },
      cwd: home,
      width: 200,
    });

  it('prints what is different from a report that was kept, in text and in JSON', async () => {
    await run('native', '-o', kept);
    const text = (await run('lie-cache', '--baseline', 'kept.json')).stdout;
    expect(text).toMatch(/^ +kept: http:\/\/127\.0\.0\.1:\d+ +now: http:\/\/127\.0\.0\.1:\d+\n/);
    expect(text).toMatch(/\nwho answers +native +altered\n/);
    expect(text).toMatch(/\nidentity\.cache +\d+ tokens written, .* +info: cache_control is ignored/);
    const json = JSON.parse((await run('lie-cache', '--baseline', kept, '--json')).stdout);
    expect(json.differences).toContainEqual({ what: 'who answers', a: 'native', b: 'altered' });
    expect(json.a.timings).toHaveProperty('message_start');
  });

  it('ends as what is there now does, and tells no difference where there is none', async () => {
    await run('lie-cache', '-o', kept);
    const { code, stdout } = await run('native', '--baseline', kept);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\nverdict +degraded +healthy\n/);
  });

  it.each([
    ['nothing', /Cannot read .*kept\.json \(--baseline\)/],
    ['{', /is no JSON/],
    ['[]', /is no report/],
    ['{"schema_version": 2}', /is no report of msg doctor with schema_version 1/],
    ['{"a": {}, "b": {}}', /is a comparison of two reports/],
    [
      '{"schema_version": 1, "target": {"base_url": "x"}, "verdict": "fine"}',
      /no whole report: verdict is missing/,
    ],
  ])('refuses %j before it asks anything', async (content, says) => {
    if (content !== 'nothing') writeFileSync(kept, content);
    const { code, stderr, requests } = await run('native', '--baseline', kept);
    expect({ code, requests: requests.length }).toEqual({ code: 3, requests: 0 });
    expect(stderr).toMatch(says);
  });

  it('is text or JSON, and no page', async () => {
    const { code, stderr } = await run('native', '--baseline', kept, '--format', 'html');
    expect(code).toBe(2);
    expect(stderr).toContain('--baseline prints text or json, not html.');
  });
});

describe('a lie', () => {
  it('of every kind stands in the table', () => {
    expect(['native', ...Object.keys(lies)]).toEqual(nativeScenarios.map(({ name }) => name));
  });

  it.each(Object.entries(lies))('%s is altered, by %j', async (name, failures) => {
    const model = name === 'lie-redaction-accepted' ? ['-m', redacting] : [];
    const { identity, report, code } = await examine(scenario(name), {
      argv: ['--context', '20000', ...model],
    });
    expect(identity.verdict).toBe('altered');
    expect(failedOf(identity)).toEqual(failures);
    expect(identity.because).toContain(failures[0]);
    expect(identity.proofs.every(({ limit }) => limit.length > 20)).toBe(true);
    expect({ code, verdict: report.verdict }).toEqual({ code: 0, verdict: 'degraded' });
    expect(report.checks.find(({ id }) => id === 'identity.verdict')).toMatchObject({
      status: 'warn',
      summary: expect.stringMatching(/^altered: \d independent proofs? fails?: /) as string,
    });
  });
});

describe('a relay', () => {
  it('a relay that lies in all of this: altered, by four independent proofs at least', async () => {
    const { identity, report } = await examine({ respond: relay });
    expect(identity.verdict).toBe('altered');
    expect(identity.failedProofs).toBeGreaterThanOrEqual(4);
    expect(failedOf(identity)).toEqual([
      'signature_verified',
      'hidden_prompt',
      'system',
      'stop_sequences',
      'tool_arguments',
      'picture',
      'document',
      'schema',
    ]);
    expect(report.rootCause?.id).toBe('identity.verdict');
  });
});

/** Echoes the model, counts aloud whatever is asked, and makes up the rest. */
const relay: NonNullable<MockOptions['respond']> = ({ path, json }) => {
  if (!isObject(json) || json['messages'] === undefined || path !== '/v1/messages')
    return path.endsWith('count_tokens') ? errorReply(404, 'not_found_error', 'Not found') : undefined;
  const count = Math.min(Number(json['max_tokens']), 90);
  const text = Array.from({ length: count }, (_, index) => `${index + 1}`).join(' ');
  const thinking = { type: 'thinking', thinking: 'I am another model.', signature: 'made-up-signature' };
  const tool = { type: 'tool_use', id: 'tool_1', name: 'echo_text', input: {} };
  const message = {
    id: 'b7e4c1d2-55aa-4f7e-9a10-2f3b8c9d0e11',
    model: String(json['model']),
    content: [
      ...(json['thinking'] === undefined ? [] : [thinking]),
      ...(json['tools'] === undefined ? [{ type: 'text', text }] : [tool]),
    ],
    usage: {
      input_tokens: 930 + Math.ceil(JSON.stringify(json['messages']).length / 4),
      output_tokens: count,
    },
  };
  return json['stream'] === true ? streamReply(message) : messageReply(message);
};
