// Money: what providers and relays say of an account without credit is read alike by `send` and by the doctor,
// whatever status it comes with. And what sounds like it is not.
import { describe, expect, it } from 'vitest';
import { classify } from '../../src/doctor/reading/classify.ts';
import { readPasted } from '../../src/doctor/reading/pasted-error.ts';
import { apiError } from '../../src/messages/api-error.ts';
import { envelopeOf } from '../../src/messages/envelope.ts';
import { facts } from '../messages/error-facts.ts';

const read = (status: number, body: object, headers: Readonly<Record<string, string>> = {}) => {
  const text = JSON.stringify(body);
  const error = apiError(envelopeOf(text), { status, headers }, facts, text);
  const { check, owner } = classify({
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: text,
    host: 'gw.example',
    path: '/v1/messages',
    hasModel: true,
    hasKey: true,
    bodyBytes: 60,
  });
  return { error, doctor: { check, owner } };
};
const native = (type: string, message: string): object => ({ type: 'error', error: { type, message } });
const openAi = (message: string, code: string | number | null = null, type = 'error'): object => ({
  error: { message, type, param: null, code },
});

describe('an account without credit', () => {
  it.each<[string, number, object]>([
    [
      'the native API',
      400,
      native('invalid_request_error', 'Your credit balance is too low to access the Anthropic API.'),
    ],
    ['the native type', 402, native('billing_error', 'no')],
    ['a status without words', 402, {}],
    ['OpenAI', 429, openAi('You exceeded your current quota.', 'insufficient_quota', 'insufficient_quota')],
    [
      'OpenAI, a limit of the account',
      400,
      openAi('Billing hard limit has been reached', 'billing_hard_limit_reached'),
    ],
    ['OpenAI, switched off', 429, openAi('Your account is not active.', 'billing_not_active')],
    ['DeepSeek', 402, openAi('Insufficient Balance', 'invalid_request_error')],
    ['OpenRouter', 402, openAi('Insufficient credits. Add more using https://openrouter.ai/credits', 402)],
    ['SiliconFlow', 403, { code: 30001, message: 'Sorry, your account balance is insufficient' }],
    ['Moonshot', 429, openAi('Your account is suspended.', null, 'exceeded_current_quota_error')],
    ['xAI', 403, { code: 'permission', error: "Your newly created team doesn't have any credits yet." }],
    ['Volcano', 403, openAi('The account has an overdue balance.', 'AccountOverdueError')],
    ['Google', 403, openAi('This API method requires billing to be enabled.', 403)],
    ['Zhipu', 429, openAi('余额不足或无可用资源包,请充值。', '1113')],
    ['Zhipu, in arrears', 429, openAi('您的账户已欠费，请充值后重试', '1112')],
    ['one-api', 403, openAi('用户额度不足', 'insufficient_user_quota')],
    ['new-api', 403, openAi('预扣费额度失败, 用户剩余额度: ＄0.01, 需要预扣费额度: ＄0.02')],
    ['a relay, 401', 401, openAi('账户余额不足')],
    ['a relay, 500', 500, openAi('余额不足，请充值')],
    ['a relay, 503', 503, openAi('insufficient_user_quota')],
    ['an error in a 200', 200, native('api_error', '余额不足')],
  ])('%s', (_name, status, body) => {
    const { error, doctor } = read(status, body);
    expect(doctor).toEqual({ check: 'bill.balance', owner: 'you' });
    expect(error).toMatchObject({ kind: 'auth', details: { isRetryable: false, isSpent: true } });
    expect(error.message).toContain(': the account has no credit');
    expect(error.hint).toMatch(/^Add credit on the page of the provider/);
  });

  it.each<[string, number, object]>([
    ['LiteLLM', 400, openAi('litellm.BadRequestError: AnthropicException - Your credit balance is too low')],
    ['LiteLLM, 403', 403, openAi('litellm.APIError: DeepseekException - Insufficient Balance')],
    [
      'claude-code-router',
      500,
      openAi('Error from provider(a,m: 402): {"error":{"message":"Insufficient Balance"}}'),
    ],
  ])('further up is the one of the gateway: %s', (_name, status, body) => {
    const { error, doctor } = read(status, body);
    expect(doctor).toEqual({ check: 'bill.balance', owner: 'gateway' });
    expect(error).toMatchObject({ kind: 'auth', details: { isRetryable: false } });
    expect(error.message).toContain('the account of the gateway has no credit');
    expect(error.hint).toMatch(/^Who runs the gateway has to top up/);
  });

  it.each(['余额不足，请充值', 'Your credit balance is too low to access the Anthropic API.'])(
    'is understood where it is pasted without a status: %s',
    (text) => {
      const pasted = readPasted(text);
      expect(pasted.kind === 'answer' && classify(pasted.answer).check).toBe('bill.balance');
    },
  );
});

describe('a budget that is used up is no lack of credit', () => {
  it.each<[string, number, object]>([
    ['a key of one-api', 403, openAi('该令牌额度已用尽')],
    ['a key of one-api, 500', 500, openAi('该令牌额度不足')],
    [
      'LiteLLM',
      400,
      openAi('Budget has been exceeded! Current cost: 1.2, Max budget: 1.0', '400', 'budget_exceeded'),
    ],
    [
      'the native API',
      400,
      native('invalid_request_error', 'You have reached your specified API usage limits.'),
    ],
    ['Hugging Face', 402, { error: 'You have exceeded your monthly included credits.' }],
  ])('%s', (_name, status, body) => {
    const { error, doctor } = read(status, body);
    expect(doctor.check).toBe('rate.quota');
    expect(error).toMatchObject({ kind: 'auth', details: { isRetryable: false, isSpent: true } });
    expect(error.message).toContain('the budget of the key is used up');
  });
});

describe('what only sounds like money', () => {
  it.each<[string, number, object, string, string | null]>([
    [
      'Google, too fast',
      429,
      openAi(
        'You exceeded your current quota, please check your plan and billing details. Please retry in 42 s.',
      ),
      'limit',
      'rate.quota',
    ],
    [
      'a header of Claude Code',
      400,
      native('invalid_request_error', 'x-anthropic-billing-header is reserved'),
      'request',
      null,
    ],
    ['a context', 400, openAi('too long', 'context_limit_exceeded'), 'request', null],
    [
      'too fast, 429',
      429,
      native('rate_limit_error', 'Number of requests has exceeded your rate limit'),
      'limit',
      'rate.limited',
    ],
  ])('%s', (_name, status, body, kind, check) => {
    const { error, doctor } = read(status, body);
    expect(error.kind).toBe(kind);
    if (check !== null) expect(doctor.check).toBe(check);
    expect(doctor.check).not.toBe('bill.balance');
    expect(error.message).not.toContain('credit');
  });

  it('a page of a web shop', () => {
    const page = '<!doctype html><html><body><a>Billing</a> Insufficient balance? Top up</body></html>';
    const answer = {
      status: 404,
      headers: { 'content-type': 'text/html' },
      body: page,
      host: 'h',
      path: '/',
    };
    expect(classify({ ...answer, hasModel: true, hasKey: true, bodyBytes: 2 }).check).not.toBe(
      'bill.balance',
    );
  });
});
