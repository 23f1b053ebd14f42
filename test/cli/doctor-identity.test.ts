// `msg doctor --identity`: who really answers. Servers whose truth is known, and what has to be said of each.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IdentityReport, Report } from '../../src/doctor/engine/report.ts';
import type { Message } from '../../src/messages/types.ts';
import {
  errorReply,
  jsonReply,
  type MockOptions,
  messageReply,
  startMock,
  streamReply,
} from '../../src/mock/index.ts';
import type { Nature } from '../../src/mock/native.ts';
import { nativeScenarios } from '../../src/mock/native-scenarios.ts';
import { isObject } from '../../src/text/json.ts';
import { reportIn } from './report.ts';
import { type Run, type RunOptions, runMsg, testKey } from './run-msg.ts';

const claude = 'claude-opus-4-6';

/** The same words in every run. */
const drawn = (): (() => number) => {
  let seed = 1;
  return () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
};

const examine = async (
  mock: MockOptions,
  { argv = [], ...options }: RunOptions & { argv?: readonly string[] } = {},
): Promise<Run & { report: Report; identity: IdentityReport }> => {
  const run = await runMsg(['doctor', '-m', claude, '--identity', '--yes', '--json', ...argv], {
    mock: { key: testKey, ...mock },
    adapt: (context) => ({ ...context, random: drawn() }),
    ...options,
  });
  const report = reportIn(run.stdout);
  if (report.identity === undefined) throw new Error(`no identity: ${run.stdout}${run.stderr}`);
  return { ...run, report, identity: report.identity };
};

const failedOf = ({ proofs }: IdentityReport): string[] =>
  proofs.filter(({ result }) => result === 'failed').map(({ id }) => id.replace('identity.', ''));

const scenario = (name: string): MockOptions => {
  const found = nativeScenarios.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no scenario ${name}`);
  return { scenario: found };
};

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
};

const notFound = errorReply(404, 'not_found_error', 'Not found');

/** An honest answer to a request without what a translator leaves out. */
const withoutThinking: NonNullable<MockOptions['respond']> = ({ path, json }) => {
  if (path !== '/v1/messages' || !isObject(json) || json['thinking'] === undefined) return undefined;
  return messageReply({ model: claude, content: [{ type: 'text', text: '12,231' }] });
};

/** A cache that knows nothing of the request before: it writes every time. */
const coldCache: NonNullable<MockOptions['respond']> = ({ path, body }) => {
  const [, codeword = ''] = /codeword is \\"([^"\\]+)/.exec(body) ?? [];
  if (path !== '/v1/messages' || codeword === '') return undefined;
  const usage = {
    input_tokens: 12,
    output_tokens: 5,
    cache_creation_input_tokens: 8000,
    cache_read_input_tokens: 0,
  };
  return messageReply({ model: claude, content: [{ type: 'text', text: codeword }], usage });
};

/** The second conversation that goes on is answered although its signature is not the one of the first. */
const mendingAfterOne = (headers = {}, input_tokens = 40): NonNullable<MockOptions['respond']> => {
  let seen = 0;
  return ({ path, json }) => {
    const turns = isObject(json) && Array.isArray(json['messages']) ? json['messages'].length : 0;
    if (path !== '/v1/messages' || turns < 3) return undefined;
    seen += 1;
    const content = [{ type: 'text', text: 'OK' }];
    return seen === 1
      ? undefined
      : messageReply({ model: claude, content, usage: { input_tokens, output_tokens: 1 } }, headers);
  };
};

/** Answers so many requests, and then no more. */
const limitedAfter = (count: number): NonNullable<MockOptions['respond']> => {
  let answered = 0;
  return () => {
    answered += 1;
    return answered > count ? errorReply(429, 'rate_limit_error', 'Too many requests.') : undefined;
  };
};

describe('a native backend', () => {
  it('keeps every proof, in 12 requests at most, and the report tells what they cost', async () => {
    const [plain, { identity, report, requests, stderr }] = [
      await runMsg(['doctor', '-m', claude, '--json'], { mock: { key: testKey, ...scenario('native') } }),
      await examine(scenario('native')),
    ];
    expect(identity.proofs.map(({ id, result }) => [id, result])).toEqual(
      identity.proofs.map(({ id }) => [id, 'kept']),
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
      own.map(({ id }) => [id, id === 'identity.context' ? 'skip' : 'pass']),
    );
    expect(own).toHaveLength(identity.proofs.length + 3);
    expect(report.spend.inputTokens).toBeGreaterThan(20_000);
    expect(stderr).toMatch(/--identity may cost about 20000 input and 4000 output tokens more/);
  });

  it('reads a long prompt from its beginning to its end, in one request more (--context)', async () => {
    const { identity, requests, stderr } = await examine(scenario('native'), {
      argv: ['--context', '20000'],
    });
    expect(identity.verdict).toBe('native');
    expect(identity.proofs.at(-1)).toMatchObject({ id: 'identity.context', result: 'kept' });
    expect(requests.at(-1)?.body.length).toBeGreaterThan(80_000);
    expect(stderr).toMatch(/--identity and --context may cost about 40000 input/);
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
      expect.stringContaining('about 40000 input and 8000 output tokens more at both targets together.'),
    ]);
  });

  it('needs a yes, which names the cost', async () => {
    const run = await runMsg(['doctor', '--identity'], { stdin: '', mock: { key: testKey } });
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(/--identity may cost about 20000 input .*Agree with --yes/s);
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
    const { identity, report, code } = await examine(scenario(name), { argv: ['--context', '20000'] });
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

/** Answers of the native mock with another id, or under another header, as hops and backends have them. */
const dressed = (message: Partial<Message>, native: Nature = {}): MockOptions => ({
  scenario: { name: 'dressed', summary: '', rules: { native, message } },
});

type Labelled = {
  readonly name: string;
  readonly mock: MockOptions;
  readonly argv?: readonly string[];
  readonly verdict: IdentityReport['verdict'];
  readonly says: RegExp;
};

const labelled: readonly Labelled[] = [
  {
    name: 'Bedrock, by its ids',
    mock: dressed({ id: 'msg_bdrk_01AbCdEfGhIjKlMnOpQrStUv' }),
    verdict: 'native',
    says: /message id: msg_bdrk_.* \(as Amazon Bedrock has it\)/,
  },
  {
    name: 'Vertex, by its ids',
    mock: dressed({ id: 'msg_vrtx_01AbCdEfGhIjKlMnOpQrStUv' }),
    verdict: 'native',
    says: /as Google Vertex AI has it/,
  },
  {
    name: 'a native backend behind a gateway that writes ids of its own',
    mock: dressed({ id: 'chatcmpl-123' }),
    verdict: 'native',
    says: /knows its own signatures/,
  },
  {
    name: 'a native backend without a route that counts',
    mock: {
      ...scenario('native'),
      respond: ({ path }) => (path.endsWith('count_tokens') ? notFound : undefined),
    },
    verdict: 'native',
    says: /2 proofs could not be made/,
  },
  {
    name: 'a native backend whose gateway estimates the count',
    mock: {
      ...scenario('native'),
      respond: ({ path, body }) =>
        path.endsWith('count_tokens')
          ? jsonReply(200, { input_tokens: Math.ceil(body.length / 12) })
          : undefined,
    },
    verdict: 'native',
    says: /one of them is an estimate/,
  },
  {
    name: 'a pool of accounts, where the second request meets another cache',
    mock: { ...scenario('native'), respond: coldCache },
    verdict: 'native',
    says: /written twice and not read: the second request may have gone to another account/,
  },
  {
    name: 'a gateway that takes refused thinking out and asks again',
    mock: { ...scenario('native'), respond: mendingAfterOne() },
    verdict: 'native',
    says: /input tokens fewer: the thinking was taken out on the way/,
  },
  {
    name: 'LiteLLM in front of a native backend, which does the same and counts alike',
    mock: { ...scenario('native'), respond: mendingAfterOne({ 'x-litellm-call-id': '1' }, 9000) },
    verdict: 'native',
    says: /LiteLLM takes thinking out that is refused and asks again/,
  },
  {
    name: 'a dated name of the model',
    mock: dressed({ model: `${claude}-20260205` }),
    verdict: 'native',
    says: /a dated name of the same model/,
  },
  {
    name: 'another model of the family, told openly',
    mock: dressed({ model: 'claude-sonnet-4-6' }),
    verdict: 'native',
    says: /claude-sonnet-4-6 answered: the gateway maps models, and says so/,
  },
  {
    name: 'a gateway that maps to another family, and says so',
    mock: dressed(
      { model: 'glm-5' },
      { ignores: ['cache_control'], signatures: 'unverified', usageFactor: 1.3 },
    ),
    verdict: 'translated',
    says: /model: glm-5/,
  },
  {
    name: 'chat completions behind a translator',
    mock: dressed({ id: 'chatcmpl-abc' }, { ignores: ['cache_control'], signatures: 'unverified' }),
    verdict: 'translated',
    says: /message id: chatcmpl-abc/,
  },
  {
    name: 'a translator that gives ids of the right shape, and no thinking',
    mock: { respond: withoutThinking },
    verdict: 'translated',
    says: /lacks what only the native backend has/,
  },
  {
    name: 'a model of another family, asked for by its name',
    mock: dressed({}, { ignores: ['cache_control'], signatures: 'unverified' }),
    argv: ['-m', 'deepseek-v4-pro'],
    verdict: 'cannot tell',
    says: /deepseek-v4-pro promises no native backend/,
  },
  {
    name: 'a limit of requests after the first answers',
    mock: { ...scenario('native'), respond: limitedAfter(9) },
    verdict: 'cannot tell',
    says: /answered with 429/,
  },
  {
    name: 'a key that is refused',
    mock: { key: 'sk-another-0123456789abcdef' },
    verdict: 'cannot tell',
    says: /No proof could be made/,
  },
  {
    name: 'a model that declines',
    mock: dressed({ content: [], stop_reason: 'refusal' }),
    verdict: 'native',
    says: /7 proofs could not be made/,
  },
];

describe('a labelled target', () => {
  it.each(labelled)('$name: $verdict', async ({ mock, argv = [], verdict, says }) => {
    const { identity } = await examine(mock, { argv });
    expect({ verdict: identity.verdict, words: JSON.stringify(identity) }).toEqual({
      verdict,
      words: expect.stringMatching(says) as string,
    });
  });

  it('a provider that documents that it maps, and echoes the name: translated', async () => {
    const home = mkdtempSync(join(tmpdir(), 'msg-identity-'));
    const mock = await startMock({ key: testKey, ...scenario('lie-other-model') });
    try {
      const add = ['profiles', 'add', 'mapped', '--preset', 'llmapi-pro', '--base-url', mock.url];
      const options = { on: mock, home, env: { LLM_KEY: testKey } };
      expect(await runMsg([...add, '--key-env', 'LLM_KEY'], options)).toMatchObject({ code: 0 });
      const { identity } = await examine({}, { argv: ['mapped'], ...options });
      expect(identity).toMatchObject({
        verdict: 'translated',
        because: 'The provider documents it: model names are mapped to a backend on the server.',
        modelServed: claude,
      });
    } finally {
      await mock.close();
      rmSync(home, { recursive: true, force: true });
    }
  });

  it('a relay that lies in all of this: altered, by four independent proofs at least', async () => {
    const { identity, report } = await examine({ respond: relay });
    expect(identity.verdict).toBe('altered');
    expect(identity.failedProofs).toBeGreaterThanOrEqual(4);
    expect(failedOf(identity)).toEqual([
      'signature_verified',
      'cache',
      'hidden_prompt',
      'counts',
      'system',
      'stop_sequences',
      'tool_arguments',
    ]);
    expect(report.rootCause?.id).toBe('identity.verdict');
  });
});

/** Echoes the model, counts aloud whatever is asked, and makes up the rest. */
const relay: NonNullable<MockOptions['respond']> = ({ path, json }) => {
  if (!isObject(json) || json['messages'] === undefined || path !== '/v1/messages')
    return path.endsWith('count_tokens') ? notFound : undefined;
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
    usage: { input_tokens: 930, output_tokens: count },
  };
  return json['stream'] === true ? streamReply(message) : messageReply(message);
};
