// Every way a Messages endpoint is known to fail or to answer oddly, as data: one entry each. To add one,
// add an entry here and a row to test/cli/scenarios.test.ts.
import type { Message } from '../messages/types.ts';
import { isObject } from '../text/json.ts';
import {
  after,
  brokenCharacter,
  first,
  framed,
  halfway,
  held,
  inTurn,
  interleaved,
  late,
  overlaid,
  partOf,
  swollen,
  withHead,
  without,
} from './changes.ts';
import { nativeScenarios } from './native-scenarios.ts';
import { errorReply, jsonReply, pageReply } from './replies.ts';
import type { Change, Scenario } from './scenario.ts';
import { bytes, end, event, gate, head, pause, reset, type Script } from './script.ts';

const page = (status: number, title: string, body: string, headers = {}): Script =>
  pageReply(
    status,
    'text/html; charset=utf-8',
    `<!DOCTYPE html>\n<html>\n<head><title>${title}</title></head>\n<body>\n${body}\n</body>\n</html>\n`,
    headers,
  );

const nginxPage = (status: number, reason: string): Script =>
  page(
    status,
    `${status} ${reason}`,
    `<center><h1>${status} ${reason}</h1></center>\n<hr><center>nginx/1.26.3</center>`,
    { server: 'nginx/1.26.3' },
  );

const overloaded = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };

const withMessage = (message: Partial<Message>): Pick<Scenario, 'rules'> => ({ rules: { message } });

const chatCompletions: Change = (_, { json }) => {
  const { model = 'm', stream } = isObject(json) ? json : {};
  const shared = { id: 'chatcmpl-mock-1', created: 1_700_000_000, model };
  const chunk = (delta: object, finish_reason: string | null = null): string =>
    JSON.stringify({
      ...shared,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, finish_reason }],
    });
  if (stream === true)
    return [
      head(),
      event(chunk({ role: 'assistant', content: '' })),
      event(chunk({ content: 'Hello from another dialect.' })),
      event(chunk({}, 'stop')),
      event('[DONE]'),
      end,
    ];
  const message = { role: 'assistant', content: 'Hello from another dialect.' };
  return jsonReply(200, {
    ...shared,
    object: 'chat.completion',
    choices: [{ index: 0, message, finish_reason: 'stop' }],
    usage: { prompt_tokens: 9, completion_tokens: 5, total_tokens: 14 },
  });
};

export const scenarios: readonly Scenario[] = [
  // Keys and access
  {
    name: 'unauthorized',
    summary: 'refuses every key with 401, as a revoked or mistyped key is refused',
    on: 'everything',
    replies: [errorReply(401, 'authentication_error', 'invalid x-api-key', { requestId: 'req_mock_401' })],
  },
  {
    name: 'bearer-only',
    summary: 'accepts the key in Authorization: Bearer only, as MiniMax does',
    rules: { auth: 'bearer' },
  },
  {
    name: 'x-api-key-only',
    summary: 'accepts the key in x-api-key only, as APIXO and AiHubMix document',
    rules: { auth: 'x-api-key' },
  },
  {
    name: 'forbidden',
    summary: 'knows the key but forbids its use with 403: a suspended account',
    on: 'everything',
    replies: [errorReply(403, 'permission_error', 'Your account has been suspended.')],
  },
  {
    name: 'version-required',
    summary: 'answers 400 to a request without anthropic-version, as the native API does',
    rules: { needsVersion: true },
  },

  // Not this protocol
  {
    name: 'html-404',
    summary: 'is a web server that does not know the path: 404 with an HTML page',
    on: 'everything',
    replies: [nginxPage(404, 'Not Found')],
  },
  {
    name: 'marketing-html-200',
    summary: "answers every path with the provider's home page and status 200",
    on: 'everything',
    replies: [page(200, 'Acme AI: all models, one key', '<h1>All models, one key</h1>')],
  },
  {
    name: 'redirect-cross-origin',
    summary: 'redirects to a sign-in page on another host with 307',
    on: 'everything',
    replies: [
      [
        {
          step: 'head',
          status: 307,
          headers: { location: 'https://login.example.com/start' },
          framing: 'length',
        },
        end,
      ],
    ],
  },
  {
    name: 'openai-dialect',
    summary: 'answers in the shape of chat completions, with status 200',
    change: chatCompletions,
  },
  {
    name: 'openai-errors',
    summary: 'tells its errors in the OpenAI shape, as new-api and LiteLLM do',
    replies: [
      jsonReply(401, {
        error: {
          message: 'Invalid token (request id: 20261120)',
          type: 'new_api_error',
          code: 'invalid_token',
        },
      }),
    ],
  },
  {
    name: 'wrong-content-type',
    summary: 'labels its event stream text/plain',
    change: withHead({ headers: { 'content-type': 'text/plain; charset=utf-8' } }),
  },
  {
    name: 'error-in-200',
    summary: 'wraps an error in status 200',
    replies: [
      jsonReply(200, {
        type: 'error',
        error: { type: 'invalid_request_error', message: 'This model is not available in your region.' },
      }),
    ],
  },
  {
    name: 'json-for-stream',
    summary: 'ignores stream: true and answers with one JSON document',
    rules: { delivery: 'json' },
  },
  {
    name: 'sse-for-json',
    summary: 'streams even when it was not asked to',
    rules: { delivery: 'stream' },
  },

  // Limits and failures
  {
    name: 'model-not-found-503',
    summary: 'reports an unknown model as 503, as new-api does: retrying never helps',
    replies: [
      jsonReply(503, {
        error: {
          message: 'No available channel for this model under group default (distributor)',
          type: 'new_api_error',
          code: 'model_not_found',
        },
      }),
    ],
  },
  {
    name: 'rate-limited',
    summary: 'answers 429 with retry-after: 1 to every request',
    replies: [
      errorReply(429, 'rate_limit_error', 'Number of requests has exceeded your per-minute rate limit.', {
        headers: {
          'retry-after': '1',
          'anthropic-ratelimit-requests-limit': '60',
          'anthropic-ratelimit-requests-remaining': '0',
        },
        requestId: 'req_mock_429',
      }),
    ],
  },
  {
    name: 'quota',
    summary: 'answers 429 because the spend limit is reached: no retry-after, retrying never helps',
    replies: [
      errorReply(429, 'rate_limit_error', 'You have reached your spend limit for this month.', {
        details: { error_code: 'enforced_spend_limit_reached' },
        requestId: 'req_mock_429',
      }),
    ],
  },
  {
    name: 'overloaded-529',
    summary: 'is overloaded: 529 to every request',
    replies: [errorReply(529, 'overloaded_error', 'Overloaded', { requestId: 'req_mock_529' })],
  },
  {
    name: 'overloaded-midstream',
    summary: 'sends half of the text, then an overloaded error inside the stream',
    change: halfway(() => [event(overloaded), end]),
  },
  {
    name: 'server-500-then-ok',
    summary: 'fails once with 500, then works: one retry helps',
    replies: [errorReply(500, 'api_error', 'Internal server error', { requestId: 'req_mock_500' })],
    afterwards: 'answer',
  },
  {
    name: 'gateway-504',
    summary: "is a proxy that gave up waiting: 504 with nginx's HTML page",
    replies: [nginxPage(504, 'Gateway Time-out')],
  },

  // Framings of the stream that a client must read
  {
    name: 'no-event-lines',
    summary: 'sends data lines without event lines; the official SDK drops all of them',
    change: framed({ event: false }),
  },
  { name: 'crlf', summary: 'ends its lines with CR LF', change: framed({ lineEnd: '\r\n' }) },
  {
    name: 'done-sentinel',
    summary: 'adds data: [DONE] after the last event',
    change: after('message_stop', bytes('data: [DONE]\n\n')),
  },
  {
    name: 'comments',
    summary: 'mixes keep-alive comments into the stream',
    change: inTurn(
      after('message_start', bytes(': keep-alive\n\n')),
      after('content_block_delta', bytes(':\n')),
    ),
  },
  {
    name: 'unknown-events',
    summary: 'sends events, deltas and blocks nobody has heard of',
    change: inTurn(
      after('message_start', event({ type: 'vendor_status', status: 'warming up' })),
      after(
        'content_block_start',
        event({ type: 'content_block_delta', index: 0, delta: { type: 'vendor_delta' } }),
      ),
      after(
        'content_block_stop',
        event({
          type: 'content_block_start',
          index: 7,
          content_block: { type: 'vendor_block', note: 'new' },
        }),
        event({ type: 'content_block_stop', index: 7 }),
      ),
    ),
  },
  {
    name: 'interleaved-blocks',
    summary: 'tells two text blocks at once, their deltas in turn',
    ...withMessage({
      content: [
        { type: 'text', text: 'One two three.' },
        { type: 'text', text: ' Four five six.' },
      ],
    }),
    change: interleaved,
  },
  {
    name: 'delta-before-start',
    summary: 'sends deltas for blocks it never started',
    change: without('content_block_start'),
  },
  {
    name: 'usage-only-in-delta',
    summary: 'counts no input tokens until the end, as OpenRouter does',
    change: inTurn(
      overlaid('message_start', ({ message, ...rest }) => ({
        ...rest,
        message: { ...(message as object), usage: { input_tokens: 0, output_tokens: 0 } },
      })),
      overlaid('message_delta', (data) => ({ ...data, usage: { input_tokens: 25, output_tokens: 9 } })),
    ),
  },

  // Streams that break
  {
    name: 'no-message-stop',
    summary: 'ends after the stop reason, without message_stop',
    change: without('message_stop'),
  },
  {
    name: 'clean-eof',
    summary: 'ends properly in the middle of the text: a cut upstream behind nginx',
    change: halfway(() => [end]),
  },
  {
    name: 'cut-mid-event',
    summary: 'ends in the middle of an event',
    change: halfway((next) => [partOf(next, 0.7), end]),
  },
  {
    name: 'cut-mid-utf8',
    summary: 'ends in the middle of a character',
    change: halfway(() => [brokenCharacter, end]),
  },
  {
    name: 'reset-mid-stream',
    summary: 'breaks the connection in the middle of the text',
    change: halfway(() => [reset]),
  },
  {
    name: 'pings-then-silence',
    summary: 'sends half of the text, a few pings, then nothing for ever',
    change: halfway(() => [
      { step: 'repeat', times: 3, steps: [pause(50), event({ type: 'ping' })] },
      gate('the end of the silence'),
    ]),
  },

  // Timing
  {
    name: 'slow-first-byte',
    summary: 'takes two seconds before it answers at all',
    change: late(2_000),
  },
  {
    name: 'one-chunk',
    summary: 'sends the whole stream at once, when it is complete',
    change: first({ step: 'buffer', until: 'end' }),
  },
  {
    name: 'byte-buffer-4096',
    summary: 'lets the stream out in blocks of 4096 bytes, as nginx does by default',
    change: first({ step: 'buffer', until: { bytes: 4_096 } }),
  },
  {
    name: 'timed-flush',
    summary: 'lets the stream out every 200 ms, as HAProxy does by default',
    change: first({ step: 'buffer', until: { ms: 200 } }),
  },
  {
    name: 'held-by-app',
    summary: 'sends pings on time and all text at the end: a gateway that checks answers first',
    change: held,
  },
  {
    name: 'gzip-stream',
    summary: 'compresses the stream and flushes every event, asked or not',
    change: withHead({ compress: 'gzip' }),
  },
  {
    name: 'content-length-stream',
    summary: 'gives the event stream a Content-Length: some hop has stored all of it',
    change: withHead({ framing: 'length' }),
  },

  // Kinds of answers
  {
    name: 'empty-content',
    summary: 'ends the turn without a word',
    ...withMessage({ content: [], stop_reason: 'end_turn' }),
  },
  {
    name: 'max-tokens',
    summary: 'is cut off by max_tokens',
    ...withMessage({
      content: [{ type: 'text', text: 'The three laws are these: first,' }],
      stop_reason: 'max_tokens',
    }),
  },
  {
    name: 'refusal',
    summary: 'declines the request, with status 200 and a refusal as stop reason',
    ...withMessage({
      content: [],
      stop_reason: 'refusal',
      stop_details: { type: 'refusal', category: 'cyber', explanation: 'This request was declined.' },
    }),
  },
  {
    name: 'tool-use',
    summary: 'asks for a tool',
    ...withMessage({
      content: [
        { type: 'text', text: 'I will look at the clock.' },
        {
          type: 'tool_use',
          id: 'toolu_mock_1',
          name: 'get_time',
          input: { zone: 'Europe/Vienna', hours: 24 },
        },
      ],
      stop_reason: 'tool_use',
    }),
  },
  {
    name: 'thinking',
    summary: 'thinks before it speaks',
    ...withMessage({
      content: [
        { type: 'thinking', thinking: 'Two and two. Carry nothing.', signature: 'bW9jay1zaWduYXR1cmU=' },
        { type: 'text', text: 'Four.' },
      ],
    }),
  },
  {
    name: 'citations',
    summary: 'cites the document it was given',
    ...withMessage({
      content: [
        {
          type: 'text',
          text: 'The grass is green.',
          citations: [
            {
              type: 'char_location',
              cited_text: 'Grass is green.',
              document_index: 0,
              document_title: 'Nature',
              start_char_index: 0,
              end_char_index: 15,
            },
          ],
        },
      ],
    }),
  },
  {
    name: 'huge',
    summary: 'answers with 4 MB of text in 50,000 events',
    change: swollen(50_000, `${'0123456789'.repeat(8)}\n`.slice(1)),
  },

  // Who really answers
  ...nativeScenarios,
];
