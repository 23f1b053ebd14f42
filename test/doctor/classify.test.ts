// The status x shape table: what each answer means, whose it is, and who wrote it.
import { describe, expect, it } from 'vitest';
import { classify, type Kind, readFailure } from '../../src/doctor/classify.ts';

type Row = readonly [
  name: string,
  status: number,
  body: unknown,
  kind: Kind,
  check: string | null,
  more?: {
    headers?: Record<string, string>;
    hasModel?: boolean;
    hasKey?: boolean;
    host?: string;
    server?: string;
  },
];

const native = (type: string, message: string, more: object = {}) => ({
  type: 'error',
  error: { type, message },
  ...more,
});
const openai = (message: string, code?: string) => ({ error: { message, type: 'x', ...(code && { code }) } });
const html = { headers: { 'content-type': 'text/html' } };

const rows: readonly Row[] = [
  [
    'a 401 of the gateway',
    401,
    native('authentication_error', 'invalid x-api-key'),
    'unauthorized',
    'auth.invalid',
  ],
  [
    'a 401 in the OpenAI shape is a judgement of the key, not a dialect',
    401,
    openai('Invalid token', 'token_not_found_in_db'),
    'unauthorized',
    'auth.invalid',
    { server: 'LiteLLM' },
  ],
  [
    'a 401 of Anthropic behind a gateway',
    401,
    native('authentication_error', 'x', { request_id: 'req_011CSHoEeqs5C35K2UUqR7Fy' }),
    'unauthorized',
    'auth.path_prefix',
  ],
  [
    'the same from Anthropic itself',
    401,
    native('authentication_error', 'x', { request_id: 'req_011CSHoEeqs5C35K2UUqR7Fy' }),
    'unauthorized',
    'auth.invalid',
    { host: 'api.anthropic.com' },
  ],
  [
    'a 401 that quotes a provider',
    401,
    openai('Error from provider(openai): 401'),
    'unauthorized',
    'auth.path_prefix',
    { server: 'claude-code-router' },
  ],
  ['402', 402, native('billing_error', 'no'), 'billing', 'bill.balance'],
  [
    '400 credit balance',
    400,
    native('invalid_request_error', 'Your credit balance is too low'),
    'billing',
    'bill.balance',
  ],
  ['403 insufficient quota', 403, openai('insufficient_user_quota'), 'billing', 'bill.balance'],
  ['a bot challenge', 403, '<title>Just a moment...</title>', 'blocked', 'edge.waf_challenge', html],
  ['a banned client', 403, 'error code: 1010', 'blocked', 'edge.waf_ua'],
  ['AWS WAF', 403, '<html>403</html>', 'blocked', 'edge.waf_body', { headers: { server: 'awselb/2.0' } }],
  [
    'a client whitelist',
    403,
    openai('only accepts requests from Claude Code'),
    'blocked',
    'edge.client_whitelist',
  ],
  [
    'the same as 503',
    503,
    openai('group only allows Claude Code clients'),
    'blocked',
    'edge.client_whitelist',
  ],
  ['a region', 403, openai('Country, region, or territory not supported'), 'blocked', 'edge.geo_ip'],
  ['an address', 403, native('permission_error', 'Your IP is not allowed'), 'blocked', 'edge.geo_ip'],
  [
    'a model that is not for this key',
    403,
    native('permission_error', 'key may not use model x'),
    'forbidden',
    'model.forbidden',
  ],
  ['a suspended account', 403, native('permission_error', 'account suspended'), 'forbidden', 'auth.invalid'],
  ['any other 403 page', 403, '<html>no</html>', 'blocked', null, html],
  [
    '404 with {}: the path',
    404,
    '404 page not found',
    'path',
    null,
    { hasModel: false, server: 'a Go server' },
  ],
  ['404 of FastAPI', 404, { detail: 'Not Found' }, 'path', null, { hasModel: false, server: 'FastAPI' }],
  [
    '404 of Express',
    404,
    '<pre>Cannot POST /v1/v1/messages</pre>',
    'path',
    null,
    { hasModel: false, server: 'Express' },
  ],
  [
    '404 of the new-api router',
    404,
    openai('Invalid URL (POST /v1/v1/messages)'),
    'path',
    null,
    { hasModel: false, server: 'one-api or new-api' },
  ],
  [
    '404 of Portkey',
    404,
    { message: 'Not Found', ok: false },
    'path',
    null,
    { hasModel: false, server: 'Portkey' },
  ],
  [
    '404 of an ingress',
    404,
    'default backend - 404',
    'path',
    null,
    { hasModel: false, server: 'ingress controller' },
  ],
  [
    '404 of nginx',
    404,
    '<html><center>nginx/1.22</center></html>',
    'path',
    null,
    { hasModel: false, server: 'nginx' },
  ],
  [
    '404 that names the model',
    404,
    native('not_found_error', 'model: claude-9'),
    'model',
    'model.not_found',
    { hasModel: true },
  ],
  [
    '404 of a router that chooses by model',
    404,
    'No matching route found. It is likely that the model specified in your request is not configured',
    'validation',
    null,
    { hasModel: false },
  ],
  [
    '403 of API Gateway for a route it does not have',
    403,
    { message: 'Missing Authentication Token' },
    'path',
    null,
  ],
  ['405', 405, '', 'path', null],
  ['501 of a catch-all', 501, native('not_implemented_error', 'no'), 'path', null],
  ['a web page', 200, '<!doctype html><title>Acme</title>', 'web-page', 'url.marketing', html],
  ['an error inside a 200', 200, native('authentication_error', 'no key'), 'unauthorized', 'auth.invalid'],
  ['chat completions', 200, { object: 'chat.completion', choices: [] }, 'path', 'url.dialect'],
  ['200 without a body', 200, '', 'empty', null],
  [
    'a gateway header',
    400,
    { status: 'failure', message: 'Either x-portkey-config or x-portkey-provider header is required' },
    'header-wanted',
    'edge.required_header',
    { server: 'Portkey' },
  ],
  [
    'Basic from a proxy',
    401,
    '<html>401</html>',
    'header-wanted',
    'edge.required_header',
    { headers: { 'www-authenticate': 'Basic realm=x' } },
  ],
  [
    'http to https',
    400,
    'The plain HTTP request was sent to HTTPS port',
    'wrong-port',
    'tls.scheme_mismatch',
  ],
  [
    'Envoy without upstream, as 403',
    403,
    'upstream connect error or disconnect/reset before headers',
    'server-error',
    'up.5xx',
    { server: 'Envoy' },
  ],
  ['413', 413, '', 'too-large', 'edge.size_limit'],
  ['422 of a guardrail', 422, native('invalid_request_error', 'content policy'), 'guardrail', null],
  [
    '422 of pydantic',
    422,
    { detail: [{ loc: ['body', 'model'], msg: 'Field required' }] },
    'validation',
    null,
  ],
  [
    '429 with a short wait',
    429,
    native('rate_limit_error', 'slow down'),
    'rate',
    'rate.limited',
    { headers: { 'retry-after': '5' } },
  ],
  [
    '429 with a long wait',
    429,
    native('rate_limit_error', 'slow down'),
    'quota',
    'rate.quota',
    { headers: { 'retry-after': '18000' } },
  ],
  ['429 budget', 429, native('rate_limit_error', 'budget_exceeded'), 'quota', 'rate.quota'],
  [
    '503 of a model',
    503,
    openai('No available channel for model', 'model_not_found'),
    'model',
    'model.not_found',
    { hasModel: true },
  ],
  ['503 overloaded', 503, native('overloaded_error', 'Overloaded'), 'overloaded', 'up.5xx'],
  ['529', 529, native('overloaded_error', 'Overloaded'), 'overloaded', 'up.5xx'],
  ['502 of nginx', 502, '<html><center>nginx</center></html>', 'server-error', 'up.5xx', { server: 'nginx' }],
  [
    '503 of HAProxy',
    503,
    '<html><body><h1>503 Service Unavailable</h1></body></html>',
    'server-error',
    'up.5xx',
    { server: 'HAProxy' },
  ],
  ['503 of Varnish', 503, '<p>Guru Meditation:</p>', 'server-error', 'up.5xx', { server: 'Varnish' }],
  ['524', 524, '', 'server-error', 'up.5xx'],
  ['407', 407, '', 'blocked', 'env.proxy_auth'],
  [
    'a redirect to https',
    301,
    '',
    'redirect',
    'url.scheme',
    { headers: { location: 'https://gw.example/v1/messages' } },
  ],
  [
    'a redirect elsewhere',
    307,
    '',
    'redirect',
    'url.redirect',
    { headers: { location: 'https://login.example/' } },
  ],
  [
    'a captive portal',
    302,
    '',
    'redirect',
    'net.captive',
    { headers: { location: 'http://portal.hotel.example/login?url=x' } },
  ],
  [
    'squid',
    400,
    'ERR_INVALID_URL',
    'wrong-port',
    'url.port',
    { headers: { 'x-squid-error': 'ERR_INVALID_URL 0' }, server: 'squid' },
  ],
  [
    'tinyproxy',
    400,
    'You tried to connect to the machine the proxy is running on',
    'wrong-port',
    'url.port',
    { server: 'tinyproxy' },
  ],
  [
    'a missing version',
    400,
    native('invalid_request_error', 'anthropic-version: header is required'),
    'validation',
    'proto.version_required',
  ],
  [
    'a beta',
    400,
    native('invalid_request_error', 'Extra inputs are not permitted'),
    'validation',
    'proto.beta_passthrough',
  ],
  ['an empty body, read', 400, native('invalid_request_error', 'model: Field required'), 'validation', null],
  ['the same elsewhere', 400, openai('model is required'), 'validation', null],
  [
    'a key that did not arrive',
    401,
    native('authentication_error', 'x-api-key header is required'),
    'unauthorized',
    'auth.missing_seen',
    { hasKey: true },
  ],
  [
    'the same without a key',
    401,
    native('authentication_error', 'x-api-key header is required'),
    'unauthorized',
    'auth.invalid',
    { hasKey: false },
  ],
  ['a Message', 200, { type: 'message', role: 'assistant', content: [] }, 'message', null],
  ['a count', 200, { input_tokens: 8 }, 'list', null],
  ['a stream', 200, 'event: ping\ndata: {}\n\n', 'stream', null],
  [
    'a 401 that lists the headers it got',
    401,
    { detail: { headers: { 'anthropic-version': '2023-06-01' } } },
    'unauthorized',
    'auth.invalid',
  ],
  [
    'a 400 in a list, as Google writes it',
    400,
    [openai('Your credit balance is too low')],
    'billing',
    'bill.balance',
  ],
  ['nothing known', 418, 'teapot', 'unexpected', null],
];

describe('an answer', () => {
  it.each(rows.map((row) => [row[0], row] as const))(
    '%s',
    (_name, [, status, content, kind, check, more = {}]) => {
      const body = typeof content === 'string' ? content : JSON.stringify(content);
      const reading = classify({
        status,
        headers: more.headers ?? {},
        body,
        host: more.host ?? 'gw.example',
        path: '/v1/messages',
        hasModel: more.hasModel ?? false,
        hasKey: more.hasKey ?? true,
        bodyBytes: 2,
      });
      expect({ kind: reading.kind, check: reading.check, server: reading.server }).toEqual({
        kind,
        check,
        server: more.server ?? reading.server,
      });
      expect(reading.means).toMatch(/\.$/);
    },
  );
});

describe('a failure', () => {
  it.each([
    ['ENOTFOUND', 'net.dns'],
    ['ECONNREFUSED', 'net.refused'],
    ['ETIMEDOUT', 'net.timeout'],
    ['UND_ERR_CONNECT_TIMEOUT', 'net.timeout'],
    ['ECONNRESET', 'net.reset'],
    ['UND_ERR_SOCKET', 'net.reset'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls.untrusted'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls.untrusted'],
    ['CERT_HAS_EXPIRED', 'tls.expired'],
    ['CERT_NOT_YET_VALID', 'tls.not_yet'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls.hostname'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls.scheme_mismatch'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'tls.version'],
    ['ERR_HTTP2_STREAM_ERROR', 'http.alpn'],
    ['HPE_INVALID_CONSTANT', 'url.port'],
    ['Z_DATA_ERROR', 'edge.encoding_lie'],
    ['ERR_INVALID_CHAR', 'key.whitespace'],
  ])('%s: %s', (code, check) => {
    expect(readFailure(code, '').check).toBe(check);
  });

  it('is read by its words where there is no code', () => {
    expect(readFailure(null, 'socket hang up').check).toBe('net.reset');
    expect(readFailure(null, 'the cat ate it').check).toBeNull();
  });
});
