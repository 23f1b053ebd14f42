// The sentences people paste: each of ours is met by words that were reported, and accuses nobody else.
import { describe, expect, it } from 'vitest';
import { diagnosePasted } from '../../src/doctor/reading/offline-diagnosis.ts';
import { sentenceIn, sentences } from '../../src/doctor/reading/sentences/sentences.ts';
import { explain, explainedIds } from '../../src/doctor/run/explain.ts';

const native = (message: string, type = 'invalid_request_error', status = 400): string =>
  `API Error: ${status} ${JSON.stringify({ type: 'error', error: { type, message } })}`;

const samples: readonly (readonly [id: string, text: string])[] = [
  [
    'body.surrogate',
    native('The request body is not valid JSON: no low surrogate in string: line 1 column 9'),
  ],
  ['body.surrogate', native('The request body is not valid JSON: unexpected end of hex escape')],
  ['body.surrogate', "UnicodeEncodeError: 'utf-8' codec can't encode character: surrogates not allowed"],
  ['body.tool_ids', native('messages.1.content.2: `tool_use` ids must be unique')],
  [
    'body.server_tools',
    native(
      'web_search tool use with id srvtoolu_x was found without a corresponding web_search_tool_result block',
    ),
  ],
  [
    'body.tool_results',
    native(
      'messages.2: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_1. Each `tool_use` block must have a corresponding `tool_result` block in the next message.',
    ),
  ],
  [
    'body.tool_results',
    native('messages.0.content.0: unexpected `tool_use_id` found in `tool_result` blocks: toolu_1.'),
  ],
  [
    'body.tool_results',
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'.",
  ],
  ['body.prefill_space', native('messages: final assistant content cannot end with trailing whitespace')],
  [
    'body.prefill',
    native(
      'This model does not support assistant message prefill. The conversation must end with a user message.',
    ),
  ],
  ['body.empty_text', native('messages: text content blocks must be non-empty')],
  ['body.empty_text', native('messages: text content blocks must contain non-whitespace text')],
  [
    'body.empty_text',
    native(
      'messages.5: all messages must have non-empty content except for the optional final assistant message',
    ),
  ],
  ['body.empty_text', native('messages.0.content.1.text: cache_control cannot be set for empty text blocks')],
  [
    'body.thinking',
    native(
      'messages.3.content.8: `thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified. These blocks must remain as they were in the original response.',
    ),
  ],
  [
    'body.thinking',
    native('messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `text`.'),
  ],
  ['body.thinking', native('messages.1.content.0: Invalid `signature` in `thinking` block')],
  ['body.roles', native('messages: first message must use the "user" role')],
  [
    'body.roles',
    native(
      'messages: roles must alternate between "user" and "assistant", but found multiple "user" roles in a row',
    ),
  ],
  ['body.unknown_field', native('messages.3.content.3.text.parsed: Extra inputs are not permitted')],
  ['body.cache_control', native('A maximum of 4 blocks with cache_control may be provided. Found 8.')],
  [
    'body.media_type',
    native(
      'messages.4.content.1.image.source.base64.data: Image does not match the provided media type image/png',
    ),
  ],
  [
    'body.image',
    native(
      'messages.0.content.1.image.source.base64: image exceeds 5 MB maximum: 6340060 bytes > 5242880 bytes',
    ),
  ],
  ['body.image', native('Could not process image')],
  [
    'body.no_images',
    '500 {"error":{"code":500,"message":"image input is not supported - hint: mmproj","type":"server_error"}}',
  ],
  ['body.no_tools', '400 {"error":"registry.ollama.ai/library/gemma:2b does not support tools"}'],
  ['body.context', native('prompt is too long: 203456 tokens > 200000 maximum')],
  ['body.context', native('input length and `max_tokens` exceed context limit: 199000 + 8192 > 200000')],
  ['body.context', 'Unhandled stop reason: model_context_window_exceeded'],
  [
    'body.context',
    '400 {"error":{"code":400,"message":"request (5012 tokens) exceeds the available context size (4096 tokens)"}}',
  ],
  [
    'body.max_tokens',
    native('max_tokens: 128000 > 64000, which is the maximum allowed number of output tokens for m'),
  ],
  ['body.thinking_mode', native('`max_tokens` must be greater than `thinking.budget_tokens`.')],
  ['body.thinking_mode', native("'claude-x' model doesn't support reasoning.effort")],
  ['body.sampling', native('`temperature` and `top_p` cannot both be specified for this model.')],
  ['body.tool_schema', native('tools.4.custom.name: String should match pattern "^[a-zA-Z0-9_-]{1,128}$"')],
  ['body.tool_schema', native('tools.0.custom.input_schema: JSON schema is invalid')],
  ['body.beta_field', native('context_management: Extra inputs are not permitted')],
  [
    'caps.count_tokens',
    'Error code: 501 - {"type":"error","error":{"type":"not_implemented","message":"Token counting is not supported in Bedrock yet"}}',
  ],
  ['up.5xx', '{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}'],
  ['auth.scheme', '401 {"Error":"Required Authorization header is missing"}'],
  ['auth.scheme', native('x-api-key header is required', 'authentication_error', 401)],
  ['sse.block_index', 'API Error: Content block is not a text block'],
  ['sse.block_index', 'Error: Unexpected event order, got message_start before receiving "message_stop"'],
  [
    'key.missing',
    'Error: Could not resolve authentication method. Expected either apiKey or authToken to be set.',
  ],
  [
    'net.headers',
    "TypeError: fetch failed cause: HeadersOverflowError: Headers Overflow Error code: 'UND_ERR_HEADERS_OVERFLOW'",
  ],
  [
    'net.reset',
    'API Error: The socket connection was closed unexpectedly. For more information, pass `verbose: true`',
  ],
  ['net.reset', 'httpx.RemoteProtocolError: Server disconnected without sending a response.'],
  [
    'sse.truncated',
    'httpx.RemoteProtocolError: peer closed connection without sending complete message body (incomplete chunked read)',
  ],
  ['sse.truncated', 'AnthropicError: stream ended without producing a Message with role=assistant'],
  ['net.refused', 'API Error: Unable to connect. Is the computer able to access the url?'],
  ['net.refused', 'dial tcp 127.0.0.1:4000: connect: connection refused'],
  ['net.dns', 'dial tcp: lookup gw.example on 127.0.0.53:53: no such host'],
  [
    'tls.untrusted',
    'ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed',
  ],
  [
    'model.not_found',
    "There's an issue with the selected model (claude-x). It may not exist or you may not have access to it.",
  ],
];

describe('what it says', () => {
  it.each(samples)('%s: %s', (id, text) => {
    const { check, proves, cure, report, next } = diagnosePasted(text);
    expect(check).toBe(id);
    expect(proves).not.toBe('nothing');
    expect(cure).not.toMatch(/new key|rotate/i);
    expect(report.rootCause?.id).toBe(id);
    expect(next).toBe('msg doctor');
  });

  it('is the same where quotes are escaped, as in a log', () => {
    for (const [id, text] of samples)
      expect(diagnosePasted(`{"level":"error","log":${JSON.stringify(text)}}`).check, text).toBe(id);
  });

  it('comes from every sentence of the table', () => {
    const met = new Set(samples.map(([, text]) => sentenceIn(text)));
    expect(sentences.filter((sentence) => !met.has(sentence))).toEqual([]);
  });
});

it.each([
  ['auth.invalid', native('invalid x-api-key', 'authentication_error', 401)],
  [
    'auth.missing_seen',
    '> POST /v1/messages HTTP/1.1\n> Host: gw.example\n> x-api-key: sk-ant-123456789\n>\n< HTTP/1.1 401 Unauthorized\n<\n{"error":{"message":"x-api-key header is required"}}',
  ],
  ['rate.limited', native('This request would exceed the rate limit', 'rate_limit_error', 429)],
  ['model.not_found', native('model: claude-x', 'not_found_error', 404)],
  ['up.5xx', native('Overloaded', 'overloaded_error', 529)],
])('leaves %s to the status and the words', (id, text) => {
  expect(sentenceIn(text)).toBeUndefined();
  expect(diagnosePasted(text).check).toBe(id);
});

it('explains every id it gives', () => {
  for (const { id, means } of sentences) {
    expect(explainedIds()).toContain(id);
    expect(explain(id)).toContain(id.startsWith('body.') ? means : id);
  }
});

describe('a pasted refusal of a key', () => {
  const header = /header/;
  const newKey = /new key/i;
  it.each([
    // The status alone: it may be the key, or the header it stands in.
    ['401 Unauthorized', 'auth.invalid', 'possible', /^No new key yet.*x-api-key/, header],
    [
      'API Error: 401 {"error":{"message":"Unauthorized"}}',
      'auth.invalid',
      'possible',
      /^No new key/,
      header,
    ],
    ['{"detail":"Unauthorized"}', 'auth.invalid', 'possible', /^No new key yet/, header],
    ['Error: 401 status code (no body)', 'auth.invalid', 'possible', /^No new key yet/, header],
    // No key came.
    [
      '401 {"error":{"message":"No auth credentials found","code":401}}',
      'auth.missing',
      'likely',
      /^Send/,
      header,
    ],
    // It came, and is not known.
    [native('invalid x-api-key', 'authentication_error', 401), 'auth.invalid', 'likely', newKey, /mistyped/],
    [
      '{"error":{"message":"Incorrect API key provided: x","code":"invalid_api_key"}}',
      'auth.invalid',
      'likely',
      newKey,
      /mistyped/,
    ],
    // It is known, and no longer good.
    ['OAuth token has expired', 'auth.invalid', 'likely', /^A new key/, /^nothing$/],
    [
      '{"error":{"message":"该令牌已过期","type":"new_api_error"}}',
      'auth.invalid',
      'likely',
      /^A new key/,
      /^nothing$/,
    ],
  ] as const)('%s', (text, check, confidence, cure, leavesOpen) => {
    const diagnosis = diagnosePasted(text);
    expect(diagnosis).toMatchObject({ check, cure: expect.stringMatching(cure) as string });
    expect(diagnosis.leavesOpen).toMatch(leavesOpen);
    expect(diagnosis.report.rootCause).toMatchObject({ confidence, remedy: { text: diagnosis.cure } });
    // No status that the text does not hold.
    for (const status of diagnosis.saw.match(/\b[45]\d\d\b/g) ?? []) expect(text).toContain(status);
  });
});
