import { describe, expect, it } from 'vitest';
import type { MsgError } from '../../src/errors.ts';
import { apiError, requestIdOf } from '../../src/messages/api-error.ts';
import type { Endpoint } from '../../src/messages/endpoint.ts';
import type { Envelope } from '../../src/messages/envelope.ts';
import { localTime } from '../../src/text/counted.ts';
import { endpoint, facts } from './error-facts.ts';

function failed(
  status: number,
  envelope: Partial<Envelope> = {},
  headers: Record<string, string> = {},
  over: Partial<Endpoint> = {},
): MsgError {
  return apiError(
    { message: '', ...envelope },
    { status, headers },
    { ...facts, endpoint: { ...endpoint, ...over } },
  );
}

describe('the class of a failure', () => {
  it.each<[number, string | undefined, string]>([
    [400, 'invalid_request_error', 'request'],
    [401, 'authentication_error', 'auth'],
    [402, 'billing_error', 'auth'],
    [403, 'permission_error', 'auth'],
    [404, 'not_found_error', 'request'],
    [405, undefined, 'request'],
    [408, 'timeout_error', 'server'],
    [413, 'request_too_large', 'request'],
    [422, 'invalid_request_error', 'request'],
    [429, 'rate_limit_error', 'limit'],
    [500, 'api_error', 'server'],
    [500, 'overloaded_error', 'limit'],
    [501, 'not_implemented_error', 'server'],
    [502, 'api_error', 'server'],
    [503, 'overloaded_error', 'limit'],
    [503, 'api_error', 'server'],
    [503, undefined, 'server'],
    [504, 'timeout_error', 'server'],
    [524, undefined, 'server'],
    [529, 'overloaded_error', 'limit'],
    [529, 'api_error', 'limit'],
    [200, 'authentication_error', 'auth'],
    [200, 'invalid_request_error', 'request'],
    [200, 'overloaded_error', 'limit'],
    [200, 'api_error', 'server'],
    [200, 'new_api_error', 'server'],
  ])('of %i %s is %s', (status, type, kind) => {
    expect(failed(status, { type }).kind).toBe(kind);
  });

  it('of a model the gateway does not have is the request, even as a 503 or inside a 200', () => {
    for (const status of [404, 503, 200]) {
      const error = failed(status, { code: 'model_not_found', message: 'no available channel for model' });
      expect(error.kind).toBe('request');
      expect(error.details).toMatchObject({ isRetryable: false });
      expect(error.message).toContain('the model "claude-x" is not available here');
      expect(error.hint).toContain('msg models');
    }
  });
});

describe('whether it can be tried again', () => {
  const retryable = (status: number, envelope: Partial<Envelope> = {}, headers = {}): unknown =>
    (failed(status, envelope, headers).details as { isRetryable: boolean }).isRetryable;

  it.each([408, 409, 429, 500, 502, 503, 504, 520, 529])('%i can', (status) => {
    expect(retryable(status)).toBe(true);
  });
  it.each([400, 401, 402, 403, 404, 405, 413, 422, 501])('%i cannot', (status) => {
    expect(retryable(status)).toBe(false);
  });
  it('x-should-retry decides over the status, both ways', () => {
    expect(retryable(400, {}, { 'x-should-retry': 'true' })).toBe(true);
    expect(retryable(500, {}, { 'x-should-retry': 'false' })).toBe(false);
  });
  it('a spend limit stays reached, whatever the headers say', () => {
    const envelope = { type: 'rate_limit_error', code: 'enforced_spend_limit_reached' };
    expect(retryable(429, envelope, { 'x-should-retry': 'true' })).toBe(false);
    expect(failed(429, envelope).message).toContain('the quota is used up');
  });
});

describe('the words', () => {
  it('name the noun, the source of the key and what the server said', () => {
    expect(failed(401, { type: 'authentication_error', message: 'Invalid API key provided.' }).message).toBe(
      '401 from llmapi.pro: the key from ANTHROPIC_API_KEY was refused (authentication_error: Invalid API key provided.)',
    );
  });

  it('say how the key was sent and how to send it otherwise', () => {
    expect(failed(401).hint).toBe(
      'It was sent as x-api-key; if this endpoint wants the other header: --auth bearer. Next: msg doctor work',
    );
    expect(failed(401, {}, {}, { auth: 'bearer' }).hint).toContain('--auth x-api-key');
  });

  it('say that no key was sent when none was', () => {
    const error = failed(401, {}, {}, { auth: 'none', key: undefined });
    expect(error.message).toContain('a key is required, and none was sent');
    expect(error.hint).toBe('Next: msg doctor work');
  });

  it('suggest a model of the documents for one that is missing, if one is near', () => {
    const knownModels = ['claude-sonnet-4-6', 'claude-opus-4-6'];
    const hint = (model: string): string | undefined =>
      apiError(
        { message: 'no', code: 'model_not_found' },
        { status: 404, headers: {} },
        { ...facts, endpoint: { ...endpoint, knownModels }, model },
      ).hint;
    expect(hint('claude-sonet-4-6')).toBe('Did you mean claude-sonnet-4-6? msg models lists what it offers.');
    expect(hint('sonnet')).toBe('Did you mean claude-sonnet-4-6? msg models lists what it offers.');
    // Nothing near, and a documented name that is no typing error.
    for (const model of ['gpt-4o', 'xyz', 'claude-opus-4-6'])
      expect(hint(model)).toBe('msg models lists what it offers.');
  });

  it('tell a missing model from a wrong path, whatever the envelope looks like', () => {
    const model = [
      { type: 'not_found_error', message: 'model: claude-x' },
      { type: 'NotFoundError', message: 'The model `claude-x` does not exist.' },
      { message: 'claude-x is unknown' },
    ];
    for (const envelope of model)
      expect(failed(404, envelope).message).toContain('the model "claude-x" is not available here');
    for (const envelope of [
      { type: 'not_found_error', message: 'Not found' },
      { message: 'Not Found' },
      { message: 'The page /claude-x-docs is unknown' },
      {},
    ])
      expect(failed(404, envelope).message).toContain('nothing answers at https://llmapi.pro/v1/messages');
  });

  it('leave the query of the URL out: some gateways take the key there', () => {
    const error = failed(404, {}, {}, { baseUrl: 'https://llmapi.pro/?token=abc' });
    expect(error.message).toBe('404 from llmapi.pro: nothing answers at https://llmapi.pro/v1/messages.');
  });

  it.each<[number, Partial<Envelope>, string]>([
    [402, {}, 'the account has no credit'],
    [403, { type: 'permission_error' }, 'the request is not permitted'],
    [408, {}, 'the answer took too long'],
    [504, {}, 'the answer took too long'],
    [200, { type: 'timeout_error' }, 'the answer took too long'],
    [413, {}, 'the request is too large'],
    [429, {}, 'too many requests'],
    [429, { message: 'Daily quota exceeded' }, 'the quota is used up'],
    [529, {}, 'the provider is overloaded'],
    [503, { type: 'overloaded_error' }, 'the provider is overloaded'],
    [500, {}, 'the server failed'],
    [400, {}, 'the request was refused'],
  ])('of %i %o are "%s"', (status, envelope, words) => {
    expect(failed(status, envelope).message).toContain(`: ${words}`);
  });

  it.each([
    ['temperature: Extra inputs are not permitted', '--temperature'],
    ['`tool_choice` forced is not supported', '--tool-choice auto'],
    ['thinking.budget_tokens: must be less', '--thinking'],
    ['anthropic-version: invalid', '--anthropic-version'],
    ['max_tokens: 100000 > 8192', '--max-tokens'],
  ])('of a 400 about "%s" name %s', (message, flag) => {
    expect(failed(400, { type: 'invalid_request_error', message }).hint).toContain(flag);
  });

  it.each([
    [404, 'https://host/v1/chat/completions', 'https://host'],
    [405, 'https://host/api/v1/chat/completions/', 'https://host/api'],
  ])('of a %i at %s name the base URL that was meant', (status, baseUrl, meant) => {
    const { hint } = failed(status, {}, {}, { baseUrl });
    expect(hint).toContain(`leave that out: --base-url ${meant}. Next: msg doctor work`);
    expect(failed(status, {}).hint).toBe('Next: msg doctor work');
    expect(failed(401, {}, {}, { baseUrl }).hint).not.toContain('leave that out');
  });

  it('say how long the server wants to be left alone', () => {
    const error = failed(429, {}, { 'retry-after': '9' });
    expect(error.hint).toBe('The server asks to wait 9 s.');
    expect(error.details).toMatchObject({ retryAfterMs: 9000 });
  });

  it('say when the limit resets, where only the headers about limits tell it', () => {
    const { wallTimeMs } = facts;
    const headers = {
      'anthropic-ratelimit-requests-remaining': '0',
      'anthropic-ratelimit-requests-reset': new Date(wallTimeMs + 3_600_000).toISOString(),
    };
    const error = failed(429, {}, headers);
    expect(error.hint).toBe(
      `The limit resets in 60 min, at ${localTime(wallTimeMs + 3_600_100, wallTimeMs)}.`,
    );
    expect(error.details).toMatchObject({ retryAfterMs: 3_600_100 });
    expect(failed(429, {}, { ...headers, 'retry-after': '3' }).hint).toBe('The server asks to wait 3 s.');
    expect(failed(500, {}, headers).details).not.toHaveProperty('retryAfterMs');
  });

  it('never hold the key, not even when the server repeats it', () => {
    const error = failed(401, { message: 'Incorrect key sk-llmapi-0123456789abcdefghij given' });
    expect(error.message).not.toContain('0123456789');
    expect(error.message).toContain('Incorrect key sk-llmapi-…');
  });
});

describe('the request id', () => {
  it('comes from the body first, then from the headers gateways use', () => {
    expect(failed(500, { requestId: 'req_body' }, { 'request-id': 'req_head' }).details).toMatchObject({
      requestId: 'req_body',
    });
    for (const name of ['request-id', 'x-request-id', 'x-aisix-request-id', 'x-oneapi-request-id', 'cf-ray'])
      expect(requestIdOf({ [name]: 'r1' })).toBe('r1');
    expect(requestIdOf({ 'x-request-id': 'b', 'request-id': 'a' })).toBe('a');
    expect(requestIdOf({})).toBeUndefined();
  });
});
