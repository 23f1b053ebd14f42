// Facts without a request: keys, URLs, streams, secrets in texts; and the pure parts around a report.
import { describe, expect, it } from 'vitest';
import { conformanceOf } from '../../src/doctor/engine/conformance-table.ts';
import { keyFacts } from '../../src/doctor/engine/key-facts.ts';
import type { CheckResult, Report, Status } from '../../src/doctor/engine/report.ts';
import { urlFacts } from '../../src/doctor/engine/url-facts.ts';
import { scrub, scrubHeaders } from '../../src/doctor/engine/wire-lines.ts';
import { compareReports } from '../../src/doctor/report/compare.ts';
import { streamFacts } from '../../src/doctor/streams/stream-facts.ts';
import { closestModels, isServed, modelIds } from '../../src/messages/closest-models.ts';
import { block, delta, ending, last, ordinary, start, stop } from './observations.ts';

describe('a key', () => {
  it.each([
    ['no-break space inside', 'sk-abc\u00a0def-0123456789', 'U+00A0 no-break space', 7, false],
    ['line break at the end', 'sk-abcdef-0123456789\n', 'U+000A line feed', 21, true],
    ['byte order mark', '\ufeffsk-abcdef-0123456789', 'U+FEFF byte order mark', 1, true],
    ['zero-width space', 'sk-abc\u200bdef-0123456789', 'U+200B zero width space', 7, false],
    ['curly quote', '\u201csk-abcdef-0123456789', 'U+201C left double quote', 1, false],
    ['straight quotes', '"sk-abcdef-0123456789"', 'U+0022 quote', 1, true],
  ])('%s', (_name, value, character, position, isOuter) => {
    expect(keyFacts(value).defects[0]).toMatchObject({ character, position, isOuter });
  });

  it('of ordinary form has no defect, and shows only its prefix and length', () => {
    const facts = keyFacts('sk-llmapi-0123456789abcdef0123');
    expect(facts).toMatchObject({
      defects: [],
      placeholder: null,
      scheme: null,
      vendor: { name: 'LLM API (llmapi.pro)' },
    });
    expect(JSON.stringify(facts)).not.toContain('0123456789');
  });

  it.each(['sk-ant-oat01-abc', 'sk-ant-admin-abc', 'eyJhbGciOi.x'])('%s is told apart', (value) => {
    const { isOauth, isAdmin, isJwt } = keyFacts(value);
    expect([isOauth, isAdmin, isJwt].filter(Boolean)).toHaveLength(1);
  });
});

describe('a base URL', () => {
  it.each([
    ['https://h/v1', { endsInV1: true, isDoubledV1: false, messagesUrl: 'https://h/v1/messages' }],
    ['https://h/v1/messages', { fullEndpoint: 'messages', messagesUrl: 'https://h/v1/messages' }],
    ['https://h/v1/chat/completions', { fullEndpoint: 'chat/completions' }],
    ['https://h//', { hasDoubleSlash: true }],
    ['https://h/#/chat', { hasFragment: true }],
    ['https://h?x=1', { hasQuery: true }],
    ['h.example', { hasScheme: false, isHttps: true }],
    ['http://10.0.0.7:8080', { isPrivate: true, port: 8080 }],
    ['http://localhost:3000', { isLoopback: true, isPrivate: true }],
    ['https://gw.corp.com/Anthropic', { hasUppercasePath: true }],
  ])('%s', (input, facts) => expect(urlFacts(input, 'test')).toMatchObject(facts));

  it('that is none says why', () => {
    expect(urlFacts('ftp://h', 'test').problem).toMatch(/http/);
  });
});

describe('a stream', () => {
  const whole = (ending_ = '\n'): Uint8Array =>
    new TextEncoder().encode(
      [start(), block(), delta('春'), stop(), ending(), last()].join('').replaceAll('\n', ending_),
    );
  const facts = (pieces: readonly Uint8Array[]) =>
    streamFacts(
      pieces.map((bytes, at) => ({ at, bytes })),
      { 'content-type': 'text/event-stream' },
      { isClean: true, endMs: pieces.length },
    );

  it.each([
    ['lf', '\n'],
    ['crlf', '\r\n'],
    ['cr', '\r'],
  ] as const)('with %s gives the same facts however it is cut', (name, end) => {
    const bytes = whole(end);
    const atOnce = facts([bytes]);
    expect(atOnce).toMatchObject({
      lineEnding: name,
      orderProblems: [],
      indexProblems: [],
      deltas: 1,
      text: '春',
      stopReason: 'end_turn',
      unnamed: 0,
      endsMidEvent: false,
    });
    for (let cut = 1; cut < bytes.length; cut += 1) {
      const {
        raw: _raw,
        events,
        times: _times,
        longestGapMs: _gap,
        endMs: _end,
        ...rest
      } = facts([bytes.subarray(0, cut), bytes.subarray(cut)]);
      const { raw: _r, events: all, times: _t, longestGapMs: _g, endMs: _e, ...wanted } = atOnce;
      expect(rest).toEqual(wanted);
      expect(events.map(({ data, name: of }) => [of, data])).toEqual(
        all.map(({ data, name: of }) => [of, data]),
      );
    }
  });

  it('dates an event by its blank line', () => {
    const seen = streamFacts(
      [
        { at: 10, bytes: new TextEncoder().encode('event: ping\ndata: {"type":"ping"}\n') },
        { at: 90, bytes: new TextEncoder().encode('\n') },
      ],
      {},
      { isClean: true, endMs: 91 },
    );
    expect(seen.events.map(({ at }) => at)).toEqual([90]);
    expect(seen.longestGapMs).toBe(80);
  });

  it('of a whole answer breaks no rule', () => {
    const text = ordinary().join('');
    expect(facts([new TextEncoder().encode(text)])).toMatchObject({
      orderProblems: [],
      indexProblems: [],
      deltas: 60,
      drift: null,
      error: null,
    });
  });
});

describe('a text from elsewhere', () => {
  it.each([
    ['Authorization: Bearer sk-ant-api03-abcdef123456', 'sk-ant-api03'],
    ['{"api_key":"sk-or-v1-0123456789"}', '0123456789'],
    ['https://user:hunter2@proxy:3128/', 'hunter2'],
    ['GET /v1?key=AIzaSyA0123456789abcdefghij', 'AIzaSyA'],
    ['contact ops@corp.example', 'ops@corp'],
    ['Set-Cookie: session=abcdef', 'abcdef'],
    ['x-api-key: mysecretvalue42', 'mysecretvalue42'],
    ['token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig', 'eyJzdWIi'],
  ])('%s', (text, secret) => expect(scrub(text)).not.toContain(secret));

  it('keeps what is no secret', () => {
    for (const text of [
      'x-api-key header is required',
      'Authorization: Bearer is accepted',
      'auth=bearer',
      'https://gw.example/v1/messages',
      'msg-doctor',
      'Set auth=x-api-key (env: ANTHROPIC_API_KEY).',
    ])
      expect(scrub(text)).toBe(text);
  });

  it('keeps no cookie and no organisation', () => {
    expect(
      scrubHeaders({ 'set-cookie': 'a=b', 'anthropic-organization-id': 'org-1', server: 'nginx' }),
    ).toEqual({ 'set-cookie': '…', 'anthropic-organization-id': '…', server: 'nginx' });
  });
});

describe('models', () => {
  it.each([
    ['claude-sonnet-4.6', 'claude-sonnet-4-6'],
    ['Claude Sonnet 4.6', 'claude-sonnet-4-6'],
    ['anthropic/claude-opus-4.6', 'claude-opus-4-6'],
    ['claude-haiku-4-5-20251001', 'claude-haiku-4-5'],
  ])('%s is probably %s', (asked, meant) => {
    expect(closestModels(asked, ['claude-opus-4-6', 'claude-sonnet-4-6', 'claude-haiku-4-5'])[0]).toBe(meant);
  });

  it('are not guessed where nothing is near, and are read in every dialect', () => {
    expect(closestModels('gpt-5', ['claude-opus-4-6'])).toEqual([]);
    for (const list of [{ data: [{ id: 'a' }] }, { models: [{ name: 'a' }] }, [{ id: 'a' }], { data: ['a'] }])
      expect(modelIds(JSON.stringify(list))).toEqual(['a']);
    expect(modelIds('<html>')).toEqual([]);
  });

  it.each([
    ['claude-opus-4-6', 'claude-opus-4-6-20260205', true],
    ['claude-opus-4-6', 'us.anthropic.claude-opus-4-6-v1:0', true],
    ['claude-opus-4-6', 'anthropic.claude-opus-4-6-v1', true],
    ['claude-opus-4-6', 'claude-opus-4-6@20260205', true],
    ['anthropic/claude-opus-4.6', 'claude-opus-4-6', true],
    ['claude-sonnet-4-5[1m]', 'claude-sonnet-4-5-20250929', true],
    ['gpt-4o', 'gpt-4o-2024-08-06', true],
    ['claude-opus-4-6-latest', 'claude-opus-4-6', true],
    ['claude-opus-4', 'claude-opus-4-6', false],
    ['claude-3-5-sonnet-20240620', 'claude-3-5-sonnet-20241022', false],
    ['deepseek-v4', 'deepseek-v3', false],
    ['claude-opus-4-6', 'claude-sonnet-4-6', false],
  ])('%s is served by %s: %s', (asked, served, isOne) => {
    expect(isServed(asked, served)).toBe(isOne);
  });
});

const result = (id: string, status: Status, summary = ''): CheckResult => ({
  id,
  group: 'g',
  title: id,
  status,
  confidence: 'certain',
  summary,
  evidence: [],
  remedy: null,
  owner: null,
});
const report = (checks: readonly CheckResult[], verdict: Report['verdict'] = 'healthy'): Report => ({
  schemaVersion: 1,
  target: { profile: 'a', baseUrl: 'https://h', messagesUrl: '', auth: '', model: null },
  verdict,
  rootCause:
    verdict === 'broken'
      ? {
          id: 'net.dns',
          confidence: 'certain',
          owner: 'you',
          summary: 'no name',
          evidence: [],
          remedy: { text: '', commands: [], examples: [], snippets: [] },
        }
      : null,
  checks,
  stream: null,
  correctedBaseUrl: null,
  timings: { tcp: 10 },
  hops: [],
  spend: { requests: 1, inputTokens: 0, outputTokens: 0 },
  conformance: null,
});

describe('the conformance score', () => {
  const perfect = ['proto.response_shape', 'sse.sequence', 'sse.block_index', 'sse.usage'].map((id) =>
    result(id, 'pass'),
  );

  it('is 100 for what was tested, and lists what was not', () => {
    const { score, items } = conformanceOf(perfect);
    expect(score).toBe(100);
    expect(items.find(({ id }) => id === 'tools')).toMatchObject({
      points: null,
      note: expect.stringContaining('not tested'),
    });
  });

  it('has caps that nothing lifts', () => {
    expect(conformanceOf([...perfect, result('sse.not_streamed', 'fail')]).score).toBe(60);
    expect(conformanceOf([...perfect, result('proto.error_shape', 'warn')]).score).toBeLessThanOrEqual(80);
  });

  it('counts a warning half and a failure nothing', () => {
    expect(conformanceOf([result('sse.usage', 'warn')]).score).toBe(50);
    expect(conformanceOf([result('sse.sequence', 'fail'), result('sse.block_index', 'pass')]).score).toBe(0);
  });
});

describe('two reports', () => {
  it('differ in verdict, findings and times, and noise is none', () => {
    const a = report([result('x', 'pass'), result('y', 'pass')]);
    const b = { ...report([result('x', 'warn', 'hm'), result('y', 'pass')], 'broken'), timings: { tcp: 12 } };
    expect(compareReports(a, b).differences.map(({ what }) => what)).toEqual(['verdict', 'root cause', 'x']);
    expect(compareReports(a, a).differences).toEqual([]);
    expect(compareReports(a, { ...a, timings: { tcp: 90 } }).differences).toEqual([
      { what: 'tcp', a: '10 ms', b: '90 ms' },
    ]);
  });
});
