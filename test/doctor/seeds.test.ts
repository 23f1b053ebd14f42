// What the documents of five providers say, statement by statement: the doctor either finds the case or is
// not misled by it.
import { describe, expect, it } from 'vitest';
import { checks } from '../../src/doctor/engine/registry.ts';
import type { Status } from '../../src/doctor/engine/report.ts';
import { candidateBases, urlFacts } from '../../src/doctor/engine/url-facts.ts';
import type { Kind } from '../../src/doctor/reading/answer-rows/row.ts';
import { classify } from '../../src/doctor/reading/classify.ts';
import { healthy } from './check-cases.ts';
import {
  answered,
  apiError,
  block,
  candidate,
  closed,
  delta,
  emptyBody,
  ending,
  event,
  everywhere,
  failed,
  key,
  last,
  message,
  network,
  noKey,
  notStreamed,
  observing,
  refused,
  type Seen,
  setup,
  start,
  stop,
  streamed,
  tokens,
} from './observations.ts';

type Statement = readonly [says: string, check: string, seen: Seen, status: Status, words?: RegExp];

const html = (title: string, status = 200) =>
  answered(status, `<!doctype html><title>${title}</title>`, { headers: { 'content-type': 'text/html' } });
const bearerOnly = { keyed: refused(), otherScheme: emptyBody({ credential: 'other-scheme' }) };
const found = candidate('https://gw.example/api/anthropic', noKey());

const seeds: Readonly<Record<string, readonly Statement[]>> = {
  APIXO: [
    [
      'Base URL: https://llm.apixo.ai',
      'url.v1_doubled',
      { setup: setup({ baseUrl: 'https://llm.apixo.ai/v1' }) },
      'info',
      /https:\/\/llm\.apixo\.ai$/,
    ],
    ['Endpoints: POST /v1/messages only', 'caps.models', { models: answered(404, '') }, 'info'],
    ['... and so no count_tokens', 'caps.count_tokens', { count: answered(404, '') }, 'info'],
    [
      'x-api-key: required',
      'auth.scheme',
      { setup: setup({ auth: 'bearer' }), ...bearerOnly },
      'fail',
      /x-api-key is accepted/,
    ],
    [
      'anthropic-version: required',
      'proto.version_required',
      {
        keyed: answered(400, apiError('invalid_request_error', 'anthropic-version header is required'), {
          credential: 'own',
        }),
      },
      'fail',
    ],
    [
      'Supported models',
      'model.not_found',
      {
        setup: setup({ model: 'claude-haiku-4-5' }),
        message: answered(400, apiError('invalid_request_error', 'model claude-haiku-4-5 is not supported'), {
          hasModel: true,
        }),
      },
      'fail',
    ],
    [
      '401: missing or invalid API key',
      'auth.invalid',
      { keyed: refused('missing or invalid API key') },
      'fail',
    ],
    [
      '401 in any body shape',
      'auth.invalid',
      { keyed: answered(401, 'unauthorized', { credential: 'own' }) },
      'fail',
    ],
    [
      '400: invalid request body',
      'url.answers',
      { keyless: answered(400, { message: 'invalid body' }) },
      'pass',
    ],
    [
      '429: rate limit',
      'rate.limited',
      { keyed: answered(429, { error: 'rate limit' }, { headers: { 'retry-after': '5' } }) },
      'warn',
    ],
    [
      '429: or daily quota exceeded',
      'rate.quota',
      { keyed: answered(429, { error: 'daily quota exceeded' }) },
      'fail',
    ],
    [
      '502: upstream request failed',
      'up.5xx',
      { message: answered(502, { error: 'upstream request failed' }, { hasModel: true }) },
      'fail',
      /502/,
    ],
    [
      '504: upstream timeout',
      'up.5xx',
      { message: answered(504, { error: 'upstream timeout' }, { hasModel: true }) },
      'fail',
      /504/,
    ],
    ['stream: true in the body', 'sse.not_streamed', { stream: notStreamed(message()) }, 'fail'],
  ],
  'llmapi.pro': [
    [
      'ANTHROPIC_BASE_URL and ANTHROPIC_API_KEY in the environment',
      'env.shadow',
      {
        setup: setup({
          env: { ANTHROPIC_BASE_URL: 'https://llmapi.pro' },
          readFile: (path) =>
            path.endsWith('settings.json')
              ? '{"env":{"ANTHROPIC_BASE_URL":"https://old.example"}}'
              : undefined,
        }),
      },
      'warn',
    ],
    [
      '... next to an ANTHROPIC_AUTH_TOKEN',
      'env.conflict',
      {
        setup: setup({
          env: { ANTHROPIC_API_KEY: key, ANTHROPIC_AUTH_TOKEN: 'old-token-0123456789abcdef' },
          keySource: 'ANTHROPIC_API_KEY',
        }),
      },
      'warn',
    ],
    [
      'your key starts with sk-llmapi-',
      'key.prefix_mismatch',
      { setup: setup({ baseUrl: 'https://openrouter.ai/api' }), keyed: refused() },
      'fail',
      /llmapi\.pro/,
    ],
    [
      'x-api-key or Authorization: both are read',
      'auth.scheme',
      { setup: setup({ baseUrl: 'https://llmapi.pro' }), otherScheme: emptyBody() },
      'pass',
      /Both/,
    ],
    [
      'models are mapped transparently',
      'model.substituted',
      { message: message({ model: 'best-coder-1' }) },
      'info',
      /Asked for claude-sonnet-4-6, best-coder-1 answered/,
    ],
    ['errors are always JSON in the native envelope', 'proto.error_shape', {}, 'pass'],
    [
      '403: insufficient permissions or account suspended',
      'auth.invalid',
      { keyed: answered(403, apiError('permission_error', 'Account suspended.'), { credential: 'own' }) },
      'fail',
      /refuses its account/,
    ],
    [
      '503 overloaded_error: upstream temporarily overloaded',
      'up.5xx',
      { message: answered(503, apiError('overloaded_error', 'Overloaded'), { hasModel: true }) },
      'warn',
      /Overloaded/,
    ],
    ['every response has anthropic-ratelimit headers', 'rate.headers', {}, 'info', /49 of 50/],
    [
      '... or the x-ratelimit ones of its table',
      'rate.headers',
      {
        keyed: emptyBody({
          headers: {
            'x-ratelimit-limit': '10',
            'x-ratelimit-remaining': '7',
            'x-ratelimit-reset': '2026-04-08T12:01:00Z',
          },
        }),
      },
      'info',
      /7 of 10/,
    ],
    [
      'Free: 40 requests in 5 h, 200 a week',
      'rate.quota',
      {
        keyed: answered(429, apiError('rate_limit_error', 'You have used 40 requests in 5h'), {
          headers: { 'retry-after': '9000' },
        }),
      },
      'fail',
      /resets in 2\.5 h/,
    ],
    [
      'the sample stream: output_tokens 0 at the start, no ping',
      'sse.sequence',
      {
        stream: streamed([
          start({ input_tokens: 12, output_tokens: 0 }),
          block(),
          delta('Hello'),
          delta('! I can'),
          stop(),
          ending('end_turn', { output_tokens: 58 }),
          last(),
        ]),
      },
      'pass',
    ],
    [
      '... counts 12 in and 58 out',
      'sse.usage',
      {
        stream: streamed([
          start({ input_tokens: 12, output_tokens: 0 }),
          block(),
          delta(),
          stop(),
          ending('end_turn', { output_tokens: 58 }),
          last(),
        ]),
      },
      'pass',
      /12 in, 58 out/,
    ],
    [
      'the sample message has no cache fields',
      'proto.response_shape',
      { message: message({ usage: { input_tokens: 12, output_tokens: 58 } }) },
      'pass',
    ],
    [
      'a leaked key: delete it and create a new one',
      'auth.invalid',
      { keyed: refused() },
      'fail',
      /Rotate it if it was ever shared/,
    ],
    ['tools and tool_choice', 'tool.lost', { toolCall: streamed() }, 'warn'],
  ],
  AISIX: [
    [
      'the base URL is the proxy root, http://127.0.0.1:3000',
      'url.scheme',
      { setup: setup({ baseUrl: 'http://127.0.0.1:3000' }) },
      'pass',
    ],
    [
      '... and nothing listens there',
      'net.refused',
      {
        setup: setup({ baseUrl: 'http://127.0.0.1:3000' }),
        network: network({
          isTls: false,
          tls: null,
          tcp: [closed('ECONNREFUSED', { address: '127.0.0.1' })],
        }),
      },
      'fail',
    ],
    [
      'the key is an AISIX caller key, not the provider key',
      'key.caller_vs_upstream',
      { setup: setup({ key: 'sk-ant-api03-0123456789abcdef' }), keyed: refused('invalid api key') },
      'fail',
      /caller key/,
    ],
    [
      'the model is an alias such as claude-prod',
      'model.not_found',
      {
        setup: setup({ model: 'claude-sonnet-4-6' }),
        models: answered(200, { object: 'list', data: [{ id: 'claude-prod', object: 'model' }] }),
        message: answered(404, apiError('not_found_error', 'model not found'), { hasModel: true }),
      },
      'fail',
      /claude-prod/,
    ],
    [
      'the answer may name the upstream model',
      'model.substituted',
      { setup: setup({ model: 'claude-prod' }), message: message({ model: 'claude-sonnet-4-6' }) },
      'info',
    ],
    [
      'x-api-key or bearer: which one wins',
      'auth.precedence',
      { goodThenBad: refused(), badThenGood: emptyBody() },
      'info',
      /Authorization wins/,
    ],
    [
      'its curl sends no anthropic-version',
      'proto.version_required',
      { noVersion: emptyBody() },
      'info',
      /not required/,
    ],
    [
      'translated upstreams lose detail: betas',
      'proto.beta_passthrough',
      { betaCount: answered(400, apiError('invalid_request_error', 'Extra inputs are not permitted')) },
      'warn',
    ],
    [
      '... stop reasons',
      'sse.stop_reason',
      {
        stream: streamed([
          start(),
          block(),
          delta(),
          stop(),
          ending('end_turn', { output_tokens: 161 }),
          last(),
        ]),
      },
      'warn',
    ],
    ['... and ends', 'sse.truncated', { stream: streamed([start(), block(), delta()]) }, 'fail'],
    [
      'non-streaming fails over, streaming does not',
      'up.failover_stream',
      { stream: notStreamed(answered(503, apiError('api_error', 'upstream'))) },
      'fail',
    ],
    [
      'count_tokens only with Anthropic-backed targets',
      'caps.count_tokens',
      { count: answered(400, apiError('invalid_request_error', 'no Anthropic-backed target')) },
      'info',
    ],
    ['errors in the Anthropic envelope', 'proto.error_shape', { keyed: refused() }, 'pass'],
    [
      'request_id only from the native API: a 401 with one was made further up',
      'auth.path_prefix',
      {
        keyed: answered(
          401,
          apiError('authentication_error', 'invalid x-api-key', {
            request_id: 'req_011CSHoEeqs5C35K2UUqR7Fy',
          }),
          { credential: 'own' },
        ),
      },
      'fail',
    ],
    ['... and one without was made by the gateway', 'auth.path_prefix', { keyed: refused() }, 'pass'],
  ],
  Auxot: [
    [
      'the origin has no trailing slash',
      'url.trailing_slash',
      { setup: setup({ baseUrl: 'https://gw.example//' }) },
      'warn',
    ],
    [
      '404: /v1 dropped',
      'url.v1_dropped',
      {
        setup: setup({ messagesUrl: 'https://gw.example/api/anthropic/messages' }),
        ...everywhere(answered(404, apiError('not_found_error', 'Not found'))),
        candidates: [found],
      },
      'fail',
    ],
    [
      '404: or doubled',
      'url.v1_doubled',
      {
        setup: setup({ messagesUrl: 'https://gw.example/api/anthropic/v1/v1/messages' }),
        ...everywhere(answered(404, '')),
        candidates: [found],
      },
      'fail',
    ],
    [
      'Claude Code wants /api/anthropic/v1 (which works by tolerance)',
      'url.works_by_tolerance',
      { setup: setup({ messagesUrl: 'https://gw.example/api/anthropic/v1/v1/messages' }) },
      'info',
    ],
    [
      '/api/anthropic/v1 missing',
      'url.subpath_missing',
      { ...everywhere(html('Auxot', 404)), candidates: [found] },
      'fail',
      /\/api\/anthropic/,
    ],
    [
      'anthropic-version absent',
      'proto.version_required',
      { count: answered(400, apiError('invalid_request_error', 'anthropic-version is required')) },
      'fail',
    ],
    [
      'hitting the marketing nginx instead of the API host',
      'url.marketing',
      { ...everywhere(html('Auxot')), candidates: [] },
      'fail',
      /'Auxot'/,
    ],
    [
      'the TLS host',
      'tls.hostname',
      {
        keyless: failed('ERR_TLS_CERT_ALTNAME_INVALID'),
        network: network({
          tls: {
            ms: 1,
            failure: null,
            protocol: 'TLSv1.3',
            alpn: null,
            chain: [],
            verdict: {
              isTrusted: false,
              untrusted: null,
              inspector: null,
              expiredMs: null,
              notYetMs: null,
              otherNames: ['DNS:www.auxot.example'],
            },
          },
        }),
      },
      'fail',
    ],
    ['401/403: key revoked', 'auth.invalid', { keyed: refused('key has been revoked') }, 'fail', /revoked\./],
    ['401/403: wrong header name', 'auth.scheme', bearerOnly, 'fail'],
    [
      '401/403: missing Bearer or x-api-key',
      'auth.missing_seen',
      { keyed: refused('missing Bearer token'), otherScheme: refused() },
      'fail',
    ],
    ['max_tokens is required', 'proto.max_tokens_required', {}, 'pass'],
    [
      'system is a string of its own',
      'proto.system_role',
      { parameters: answered(400, apiError('invalid_request_error', 'system')) },
      'warn',
    ],
    [
      'not the OpenAI shape choices[0].message',
      'proto.response_shape',
      { message: answered(200, { choices: [{ message: {} }] }, { hasModel: true }) },
      'fail',
    ],
    [
      'auto: the returned model is what served the job',
      'model.substituted',
      { setup: setup({ model: 'auto' }), message: message({ model: 'llama-3' }) },
      'info',
      /llama-3/,
    ],
    [
      '... or auto again (open-source router)',
      'model.substituted',
      { setup: setup({ model: 'auto' }), message: message({ model: 'auto' }) },
      'info',
      /echoed/,
    ],
    [
      'match the port to what serves the API',
      'url.port',
      { setup: setup({ baseUrl: 'http://localhost:8420' }), ...everywhere(html('Auxot')) },
      'fail',
      /web interface/,
    ],
    [
      'http:// for local development only',
      'url.scheme',
      { setup: setup({ baseUrl: 'http://auxot.corp-public.com' }) },
      'warn',
    ],
    [
      'stop_reason and usage in the answer',
      'proto.response_shape',
      { message: message({ usage: undefined }) },
      'warn',
      /usage/,
    ],
    [
      'streaming clients hang: corporate proxies buffer SSE',
      'sse.buffered',
      {
        message: message({}, { endMs: 200 }),
        stream: streamed(
          [
            start(),
            block(),
            ...Array.from({ length: 60 }, () => delta('x'.repeat(30))),
            stop(),
            ending(),
            last(),
          ],
          { at: () => 3000 },
        ),
      },
      'warn',
      /all at once/,
    ],
    ['cancel mid-flight', 'sse.abort', {}, 'pass'],
    [
      'empty content: provider offline',
      'out.empty',
      {
        message: message({
          content: [],
          stop_reason: 'end_turn',
          usage: { input_tokens: 0, output_tokens: 0 },
        }),
      },
      'fail',
    ],
    [
      'queue saturated: a stream that never starts',
      'up.offline',
      {
        stream: streamed([start(), event({ type: 'ping' })], {
          endMs: 30_000,
          breakage: { code: 'MSG_NO_TOKEN', message: '' },
        }),
      },
      'fail',
    ],
    ['tool_use, then tool_result', 'tool.id_roundtrip', {}, 'pass'],
    [
      'OpenAI chat completions as the alternative',
      'url.dialect',
      {
        ...everywhere(answered(404, { message: 'Not Found' })),
        candidates: [
          candidate(
            'https://gw.example',
            answered(401, { error: { message: 'no key' } }),
            undefined,
            'chat-completions',
          ),
        ],
      },
      'fail',
    ],
  ],
  AiHubMix: [
    [
      'x-api-key is documented as "Bearer KEY"',
      'key.scheme_in_value',
      { setup: setup({ key: `Bearer ${key}` }), keyed: refused() },
      'fail',
    ],
    [
      'the header is marked optional',
      'auth.open',
      {
        keyless: emptyBody({ credential: 'none' }),
        bogusKey: emptyBody({ credential: 'bogus' }),
        bogusCount: tokens(),
      },
      'warn',
    ],
    [
      'pip install -U anthropic: old clients',
      'env.runtime',
      { setup: setup({ nodeVersion: '16.20.0' }) },
      'warn',
    ],
    [
      'other models: use the OpenAI format',
      'model.dialect',
      {
        setup: setup({ model: 'gpt-4o' }),
        message: answered(400, apiError('invalid_request_error', 'use the OpenAI format for this model'), {
          hasModel: true,
        }),
      },
      'warn',
    ],
    ['copy the exact model name', 'model.lint', { setup: setup({ model: 'Claude 3.5 Sonnet' }) }, 'warn'],
    [
      '... its sample model is retired',
      'model.not_found',
      {
        setup: setup({ model: 'claude-3-5-sonnet-20241022' }),
        message: answered(404, apiError('not_found_error', 'model: claude-3-5-sonnet-20241022'), {
          hasModel: true,
        }),
      },
      'fail',
    ],
    [
      'the root is the base for apps (Lobe)',
      'url.v1_doubled',
      { setup: setup({ baseUrl: 'https://aihubmix.com/v1/' }) },
      'info',
      /https:\/\/aihubmix\.com$/,
    ],
    [
      'cache fields in usage',
      'usage.inflated',
      {
        message: message({
          usage: {
            input_tokens: 14,
            cache_creation_input_tokens: 0,
            cache_read_input_tokens: 0,
            output_tokens: 61,
          },
        }),
      },
      'pass',
    ],
  ],
};

describe.each(Object.entries(seeds))('%s', (_seed, statements) => {
  it.each(statements.map((statement) => [statement[0], statement[1], statement] as const))(
    '%s (%s)',
    (_says, id, [, , seen, status, words = /^/]) => {
      const check = checks.find((one) => one.id === id);
      const finding = check?.judge(observing({ ...healthy(), ...seen }));
      expect({ status: finding?.status, summary: finding?.summary }).toEqual({
        status,
        summary: expect.stringMatching(words),
      });
    },
  );
});

/** The retry lists of the documents, against what the table says of each status. */
describe('what may be retried', () => {
  const kindOf = (status: number, type: string): { kind: Kind; isRetryable: boolean } =>
    classify({
      status,
      headers: {},
      body: JSON.stringify(apiError(type, 'x')),
      host: 'h',
      path: '/v1/messages',
      hasModel: true,
      hasKey: true,
      bodyBytes: 2,
    });

  it.each([
    [400, 'invalid_request_error', false],
    [401, 'authentication_error', false],
    [402, 'billing_error', false],
    [403, 'permission_error', false],
    [404, 'not_found_error', false],
    [413, 'request_too_large', false],
    [429, 'rate_limit_error', true],
    [500, 'api_error', true],
    [502, 'api_error', true],
    [503, 'overloaded_error', true],
    [504, 'timeout_error', true],
    [529, 'overloaded_error', true],
  ] as const)('%i %s: %s', (status, type, isRetryable) => {
    expect(kindOf(status, type).isRetryable).toBe(isRetryable);
  });

  it('503 for a model that does not exist is permanent', () => {
    const reading = classify({
      status: 503,
      headers: {},
      body: '{"error":{"message":"无可用渠道","code":"model_not_found"}}',
      host: 'h',
      path: '/',
      hasModel: true,
      hasKey: true,
      bodyBytes: 2,
    });
    expect(reading).toMatchObject({ kind: 'model', isRetryable: false });
  });
});

describe('where the base URL is looked for', () => {
  it.each([
    ['https://openrouter.ai', 'https://openrouter.ai/api'],
    ['https://www.deepseek.com', 'https://api.deepseek.com/anthropic'],
    ['https://api.moonshot.ai/v1', 'https://api.moonshot.ai/anthropic'],
    ['https://auxot.corp.com', 'https://auxot.corp.com/api/anthropic'],
    ['https://gw.corp.com/Anthropic', 'https://gw.corp.com/anthropic'],
    ['https://gw.corp.com/v1/chat/completions', 'https://gw.corp.com'],
    ['https://acme.com', 'https://api.acme.com'],
  ])('%s: %s', (input, base) => {
    expect(candidateBases(urlFacts(input, 'test'))).toContain(base);
  });

  it('tries a few places, never the configured one, and no other host inside a network', () => {
    for (const input of [
      'https://gw.corp.com',
      'http://localhost:3000/v1',
      'http://10.0.0.7:8080/anthropic',
    ]) {
      const bases = candidateBases(urlFacts(input, 'test'));
      expect(bases.length).toBeLessThanOrEqual(7);
      expect(bases).not.toContain(input.replace(/\/v1$/, ''));
      if (!input.includes('gw.'))
        for (const base of bases) expect(new URL(base).host).toBe(new URL(input).host);
    }
  });
});
