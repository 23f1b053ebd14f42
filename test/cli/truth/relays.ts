// Relays and gateways as they answer in the wild: what they say of an empty request, of a key, a model, a path.
import { type Answer, error, json, type Truth } from './case.ts';
import { fine, type Gateway, gateway, page, refusing } from './gateway.ts';

const oneApi =
  (words: string, status: number): Answer =>
  (to) =>
    json(
      to,
      status,
      { error: { message: `${words} (request id: 2026)`, type: 'one_api_error' } },
      { 'x-oneapi-request-id': '2026' },
    );
const oneApiParts: Gateway = {
  refuse: oneApi('Invalid token', 401),
  empty: oneApi('No available channels for Model  under Group default', 503),
};

/** Reads the body before the key. */
const rolter: Gateway = {
  readsBodyFirst: true,
  empty: (to) =>
    json(to, 400, {
      error: {
        code: 'missing_required_parameter',
        message: 'missing model field',
        param: 'model',
        type: 'invalid_request_error',
      },
    }),
  refuse: (to, { key }) =>
    json(to, 401, {
      error: {
        code: null,
        message: key === undefined ? 'missing api key' : 'invalid api key',
        param: null,
        type: 'authentication_error',
      },
    }),
};

const liteLlm: Gateway = {
  refuse: (to, { key }) =>
    key === undefined
      ? json(to, 401, {
          error: {
            message: 'Authentication Error, No api key passed in.',
            type: 'auth_error',
            param: 'None',
            code: '401',
          },
        })
      : json(to, 400, {
          error: { message: 'No connected db.', type: 'no_db_connection', param: null, code: '400' },
        }),
};

const llamaCpp: Answer = (to, asked) =>
  typeof asked.body['model'] === 'string'
    ? fine(to, asked)
    : json(to, 500, { error: { code: 500, message: "'messages' is required", type: 'server_error' } });

const nested = (type: string, message: string): object => ({
  type: 'error',
  error: {
    type,
    message: JSON.stringify({ type: 'error', error: { type, message }, request_id: 'req_upstream_1' }),
  },
});

const wrongKey = 'sk-other-0123456789abcdef';

export const relays: readonly Truth[] = [
  {
    name: 'a slash at the end of the route',
    answer: (to, asked) => {
      if (asked.request.url !== '/v1/messages') return gateway({ path: /\/v1\/messages\/$/ })(to, asked);
      to.writeHead(307, { location: '/v1/messages/' });
      return to.end();
    },
    verdict: 'broken',
    cause: 'url.redirect',
    owner: 'you',
    says: /--messages-url http[^ ]*\/v1\/messages\/"/,
  },
  { name: 'one-api, healthy', answer: gateway(oneApiParts), verdict: 'healthy' },
  {
    name: 'one-api, asked for nothing that costs',
    answer: gateway(oneApiParts),
    argv: ['--free'],
    verdict: 'undetermined',
    cause: 'auth.accepted',
    says: /leave --free out/,
  },
  {
    name: 'one-api without the model',
    answer: gateway({ ...oneApiParts, model: oneApi('当前分组 default 下对于模型 m 无可用渠道', 503) }),
    verdict: 'broken',
    cause: 'model.not_found',
    owner: 'you',
  },
  {
    name: 'one-api whose upstream is down',
    answer: gateway({
      ...oneApiParts,
      model: oneApi('do request failed: dial tcp 127.0.0.1:1: connect: connection refused', 500),
    }),
    verdict: 'broken',
    cause: 'up.5xx',
    owner: 'gateway',
  },
  {
    name: 'one-api, wrong key',
    answer: gateway({ ...oneApiParts, refuse: oneApi('无效的令牌', 401) }),
    key: wrongKey,
    verdict: 'broken',
    cause: 'auth.invalid',
    owner: 'you',
  },
  { name: 'the body is read first, right key', answer: gateway(rolter), verdict: 'healthy' },
  {
    name: 'the body is read first, wrong key',
    answer: gateway(rolter),
    key: wrongKey,
    verdict: 'broken',
    cause: 'auth.invalid',
    owner: 'you',
  },
  {
    name: 'the body is read first, the key in the other header',
    answer: gateway({
      ...rolter,
      refuse: (to, asked) =>
        asked.request.headers.authorization === undefined ? rolter.refuse?.(to, asked) : fine(to, asked),
      model: (to, asked) =>
        asked.request.headers.authorization === undefined
          ? rolter.refuse?.(to, { ...asked, key: undefined })
          : fine(to, asked),
    }),
    verdict: 'broken',
    cause: 'auth.scheme',
    owner: 'you',
  },
  {
    name: 'the body is read first, no key configured to be sent',
    answer: gateway(rolter),
    argv: ['--auth', 'none'],
    verdict: 'broken',
    cause: 'auth.missing',
    owner: 'you',
    says: /read -rs API_KEY/,
  },
  {
    name: 'a key is wanted where none is sent',
    answer: gateway({}),
    argv: ['--auth', 'none'],
    verdict: 'broken',
    cause: 'auth.missing',
    owner: 'you',
  },
  {
    name: 'LiteLLM without a database, wrong key',
    answer: gateway(liteLlm),
    key: wrongKey,
    verdict: 'broken',
    cause: 'auth.invalid',
    says: /master key/,
  },
  { name: 'LiteLLM without a database, right key', answer: gateway(liteLlm), verdict: 'healthy' },
  {
    name: 'a path that is wrong, told only to a real request',
    answer: gateway({
      model: (to, { request }) =>
        json(to, 404, {
          message: `Route POST:${request.url} not found`,
          error: 'Not Found',
          statusCode: 404,
        }),
    }),
    verdict: 'broken',
    cause: 'url.route',
    owner: 'you',
  },
  { name: 'llama.cpp without a key', answer: llamaCpp, argv: ['--auth', 'none'], verdict: 'healthy' },
  {
    name: 'llama.cpp under another path',
    answer: (to, asked) =>
      asked.request.url === '/v1/messages'
        ? llamaCpp(to, asked)
        : json(to, 404, { error: { code: 404, message: 'File Not Found', type: 'not_found_error' } }),
    argv: ['--auth', 'none', '--base-url', '{url}/api'],
    verdict: 'broken',
    cause: 'url.subpath_missing',
  },
  {
    name: 'llama.cpp that is loading',
    answer: (to) =>
      json(to, 503, { error: { code: 503, message: 'Loading model', type: 'unavailable_error' } }),
    argv: ['--auth', 'none'],
    verdict: 'undetermined',
    cause: 'up.5xx',
    says: /Wait until the model is loaded/,
  },
  {
    name: 'the model is not for this key, in Chinese',
    answer: refusing(403, { error: { type: 'forbidden', message: '暂无该模型访问权限' } }),
    verdict: 'broken',
    cause: 'model.forbidden',
  },
  {
    name: 'a team without the model',
    answer: refusing(401, {
      error: {
        message:
          "team not allowed to access model. This team can only access models=['a']. Tried to access m",
        type: 'team_model_access_denied',
      },
    }),
    verdict: 'broken',
    cause: 'model.forbidden',
  },
  {
    name: 'a failure dressed as a refusal',
    answer: gateway({
      empty: (to) =>
        json(to, 400, { error: { code: 'E015', message: 'Internal server error' }, status: 500 }),
      model: (to) =>
        json(to, 400, { error: { code: 'E015', message: 'Internal server error' }, status: 500 }),
    }),
    verdict: 'broken',
    cause: 'up.5xx',
    owner: 'gateway',
  },
  {
    name: 'a route of another model',
    answer: gateway({
      empty: (to) =>
        json(to, 400, {
          error: {
            message: "no route named '' is configured; known routes: ['big', 'fast']",
            type: 'RoutingError',
          },
        }),
      model: (to) =>
        json(to, 400, {
          error: {
            message: "no route named 'm' is configured; known routes: ['big', 'fast']",
            type: 'RoutingError',
          },
        }),
    }),
    verdict: 'broken',
    cause: 'model.not_found',
    says: /The list has big, fast/,
  },
  {
    name: 'a provider that is not there',
    answer: refusing(404, { error: { message: "Provider 'nosuch' not found", type: 'api_error' } }),
    verdict: 'broken',
    cause: 'model.not_found',
  },
  {
    name: 'OpenRouter without the model',
    answer: refusing(400, { error: { message: 'm is not a valid model ID', code: 400 } }),
    verdict: 'broken',
    cause: 'model.not_found',
  },
  {
    name: 'upstream not reached, called overloaded',
    answer: refusing(502, {
      error: { message: 'error sending request for url (http://10.0.0.9/)', type: 'overloaded_error' },
    }),
    verdict: 'broken',
    cause: 'up.5xx',
    owner: 'gateway',
  },
  {
    name: "the gateway's own key is refused",
    answer: refusing(401, {
      error: {
        message:
          'litellm.AuthenticationError: AnthropicException - {"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}',
      },
    }),
    verdict: 'broken',
    cause: 'auth.path_prefix',
    owner: 'gateway',
  },
  {
    name: "the gateway's own account is switched off",
    answer: refusing(403, nested('permission_error', 'This organization has been disabled.')),
    verdict: 'broken',
    cause: 'auth.path_prefix',
    owner: 'gateway',
  },
  {
    name: 'an alias that leads nowhere',
    answer: refusing(404, nested('not_found_error', 'model: claude-up-1 does not exist')),
    verdict: 'broken',
    cause: 'model.not_found',
    owner: 'gateway',
  },
  {
    name: 'a 401 of the backend in a 500',
    answer: refusing(500, {
      error: {
        message: 'inference error: chat server returned HTTP 401: {"error":{"message":"Invalid API Key"}}',
        type: 'api_error',
      },
    }),
    verdict: 'broken',
    cause: 'auth.path_prefix',
    owner: 'gateway',
  },
  {
    name: 'a 429 of the provider',
    answer: refusing(429, nested('rate_limit_error', 'slow down')),
    verdict: 'undetermined',
    cause: 'rate.limited',
    owner: 'gateway',
  },
  {
    name: 'the limit of a key',
    answer: refusing(403, { error: { message: 'Key limit exceeded (monthly limit).', code: 403 } }),
    verdict: 'broken',
    cause: 'rate.quota',
    owner: 'you',
    says: /limit raised/,
  },
  {
    name: 'the budget of a key',
    answer: refusing(402, {
      error: { message: 'BudgetExceeded: $0.2 > limit $0.0001', type: 'BudgetExceeded' },
    }),
    verdict: 'broken',
    cause: 'rate.quota',
    says: /limit raised/,
  },
  {
    name: 'no credit, in Chinese',
    answer: refusing(403, { error: { message: '用户余额不足' } }),
    verdict: 'broken',
    cause: 'bill.balance',
  },
  {
    name: 'a wrong key with 400',
    answer: gateway({
      refuse: (to, { key }) =>
        key === undefined
          ? error(to, 401, 'authentication_error', 'missing')
          : json(to, 400, { error: { message: 'API key not valid. Please pass a valid API key.' } }),
    }),
    key: wrongKey,
    verdict: 'broken',
    cause: 'auth.invalid',
  },
  {
    name: 'a key of Anthropic that was revoked',
    answer: gateway({
      refuse: (to) => error(to, 401, 'authentication_error', 'This API key has been revoked.'),
    }),
    key: 'sk-ant-api03-revokedrevoked',
    verdict: 'broken',
    cause: 'auth.invalid',
    says: /revoked/,
  },
  {
    name: 'a version that is refused',
    answer: gateway({
      empty: (to) =>
        error(to, 400, 'invalid_request_error', 'anthropic-version: "2099-01-01" is not a valid version'),
      model: (to) =>
        error(to, 400, 'invalid_request_error', 'anthropic-version: "2099-01-01" is not a valid version'),
    }),
    argv: ['--anthropic-version', '2099-01-01'],
    verdict: 'broken',
    cause: 'proto.version_required',
    owner: 'you',
    says: /--anthropic-version 2023-06-01"/,
  },
  {
    name: 'an error in a 200',
    answer: gateway({ model: (to) => error(to, 200, 'api_error', 'backend pool exhausted') }),
    verdict: 'broken',
    cause: 'up.5xx',
    says: /200 with an error inside/,
  },
  {
    name: 'no time is negative',
    answer: (to) => error(to, 429, 'rate_limit_error', 'Too many requests', { 'retry-after': '-5' }),
    verdict: 'undetermined',
    cause: 'rate.limited',
    says: /^(?!.*-5 s)/,
  },
  {
    name: 'a captive portal',
    answer: page(511, '<title>Network Authentication Required</title>'),
    verdict: 'broken',
    cause: 'net.captive',
    owner: 'network',
  },
  {
    name: 'CloudFront blocks',
    answer: page(
      403,
      '<title>ERROR: The request could not be satisfied</title>Request blocked. Generated by cloudfront (CloudFront)',
      { server: 'CloudFront' },
    ),
    verdict: 'broken',
    cause: 'edge.waf_body',
    owner: 'proxy',
  },
  {
    name: 'a region that is not served',
    answer: (to) => json(to, 403, { error: { type: 'forbidden', message: 'Request not allowed' } }),
    verdict: 'broken',
    cause: 'edge.geo_ip',
  },
  {
    name: 'Azure API Management wants its header',
    answer: (to) =>
      json(
        to,
        401,
        { statusCode: 401, message: 'Access denied due to missing subscription key.' },
        {
          'www-authenticate':
            'AzureApiManagementKey realm="x",name="Ocp-Apim-Subscription-Key",type="header"',
        },
      ),
    verdict: 'broken',
    cause: 'edge.required_header',
    says: /Ocp-Apim-Subscription-Key/,
  },
  {
    name: 'a tunnel that is offline',
    answer: page(404, 'The endpoint is offline. ERR_NGROK_3200', { 'ngrok-error-code': 'ERR_NGROK_3200' }),
    verdict: 'broken',
    cause: 'up.5xx',
    owner: 'gateway',
    says: /tunnel/,
  },
  {
    name: '421',
    answer: page(421, '<title>421 Misdirected Request</title>'),
    verdict: 'broken',
    cause: 'url.answers',
    owner: 'proxy',
  },
  {
    name: 'nothing behind nginx',
    answer: page(502, '<html><title>502 Bad Gateway</title><center>nginx</center></html>', {
      server: 'nginx',
    }),
    verdict: 'broken',
    cause: 'up.5xx',
    owner: 'proxy',
  },
];
