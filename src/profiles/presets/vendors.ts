// Makers of models that speak Messages themselves. Data only; isVerified is false where the facts come
// from third-party pages, and a single unknown is null.
import type { Preset } from '../profile.ts';

/** What most rows know nothing about. */
const unknown = {
  acceptedAuth: null,
  needsVersion: null,
  hasModelList: null,
  hasCountTokens: null,
  errors: [],
  rateLimitHeaders: [],
  keyPrefixes: [],
  models: [],
  quirks: [],
  isVerified: false,
} as const;

const ratelimit = (subject: string): string[] =>
  ['limit', 'remaining', 'reset'].map((figure) => `anthropic-ratelimit-${subject}-${figure}`);

export const vendorPresets: readonly Preset[] = [
  {
    id: 'anthropic',
    title: 'Anthropic',
    docsUrl: 'https://platform.claude.com/docs/en/api/messages',
    baseUrl: 'https://api.anthropic.com',
    auth: 'x-api-key',
    acceptedAuth: ['x-api-key', 'bearer'],
    needsVersion: true,
    keyEnv: ['ANTHROPIC_API_KEY'],
    keyPrefixes: ['sk-ant-api'],
    defaultModel: 'claude-sonnet-5-5',
    models: [
      { id: 'claude-fable-5-2' },
      { id: 'claude-opus-5-5' },
      { id: 'claude-sonnet-5-5' },
      { id: 'claude-haiku-5-5' },
      { id: 'claude-sonnet-4-6' },
      { id: 'claude-haiku-4-5', note: 'alias of claude-haiku-4-5-20251001' },
    ],
    hasModelList: true,
    hasCountTokens: true,
    errors: [
      {
        status: 400,
        type: 'invalid_request_error',
        meaning: 'the request is malformed, or a spend limit is reached',
      },
      {
        status: 401,
        type: 'authentication_error',
        meaning: 'wrong or expired key, or the wrong header for it',
      },
      { status: 402, type: 'billing_error', meaning: 'a payment problem' },
      { status: 403, type: 'permission_error', meaning: 'the key may not use this resource' },
      { status: 404, type: 'not_found_error', meaning: 'unknown model or path' },
      { status: 413, type: 'request_too_large', meaning: 'the request is larger than 32 MB' },
      { status: 429, type: 'rate_limit_error', meaning: 'a rate or spend limit' },
      { status: 500, type: 'api_error', meaning: 'an internal error' },
      { status: 504, type: 'timeout_error', meaning: 'the request took too long: stream it' },
      { status: 529, type: 'overloaded_error', meaning: 'the API is overloaded' },
    ],
    retry: 'Retry 408, 409, 429 (not spend limits) and 5xx with backoff; retry-after is honoured.',
    rateLimitHeaders: ['requests', 'tokens', 'input-tokens', 'output-tokens'].flatMap(ratelimit),
    quirks: [
      'Two API versions are served: 2023-06-01, and 2026-10-21, which refuses sampling fields.',
      'The newest models refuse temperature, prefill and forced tool choice.',
      'Keys beginning sk-ant-oat are OAuth tokens and not for this header; sk-ant-admin keys cannot send messages.',
    ],
    isVerified: true,
  },
  {
    ...unknown,
    id: 'deepseek',
    title: 'DeepSeek',
    docsUrl: 'https://api-docs.deepseek.com/guides/anthropic_api',
    baseUrl: 'https://api.deepseek.com/anthropic',
    auth: 'x-api-key',
    acceptedAuth: ['x-api-key'],
    needsVersion: false,
    keyEnv: ['DEEPSEEK_API_KEY'],
    models: [
      { id: 'deepseek-v4-pro', note: 'also answers to claude-opus names' },
      { id: 'deepseek-flash', note: 'also answers to the other claude names' },
    ],
    quirks: [
      'claude-* model names are mapped; an unknown name that is not a Claude one is a 400.',
      'anthropic-beta, container and mcp_servers are ignored.',
    ],
    isVerified: true,
  },
  {
    ...unknown,
    id: 'moonshot',
    title: 'Moonshot AI (Kimi)',
    baseUrl: 'https://api.moonshot.ai/anthropic',
    otherBaseUrls: [
      { baseUrl: 'https://api.moonshot.cn/anthropic', note: 'China' },
      { baseUrl: 'https://api.kimi.com/coding', note: 'the Kimi For Coding plan' },
    ],
    auth: 'bearer',
    keyEnv: ['MOONSHOT_API_KEY'],
    quirks: ['Keys of the international and the Chinese site are not interchangeable.'],
  },
  {
    ...unknown,
    id: 'zai',
    title: 'Z.ai (Zhipu GLM)',
    baseUrl: 'https://api.z.ai/api/anthropic',
    otherBaseUrls: [{ baseUrl: 'https://open.bigmodel.cn/api/anthropic', note: 'China' }],
    auth: 'bearer',
    keyEnv: ['ZAI_API_KEY'],
  },
  {
    ...unknown,
    id: 'minimax',
    title: 'MiniMax',
    baseUrl: 'https://api.minimax.io/anthropic',
    otherBaseUrls: [{ baseUrl: 'https://api.minimaxi.com/anthropic', note: 'China' }],
    auth: 'bearer',
    acceptedAuth: ['bearer'],
    keyEnv: ['MINIMAX_API_KEY'],
    quirks: ['x-api-key is refused with 401: the key must be a Bearer token.'],
  },
  {
    ...unknown,
    id: 'bailian',
    title: 'Alibaba Cloud Bailian (Model Studio)',
    baseUrl: 'https://dashscope.aliyuncs.com/apps/anthropic',
    auth: 'bearer',
    keyEnv: ['DASHSCOPE_API_KEY'],
  },
  {
    ...unknown,
    id: 'stepfun',
    title: 'StepFun',
    baseUrl: 'https://api.stepfun.com',
    otherBaseUrls: [{ baseUrl: 'https://api.stepfun.com/step_plan', note: 'the subscription plan' }],
    auth: 'bearer',
    keyEnv: ['STEPFUN_API_KEY'],
    hasCountTokens: true,
  },
];
