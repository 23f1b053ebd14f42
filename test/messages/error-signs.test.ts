// Whose fault a failure is where its status says too little: bodies of real gateways, read as they come.
import { describe, expect, it } from 'vitest';
import type { MsgError } from '../../src/errors.ts';
import { apiError } from '../../src/messages/api-error.ts';
import { envelopeOf } from '../../src/messages/envelope.ts';
import type { RequestFacts } from '../../src/messages/error-cause.ts';
import { endpoint, facts } from './error-facts.ts';

function failed(status: number, body: object | string, over: Partial<RequestFacts> = {}): MsgError {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return apiError(envelopeOf(text), { status, headers: {} }, { ...facts, ...over }, text);
}
const native = (type: string, message: string): object => ({ type: 'error', error: { type, message } });
const isRetryable = (error: MsgError): unknown => (error.details as { isRetryable?: boolean }).isRetryable;

describe('a key that was refused further up', () => {
  const inner = JSON.stringify(native('authentication_error', 'invalid x-api-key'));
  it.each<[string, number, object]>([
    ['an envelope in the words (AISIX)', 401, native('authentication_error', inner)],
    ['LiteLLM', 401, { error: { message: `litellm.AuthenticationError: AnthropicException - ${inner}` } }],
    [
      'LiteLLM in words only',
      401,
      { error: { message: 'litellm.AuthenticationError: OpenAIException - no' } },
    ],
    ['claude-code-router', 401, { error: { message: 'Error from provider(badkey,m: 401): no' } }],
    ['inferrail', 401, { error: { message: "provider 'bad' returned HTTP 401" } }],
    [
      'a status in the words of a 500 (Auxot)',
      500,
      { error: { message: `chat server returned HTTP 401: ${inner}` } },
    ],
  ])('is not the one of the caller: %s', (_name, status, body) => {
    const error = failed(status, body);
    expect(error.kind).toBe('auth');
    expect(error.message).toContain('the gateway accepted yours; its own key was refused further up');
    expect(error.message).not.toContain('ANTHROPIC_API_KEY');
    expect(error.hint).toBe(
      'Who runs the gateway has to renew the key it has for its provider. Next: msg doctor work',
    );
    expect(isRetryable(error)).toBe(false);
  });

  it.each([
    native('authentication_error', 'invalid x-api-key'),
    {
      error: { message: 'Authentication Error, Invalid proxy server token passed', code: '401', param: null },
    },
    { error: { message: '无效的令牌', type: 'one_api_error' } },
  ])('is the one of the caller where nothing proves that: %o', (body) => {
    expect(failed(401, body).message).toContain('the key from ANTHROPIC_API_KEY was refused');
  });
});

describe('the key of the caller', () => {
  it.each([
    [400, { error: { message: 'No connected db.', type: 'no_db_connection', param: null, code: '400' } }],
    [400, { error: { code: 400, message: 'API key not valid. Please pass a valid API key.' } }],
    [500, { error: { message: '无效的令牌', type: 'one_api_error' } }],
    [403, { error_code: '403', message: 'Invalid access token.' }],
    [403, { message: 'The security token included in the request is invalid.' }],
    [200, { base_resp: { status_code: 1004, status_msg: 'login fail: Please carry the API secret key' } }],
  ])('was refused, whatever the status (%i %o)', (status, body) => {
    const error = failed(status, body);
    expect(error).toMatchObject({ kind: 'auth', details: { status, isRetryable: false } });
    expect(error.message).toContain('the key from ANTHROPIC_API_KEY was refused');
  });

  it.each([
    [500, { error: { message: 'Authentication Error, No api key passed in.', type: 'auth_error' } }],
    [400, { error: { message: 'x-api-key header is required' } }],
    [422, { detail: [{ loc: ['header'], msg: 'authorization header missing' }] }],
  ])('is missing, whatever the status (%i %o)', (status, body) => {
    const keyless = { ...endpoint, key: undefined };
    const error = failed(status, body, { endpoint: keyless });
    expect(error).toMatchObject({ kind: 'auth', details: { status, isRetryable: false } });
    expect(error.message).toContain('a key is required, and none was sent');
    expect(failed(status, body).kind).not.toBe('auth');
  });

  it('is not missing where a field of the body is', () => {
    const body = native('invalid_request_error', 'max_tokens: token limit is required');
    expect(failed(400, body, { endpoint: { ...endpoint, key: undefined } }).kind).toBe('request');
  });

  it('is looked at itself first', () => {
    const bad = { ...endpoint, keyFault: 'It looks like a placeholder, not like a key.' };
    const { hint } = failed(401, native('authentication_error', 'no'), { endpoint: bad });
    expect(hint).toBe(
      'It looks like a placeholder, not like a key. Save the key again as it was issued. Next: msg doctor work',
    );
  });

  it.each([
    [402, { error: { type: 'BudgetExceeded', message: 'budget of key team-a used up > limit $0.0001' } }],
    [403, { error: { message: '该令牌额度已用尽', type: 'one_api_error' } }],
    [402, { error: { code: 'daily_cost_limit_exceeded', message: 'Daily cost limit reached' } }],
  ])('has a budget, which is not the credit of the account (%i %o)', (status, body) => {
    const error = failed(status, body);
    expect(error.message).toContain('the budget of the key is used up');
    expect(error.hint).toContain('Have the limit of the key raised, or wait for its reset.');
    expect(error).toMatchObject({ kind: 'auth', details: { isRetryable: false } });
  });

  it.each([
    [402, native('billing_error', 'Your credit balance is too low')],
    [403, { error: { message: '用户余额不足' } }],
    [500, { error: { message: '余额不足，请充值' } }],
  ])('belongs to an account without credit (%i %o)', (status, body) => {
    const error = failed(status, body);
    expect(error).toMatchObject({ kind: 'auth', details: { isRetryable: false } });
    expect(error.message).toContain('the account has no credit');
  });

  it.each([
    [403, { error: { type: 'forbidden', message: '暂无该模型访问权限' } }],
    [401, { error: { message: 'key not allowed to access model. This key can only access models=[a]' } }],
  ])('may not use the model (%i %o)', (status, body) => {
    const error = failed(status, body);
    expect(error.kind).toBe('auth');
    expect(error.message).toContain('this key may not use the model "claude-x"');
    expect(error.hint).toBe('msg models lists what it offers.');
  });
});

it('a key that does not arrive is told from one that is refused', () => {
  const error = failed(401, { message: 'No API key found in request' });
  expect(error.message).toContain('it says that no key came, although one was sent');
  expect(error.hint).toContain('It was sent as x-api-key; if this endpoint wants the other header');
});

describe('what a key may not do', () => {
  it.each([
    [403, { message: "You don't have access to the model with the specified model ID." }],
    [403, native('permission_error', 'this model requires a subscription, upgrade for access')],
  ])('is to use this model (%i %o)', (status, body) => {
    const error = failed(status, body);
    expect(error).toMatchObject({ kind: 'auth', details: { isRetryable: false } });
    expect(error.message).toContain('this key may not use the model "claude-x"');
  });

  it('is to be used by this program', () => {
    const message = 'No available accounts: this group only allows Claude Code clients';
    const error = failed(503, native('api_error', message));
    expect(error).toMatchObject({ kind: 'auth', details: { isRetryable: false } });
    expect(error.message).toContain('only certain clients are admitted with this key');
  });

  it('is to send more in one request than in a minute', () => {
    const message =
      'Request too large for model `m` on tokens per minute (TPM): Limit 6000, Requested 6500, please reduce your message size and try again.';
    const error = failed(413, { error: { message, type: 'tokens', code: 'rate_limit_exceeded' } });
    expect(error).toMatchObject({ kind: 'limit', details: { isRetryable: false } });
    expect(error.message).toContain('one request is larger than what may be used in a minute');
    expect(error.hint).not.toContain('--size');
  });

  it('is to pass without the token of the gateway', () => {
    const refusal = { name: 'AiGatewayError', internalCode: 2009, success: false };
    const error = failed(401, { ...refusal, error: [{ code: 2009, message: 'Unauthorized' }] });
    expect(error.message).not.toContain('ANTHROPIC_API_KEY');
    expect(error.hint).toContain('-H "cf-aig-authorization: Bearer ..."');
  });
});

describe('what a gateway does not have', () => {
  it('is a provider, not a path', () => {
    const error = failed(404, { error: { message: "Provider 'nosuch' not found" } });
    expect(error.message).toContain('the gateway has no such provider behind it');
    expect(error.message).not.toContain('nothing answers');
  });

  it.each([
    [503, { error: { message: '当前分组 default 下对于模型 claude-x 无可用渠道', type: 'one_api_error' } }],
    [503, { error: { message: 'No available channels for Model claude-x under Group default' } }],
    [400, { error: { message: "no route named 'claude-x' is configured; known routes: [a, b]" } }],
    [404, { detail: 'Model not found. Please check your BIG_MODEL configuration.' }],
    [200, { error: { code: 'model_not_found', message: 'no' } }],
    [404, { error: { code: 'DeploymentNotFound', message: 'The API deployment does not exist.' } }],
    [404, { error_code: 'ENDPOINT_NOT_FOUND', message: 'The given endpoint does not exist' }],
    [400, { error: { code: 'model_not_supported', message: 'The requested model is not supported.' } }],
    [503, { error: { message: 'Нет доступных каналов для модели claude-x в текущей группе default' } }],
    [
      404,
      {
        detail: 'It is likely because the model specified in your request is not configured in the Gateway.',
      },
    ],
  ])('is the model (%i %o)', (status, body) => {
    const error = failed(status, body);
    expect(error).toMatchObject({ kind: 'request', details: { isRetryable: false } });
    expect(error.message).toContain('the model "claude-x" is not available here');
  });

  it.each([
    { message: 'Route POST:/api/model/v1/messages not found', error: 'Not Found', statusCode: 404 },
    { detail: 'Not Found' },
    'Cannot POST /v1/messages',
  ])('is the path: %o', (body) => {
    expect(failed(404, body).message).toContain('nothing answers at https://llmapi.pro/v1/messages');
  });

  it.each([
    ['LM Studio', { error: 'Unexpected endpoint or method. (POST /v1/messages)' }],
    ['Zhipu', { code: 500, msg: '404 NOT_FOUND', success: false }],
  ])('is the path, in a 200 of %s', (_name, body) => {
    const error = failed(200, body);
    expect(error).toMatchObject({ kind: 'request', details: { isNowhere: true, isRetryable: false } });
    expect(error.message).toContain('nothing answers at https://llmapi.pro/v1/messages');
  });

  it.each([
    'No endpoints found matching your data policy (Paid model training). Configure: https://openrouter.ai/settings/privacy',
    'No endpoints available matching your guardrail restrictions and data policy.',
  ])('is excluded by the account: %s', (message) => {
    const error = failed(404, { error: { message, code: 404 } });
    expect(error).toMatchObject({ kind: 'request', details: { isRetryable: false } });
    expect(error.message).toContain('the settings of the account exclude the model "claude-x"');
  });
});

describe('what is behind a gateway', () => {
  it.each<[number, string]>([
    [502, 'upstream error: error sending request for url (http://10.0.0.9:8000/v1/messages)'],
    [503, 'no target selected'],
  ])('is not reached, which is no overload (%i %s)', (status, message) => {
    const error = failed(status, { error: { message, type: 'overloaded_error' } });
    expect(error).toMatchObject({ kind: 'server', details: { isRetryable: true } });
    expect(error.message).toContain('the gateway does not reach what is behind it');
    expect(error.message).not.toContain('provider is overloaded');
  });

  it.each([
    'fetch failed',
    'litellm.InternalServerError: AnthropicException - Cannot connect to host 127.0.0.1:1',
    'All connection attempts failed',
  ])('is not reached in the words of its client: %s', (message) => {
    const error = failed(500, { error: { message, type: 'api_error' } });
    expect(error).toMatchObject({ kind: 'server', details: { isRetryable: true } });
    expect(error.message).toContain('the gateway does not reach what is behind it');
  });

  it('is overloaded, whatever status the gateway has for that', () => {
    const message = 'litellm.InternalServerError: AnthropicError - overloaded_error: Overloaded';
    const error = failed(500, { error: { message, type: 'api_error' } });
    expect(error).toMatchObject({ kind: 'limit', details: { isRetryable: true } });
    expect(error.message).toContain('the provider is overloaded');
  });

  it.each<[number, object, string]>([
    [502, { error: { message: 'upstream returned 529' } }, 'limit'],
    [400, { error: { code: 'E015', message: 'Internal server error' }, status: 500 }, 'server'],
    [200, { code: 429, msg: 'slow down' }, 'limit'],
    [500, { error: { message: 'chat server returned HTTP 429: {"error":{"message":"slow"}}' } }, 'limit'],
    [200, { error: 'The model is overloaded. Please try again later.' }, 'limit'],
    [200, { error: { type: 'api_error', message: '{"error":{"type":"overloaded_error"}}' } }, 'limit'],
    [200, { error: { message: 'Quota exceeded for today' } }, 'limit'],
    [200, { error: { message: 'Rate limit reached for requests' } }, 'limit'],
    [200, { error: { message: 'upstream connection refused' } }, 'server'],
  ])('decides by its own status (%i %o)', (status, body, kind) => {
    const error = failed(status, body);
    expect(error.kind).toBe(kind);
    expect(isRetryable(error)).toBe(true);
    expect(error.message).toMatch(new RegExp(`^(${status}|Error in a 200 answer) from`));
  });

  it('is overloaded, in what OpenRouter keeps of its provider', () => {
    const raw = JSON.stringify(native('overloaded_error', 'Overloaded'));
    const error = failed(502, {
      error: { message: 'Provider returned error', code: 502, metadata: { raw, provider_name: 'Anthropic' } },
    });
    expect(error).toMatchObject({ kind: 'limit', details: { isRetryable: true } });
    expect(error.message).toContain(
      'the provider is overloaded (Provider returned error: overloaded_error: Overloaded)',
    );
  });

  it.each([
    'The model has crashed without additional information. (Exit code: 18446744072635812000)',
    'Failed to load model "qwen3". Error: Error loading model.',
  ])('does not run the model, whatever the status: %s', (message) => {
    const error = failed(400, { error: message });
    expect(error).toMatchObject({ kind: 'server', details: { isRetryable: false } });
    expect(error.message).toContain('the model does not run there');
  });

  it('is still loading the model', () => {
    const error = failed(503, { error: { code: 503, message: 'Loading model', type: 'unavailable_error' } });
    expect(error.message).toContain('the model is still being loaded');
    expect(isRetryable(error)).toBe(true);
  });
});

describe('a refusal dressed as a failure of the server', () => {
  it.each<[string, string]>([
    ['image input is not supported', 'takes no pictures'],
    ["'messages' is required", 'msg doctor work'],
    ['model m does not support tools', 'takes no tools'],
  ])('is not tried again: %s', (message, hint) => {
    const error = failed(500, { error: { code: 500, message, type: 'server_error' } });
    expect(error).toMatchObject({ kind: 'request', details: { isRetryable: false } });
    expect(error.hint).toContain(hint);
  });

  it('is none where the words are no refusal', () => {
    expect(isRetryable(failed(500, native('api_error', 'Internal server error')))).toBe(true);
  });
});

describe('what to do about a refusal', () => {
  const refused = (message: string, body: RequestFacts['body']): string | undefined =>
    failed(400, native('invalid_request_error', message), body === undefined ? {} : { body }).hint;

  it('never names an option that was not given', () => {
    const message = "this model doesn't support reasoning.effort";
    expect(refused(message, { thinking: { type: 'enabled' } })).toContain('leave out --thinking');
    expect(refused(message, { thinking: { type: 'enabled' } })).not.toContain('--effort');
    expect(refused(message, { output_config: { effort: 'high' } })).toContain('try another --effort');
    expect(refused('stream=true is not supported by this deployment', { stream: true })).toContain(
      '--no-stream',
    );
    expect(refused('stream=true is not supported by this deployment', {})).toBe('Next: msg doctor work');
  });

  it('does not take a field of a tool or of a picture for all of them', () => {
    expect(refused('tools.0.input_schema: $ref is not supported', {})).toBe('Next: msg doctor work');
    expect(refused('messages.0.content.1.image.source.media_type is not supported', {})).toBe(
      'Next: msg doctor work',
    );
  });
});
