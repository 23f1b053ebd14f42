// Refusals in the words of providers and gateways that say it in a way of their own, and what each of them proves.
import { endpoint, error, goodKey, json, messageOf, type Truth } from './case.ts';
import { gateway, page, refusing } from './gateway.ts';

const wrongKey = 'sk-other-0123456789abcdef';
const newApi = (message: string): object => ({
  error: { message: `${message} (request id: 2026)`, type: 'new_api_error' },
});
const google = (code: number, message: string, status: string): object => ({
  error: { code, message, status },
});

export const wild: readonly Truth[] = [
  {
    name: 'the same 401 with a key and without: the header may have another name',
    answer: gateway({ refuse: (to) => json(to, 401, { error: { message: 'Invalid Authentication' } }) }),
    key: wrongKey,
    verdict: 'broken',
    cause: 'auth.invalid',
    confidence: 'likely',
    says: /wanted in a header of another name/,
  },
  {
    name: 'a 401 that tells a key from none',
    answer: gateway({
      refuse: (to, { key }) =>
        json(to, 401, { message: key === undefined ? 'No API key found in request' : 'Unauthorized' }),
    }),
    key: wrongKey,
    verdict: 'broken',
    cause: 'auth.invalid',
    confidence: 'certain',
    says: /^(?!.*another name)/,
  },
  {
    name: 'a wrong key, in a 200 of MiniMax',
    answer: gateway({
      refuse: (to) =>
        json(to, 200, {
          base_resp: { status_code: 1004, status_msg: 'login fail: Please carry the API secret key' },
        }),
    }),
    key: wrongKey,
    verdict: 'broken',
    cause: 'auth.invalid',
    confidence: 'likely',
  },
  {
    name: 'a wrong key, in the words of AWS',
    answer: gateway({
      refuse: (to) => json(to, 403, { message: 'The security token included in the request is invalid.' }),
    }),
    key: wrongKey,
    verdict: 'broken',
    cause: 'auth.invalid',
  },
  {
    name: 'an account that is switched off, in Chinese',
    answer: refusing(403, newApi('用户已被封禁')),
    verdict: 'broken',
    cause: 'auth.invalid',
    says: /another key of the same account will not help/,
  },
  {
    name: 'an organisation that is switched off, 400',
    answer: refusing(400, {
      type: 'error',
      error: { type: 'invalid_request_error', message: 'This organization has been disabled.' },
    }),
    verdict: 'broken',
    cause: 'auth.invalid',
    confidence: 'likely',
    says: /another key of the same account will not help/,
  },
  {
    name: 'an address that is not on the list, in Chinese',
    answer: refusing(403, newApi('您的 IP 不在令牌允许访问的列表中')),
    verdict: 'broken',
    cause: 'edge.geo_ip',
  },
  {
    name: 'a credential for one client only',
    answer: refusing(400, {
      type: 'error',
      error: {
        type: 'invalid_request_error',
        message:
          'This credential is only authorized for use with Claude Code and cannot be used for other API requests.',
      },
    }),
    verdict: 'broken',
    cause: 'edge.client_whitelist',
  },
  {
    name: 'in arrears',
    answer: refusing(400, {
      code: 'Arrearage',
      message: 'Access denied, please make sure your account is in good standing.',
    }),
    verdict: 'broken',
    cause: 'bill.balance',
  },
  {
    name: 'a rate that Google calls a quota',
    answer: refusing(
      429,
      google(
        429,
        'Quota exceeded for aiplatform.googleapis.com/online_prediction_requests_per_base_model with base model: m.',
        'RESOURCE_EXHAUSTED',
      ),
    ),
    verdict: 'undetermined',
    cause: 'rate.limited',
  },
  {
    name: 'the channels of a group are saturated',
    answer: refusing(429, newApi('当前分组上游负载已饱和，请稍后再试')),
    verdict: 'undetermined',
    cause: 'rate.limited',
    owner: 'gateway',
  },
  {
    name: 'a group without a channel: unknown, or switched off',
    answer: refusing(503, newApi('分组 vip 下模型 m 无可用渠道（distributor）')),
    verdict: 'broken',
    cause: 'model.not_found',
    confidence: 'likely',
    says: /has no channel here.*无可用渠道/,
  },
  {
    name: 'no account for the model',
    answer: refusing(500, {
      error: 'Internal server error',
      message: 'No available Claude accounts support the requested model: m',
    }),
    verdict: 'broken',
    cause: 'model.not_found',
    confidence: 'likely',
  },
  {
    name: 'a group that is not for this key, in Chinese',
    answer: refusing(403, newApi('无权访问 vip 分组')),
    verdict: 'broken',
    cause: 'model.forbidden',
  },
  {
    name: 'no model is loaded',
    answer: refusing(400, {
      error: {
        message: 'No models loaded. Please load a model in the developer page.',
        type: 'invalid_request_error',
      },
    }),
    verdict: 'broken',
    cause: 'model.not_found',
    says: /Load the model in the server/,
  },
  {
    name: 'a model that wants its inference profile',
    answer: refusing(400, {
      message:
        'Invocation of model ID m with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile.',
    }),
    verdict: 'broken',
    cause: 'model.not_found',
    says: /not served by this name.*inference profile/,
  },
  {
    name: 'a model that the privacy settings exclude',
    answer: refusing(404, {
      error: { message: 'No endpoints found matching your data policy (Free model publication).', code: 404 },
    }),
    verdict: 'broken',
    cause: 'model.forbidden',
    says: /privacy settings/,
  },
  {
    name: 'a refusal in words of nobody',
    answer: refusing(400, { error: { message: 'nope', type: 'x' } }),
    verdict: 'broken',
    cause: 'model.answers',
    confidence: 'likely',
    says: /was refused \(400\): .*nope/,
  },
  {
    name: 'a gateway that waited too long, 408',
    answer: refusing(408, { error: { message: 'litellm.Timeout: AnthropicException - Request timed out.' } }),
    verdict: 'broken',
    cause: 'up.5xx',
    owner: 'gateway',
  },
  {
    name: 'an AI Gateway that is not there',
    answer: (to) =>
      json(to, 400, {
        success: false,
        messages: [],
        error: [{ code: 2001, message: 'Please configure AI Gateway in the Cloudflare dashboard' }],
      }),
    verdict: 'broken',
    cause: 'url.answers',
    owner: 'you',
    says: /no AI Gateway of the account and name/,
  },
  {
    name: 'Alibaba Cloud blocks, 405',
    answer: page(
      405,
      '<!doctypehtml><title>405</title>由于您访问的URL有可能对网站造成安全威胁，您的访问被阻断。',
    ),
    verdict: 'broken',
    cause: 'edge.waf_body',
    confidence: 'likely',
    owner: 'proxy',
  },
  {
    name: 'Imperva blocks, 200',
    answer: page(200, '<html><script src="/_Incapsula_Resource?SWJIYLWA=5"></script>'),
    verdict: 'broken',
    cause: 'edge.waf_body',
    confidence: 'likely',
    owner: 'proxy',
  },
  {
    name: 'a page for what is in a request, none for the empty one',
    answer: gateway({ model: page(403, '<title>403 Forbidden</title><hr>nginx', { server: 'nginx' }) }),
    verdict: 'broken',
    cause: 'edge.waf_body',
    confidence: 'likely',
    owner: 'proxy',
    says: /lets the empty one pass/,
  },
  {
    name: 'a redirect in circles',
    answer: (to, { request }) => {
      to.writeHead(302, { location: request.url ?? '/' });
      to.end();
    },
    verdict: 'broken',
    cause: 'url.redirect',
    owner: 'gateway',
    says: /to itself/,
  },
  {
    name: 'Cloudflare Access in front',
    answer: (to) => {
      to.writeHead(302, { location: 'https://team.cloudflareaccess.com/cdn-cgi/access/login/gw' });
      to.end();
    },
    verdict: 'broken',
    cause: 'url.redirect',
    confidence: 'likely',
    owner: 'proxy',
    says: /team\.cloudflareaccess\.com\/.*CF-Access-Client-Id: VALUE/,
  },
  {
    name: 'a login in front',
    answer: (to) => {
      to.writeHead(302, { location: 'https://id.example/oauth2/authorize?client_id=1' });
      to.end();
    },
    verdict: 'broken',
    cause: 'url.redirect',
    confidence: 'likely',
    says: /login for people/,
  },
  {
    name: 'a load balancer that waited too long is no firewall',
    answer: gateway({ model: page(504, '<title>504 Gateway Time-out</title>', { server: 'awselb/2.0' }) }),
    verdict: 'broken',
    cause: 'up.5xx',
    owner: 'proxy',
  },
  {
    name: 'a beta that is refused in words of its own',
    answer: gateway({
      model: (to) =>
        error(
          to,
          400,
          'invalid_request_error',
          'The requested beta is not available on this platform: context-1m',
        ),
    }),
    argv: ['--beta', 'context-1m'],
    verdict: 'broken',
    cause: 'proto.beta_passthrough',
  },
  {
    name: 'a stream that is refused for its length',
    answer: endpoint({
      streamed: (to) =>
        error(to, 400, 'invalid_request_error', 'max_tokens: 160 > 100, which is the maximum for m'),
    }),
    verdict: 'undetermined',
    cause: 'sse.answers',
    owner: 'you',
    says: /for its length.*msg send [^"]*--max-tokens 16 hello/,
  },
  {
    name: 'an answer that breaks off',
    answer: endpoint({
      plain: (to) => {
        to.writeHead(200, { 'content-type': 'application/json', 'content-length': '300' });
        to.write('{"id":"msg_1","type":"message"', () => to.destroy());
      },
    }),
    verdict: 'broken',
    cause: 'model.answers',
    owner: 'gateway',
    confidence: 'certain',
    says: /broke off before its end/,
  },
  {
    name: 'a feature that is switched off for an organisation is no account',
    answer: refusing(400, {
      type: 'error',
      error: {
        type: 'invalid_request_error',
        message: 'cache_control: for this organization prompt caching is disabled',
      },
    }),
    verdict: 'broken',
    cause: 'model.answers',
  },
  {
    name: 'tools of a client are no client',
    answer: refusing(400, {
      type: 'error',
      error: { type: 'invalid_request_error', message: 'tool_choice: can only be used with client tools' },
    }),
    verdict: 'broken',
    cause: 'model.answers',
  },
  {
    name: 'a success of MiniMax beside a message',
    answer: endpoint({
      plain: (to, { body }) =>
        json(to, 200, messageOf(body, { base_resp: { status_code: 0, status_msg: 'success' } })),
    }),
    verdict: 'healthy',
  },
  {
    name: 'Kong in front, as it should be',
    answer: gateway({
      refuse: (to) => json(to, 401, { message: 'No API key found in request' }, { server: 'kong/3.4.2' }),
    }),
    key: goodKey,
    verdict: 'healthy',
  },
];
