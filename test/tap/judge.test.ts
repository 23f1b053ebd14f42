// The fault table of the tap: what a client and a server really do, over sockets, and the one cause that is named.
import { once } from 'node:events';
import { connect } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import {
  errorReply,
  eventsReply,
  gate,
  jsonReply,
  type MockOptions,
  pageReply,
  type Script,
  streamReply,
} from '../../src/mock/index.ts';
import type { TapVerdict } from '../../src/tap/exchange.ts';
import { joinedBytes } from '../../src/tap/kept-body.ts';
import { pacedTime } from '../cli/paced-time.ts';
import { socketsAtRest } from '../sockets-at-rest.ts';
import { startTapSession, type TapSession } from './tap-session.ts';
import { clock } from './tapped.ts';

let tap: TapSession;
afterEach(() => tap.close());

const verdicts = async (count: number): Promise<readonly TapVerdict[]> =>
  (await tap.rows(count)).map(({ verdict }) => verdict!);

type Row = {
  readonly when: string;
  readonly mock?: MockOptions & { readonly scenarioName?: string };
  readonly body?: object;
  readonly path?: string;
  readonly headers?: object;
  readonly id: string;
  readonly severity?: TapVerdict['severity'];
  readonly owner?: TapVerdict['owner'];
  readonly summary?: RegExp;
};

const refused = (status: number, type: string, message: string): MockOptions => ({
  replies: [errorReply(status, type, message)],
});
const eventText = streamReply({ content: [{ type: 'text', text: 'hello' }] })
  .flatMap((step) => (step.step === 'event' ? [step.data as { readonly type: string }] : []))
  .map((data) => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`)
  .join('');
/** The events of a small answer, packed. */
const compressed = (encoding: string, pack: (text: string) => Uint8Array): Script => [
  { step: 'head', headers: { 'content-type': 'text/event-stream', 'content-encoding': encoding } },
  { step: 'bytes', bytes: pack(eventText) },
];
const notFound: MockOptions = {
  respond: () => pageReply(404, 'text/html', '<html><title>404 Not Found</title></html>'),
};
/** At this pace by the clock of the mock, however busy the machine is. */
const slow = { speed: 200, ttftMs: 50 };
const long = { messages: [{ role: 'user', content: 'count from 1 to 400' }], max_tokens: 4000 };

const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: 'seen' };
const picture = (characters: number): object => ({
  type: 'image',
  source: { type: 'base64', media_type: 'image/png', data: 'A'.repeat(characters) },
});

const table: readonly Row[] = [
  { when: 'all is well', id: 'ok', severity: 'ok' },
  {
    when: 'a path has /v1 twice',
    path: '/v1/v1/messages',
    id: 'url.v1_doubled',
    owner: 'client',
    summary: /\/v1\/v1\/messages/,
  },
  { when: 'a path has no /v1', path: '/messages', id: 'url.v1_dropped', owner: 'client' },
  {
    when: 'the base URL is the endpoint',
    path: '/v1/messages/v1/messages',
    id: 'url.full_endpoint',
    owner: 'client',
  },
  { when: 'the client speaks OpenAI', path: '/v1/chat/completions', id: 'client.dialect', owner: 'client' },
  {
    when: 'count_tokens is not served',
    mock: notFound,
    path: '/v1/messages/count_tokens',
    id: 'caps.count_tokens',
    severity: 'warn',
  },
  {
    when: 'a page stands where tokens are counted',
    mock: { respond: () => pageReply(200, 'text/html', '<html><title>Welcome</title></html>') },
    path: '/v1/messages/count_tokens',
    id: 'caps.count_tokens',
    severity: 'warn',
  },
  {
    when: 'a message is made where tokens are counted',
    mock: { replies: [jsonReply(200, { type: 'message', content: [], usage: { input_tokens: 9 } })] },
    path: '/v1/messages/count_tokens',
    id: 'caps.count_tokens',
    owner: 'gateway',
  },
  {
    when: 'tokens are counted',
    mock: { replies: [jsonReply(200, { input_tokens: 9 })] },
    path: '/v1/messages/count_tokens',
    id: 'ok',
  },
  {
    when: 'another path is not served',
    mock: notFound,
    path: '/api/event_logging/batch',
    id: 'path.foreign',
    severity: 'info',
  },
  {
    when: 'the version is missing',
    mock: { scenarioName: 'version-required' },
    headers: { 'anthropic-version': '' },
    id: 'proto.version_required',
    owner: 'client',
  },
  {
    when: 'the version is lost behind the client',
    mock: refused(400, 'invalid_request_error', 'anthropic-version: header is required'),
    id: 'proto.version_required',
    owner: 'gateway',
  },
  {
    when: 'a beta is refused',
    mock: refused(
      400,
      'invalid_request_error',
      'Unexpected value(s) `context-9000` for the `anthropic-beta` header.',
    ),
    id: 'proto.beta_passthrough',
  },
  {
    when: 'a field is refused',
    mock: refused(400, 'invalid_request_error', 'context_management: Extra inputs are not permitted'),
    id: 'body.beta_field',
  },
  {
    when: 'a value is refused',
    mock: refused(400, 'invalid_request_error', 'max_tokens: Field required'),
    id: 'answer.validation',
    owner: 'client',
    summary: /max_tokens: Field required/,
  },
  {
    when: 'the model is unknown',
    mock: refused(404, 'not_found_error', 'model: claude-nothing'),
    id: 'model.not_found',
  },
  { when: 'the key is refused', mock: { scenarioName: 'unauthorized' }, id: 'auth.invalid', owner: 'you' },
  {
    when: 'the key stands in the other header',
    mock: { scenarioName: 'bearer-only' },
    id: 'auth.scheme',
    owner: 'client',
  },
  {
    when: 'there are too many requests',
    mock: { scenarioName: 'rate-limited' },
    id: 'rate.limited',
    severity: 'warn',
  },
  { when: 'the quota is used up', mock: { scenarioName: 'quota' }, id: 'rate.quota' },
  {
    when: 'the provider is overloaded',
    mock: { scenarioName: 'overloaded-529' },
    id: 'up.5xx',
    owner: 'provider',
    severity: 'warn',
  },
  {
    when: 'it is overloaded in the midst',
    mock: { scenarioName: 'overloaded-midstream' },
    id: 'up.5xx',
    owner: 'provider',
  },
  { when: 'a gateway gave up', mock: { scenarioName: 'gateway-504' }, id: 'up.5xx', owner: 'proxy' },
  { when: 'a page answers', mock: { scenarioName: 'marketing-html-200' }, id: 'url.marketing' },
  { when: 'it is sent elsewhere', mock: { scenarioName: 'redirect-cross-origin' }, id: 'url.redirect' },
  {
    when: 'another dialect answers',
    mock: { scenarioName: 'openai-dialect' },
    id: 'url.dialect',
    owner: 'gateway',
  },
  { when: 'a stream is a document', mock: { scenarioName: 'json-for-stream' }, id: 'sse.not_streamed' },
  {
    when: 'a document is a stream',
    mock: { scenarioName: 'sse-for-json' },
    body: { stream: false },
    id: 'proto.stream_default',
  },
  { when: 'events have no names', mock: { scenarioName: 'no-event-lines' }, id: 'sse.no_event_lines' },
  { when: 'events do not fit', mock: { scenarioName: 'delta-before-start' }, id: 'sse.block_index' },
  {
    when: 'the label is wrong',
    mock: { scenarioName: 'wrong-content-type' },
    id: 'sse.content_type',
    severity: 'warn',
  },
  {
    when: 'message_stop is missing',
    mock: { scenarioName: 'no-message-stop' },
    id: 'sse.truncated',
    owner: 'gateway',
  },
  {
    when: 'the stream is cut',
    mock: { scenarioName: 'clean-eof' },
    id: 'sse.truncated',
    summary: /30 deltas/,
  },
  {
    when: 'the connection breaks',
    mock: { scenarioName: 'reset-mid-stream' },
    id: 'sse.truncated',
    // A reset that comes before what was sent is read looks like an end to Node.
    summary: /connection (broke|closed)/,
  },
  {
    when: 'max_tokens cuts it',
    mock: { scenarioName: 'max-tokens' },
    id: 'answer.max_tokens',
    severity: 'info',
  },
  {
    when: 'a block buffer holds it',
    mock: { scenarioName: 'byte-buffer-4096', ...slow },
    body: long,
    id: 'sse.block',
    summary: /4096 bytes/,
  },
  {
    when: 'the gateway holds it',
    mock: { scenarioName: 'held-by-app', ...slow },
    body: long,
    id: 'sse.held_by_app',
    owner: 'gateway',
  },
  {
    when: 'some hop collects it',
    mock: { scenarioName: 'content-length-stream', ...slow },
    body: long,
    id: 'sse.buffered',
    summary: /Content-Length|whole answer was collected/,
  },
  {
    when: 'nginx holds it',
    mock: {
      ...slow,
      respond: () => [
        { step: 'buffer', until: { bytes: 4096 } },
        ...streamReply(
          { content: [{ type: 'text', text: 'word '.repeat(400) }] },
          { server: 'nginx/1.26.3' },
          { tokensPerSecond: 200 },
        ),
      ],
    },
    id: 'sse.block',
    owner: 'proxy',
    summary: /nginx/,
  },
  {
    when: 'the body is near the limit',
    body: { messages: [{ role: 'user', content: 'x'.repeat(27 * 1024 * 1024) }] },
    id: 'body.size',
    severity: 'warn',
    summary: /27\.0 MiB/,
  },
  {
    when: 'count_tokens names no model that is known',
    mock: refused(404, 'not_found_error', 'model: claude-nothing'),
    path: '/v1/messages/count_tokens',
    id: 'model.not_found',
  },
  {
    when: 'a short answer comes after a second, in the time it takes to make',
    mock: { speed: 200, ttftMs: 1100 },
    body: { messages: [{ role: 'user', content: 'count from 1 to 20' }] },
    id: 'ok',
  },
  {
    when: 'it is said to be compressed, and is not',
    mock: {
      replies: [streamReply({ content: [{ type: 'text', text: 'hello' }] }, { 'content-encoding': 'gzip' })],
    },
    id: 'edge.encoding_lie',
    owner: 'proxy',
  },
  {
    when: 'it is compressed twice',
    mock: { replies: [compressed('gzip, br', (text) => brotliCompressSync(gzipSync(text)))] },
    id: 'ok',
  },
  {
    when: 'it is compressed in a way nobody knows',
    mock: { replies: [compressed('lzw', () => Buffer.from('1f9d9061c40018', 'hex'))] },
    id: 'answer.encoded',
    severity: 'info',
  },
  {
    when: 'the input of a tool is cut, and nothing says so',
    mock: {
      replies: [
        eventsReply(
          { type: 'message_start', message: { id: 'msg_1', role: 'assistant', model: 'mock-1', usage: {} } },
          {
            type: 'content_block_start',
            index: 0,
            content_block: { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} },
          },
          {
            type: 'content_block_delta',
            index: 0,
            delta: { type: 'input_json_delta', partial_json: '{"path": "/tm' },
          },
          { type: 'content_block_stop', index: 0 },
          { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 9 } },
          { type: 'message_stop' },
        ),
      ],
    },
    id: 'tool.json',
    owner: 'gateway',
    summary: /tool look /,
  },
  {
    when: 'a mark of the byte order stands before the answer',
    mock: {
      replies: [
        [
          { step: 'head', headers: { 'content-type': 'application/json' } },
          {
            step: 'bytes',
            bytes: `\uFEFF${JSON.stringify({ type: 'message', content: [{ type: 'text', text: 'hi' }] })}`,
          },
        ],
      ],
    },
    body: { stream: false },
    id: 'ok',
  },
  {
    when: 'a list answers',
    mock: { replies: [jsonReply(200, [1, 2])] },
    body: { stream: false },
    id: 'answer.unexpected',
    owner: 'gateway',
  },
  { when: 'it is compressed and flows', mock: { scenarioName: 'gzip-stream', ...slow }, id: 'ok' },
  {
    when: 'results do not pair, and the server is lenient',
    body: {
      messages: [
        { role: 'user', content: 'go' },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'look', input: {} }] },
        { role: 'user', content: 'and?' },
      ],
    },
    mock: { replies: [streamReply({ content: [{ type: 'text', text: 'hello' }] })] },
    id: 'body.tool_results',
    severity: 'warn',
    owner: 'client',
  },
  {
    when: 'a result has no call',
    body: { messages: [{ role: 'user', content: [result] }] },
    mock: refused(400, 'invalid_request_error', 'unexpected tool_use_id in tool_result blocks: toolu_1'),
    id: 'body.tool_results',
    severity: 'fail',
    owner: 'client',
  },
  {
    when: 'a picture is too large, and stands in the result of a tool',
    body: {
      messages: [
        { role: 'user', content: 'go' },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'look', input: {} }] },
        { role: 'user', content: [{ ...result, content: [picture(100), picture(6 * 1024 * 1024)] }] },
      ],
    },
    mock: refused(400, 'invalid_request_error', 'image exceeds 5 MB maximum: 6291456 bytes > 5242880 bytes'),
    id: 'body.image',
    owner: 'client',
    summary: /messages\.2\.content\.0\.content\.1 has 6\.0 MiB/,
  },
];

describe('one exchange, one cause', () => {
  it.each(table)('$when: $id', async ({ mock, body, path, headers, id, severity, owner, summary }) => {
    const time = pacedTime();
    tap = await (mock?.speed === undefined
      ? startTapSession(mock)
      : startTapSession({ ...mock, timersFor: time.timersFor }, { clock: { ...clock, now: time.now } }));
    await tap.ask(body, { ...(path && { path }), ...(headers && { headers }) }).catch(() => {});
    const [verdict] = await verdicts(1);
    expect(verdict?.id).toBe(id);
    if (severity !== undefined) expect(verdict?.severity).toBe(severity);
    if (owner !== undefined) expect(verdict?.owner).toBe(owner);
    if (summary !== undefined) expect(verdict?.summary).toMatch(summary);
    // What is wrong comes with what to do.
    if (verdict?.severity === 'fail') expect(verdict.cure).not.toBe('');
  });
});

it.each<[string, string, Script, string, RegExp]>([
  ['a list that the client still has', '/v1/models', jsonReply(304, ''), 'ok', /^$/],
  [
    'a page in the place of a list',
    '/v1/models',
    pageReply(200, 'text/html', '<html><title>Welcome</title></html>'),
    'caps.models',
    /lists no models/,
  ],
  ['a list', '/v1/models', jsonReply(200, { data: [] }), 'ok', /^$/],
  [
    'a method that Messages do not take',
    '/v1/messages',
    errorReply(405, 'invalid_request_error', 'Method Not Allowed'),
    'client.method',
    /asks with GET; \/v1\/messages takes POST only/,
  ],
])('asked with GET: %s', async (_, path, reply, id, summary) => {
  tap = await startTapSession({ respond: () => reply });
  await (await fetch(`${tap.url}${path}`)).text();
  const [verdict] = await verdicts(1);
  expect([verdict?.id, verdict?.summary]).toEqual([id, expect.stringMatching(summary)]);
});

describe('a tap that did not run', () => {
  it.each([
    ['is not taken for a hop that holds', true, 'ok'],
    ['is none, where it ran', false, 'sse.buffered'],
  ])('%s', async (_, isStalled, id) => {
    let skippedMs = 0;
    const now = (): number => skippedMs;
    const parts = streamReply({
      content: [{ type: 'text', text: 'word '.repeat(60) }],
      usage: { input_tokens: 2, output_tokens: 60 },
    });
    tap = await startTapSession(
      { replies: [[gate('all'), ...parts]] },
      {
        clock: { ...clock, now },
        watchStalls: () => {
          const from = now();
          return () => (isStalled ? [{ from, to: now() }] : []);
        },
      },
    );
    const asked = tap.ask();
    await tap.mock.reached('all');
    skippedMs = 2000;
    tap.mock.open('all');
    await asked;
    expect((await verdicts(1))[0]?.id).toBe(id);
  });
});

it.each([
  ['that fits tells how long it was held', 2_000, 'likely'],
  ['from before it was asked tells nothing: a clock is wrong', 60_000, 'possible'],
])('a Date %s', async (_, ageMs, confidence) => {
  let elapsedMs = 0;
  const startedAt = 1_700_000_000_000;
  const date = new Date(startedAt + 2_500 - ageMs).toUTCString();
  const content = [{ type: 'text', text: 'word '.repeat(60) }];
  const usage = { input_tokens: 2, output_tokens: 60 };
  tap = await startTapSession(
    { replies: [[gate('all'), ...streamReply({ content, usage } as never, { date })]] },
    { clock: { ...clock, now: () => elapsedMs, wallTime: () => startedAt + elapsedMs } },
  );
  const asked = tap.ask();
  await tap.mock.reached('all');
  elapsedMs = 2_500;
  tap.mock.open('all');
  await asked;
  const [verdict] = await verdicts(1);
  expect([verdict?.id, verdict?.confidence]).toEqual(['sse.buffered', confidence]);
});

it.each([
  ['all but its beginning late: held', 1_700, 0, 'sse.buffered'],
  ['the same while the tap hardly ran: nobody knows', 1_700, 600, 'ok'],
  ['a pause that nobody feels: of a busy server', 700, 0, 'ok'],
])('a stream with %s', async (_, restAt, stalledMs, id) => {
  let elapsedMs = 0;
  const parts = streamReply({
    content: [{ type: 'text', text: 'word '.repeat(60) }],
    usage: { input_tokens: 2, output_tokens: 60 },
  });
  tap = await startTapSession(
    { replies: [[...parts.slice(0, 8), gate('rest'), ...parts.slice(8)]] },
    {
      clock: { ...clock, now: () => elapsedMs },
      // Over before the rest is read.
      watchStalls: () => () => (stalledMs === 0 ? [] : [{ from: 100, to: 100 + stalledMs }]),
    },
  );
  const asked = tap.ask();
  await tap.mock.reached('rest');
  await beginningSeen(tap);
  elapsedMs = restAt;
  tap.mock.open('rest');
  await asked;
  expect((await verdicts(1))[0]?.id).toBe(id);
});

/** Resolves once text of the first answer has come to the tap. */
const beginningSeen = ({ session: { journal } }: TapSession): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => {
      const { response } = journal.entries[0] ?? {};
      if (response === undefined || !joinedBytes(response.body.chunks).includes(' word')) return;
      stop();
      resolve();
    };
    const stop = journal.onStep(look);
    look();
  });

describe('several exchanges, one cause', () => {
  it('a retry storm: the same request again and again, and what it fails by', async () => {
    tap = await startTapSession({ scenarioName: 'overloaded-529' });
    for (let count = 0; count < 5; count += 1) await tap.ask();
    await tap.ask({ messages: [{ role: 'user', content: 'another' }] });
    const found = await verdicts(6);
    expect(found.map(({ id }) => id)).toEqual([
      'up.5xx',
      'up.5xx',
      'up.5xx',
      'client.retry_storm',
      'client.retry_storm',
      'up.5xx',
    ]);
    expect(found[2]?.summary).toContain('(try 3 of the same request)');
    expect(found[4]?.summary).toMatch(/^5 tries of the same request in .*529/);
  });

  it('a retry storm whose requests differ in nothing but their marks', async () => {
    tap = await startTapSession({ scenarioName: 'overloaded-529' });
    for (let count = 0; count < 4; count += 1)
      await tap.ask({ metadata: { user_id: `try-${count}` } }, { path: `/v1/messages?try=${count}` });
    // Another temperature is another request.
    await tap.ask({ temperature: 0.5 });
    expect((await verdicts(5)).map(({ id }) => id)).toEqual([
      'up.5xx',
      'up.5xx',
      'up.5xx',
      'client.retry_storm',
      'up.5xx',
    ]);
  });

  it('the same request several times at once is no retry', async () => {
    const waiting = Array.from({ length: 5 }, (_, index) => `wait ${index}`);
    tap = await startTapSession({
      replies: waiting.map((name) => [gate(name), ...errorReply(529, 'overloaded_error', 'Overloaded')]),
    });
    const asked = waiting.map(() => tap.ask());
    for (const name of waiting) await tap.mock.reached(name);
    for (const name of waiting) tap.mock.open(name);
    await Promise.all(asked);
    for (const { id, summary } of await verdicts(5)) {
      expect(id).toBe('up.5xx');
      expect(summary).not.toContain('of the same request');
    }
  });

  it('a success ends the count of tries', async () => {
    tap = await startTapSession({ scenarioName: 'server-500-then-ok' });
    await tap.ask();
    await tap.ask();
    await tap.ask();
    expect((await verdicts(3)).map(({ id, evidence }) => [id, evidence])).toEqual([
      ['up.5xx', ['500: Internal server error']],
      ['ok', ['try 2 of the same request']],
      ['ok', []],
    ]);
  });

  it('a client that speaks TLS to the tap', async () => {
    tap = await startTapSession();
    await fetch(tap.url.replace('http:', 'https:')).catch(() => {});
    const [verdict] = await verdicts(1);
    expect([verdict?.id, verdict?.owner]).toEqual(['tls.scheme_mismatch', 'client']);
    expect(verdict?.cure).toContain(tap.url);
  });

  it.each([
    [
      'a proxy setting',
      'CONNECT api.example:443 HTTP/1.1\r\nHost: api.example:443\r\n\r\n',
      'client.forward_proxy',
    ],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'client.http2'],
  ])('a client that comes with %s', async (_, bytes, id) => {
    tap = await startTapSession();
    const socket = connect(Number(new URL(tap.url).port), '127.0.0.1', () => socket.end(bytes));
    socket.resume();
    await once(socket, 'close');
    const [verdict] = await verdicts(1);
    expect([verdict?.id, verdict?.severity, verdict?.owner]).toEqual([id, 'fail', 'client']);
    expect(tap.session.journal.entries).toHaveLength(1);
  });

  it('a client that gives up before any answer', async () => {
    tap = await startTapSession({ replies: [[gate('never')]] });
    const giving = new AbortController();
    const asked = tap.ask({}, { signal: giving.signal }).catch(() => 'gone');
    await tap.mock.reached('never');
    giving.abort();
    expect(await asked).toBe('gone');
    const [verdict] = await verdicts(1);
    expect([verdict?.id, verdict?.owner]).toEqual(['client.gave_up', 'client']);
    expect(verdict?.summary).toMatch(/gave up after .*: no answer had come/);
  });

  it('a tap that is stopped while an answer comes', async () => {
    tap = await startTapSession({
      replies: [
        [...streamReply({ content: [{ type: 'text', text: 'one two' }] }).slice(0, -4), gate('never')],
        [gate('never, too')],
      ],
    });
    const asked = [tap.ask().catch(() => 'gone')];
    await tap.mock.reached('never');
    await socketsAtRest();
    asked.push(tap.ask().catch(() => 'gone'));
    await tap.mock.reached('never, too');
    await tap.session.close('stopped');
    expect(await Promise.all(asked)).toEqual(['gone', 'gone']);
    const found = await verdicts(2);
    expect(found.map(({ id, owner }) => [id, owner])).toEqual(Array(2).fill(['tap.stopped', 'you']));
    expect(found.map(({ summary }) => summary)).toEqual([
      expect.stringMatching(/^msg tap was stopped .* while the answer came\.$/),
      expect.stringMatching(/^msg tap was stopped .* before an answer came\.$/),
    ]);
  });

  it('a client that waits behind text for more, and gets pings only', async () => {
    let skippedMs = 0;
    const now = (): number => performance.now() + skippedMs;
    const begun = streamReply({ content: [{ type: 'text', text: 'one two' }] }).slice(0, -4);
    tap = await startTapSession(
      {
        replies: [[...begun, gate('silence'), { step: 'event', data: { type: 'ping' } }, gate('never')]],
      },
      { clock: { ...clock, now } },
    );
    const leaving = new AbortController();
    tap.session.journal.onStep(({ response }) => {
      // Not the one behind the start.
      if (response && /two.*"ping"\}\s*$/s.test(String(joinedBytes(response.body.chunks)))) leaving.abort();
    });
    const asked = tap.ask({}, { signal: leaving.signal }).catch(() => {});
    await tap.mock.reached('silence');
    await socketsAtRest();
    skippedMs = 30_000;
    tap.mock.open('silence');
    await asked;
    const [verdict] = await verdicts(1);
    expect(verdict?.id).toBe('client.gave_up');
    expect(verdict?.summary).toMatch(/: nothing had come for 30 s\.$/);
  });

  it('a client that is stopped while text comes', async () => {
    tap = await startTapSession({
      replies: [
        [...streamReply({ content: [{ type: 'text', text: 'one two' }] }).slice(0, -4), gate('never')],
      ],
    });
    const stopping = new AbortController();
    tap.session.journal.onStep(({ response }) => {
      if (response && joinedBytes(response.body.chunks).includes('one')) stopping.abort();
    });
    await tap.ask({}, { signal: stopping.signal }).catch(() => {});
    const [verdict] = await verdicts(1);
    expect([verdict?.id, verdict?.severity]).toEqual(['client.stopped', 'info']);
  });

  const thought = { type: 'thinking', thinking: 'let me look', signature: 'sig-0123456789' };
  const call = { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} };
  const answered = (...blocks: readonly object[]): object => ({
    thinking: { type: 'enabled', budget_tokens: 1024 },
    messages: [
      { role: 'user', content: 'go' },
      { role: 'assistant', content: blocks },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'seen' }] },
    ],
  });

  it.each([
    ['changed', [{ ...thought, thinking: 'let me see' }, call], 'was changed'],
    ['left out', [call], 'was left out'],
    ['as it came', [thought, call], undefined],
  ] as const)('thinking that is %s', async (_, blocks, words) => {
    const thinking = streamReply({ content: [thought, call] as never, stop_reason: 'tool_use' });
    const text = streamReply({ content: [{ type: 'text', text: 'hello' }] });
    tap = await startTapSession({ replies: [thinking, text] });
    await tap.ask();
    await tap.ask(answered(...blocks));
    const [, second] = await verdicts(2);
    expect(second?.id).toBe(words === undefined ? 'ok' : 'body.thinking');
    if (words !== undefined) expect(second?.summary).toContain(words);
  });
});
