// The same faults in other words: what is not in anybody's list of examples has to come out right as well.
import { type Answer, error, goodKey, json, type Truth } from './case.ts';
import { fine, gateway, page, refusing } from './gateway.ts';

const wrongKey = 'sk-other-0123456789abcdef';
const text =
  (status: number, words: string): Answer =>
  (to) => {
    to.writeHead(status, { 'content-type': 'text/plain' });
    to.end(words);
  };
const openAi =
  (status: number, message: string, more: object = {}): Answer =>
  (to) =>
    json(to, status, { error: { message, type: 'x', ...more } });

/** Takes whatever key comes, or none. */
const keyless =
  (empty: Answer, model: Answer = fine): Answer =>
  (to, asked) =>
    (typeof asked.body['model'] === 'string' ? model : empty)(to, asked);

/** Reads its key as Bearer only, and refuses the rest in these words. */
const bearerOnly =
  (status: number, words: string): Answer =>
  (to, asked) =>
    asked.request.headers.authorization === `Bearer ${goodKey}`
      ? gateway({})(to, asked)
      : openAi(status, words)(to, asked);

/** All is well but counting, which answers so. */
const counting =
  (status: number, message: string): Answer =>
  (to, asked) =>
    (asked.request.url?.endsWith('/count_tokens') && asked.key === goodKey
      ? openAi(status, message)
      : gateway({}))(to, asked);

export const neighbours: readonly Truth[] = [
  { name: 'counting is refused with 401', answer: counting(401, 'not for this key'), verdict: 'healthy' },
  { name: 'counting is refused with 403', answer: counting(403, 'not allowed'), verdict: 'healthy' },
  { name: 'counting knows no model', answer: counting(404, 'model m not found'), verdict: 'healthy' },
  { name: 'counting fails', answer: counting(500, 'not implemented'), verdict: 'healthy' },
  {
    name: '{} fails without words, a model answers',
    answer: keyless(text(500, 'Internal Server Error')),
    argv: ['--auth', 'none'],
    verdict: 'healthy',
  },
  {
    name: '{} fails with the key, a model answers',
    answer: gateway({ empty: text(500, 'Internal Server Error') }),
    verdict: 'healthy',
  },
  {
    name: '{} fails with a bad gateway, a model answers',
    answer: gateway({ empty: openAi(502, 'no upstream for this request') }),
    verdict: 'healthy',
  },
  {
    name: '{} is forbidden, a model answers',
    answer: gateway({ empty: openAi(403, 'no access to model ""') }),
    verdict: 'healthy',
  },
  {
    name: '{} has no model, 404',
    answer: gateway({ empty: openAi(404, 'The model `` does not exist', { code: 'model_not_found' }) }),
    verdict: 'healthy',
  },
  {
    name: '{} as vLLM reads it',
    answer: keyless((to) =>
      json(to, 400, {
        object: 'error',
        message: "[{'type': 'missing', 'loc': ('body', 'messages')}]",
        type: 'BadRequestError',
        code: 400,
      }),
    ),
    argv: ['--auth', 'none'],
    verdict: 'healthy',
  },
  {
    name: '{} is refused in Chinese',
    answer: gateway({ empty: openAi(400, '参数错误：缺少 model') }),
    verdict: 'healthy',
  },
  {
    name: 'who has no key is limited',
    answer: (to, asked) =>
      asked.key === undefined ? openAi(429, 'slow down')(to, asked) : gateway({})(to, asked),
    verdict: 'healthy',
  },
  {
    name: 'the model, in the words of Ollama',
    answer: keyless(
      (to) => error(to, 400, 'invalid_request_error', 'model is required'),
      openAi(404, "model 'm' not found, try pulling it first"),
    ),
    argv: ['--auth', 'none'],
    verdict: 'broken',
    cause: 'model.not_found',
  },
  {
    name: 'the model, in the words of LiteLLM',
    answer: refusing(400, {
      error: {
        message:
          'Invalid model name passed in model=m. Call `/v1/models` to view available models for your key.',
      },
    }),
    verdict: 'broken',
    cause: 'model.not_found',
  },
  {
    name: 'the model, in the words of OpenAI',
    answer: refusing(404, {
      error: {
        message: 'The model `m` does not exist or you do not have access to it.',
        code: 'model_not_found',
      },
    }),
    verdict: 'broken',
    cause: 'model.not_found',
  },
  {
    name: 'the model, in the words of OpenRouter',
    answer: refusing(404, { error: { message: 'No endpoints found for m.', code: 404 } }),
    verdict: 'broken',
    cause: 'model.not_found',
  },
  {
    name: 'the model, in Chinese',
    answer: refusing(404, { error: { message: '模型 m 不存在' } }),
    verdict: 'broken',
    cause: 'model.not_found',
  },
  {
    name: 'the key may not, in English',
    answer: refusing(403, { error: { message: 'Your API key does not have access to model m' } }),
    verdict: 'broken',
    cause: 'model.forbidden',
  },
  {
    name: 'the key may not, in Chinese',
    answer: refusing(403, { error: { message: '该令牌无权访问模型 m' } }),
    verdict: 'broken',
    cause: 'model.forbidden',
  },
  {
    name: 'a wrong key, in the words of OpenRouter',
    answer: gateway({ refuse: openAi(401, 'User not found.', { code: 401 }) }),
    key: wrongKey,
    verdict: 'broken',
    cause: 'auth.invalid',
  },
  {
    name: 'a wrong key with 403',
    answer: gateway({ refuse: (to) => json(to, 403, { detail: 'Invalid API key' }) }),
    key: wrongKey,
    verdict: 'broken',
    cause: 'auth.invalid',
  },
  {
    name: 'a wrong key in a 200',
    answer: gateway({ refuse: (to) => json(to, 200, { code: 401, msg: 'token invalid', data: null }) }),
    key: wrongKey,
    verdict: 'broken',
    cause: 'auth.invalid',
  },
  {
    name: 'a wrong key, 500 in Chinese',
    answer: gateway({ refuse: openAi(500, '无效的令牌') }),
    key: wrongKey,
    verdict: 'broken',
    cause: 'auth.invalid',
  },
  {
    name: 'the other header, 401',
    answer: bearerOnly(401, 'Missing Authentication header'),
    verdict: 'broken',
    cause: 'auth.scheme',
  },
  {
    name: 'the other header, 403',
    answer: bearerOnly(403, 'No authorization header'),
    verdict: 'broken',
    cause: 'auth.scheme',
  },
  {
    name: 'the other header, 400',
    answer: bearerOnly(400, 'Missing API key'),
    verdict: 'broken',
    cause: 'auth.scheme',
  },
  {
    name: 'too dear',
    answer: refusing(402, {
      error: { message: 'This request requires more credits, or fewer max_tokens.', code: 402 },
    }),
    verdict: 'broken',
    cause: 'bill.balance',
    says: /Top up/,
  },
  {
    name: 'no credit, in the words of the native API, 400',
    answer: refusing(400, {
      type: 'error',
      error: { type: 'invalid_request_error', message: 'Your credit balance is too low to access the API.' },
    }),
    verdict: 'broken',
    cause: 'bill.balance',
    owner: 'you',
    says: /Top up/,
  },
  {
    name: 'no credit, 429',
    answer: refusing(429, {
      error: { message: 'You exceeded your current quota.', code: 'insufficient_quota' },
    }),
    verdict: 'broken',
    cause: 'bill.balance',
    owner: 'you',
  },
  {
    name: 'a budget, 400',
    answer: refusing(400, {
      error: {
        message: 'Budget has been exceeded! Current cost: 1.2, Max budget: 1.0',
        type: 'budget_exceeded',
      },
    }),
    verdict: 'broken',
    cause: 'rate.quota',
  },
  {
    name: 'nothing is there',
    answer: openAi(503, 'Service temporarily unavailable'),
    verdict: 'broken',
    cause: 'up.5xx',
  },
  {
    name: 'nothing is there, and nothing may be spent',
    answer: openAi(503, 'Service temporarily unavailable'),
    argv: ['--free'],
    verdict: 'undetermined',
    cause: 'up.5xx',
    says: /leave --free out/,
  },
  {
    name: 'too busy, in Chinese',
    answer: refusing(503, { error: { message: '当前分组上游负载已饱和，请稍后再试' } }),
    verdict: 'undetermined',
    cause: 'up.5xx',
    owner: 'provider',
  },
  {
    name: 'a page with 400',
    answer: page(400, '<html><title>400 Bad Request</title><center>nginx</center></html>'),
    verdict: 'broken',
    cause: 'url.answers',
    owner: 'proxy',
  },
  {
    name: 'FastAPI without the path',
    answer: (to, asked) =>
      asked.request.url === '/v1/messages'
        ? json(to, 404, { detail: 'Not Found' })
        : error(to, 404, 'not_found_error', 'no'),
    verdict: 'broken',
    cause: 'url.answers',
    owner: 'you',
  },
];
