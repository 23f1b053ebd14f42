// The status x shape table: what an HTTP answer on a Messages endpoint means, and which check owns it.
// Order matters: the first row that fits wins, so telling words stand before mere statuses. Data.
import type { ReadAnswer } from './classify.ts';
import type { Confidence, Owner } from './report.ts';
import { isAnthropicRequestId } from './request-ids.ts';

export type Kind =
  | 'message'
  | 'stream'
  | 'list'
  | 'validation'
  | 'unauthorized'
  | 'forbidden'
  | 'path'
  | 'model'
  | 'web-page'
  | 'redirect'
  | 'blocked'
  | 'header-wanted'
  | 'billing'
  | 'quota'
  | 'rate'
  | 'overloaded'
  | 'server-error'
  | 'too-large'
  | 'guardrail'
  | 'dialect'
  | 'empty'
  | 'wrong-port'
  | 'no-answer'
  | 'unexpected';

export type Row = {
  readonly kind: Kind;
  readonly check: string | null;
  readonly owner: Owner;
  readonly isRetryable?: boolean;
  readonly confidence?: Confidence;
  readonly test: (answer: ReadAnswer) => boolean;
  readonly means: (answer: ReadAnswer) => string;
};

const has = (answer: ReadAnswer, pattern: RegExp): boolean => pattern.test(answer.words);
const isOk = ({ status }: ReadAnswer): boolean => status >= 200 && status < 300;
const isIn = (answer: ReadAnswer, ...statuses: number[]): boolean => statuses.includes(answer.status);
const by = ({ server, host }: ReadAnswer): string => server ?? host;
const quoted = ({ shaped }: ReadAnswer): string =>
  shaped.message ? `"${shaped.message.slice(0, 160)}"` : 'no words';
const isNative = ({ host }: ReadAnswer): boolean => /(^|\.)anthropic\.com$/.test(host.replace(/:\d+$/, ''));
const isUpgrade = ({ headers }: ReadAnswer): boolean => /^https:/i.test(headers['location'] ?? '');

/** Words of a model that does not exist; a field that is merely missing is validation. */
const unknownModel =
  /model_not_found|No available channel|无可用渠道|(^|\s)model:\s*\S+|models?\b[^.]{0,80}\b(not found|does(n't| not) exist|not supported|unsupported|unknown|not available|no access|invalid)|(unknown|invalid|no such|unsupported) model/i;
const missingField =
  /field required|is required|missing|must be|required (field|parameter)|cannot be empty|Field required/i;

export const answerRows: readonly Row[] = [
  {
    kind: 'blocked',
    check: 'env.proxy_auth',
    owner: 'proxy',
    test: (a) => a.status === 407,
    means: () => 'The forward proxy wants credentials (407).',
  },
  {
    kind: 'redirect',
    check: 'url.scheme',
    owner: 'you',
    test: (a) => a.status >= 300 && a.status < 400 && isUpgrade(a) && isSameHost(a),
    means: (a) => `Redirects to https: ${a.headers['location']}.`,
  },
  {
    kind: 'redirect',
    check: 'net.captive',
    owner: 'network',
    confidence: 'likely',
    test: (a) =>
      a.status >= 300 &&
      a.status < 400 &&
      /captive|hotspot|wifi|portal\b|\/login\?.*(redirect|url)=/i.test(a.headers['location'] ?? ''),
    means: (a) => `A login page of the network answers: ${a.headers['location']}.`,
  },
  {
    kind: 'redirect',
    check: 'url.redirect',
    owner: 'you',
    test: (a) => a.status >= 300 && a.status < 400 && a.status !== 304,
    means: (a) => `Redirects (${a.status}) to ${a.headers['location'] ?? 'nowhere'}.`,
  },
  {
    kind: 'wrong-port',
    check: 'tls.scheme_mismatch',
    owner: 'you',
    test: (a) =>
      has(
        a,
        /plain HTTP request was sent to HTTPS port|HTTP request to an HTTPS server|speaking plain HTTP to an SSL/i,
      ),
    means: () => 'Plain http was sent to a TLS port.',
  },
  {
    kind: 'blocked',
    check: 'tls.version',
    owner: 'you',
    test: (a) =>
      has(a, /No required SSL certificate|client certificate (is )?required|SSL certificate error/i),
    means: () => 'A client certificate is required.',
  },
  {
    kind: 'wrong-port',
    check: 'url.port',
    owner: 'you',
    test: (a) => a.serverRole === 'forward-proxy' && a.status < 500,
    means: (a) => `A forward proxy (${by(a)}) answers, not an API.`,
  },
  {
    kind: 'blocked',
    check: 'edge.waf_challenge',
    owner: 'proxy',
    test: (a) =>
      a.headers['cf-mitigated'] === 'challenge' ||
      has(a, /<title>(Just a moment|Attention Required|Checking your browser)|challenge-platform|captcha/i),
    means: () => 'A bot challenge answered before the API.',
  },
  {
    kind: 'blocked',
    check: 'edge.waf_ua',
    owner: 'proxy',
    test: (a) => has(a, /error code: 10(10|20)/i),
    means: (a) => `The edge bans this client's signature (${quoted(a)}).`,
  },
  {
    // What AWS API Gateway says of a route it does not have, whatever the credentials.
    kind: 'path',
    check: null,
    owner: 'you',
    test: (a) => a.status === 403 && has(a, /^Missing Authentication Token$/i),
    means: (a) =>
      `AWS API Gateway has no route ${a.path} ("Missing Authentication Token" means that, not the key).`,
  },
  {
    kind: 'blocked',
    check: 'edge.client_whitelist',
    owner: 'provider',
    test: (a) =>
      isIn(a, 400, 401, 403, 503) &&
      has(
        a,
        /allowedClients|only (accepts?|allows?|supports?)[^.]{0,40}(claude code|client)|client[^.]{0,30}not allowed|请使用.{0,10}claude ?code/i,
      ),
    means: (a) => `Only certain clients are admitted: ${quoted(a)}.`,
  },
  {
    kind: 'blocked',
    check: 'edge.waf_body',
    owner: 'proxy',
    confidence: 'likely',
    test: (a) => a.status === 403 && /^awselb/i.test(a.headers['server'] ?? ''),
    means: () => 'AWS WAF refused the request, most often for its size or content.',
  },
  {
    kind: 'blocked',
    check: 'edge.geo_ip',
    owner: 'provider',
    test: (a) =>
      a.status === 451 ||
      (isIn(a, 400, 403) &&
        has(
          a,
          /(country|region|territory|location)[^.]{0,60}(not (supported|available|allowed)|unsupported|blocked|forbidden)|unsupported[^.]{0,20}(country|region)|(not (supported|available|allowed)|unavailable|blocked)[^.]{0,30}(country|region|territory|location)|error code: 1009|your ip|ip (address )?[^.]{0,40}(not allowed|denied|forbidden|blocked|whitelist|allowlist)|not in[^.]{0,20}(ip )?(whitelist|allowlist)/i,
        )),
    means: (a) => `Refused for where the request comes from: ${quoted(a)}.`,
  },
  {
    kind: 'header-wanted',
    check: 'edge.required_header',
    owner: 'you',
    test: (a) =>
      a.status === 401 &&
      /^basic/i.test(a.headers['www-authenticate'] ?? '') &&
      a.shaped.shape !== 'anthropic-error',
    means: (a) => `A hop (${by(a)}) wants user name and password (Basic), before the API key is looked at.`,
  },
  {
    kind: 'header-wanted',
    check: 'edge.required_header',
    owner: 'you',
    test: (a) =>
      isIn(a, 400, 401, 403) &&
      has(
        a,
        /x-portkey-[a-z-]+|cf-aig-authorization|x-gateway-key|\bx-(?!api-key)[a-z]+(-[a-z]+)+\b[^.]{0,40}(required|missing|must be)|(missing|requires?)[^.]{0,30}\bx-(?!api-key)[a-z]+(-[a-z]+)+/i,
      ),
    means: (a) => `A further header is wanted: ${quoted(a)}.`,
  },
  {
    kind: 'validation',
    check: 'proto.version_required',
    owner: 'gateway',
    // A 401 that names it lists all that was sent, or all that is wanted: the key comes first.
    test: (a) => isIn(a, 400, 403, 422) && has(a, /anthropic[-_]version/i),
    means: (a) => `The anthropic-version header is the problem: ${quoted(a)}.`,
  },
  {
    kind: 'validation',
    check: 'proto.beta_passthrough',
    owner: 'gateway',
    test: (a) =>
      isIn(a, 400, 422) && has(a, /anthropic[-_]beta|invalid beta|beta flag|Extra inputs are not permitted/i),
    means: (a) => `A beta flag or field is refused: ${quoted(a)}.`,
  },
  {
    kind: 'billing',
    check: 'bill.balance',
    owner: 'you',
    test: (a) =>
      a.status === 402 ||
      (isIn(a, 400, 403, 429) &&
        has(
          a,
          /credit balance|billing_error|insufficient[_ ](user[_ ])?(quota|balance|credits?|funds)|余额不足|额度不足|预扣费|account.{0,20}arrears/i,
        )),
    means: (a) => `The balance does not cover the request: ${quoted(a)}.`,
  },
  {
    kind: 'quota',
    check: 'rate.quota',
    owner: 'you',
    test: (a) =>
      has(a, /enforced_spend_limit|contract_spend_limit|specified API usage limits|budget_exceeded/i) ||
      (a.status === 429 &&
        (has(a, /quota|budget|spend|daily|weekly|monthly|5[- ]?h(our)?|per day/i) ||
          Number(a.headers['retry-after']) > 3600)),
    means: (a) => `A quota is used up: ${quoted(a)}.`,
  },
  {
    kind: 'rate',
    check: 'rate.limited',
    owner: 'you',
    isRetryable: true,
    test: (a) => a.status === 429,
    means: (a) => `Too many requests: ${quoted(a)}.`,
  },
  {
    kind: 'model',
    check: 'model.not_found',
    owner: 'you',
    test: (a) =>
      isIn(a, 400, 404, 422, 500, 503) &&
      has(a, unknownModel) &&
      !has(a, missingField) &&
      // Routers that look for a channel before they read the body say so even to {}.
      (a.hasModel !== false || has(a, /model_not_found|No available channel|无可用渠道/i)),
    means: (a) => `The model is not known here: ${quoted(a)}.`,
  },
  {
    kind: 'overloaded',
    check: 'up.5xx',
    owner: 'provider',
    isRetryable: true,
    test: (a) => a.status === 529 || a.isOverloadedType,
    means: () => 'Overloaded: transient, try again later.',
  },
  {
    kind: 'server-error',
    check: 'auth.jwt',
    owner: 'gateway',
    test: (a) => a.status >= 500 && has(a, /jwks|openid|oidc/i),
    means: (a) => `The gateway cannot check tokens: ${quoted(a)}.`,
  },
  {
    kind: 'forbidden',
    check: 'auth.not_initialised',
    owner: 'gateway',
    test: (a) =>
      isIn(a, 401, 403, 500) &&
      has(
        a,
        /key[^.]{0,20}not (been )?initiali[sz]ed|not configured[^.]{0,20}key|no (api )?keys? configured/i,
      ),
    means: (a) => `The gateway itself has no key yet: ${quoted(a)}.`,
  },
  {
    kind: 'server-error',
    check: 'up.5xx',
    owner: 'gateway',
    isRetryable: true,
    test: (a) => has(a, /upstream connect error or disconnect\/reset|no healthy upstream/i),
    means: () => 'Envoy could not reach, or lost, the server behind it.',
  },
  {
    kind: 'unauthorized',
    check: 'auth.path_prefix',
    owner: 'gateway',
    test: (a) =>
      a.status === 401 &&
      has(a, /Error from provider\(|upstream[^.]{0,40}(401|unauthori[sz]ed|key|credential)/i),
    means: (a) => `The gateway's own key was refused by its provider: ${quoted(a)}.`,
  },
  {
    kind: 'unauthorized',
    check: 'auth.path_prefix',
    owner: 'gateway',
    test: (a) =>
      a.status === 401 &&
      a.hasKey !== false &&
      !isNative(a) &&
      a.shaped.shape === 'anthropic-error' &&
      isAnthropicRequestId(a.shaped.requestId),
    means: (a) =>
      `Anthropic itself refused the key (request_id ${a.shaped.requestId}), although ${a.host} was called.`,
  },
  {
    kind: 'unauthorized',
    check: 'key.oauth_as_api',
    owner: 'you',
    test: (a) =>
      isIn(a, 401, 403) &&
      has(a, /oauth[^.]{0,60}(not supported|not allowed|unsupported)|OAuth authentication is currently not/i),
    means: (a) => `A subscription token was used as an API key: ${quoted(a)}.`,
  },
  {
    kind: 'unauthorized',
    check: 'auth.missing_seen',
    owner: 'proxy',
    confidence: 'likely',
    test: (a) =>
      a.status === 401 &&
      a.hasKey === true &&
      has(
        a,
        /(x-api-key|authorization|api[- ]?key|token|credentials?)[^.]{0,40}(header )?(is |are |was )?(required|missing|not provided|absent|empty)|(missing|no|without)( an?| the)? (x-api-key|authorization|bearer|api[- ]?key|auth|token|credentials?)|未提供/i,
      ),
    means: (a) => `${a.host} says no key came, although one was sent: ${quoted(a)}.`,
  },
  {
    kind: 'unauthorized',
    check: 'auth.jwt',
    owner: 'you',
    confidence: 'likely',
    test: (a) => a.status === 401 && has(a, /jwt|jwks|oidc|token (signature|issuer|audience)/i),
    means: (a) => `The key is taken for a login token (JWT): ${quoted(a)}.`,
  },
  {
    kind: 'unauthorized',
    check: 'auth.invalid',
    owner: 'you',
    test: (a) => a.status === 401,
    means: (a) =>
      a.hasKey === false ? `No key, so 401: ${quoted(a)}.` : `${by(a)} refused the key: ${quoted(a)}.`,
  },
  {
    kind: 'forbidden',
    check: 'model.forbidden',
    owner: 'you',
    test: (a) => a.status === 403 && has(a, /\bmodel\b/i),
    means: (a) => `The key may not use this model: ${quoted(a)}.`,
  },
  {
    kind: 'forbidden',
    check: 'auth.invalid',
    owner: 'you',
    test: (a) => a.status === 403 && has(a, /suspend|disabled|banned|revoked|expired|deactivated|blocked/i),
    means: (a) => `The account or key is switched off: ${quoted(a)}.`,
  },
  {
    kind: 'forbidden',
    check: 'auth.invalid',
    owner: 'you',
    confidence: 'likely',
    test: (a) => a.status === 403 && /error$/.test(a.shaped.shape),
    means: (a) => `The key lacks permission: ${quoted(a)}.`,
  },
  {
    kind: 'blocked',
    check: null,
    owner: 'proxy',
    confidence: 'likely',
    test: (a) => a.status === 403,
    means: (a) => `${by(a)} refused the request (403 with ${a.shaped.shape}, not an answer of the API).`,
  },
  {
    kind: 'path',
    check: 'url.dialect',
    owner: 'you',
    confidence: 'likely',
    test: (a) => isOk(a) && a.shaped.shape === 'chat-completion',
    means: () => 'The answer is an OpenAI chat completion.',
  },
  {
    // Routers that choose by model have no route for {}; the words give them away.
    kind: 'validation',
    check: null,
    owner: 'gateway',
    confidence: 'likely',
    test: (a) =>
      a.status === 404 && a.hasModel === false && has(a, /\bmodel\b/i) && a.shaped.shape !== 'html',
    means: (a) => `No route without a model: ${quoted(a)}.`,
  },
  {
    kind: 'path',
    check: null,
    owner: 'you',
    test: (a) => a.status === 404 && a.hasModel !== true,
    means: (a) => `There is nothing at ${a.path}: 404 from ${by(a)}, ${quoted(a)}.`,
  },
  {
    kind: 'path',
    check: null,
    owner: 'you',
    confidence: 'likely',
    test: (a) => a.status === 404,
    means: (a) => `404 from ${by(a)}: ${quoted(a)}. Path or model, the words do not say.`,
  },
  {
    kind: 'path',
    check: null,
    owner: 'you',
    test: (a) => a.status === 405 || a.status === 501,
    means: (a) =>
      a.status === 501
        ? `The gateway knows no such route (501): ${quoted(a)}.`
        : `POST is not allowed here (405): a static host, a web page, or a doubled /v1.`,
  },
  {
    kind: 'path',
    check: 'url.port',
    owner: 'you',
    confidence: 'likely',
    test: (a) => a.status === 421,
    means: () => 'The server does not serve this host on this connection (421).',
  },
  {
    kind: 'too-large',
    check: 'edge.size_limit',
    owner: 'proxy',
    test: (a) => a.status === 413,
    means: (a) => `The request is too large for ${by(a)}${a.bodyBytes > 0 ? ` (${a.bodyBytes} bytes)` : ''}.`,
  },
  {
    kind: 'guardrail',
    check: null,
    owner: 'gateway',
    test: (a) => a.status === 422 && has(a, /policy|guardrail|content|moderation|safety/i),
    means: (a) => `A guardrail of the gateway refused the content: ${quoted(a)}.`,
  },
  {
    kind: 'server-error',
    check: 'up.5xx',
    owner: 'gateway',
    isRetryable: true,
    test: (a) => a.status >= 500,
    means: serverError,
  },
  {
    kind: 'web-page',
    check: 'url.marketing',
    owner: 'you',
    test: (a) => isOk(a) && a.shaped.shape === 'html',
    means: (a) => `A web page answers, not an API${a.shaped.message ? `: ${quoted(a)}` : ''}.`,
  },
  {
    kind: 'validation',
    check: null,
    owner: 'gateway',
    test: (a) => isIn(a, 400, 422),
    means: (a) => `The request was read and found wanting: ${quoted(a)}.`,
  },
  {
    kind: 'stream',
    check: null,
    owner: 'gateway',
    test: (a) => isOk(a) && a.shaped.shape === 'event-stream',
    means: () => 'An event stream.',
  },
  {
    kind: 'message',
    check: null,
    owner: 'gateway',
    test: (a) => isOk(a) && a.shaped.shape === 'message',
    means: () => 'A Messages answer.',
  },
  {
    kind: 'list',
    check: null,
    owner: 'gateway',
    test: (a) => isOk(a) && (a.shaped.shape === 'model-list' || a.shaped.shape === 'token-count'),
    means: () => 'The list or the count that was asked for.',
  },
  {
    kind: 'empty',
    check: null,
    owner: 'gateway',
    test: (a) => isOk(a) && a.shaped.shape === 'empty',
    means: (a) => `${a.status} with an empty body.`,
  },
];

function isSameHost({ headers, host }: ReadAnswer): boolean {
  const target = /^https?:\/\/([^/:?#]+)/i.exec(headers['location'] ?? '')?.[1] ?? '';
  return target.toLowerCase() === host.replace(/:\d+$/, '').toLowerCase();
}

/** Who a 5xx belongs to, and which well-known timeout a 504 looks like. */
function serverError(answer: ReadAnswer): string {
  const { status } = answer;
  if (status < 300) return `${by(answer)} answered ${status} with an error inside: ${quoted(answer)}.`;
  if (status === 524) return 'Cloudflare gave up waiting for the server behind it (524, about 100 s).';
  if (status >= 520 && status <= 527) return `Cloudflare could not talk to the server behind it (${status}).`;
  if (status === 504) return `${by(answer)} gave up waiting for the server behind it (504).`;
  if (status === 502)
    return `${by(answer)} got no usable answer from the server behind it (502): ${quoted(answer)}.`;
  return `${by(answer)} failed with ${status}: ${quoted(answer)}.`;
}
