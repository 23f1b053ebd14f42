// One case or more for every check: what was observed, and what has to be said. Laid over a healthy target.

import type { Answered, Observations, Streamed } from '../../src/doctor/engine/observations.ts';
import type { Status } from '../../src/doctor/engine/report.ts';
import { neverEnding } from '../../src/doctor/probes/exchange-record.ts';
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
  modelList,
  network,
  noKey,
  notStreamed,
  open,
  ordinary,
  refused,
  type Seen,
  type StreamShape,
  setup,
  start,
  stop,
  streamed,
  tls,
  tokens,
  untrusted,
} from './observations.ts';

export type Case = {
  readonly id: string;
  readonly seen: Seen;
  readonly status: Status;
  readonly says: RegExp;
};

const toolBlock = block(0, { type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: {} });
const toolDelta = (json: string, index = 0): string =>
  event({ type: 'content_block_delta', index, delta: { type: 'input_json_delta', partial_json: json } });
export const toolStream = (...pieces: readonly string[]) =>
  streamed([start(), ...pieces, ending('tool_use'), last()]);
const weather = toolDelta('{"city": "Par') + toolDelta('is"}');
const secondTool =
  block(1, { type: 'tool_use', id: 'toolu_2', name: 'get_weather', input: {} }) +
  toolDelta('{"city":', 1) +
  toolDelta('"Rome"}', 1) +
  stop(1);

/** A native endpoint that does everything right, with every probe made. */
export const healthy = (): Partial<Observations> => ({
  setup: setup(),
  network: network(),
  keyless: answered(401, apiError('authentication_error', 'x-api-key header is required'), {
    headers: { server: 'cloudflare', 'cf-ray': '8f-FRA', date: 'Fri, 20 Nov 2026 12:00:00 GMT' },
  }),
  keyed: emptyBody({
    headers: { 'anthropic-ratelimit-requests-limit': '50', 'anthropic-ratelimit-requests-remaining': '49' },
  }),
  noVersion: answered(400, apiError('invalid_request_error', 'anthropic-version: header is required'), {
    credential: 'own',
  }),
  oddVersion: answered(400, apiError('invalid_request_error', '2001-01-01 is not a valid version'), {
    credential: 'own',
  }),
  models: modelList('claude-sonnet-4-6', 'claude-opus-4-6'),
  count: tokens(),
  betaCount: tokens(),
  noMaxTokens: answered(400, apiError('invalid_request_error', 'max_tokens: Field required'), {
    credential: 'own',
  }),
  message: message(),
  parameters: message(),
  stream: streamed(),
  utf8Stream: streamed([start(), block(), delta('春眠不覺曉 😀'), stop(), ending(), last()]),
  abort: emptyBody(),
  queryBeta: noKey(),
  sizes: [
    { bytes: 8 << 10, exchange: noKey() },
    { bytes: 9 << 20, exchange: noKey() },
  ],
  idleReuse: noKey(),
  goodThenBad: emptyBody(),
  badThenGood: refused(),
  toolCall: toolStream(toolBlock, weather, stop(), secondTool),
  toolResult: message(),
});

const html404 = (shape = {}) =>
  answered(
    404,
    '<html><head><title>404 Not Found</title></head><body><center>nginx/1.22.1</center></body></html>',
    { headers: { 'content-type': 'text/html', server: 'nginx' }, ...shape },
  );
const json404 = (shape = {}) =>
  answered(
    404,
    { error: { message: 'Invalid URL (POST /v1/v1/messages)', type: 'invalid_request_error' } },
    shape,
  );
const marketing = answered(200, '<!doctype html><title>Acme AI</title>', {
  headers: { 'content-type': 'text/html' },
});
const anthropic401 = noKey();
const plainUrl = (baseUrl: string, exact?: string) =>
  setup({ baseUrl, ...(exact === undefined ? {} : { messagesUrl: exact }) });
const localhost = (more: Parameters<typeof setup>[0] = {}) =>
  setup({ baseUrl: 'http://localhost:3000', ...more });
const blockedBy = (body: string, headers: Record<string, string> = {}, status = 403) =>
  answered(status, body, { headers });

/** Deltas of about `bytes` each, all of them there at `atMs`, or in bursts. */
/** An answer that says it ended by itself after so many tokens. */
const spending = (tokens: number): Streamed =>
  streamed([start(), block(), delta(), stop(), ending('end_turn', { output_tokens: tokens }), last()]);

const many = (count: number): string[] => [
  start(),
  block(),
  ...Array.from({ length: count }, () => delta('x'.repeat(40))),
  stop(),
  ending('max_tokens', { output_tokens: 160 }),
  last(),
];
const burstEvery = (size: number, everyMs: number): StreamShape => ({
  at: (index) => 400 + Math.floor(index / size) * everyMs,
});

export const cases: readonly Case[] = [
  // A
  {
    id: 'env.conflict',
    seen: {
      setup: setup({
        env: {
          ANTHROPIC_API_KEY: 'sk-ant-api03-aaaaaaaaaaaaaaaa',
          ANTHROPIC_AUTH_TOKEN: 'tok-bbbbbbbbbbbbbbbbbbbb',
        },
        keySource: 'ANTHROPIC_API_KEY',
      }),
    },
    status: 'warn',
    says: /Two credentials are set .*ANTHROPIC_API_KEY.*Unset ANTHROPIC_AUTH_TOKEN\./,
  },
  {
    id: 'env.shadow',
    seen: {
      setup: setup({
        env: { ANTHROPIC_BASE_URL: 'https://a.example' },
        readFile: (path) =>
          path.endsWith('.claude/settings.json')
            ? '{"env":{"ANTHROPIC_BASE_URL":"https://b.example"}}'
            : undefined,
      }),
    },
    status: 'warn',
    says: /ANTHROPIC_BASE_URL is https:\/\/b\.example in ~\/\.claude\/settings\.json/,
  },
  {
    id: 'env.proxy_ignored',
    seen: {
      setup: setup({ proxy: { url: 'http://proxy:3128', source: 'HTTPS_PROXY', isUsed: true } }),
      network: network({
        tcp: [closed('ETIMEDOUT')],
        tunnel: { proxy: 'proxy:3128', ms: 5, status: 200, failure: null },
      }),
    },
    status: 'info',
    says: /HTTPS_PROXY=proxy:3128; direct connect to 203\.0\.113\.7 failed, via the proxy it works.*NODE_USE_ENV_PROXY=1/,
  },
  {
    id: 'env.proxy_ignored',
    seen: {
      setup: setup({ proxy: { url: 'http://proxy:3128', source: 'HTTPS_PROXY', isUsed: false } }),
      network: network({
        tcp: [closed('ETIMEDOUT')],
        tunnel: { proxy: 'proxy:3128', ms: 5, status: 200, failure: null },
      }),
    },
    status: 'fail',
    says: /not used for this host/,
  },
  {
    // A proxy that works adds its Via to the answer of the gateway.
    id: 'env.no_proxy_loopback',
    seen: {
      setup: localhost({
        baseUrl: 'http://127.0.0.1:3000',
        proxy: { url: 'http://proxy:3128', source: 'MSG_PROXY', isUsed: true },
      }),
      keyless: answered(401, apiError('authentication_error', 'x-api-key header is required'), {
        headers: { via: '1.1 proxy' },
      }),
    },
    status: 'warn',
    says: /was sent through proxy proxy:3128\.$/,
  },
  {
    id: 'env.no_proxy_loopback',
    seen: {
      setup: localhost({
        baseUrl: 'http://127.0.0.1:3000',
        proxy: { url: 'http://proxy:3128', source: 'MSG_PROXY', isUsed: true },
      }),
      keyless: answered(503, '', { headers: { via: '1.1 proxy' } }),
    },
    status: 'fail',
    says: /Request to 127\.0\.0\.1:3000 was answered by proxy proxy:3128, not by your gateway\.$/,
  },
  {
    id: 'env.no_proxy_loopback',
    seen: {
      setup: localhost({
        baseUrl: 'http://127.0.0.1:3000',
        proxy: { url: 'http://proxy:3128', source: 'HTTP_PROXY', isUsed: false },
      }),
      keyless: answered(400),
    },
    status: 'info',
    says: /^msg goes to 127\.0\.0\.1:3000 directly\. Other programs ask the proxy proxy:3128 \(HTTP_PROXY\), unless NO_PROXY=/,
  },
  {
    id: 'env.proxy_auth',
    seen: {
      network: network({
        tcp: [closed('ETIMEDOUT')],
        tunnel: { proxy: 'proxy:3128', ms: 5, status: 407, failure: null },
      }),
    },
    status: 'fail',
    says: /wants a user name and password \(407\)/,
  },
  {
    id: 'env.proxy_auth',
    seen: {
      setup: setup({ proxy: { url: 'http://me:wrong@proxy:3128', source: '--proxy', isUsed: true } }),
      network: network({ tunnel: { proxy: 'proxy:3128', ms: 5, status: 407, failure: null } }),
    },
    status: 'fail',
    says: /refuses this user name and password \(407\)/,
  },
  {
    id: 'env.proxy_auth',
    seen: { network: network({ tunnel: { proxy: 'proxy:3128', ms: 5, status: 403, failure: null } }) },
    status: 'fail',
    says: /refused the tunnel to gw\.example \(403\)/,
  },
  {
    id: 'env.proxy_auth',
    seen: {
      network: network({ tunnel: { proxy: 'proxy:3128', ms: 5, status: 200, failure: null } }),
      keyless: failed('UND_ERR_PRX_TLS'),
    },
    status: 'fail',
    says: /No TLS connection to the proxy proxy:3128/,
  },
  {
    // A plain request, which no tunnel is made for.
    id: 'env.proxy_auth',
    seen: {
      setup: setup({ proxy: { url: 'http://proxy:3128', source: 'HTTP_PROXY', isUsed: true } }),
      keyless: failed('407'),
    },
    status: 'fail',
    says: /The proxy proxy:3128 wants a user name and password \(407\)/,
  },
  {
    id: 'env.proxy_auth',
    seen: {
      setup: setup({ proxy: { url: 'http://proxy:3128', source: 'HTTP_PROXY', isUsed: true } }),
      keyless: answered(403, '<title>ERROR: The requested URL could not be retrieved</title>', {
        headers: { server: 'squid/6.1', 'x-squid-error': 'ERR_ACCESS_DENIED 0' },
      }),
    },
    status: 'fail',
    says: /The proxy proxy:3128 refused/,
  },
  {
    id: 'env.proxy_auth',
    seen: {
      setup: setup({ proxy: { url: 'http://proxy:3128', source: 'HTTP_PROXY', isUsed: true } }),
      keyless: answered(502, '<title>ERROR: The requested URL could not be retrieved</title>', {
        headers: { server: 'squid/6.1', 'x-squid-error': 'ERR_DNS_FAIL 0' },
      }),
    },
    status: 'fail',
    says: /The proxy proxy:3128 could not connect to gw\.example \(502\)/,
  },
  {
    id: 'env.proxy_auth',
    seen: {
      setup: setup({ proxy: { url: 'http://me:wrong@proxy:3128', source: '--proxy', isUsed: true } }),
      network: network({ tunnel: { proxy: 'proxy:3128', ms: 5, status: 401, failure: null } }),
    },
    status: 'fail',
    says: /refuses this user name and password \(401\)/,
  },
  {
    id: 'url.port',
    seen: {
      setup: setup({ proxy: { url: 'http://proxy:3128', source: 'HTTP_PROXY', isUsed: true } }),
      keyless: answered(403, '<title>ERROR: The requested URL could not be retrieved</title>', {
        headers: { server: 'squid/6.1', 'x-squid-error': 'ERR_ACCESS_DENIED 0' },
      }),
    },
    status: 'pass',
    says: /^$/,
  },
  {
    id: 'env.ca',
    seen: { setup: setup({ env: { NODE_EXTRA_CA_CERTS: '/etc/missing.pem' } }) },
    status: 'warn',
    says: /\/etc\/missing\.pem, which cannot be read/,
  },
  {
    id: 'env.ca',
    seen: { setup: setup({ env: { NODE_EXTRA_CA_CERTS: '/etc/root.der' }, readFile: () => '0\u0082' }) },
    status: 'warn',
    says: /is not PEM/,
  },
  {
    id: 'env.insecure',
    seen: { setup: setup({ env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } }) },
    status: 'warn',
    says: /checks are switched off/,
  },
  {
    id: 'env.clock',
    seen: { keyless: answered(401, '', { headers: { date: 'Fri, 20 Nov 2026 11:50:00 GMT' } }) },
    status: 'warn',
    says: /differ by 600 s/,
  },
  { id: 'env.clock', seen: { keyless: answered(401, '') }, status: 'pass', says: /^$/ },
  {
    id: 'env.runtime',
    seen: { setup: setup({ nodeVersion: '18.20.0' }) },
    status: 'warn',
    says: /Node 18\.20\.0 is older/,
  },
  {
    id: 'env.runtime',
    seen: { setup: setup({ nodeVersion: '20.18.0' }) },
    status: 'warn',
    says: /Node 20\.18\.0 is older/,
  },
  {
    id: 'env.runtime',
    seen: { setup: setup({ nodeVersion: 'v20.20.2' }) },
    status: 'info',
    says: /Node 20\.20\.2: end of life was 2026-04-30/,
  },
  ...(
    [
      ['20.20.2', Date.UTC(2026, 3, 30, 23), /updates until 2026-04-30/],
      ['22.1.0', Date.UTC(2026, 10, 30), /updates until 2027-04-30/],
      ['31.0.0', Date.UTC(2026, 10, 30), /^Node 31\.0\.0$/],
    ] as const
  ).map(
    ([nodeVersion, wallTimeMs, says]): Case => ({
      id: 'env.runtime',
      seen: { setup: setup({ nodeVersion, wallTimeMs }) },
      status: 'pass',
      says,
    }),
  ),
  {
    id: 'key.missing',
    seen: { setup: setup({ key: undefined }) },
    status: 'fail',
    says: /No key for gw\.example/,
  },
  ...['YOUR_KEY', 'sk-xxxxxxxx', '<key>', '$ANTHROPIC_API_KEY', 'test', ''].map(
    (placeholder): Case => ({
      id: 'key.missing',
      seen: { setup: setup({ key: placeholder }) },
      status: 'fail',
      says: placeholder === '' ? /is empty/ : /is a placeholder/,
    }),
  ),
  {
    id: 'key.whitespace',
    seen: { setup: setup({ key: `sk-llmapi-0123\u00a0456789abcdef` }) },
    status: 'fail',
    says: /Key contains U\+00A0 no-break space at position 15 of 27/,
  },
  {
    id: 'key.whitespace',
    seen: { setup: setup({ key: `${key}\n`, keySource: 'ANTHROPIC_API_KEY' }) },
    status: 'warn',
    says: /U\+000A line feed at position 43 of 43/,
  },
  {
    id: 'key.whitespace',
    seen: { setup: setup({ key: 'sk-llmapi-0123\n456789abcdef' }) },
    status: 'fail',
    says: /line feed/,
  },
  {
    id: 'key.whitespace',
    seen: { setup: setup({ key: `${key}\n` }) },
    status: 'fail',
    says: /U\+000A line feed at position 43 of 43/,
  },
  {
    id: 'key.whitespace',
    seen: { setup: setup({ key: `"${key}"`, keySource: 'ANTHROPIC_API_KEY' }) },
    status: 'fail',
    says: /stands in quotes, which are sent along/,
  },
  {
    id: 'key.scheme_in_value',
    seen: { setup: setup({ key: `Bearer ${key}` }), keyed: refused() },
    status: 'fail',
    says: /begins with "Bearer"/,
  },
  {
    id: 'key.scheme_in_value',
    seen: { setup: setup({ key: `ANTHROPIC_API_KEY=${key}` }), keyed: refused() },
    status: 'fail',
    says: /begins with "ANTHROPIC_API_KEY=", which is the name of its variable/,
  },
  {
    id: 'key.whitespace',
    seen: { setup: setup({ key: `Bearer ${key}` }) },
    status: 'skip',
    says: /key\.scheme_in_value/,
  },
  {
    id: 'key.prefix_mismatch',
    seen: { setup: setup({ key: 'sk-or-v1-0123456789abcdef0123456789' }), keyed: refused() },
    status: 'fail',
    says: /Key looks like OpenRouter \(sk-or-…\) but target is gw\.example\. Use a key issued by gw\.example\./,
  },
  {
    id: 'key.oauth_as_api',
    seen: {
      setup: setup({ key: 'sk-ant-oat01-0123456789abcdef0123' }),
      keyed: refused('OAuth authentication is currently not supported.'),
    },
    status: 'fail',
    says: /subscription token/,
  },
  {
    id: 'key.caller_vs_upstream',
    seen: { setup: setup({ key: 'sk-ant-api03-0123456789abcdef0123' }), keyed: refused() },
    status: 'fail',
    says: /gw\.example is a gateway and judges keys itself.*Create a caller key/,
  },
  {
    id: 'key.echoed',
    seen: { keyed: answered(401, 'no such key', { credential: 'own', quotesKey: true }) },
    status: 'warn',
    says: /quotes the key in its answer; it is hidden here/,
  },
  {
    id: 'model.lint',
    seen: { setup: setup({ model: 'Claude Sonnet 4.5' }) },
    status: 'warn',
    says: /display name; the id is probably claude-sonnet-4-5/,
  },
  {
    id: 'model.lint',
    seen: { setup: setup({ model: 'claude-sonnet-4-6[1m]' }) },
    status: 'warn',
    says: /\[1m\]/,
  },
  // B
  { id: 'url.syntax', seen: { setup: plainUrl('ftp://host') }, status: 'fail', says: /is not http or https/ },
  {
    id: 'url.syntax',
    seen: { setup: plainUrl(' "https://gw.example" ') },
    status: 'warn',
    says: /spaces or quotes/,
  },
  {
    id: 'url.query_fragment',
    seen: { setup: plainUrl('https://gw.example/#/chat'), ...everywhere(html404()) },
    status: 'fail',
    says: /fragment/,
  },
  {
    id: 'url.v1_doubled',
    seen: {
      setup: plainUrl('https://gw.example', 'https://gw.example/v1/v1/messages'),
      ...everywhere(json404()),
      candidates: [candidate('https://gw.example', anthropic401)],
    },
    status: 'fail',
    says: /\/v1 twice, so 404 at .*Keyless test of https:\/\/gw\.example\/v1\/messages answers as a Messages endpoint\. Set base to https:\/\/gw\.example\./,
  },
  {
    id: 'url.v1_doubled',
    seen: { setup: plainUrl('https://gw.example/v1') },
    status: 'info',
    says: /The base ends in \/v1.*https:\/\/gw\.example$/,
  },
  {
    id: 'url.v1_dropped',
    seen: {
      setup: plainUrl('https://gw.example', 'https://gw.example/messages'),
      ...everywhere(json404()),
      candidates: [candidate('https://gw.example', anthropic401)],
    },
    status: 'fail',
    says: /without \/v1\. https:\/\/gw\.example\/v1\/messages answers/,
  },
  {
    id: 'url.v1_dropped',
    seen: {
      setup: plainUrl('https://gw.example', 'https://gw.example/v1/mesages'),
      ...everywhere(json404()),
    },
    status: 'pass',
    says: /^$/,
  },
  {
    id: 'url.full_endpoint',
    seen: {
      setup: plainUrl('https://gw.example/v1/chat/completions'),
      ...everywhere(json404()),
      candidates: [candidate('https://gw.example', anthropic401)],
    },
    status: 'fail',
    says: /\/chat\/completions, the OpenAI endpoint/,
  },
  {
    id: 'url.full_endpoint',
    seen: { setup: plainUrl('https://gw.example/v1/messages') },
    status: 'info',
    says: /ends in \/messages/,
  },
  {
    id: 'url.subpath_missing',
    seen: {
      ...everywhere(html404()),
      candidates: [candidate('https://gw.example/api/anthropic', anthropic401)],
    },
    status: 'fail',
    says: /gw\.example serves Messages at \/api\/anthropic\/v1\/messages, not at \/v1\/messages\. Set base to https:\/\/gw\.example\/api\/anthropic\./,
  },
  {
    id: 'url.works_by_tolerance',
    seen: { setup: plainUrl('https://gw.example', 'https://gw.example/api/anthropic/v1/v1/messages') },
    status: 'info',
    says: /only because this router collapses \/v1/,
  },
  {
    id: 'url.trailing_slash',
    seen: { setup: plainUrl('https://gw.example//') },
    status: 'warn',
    says: /double slash/,
  },
  {
    id: 'url.trailing_slash',
    seen: {
      setup: plainUrl('https://gw.example', 'https://gw.example//v1/messages'),
      ...everywhere(json404()),
      candidates: [candidate('https://gw.example', anthropic401)],
    },
    status: 'fail',
    says: /double slash/,
  },
  {
    id: 'url.scheme',
    seen: {
      setup: plainUrl('http://gw.example'),
      keyless: answered(301, '', {
        headers: { location: 'https://gw.example/v1/messages' },
        url: 'http://gw.example/v1/messages',
      }),
    },
    status: 'fail',
    says: /redirects to https/,
  },
  {
    id: 'url.scheme',
    seen: { setup: plainUrl('http://gw.example') },
    status: 'warn',
    says: /Plain http to a public host/,
  },
  {
    id: 'url.port',
    seen: { keyless: failed('HPE_INVALID_CONSTANT', 'Parse Error') },
    status: 'fail',
    says: /no HTTP server/,
  },
  {
    id: 'url.port',
    seen: {
      keyless: answered(400, 'ERR_INVALID_URL', { headers: { 'x-squid-error': 'ERR_INVALID_URL 0' } }),
    },
    status: 'fail',
    says: /a forward proxy \(squid\)/,
  },
  {
    id: 'url.port',
    seen: {
      setup: setup({ profile: null, command: 'msg doctor http://proxy:3128', baseUrl: 'http://proxy:3128' }),
      keyless: answered(407, '', { headers: { 'proxy-authenticate': 'Basic realm="corp"' } }),
    },
    status: 'fail',
    says: /proxy:3128 is a forward proxy, not the API/,
  },
  {
    id: 'url.port',
    seen: { setup: localhost(), ...everywhere(marketing) },
    status: 'fail',
    says: /web interface/,
  },
  {
    id: 'url.redirect',
    seen: { keyless: answered(308, '', { headers: { location: 'https://api.gw.example/v1/messages' } }) },
    status: 'fail',
    says: /Set base to https:\/\/api\.gw\.example yourself if you trust it/,
  },
  {
    id: 'url.redirect',
    seen: { keyless: answered(302, '', { headers: { location: 'https://login.other.example/start' } }) },
    status: 'fail',
    says: /redirects \(302\) to https:\/\/login\.other\.example\/start; x-api-key would be sent to login\.other\.example/,
  },
  {
    id: 'url.marketing',
    seen: { ...everywhere(marketing), candidates: [candidate('https://api.gw.example', anthropic401)] },
    status: 'fail',
    says: /is a web site \(HTML 'Acme AI'\), not an API\. Candidates that answered as API: https:\/\/api\.gw\.example\./,
  },
  {
    id: 'url.dialect',
    seen: {
      ...everywhere(json404()),
      candidates: [
        candidate(
          'https://gw.example',
          answered(401, { error: { message: 'No key', type: 'invalid_request_error' } }),
          undefined,
          'chat-completions',
        ),
      ],
    },
    status: 'fail',
    says: /gw\.example answers \/v1\/chat\/completions but has no \/v1\/messages\. It is OpenAI-only/,
  },
  {
    id: 'url.case',
    seen: {
      setup: plainUrl('https://gw.example/Anthropic'),
      ...everywhere(html404()),
      candidates: [candidate('https://gw.example/anthropic', anthropic401)],
    },
    status: 'fail',
    says: /case-sensitive/,
  },
  {
    id: 'url.localhost',
    seen: {
      setup: localhost(),
      network: network({
        isTls: false,
        tls: null,
        tcp: [closed('ECONNREFUSED', { address: '::1', family: 6 }), open({ address: '127.0.0.1' })],
      }),
    },
    status: 'warn',
    says: /127\.0\.0\.1 but not on ::1/,
  },
  {
    id: 'url.localhost',
    seen: {
      setup: localhost({ readFile: (path) => (path === '/.dockerenv' ? '' : undefined) }),
      network: network({ tcp: [closed('ECONNREFUSED', { address: '127.0.0.1' })] }),
    },
    status: 'warn',
    says: /host\.docker\.internal/,
  },
  { id: 'url.query_beta', seen: { queryBeta: json404() }, status: 'warn', says: /\?beta=true answers 404/ },
  {
    id: 'url.answers',
    seen: { ...everywhere(html404()) },
    status: 'fail',
    says: /nothing at \/v1\/messages: 404 from nginx/,
  },
  {
    id: 'url.answers',
    seen: { keyless: noKey(), keyed: refused(), sibling: noKey() },
    status: 'pass',
    says: /every path answers so/,
  },
  // C
  {
    id: 'net.dns',
    seen: {
      network: network({
        name: {
          addresses: [],
          ms: 4,
          failure: { code: 'ENOTFOUND', message: '' },
          direct: [],
          isLiteral: false,
        },
        tcp: [],
      }),
    },
    status: 'fail',
    says: /does not exist in DNS/,
  },
  {
    id: 'net.dns',
    seen: {
      network: network({
        name: {
          addresses: [],
          ms: 4,
          failure: { code: 'EAI_AGAIN', message: '' },
          direct: [],
          isLiteral: false,
        },
        tcp: [],
      }),
    },
    status: 'unknown',
    says: /online/,
  },
  {
    id: 'net.dns',
    seen: {
      network: network({
        name: {
          addresses: [{ address: '0.0.0.0', family: 4 }],
          ms: 4,
          failure: null,
          direct: ['203.0.113.7'],
          isLiteral: false,
        },
      }),
    },
    status: 'fail',
    says: /block list/,
  },
  {
    id: 'net.refused',
    seen: { network: network({ tcp: [closed('ECONNREFUSED')] }) },
    status: 'fail',
    says: /Nothing listens on gw\.example/,
  },
  {
    id: 'net.timeout',
    seen: { network: network({ tcp: [closed('ETIMEDOUT')] }) },
    status: 'fail',
    says: /packets are dropped/,
  },
  {
    id: 'net.timeout',
    seen: everywhere(failed('ETIMEDOUT')),
    status: 'fail',
    says: /accepts the connection but does not answer/,
  },
  {
    id: 'net.reset',
    seen: everywhere(failed('ECONNRESET')),
    status: 'fail',
    says: /resets the connection after the request/,
  },
  {
    id: 'net.reset',
    seen: { keyless: { ...noKey(), retries: 1, retriedAfter: failed('ECONNRESET').reading } },
    status: 'warn',
    says: /second one was answered/,
  },
  {
    id: 'net.dns',
    seen: {
      network: network({
        name: {
          addresses: [{ address: '203.0.113.7', family: 4 }],
          ms: 6003,
          failure: null,
          direct: null,
          isLiteral: false,
        },
      }),
    },
    status: 'warn',
    says: /resolves, but only after 6\.0 s/,
  },
  {
    id: 'net.ipv6_blackhole',
    seen: {
      network: network({ tcp: [closed('ECONNREFUSED', { address: '2001:db8::1', family: 6 }), open()] }),
    },
    status: 'warn',
    says: /Nothing listens on IPv6 2001:db8::1, though DNS announces it; IPv4 works/,
  },
  {
    id: 'net.ipv6_blackhole',
    seen: { network: network({ tcp: [closed('ETIMEDOUT', { address: '2001:db8::1', family: 6 }), open()] }) },
    status: 'warn',
    says: /IPv6 2001:db8::1 does not answer, IPv4 does\. Fix IPv6 or NODE_OPTIONS=--dns-result-order=ipv4first\./,
  },
  {
    id: 'net.happy_eyeballs',
    seen: {
      network: network({
        name: {
          ...network().name,
          addresses: [
            { address: '203.0.113.7', family: 4 },
            { address: '203.0.113.8', family: 4 },
          ],
        },
        tcp: [open({ ms: 310 })],
      }),
    },
    status: 'warn',
    says: /TCP to 203\.0\.113\.7 takes 310 ms, above Node's 250 ms.*attempt-timeout=1000/,
  },
  {
    id: 'net.happy_eyeballs',
    seen: { network: network({ tcp: [open({ ms: 310 })] }) },
    status: 'pass',
    says: /^$/,
  },
  {
    id: 'net.mtu',
    seen: { sizes: [{ bytes: 8 << 10, exchange: failed('ETIMEDOUT') }] },
    status: 'fail',
    says: /8192 bytes gets no answer while \{\} does/,
  },
  {
    id: 'net.captive',
    seen: { keyless: answered(302, '', { headers: { location: 'http://hotspot.example/login' } }) },
    status: 'fail',
    says: /login page of the network/,
  },
  {
    id: 'net.stale_keepalive',
    seen: { idleReuse: { ...noKey(), retries: 1 } },
    status: 'warn',
    says: /after 70 s of silence was reset/,
  },
  {
    id: 'net.reachable',
    seen: { network: network({ tcp: [closed('EACCES')] }) },
    status: 'fail',
    says: /No connection/,
  },
  {
    id: 'tls.untrusted',
    seen: { keyless: failed('SELF_SIGNED_CERT_IN_CHAIN'), network: untrusted({ untrusted: 'self-signed' }) },
    status: 'fail',
    says: /self-signed/,
  },
  {
    id: 'tls.untrusted',
    seen: {
      keyless: failed('SELF_SIGNED_CERT_IN_CHAIN'),
      network: untrusted({ untrusted: 'missing-intermediate' }),
    },
    status: 'fail',
    says: /does not send its intermediate/,
  },
  {
    id: 'tls.untrusted',
    seen: {
      keyless: failed('UNABLE_TO_VERIFY_LEAF_SIGNATURE'),
      network: untrusted({ untrusted: 'missing-issuer' }),
    },
    status: 'fail',
    says: /sends only its own certificate, without that of its issuer "Public CA"/,
  },
  {
    id: 'tls.untrusted',
    seen: {
      keyless: failed('SELF_SIGNED_CERT_IN_CHAIN'),
      network: untrusted({ untrusted: 'private-authority' }),
    },
    status: 'fail',
    says: /this machine does not know/,
  },
  {
    id: 'tls.untrusted',
    seen: { setup: setup({ isTlsCheckOff: true }), network: untrusted({ untrusted: 'self-signed' }) },
    status: 'warn',
    says: /self-signed/,
  },
  {
    id: 'tls.intercepted',
    seen: {
      keyless: failed('SELF_SIGNED_CERT_IN_CHAIN'),
      network: untrusted({ inspector: 'Zscaler', untrusted: 'private-authority' }),
    },
    status: 'fail',
    says: /Certificate for gw\.example is issued by Zscaler \(TLS inspection\)\. Export that root as PEM and start with NODE_EXTRA_CA_CERTS/,
  },
  {
    id: 'tls.expired',
    seen: { keyless: failed('SELF_SIGNED_CERT_IN_CHAIN'), network: untrusted({ expiredMs: 3 * 86_400_000 }) },
    status: 'fail',
    says: /expired 3 days ago/,
  },
  {
    id: 'tls.not_yet',
    seen: { keyless: failed('SELF_SIGNED_CERT_IN_CHAIN'), network: untrusted({ notYetMs: 86_400_000 }) },
    status: 'fail',
    says: /valid only in 1 day/,
  },
  {
    id: 'tls.hostname',
    seen: {
      keyless: failed('SELF_SIGNED_CERT_IN_CHAIN'),
      network: untrusted({ otherNames: ['DNS:other.example'] }),
    },
    status: 'fail',
    says: /is for DNS:other\.example, not for gw\.example/,
  },
  {
    id: 'tls.hostname',
    seen: {
      setup: setup({ baseUrl: 'https://gw.example:8443/llm' }),
      keyless: failed('SELF_SIGNED_CERT_IN_CHAIN'),
      network: untrusted({ otherNames: ['DNS:other.example'] }),
    },
    status: 'fail',
    says: /is for DNS:other\.example, not for gw\.example/,
  },
  {
    id: 'tls.scheme_mismatch',
    seen: {
      network: network({
        tls: tls({
          failure: { code: 'ERR_SSL_WRONG_VERSION_NUMBER', message: 'wrong version number' },
          verdict: null,
        }),
      }),
      keyless: failed('ERR_SSL_WRONG_VERSION_NUMBER'),
    },
    status: 'fail',
    says: /Port 443 speaks plain HTTP\. Use http:\/\/…/,
  },
  {
    id: 'tls.scheme_mismatch',
    seen: {
      setup: plainUrl('http://gw.example:443'),
      keyless: answered(400, '<html><center>The plain HTTP request was sent to HTTPS port</center></html>'),
    },
    status: 'fail',
    says: /Port 443 speaks TLS\. Use https:\/\/…/,
  },
  {
    id: 'tls.version',
    seen: { keyless: failed('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED') },
    status: 'fail',
    says: /wants a client certificate/,
  },
  ...(
    [
      ['ERR_SSL_TLSV1_UNRECOGNIZED_NAME', /does not serve this host name/],
      ['ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL', /HTTP\/2 only/],
      ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', /no TLS version in common/],
      ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', /refuses the client certificate, or wants one/],
      ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', /client certificate \(mTLS\), does not serve this host name/],
      ['ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR', /breaks off the TLS handshake with an alert/],
    ] as const
  ).map(
    ([code, says]): Case => ({
      id: 'tls.version',
      seen: { keyless: failed(code) },
      status: 'fail',
      says,
    }),
  ),
  {
    id: 'tls.version',
    seen: { keyless: answered(400, '<html>No required SSL certificate was sent</html>') },
    status: 'fail',
    says: /wants a client certificate/,
  },
  {
    id: 'http.alpn',
    seen: {
      stream: streamed(ordinary().slice(0, 9), {
        breakage: { code: 'ERR_HTTP2_STREAM_ERROR', message: 'INTERNAL_ERROR' },
      }),
    },
    status: 'fail',
    says: /HTTP\/2/,
  },
  // D
  { id: 'edge.fingerprint', seen: {}, status: 'info', says: /Cloudflare/ },
  {
    id: 'edge.waf_challenge',
    seen: {
      keyless: blockedBy('<title>Just a moment...</title>', {
        'cf-mitigated': 'challenge',
        'cf-ray': '8f-FRA',
      }),
    },
    status: 'fail',
    says: /A bot challenge from Cloudflare \(8f-FRA\) blocked the request before the API/,
  },
  {
    id: 'edge.waf_ua',
    seen: { keyless: blockedBy('error code: 1010') },
    status: 'fail',
    says: /bans this client/,
  },
  {
    id: 'edge.waf_ua',
    seen: { keyless: blockedBy('<html>denied</html>', { 'content-type': 'text/html' }), plainAgent: noKey() },
    status: 'fail',
    says: /the same request under a neutral name passes/,
  },
  {
    id: 'edge.waf_body',
    seen: {
      message: answered(403, '<html><center>403 Forbidden</center></html>', {
        headers: { server: 'awselb/2.0' },
        credential: 'own',
        hasModel: true,
      }),
    },
    status: 'fail',
    says: /AWS WAF refused the request \(403\).*The API never saw it/,
  },
  {
    id: 'edge.client_whitelist',
    seen: {
      keyed: answered(
        403,
        { error: { message: 'allowedClients: this key only accepts Claude Code' } },
        { credential: 'own' },
      ),
    },
    status: 'fail',
    says: /only admits certain clients.*msg does not imitate other clients/,
  },
  {
    id: 'edge.geo_ip',
    seen: { keyed: answered(403, apiError('permission_error', 'Your country is not supported')) },
    status: 'fail',
    says: /network address are refused: "Your country is not supported"/,
  },
  {
    id: 'edge.size_limit',
    seen: {
      sizes: [
        { bytes: 8 << 10, exchange: noKey() },
        { bytes: (1 << 20) + 1024, exchange: answered(413, '') },
      ],
    },
    status: 'warn',
    says: /1 MiB are refused with 413; 8 KiB passes/,
  },
  {
    id: 'edge.required_header',
    seen: {
      keyed: answered(
        400,
        { status: 'failure', message: 'Either x-portkey-config or x-portkey-provider header is required' },
        { credential: 'own' },
      ),
    },
    status: 'fail',
    says: /wants the header x-portkey-config/,
  },
  {
    id: 'edge.required_header',
    seen: {
      keyed: answered(401, '<html>401 Authorization Required</html>', {
        headers: { 'www-authenticate': 'Basic realm="x"' },
        credential: 'own',
      }),
    },
    status: 'fail',
    says: /user name and password \(Basic\)/,
  },
  {
    id: 'edge.encoding_lie',
    seen: { message: message({}, { headers: { 'content-encoding': 'gzip' }, isFalselyEncoded: true }) },
    status: 'fail',
    says: /labelled content-encoding: gzip, and is not.*Z_DATA_ERROR/,
  },
  {
    id: 'edge.encoding_lie',
    seen: {
      keyless: answered(401, apiError('authentication_error', 'x-api-key header is required'), {
        headers: { 'content-encoding': 'br' },
        isFalselyEncoded: true,
      }),
    },
    status: 'warn',
    says: /labelled content-encoding: br, and is not/,
  },
  {
    id: 'edge.encoding_lie',
    seen: { keyed: failed('Z_DATA_ERROR') },
    status: 'fail',
    says: /not encoded the way/,
  },
  // E
  {
    id: 'auth.scheme',
    seen: { keyed: refused(), otherScheme: emptyBody({ credential: 'other-scheme' }) },
    status: 'fail',
    says: /^x-api-key is rejected, Authorization: Bearer is accepted\. Set auth=bearer \(env: ANTHROPIC_AUTH_TOKEN\)\.$/,
  },
  {
    id: 'auth.scheme',
    seen: {
      setup: setup({ auth: 'bearer' }),
      keyed: refused(),
      otherScheme: emptyBody({ credential: 'other-scheme' }),
    },
    status: 'fail',
    says: /^Authorization: Bearer is rejected, x-api-key is accepted\. Set auth=x-api-key/,
  },
  {
    id: 'auth.scheme',
    seen: {
      setup: setup({ auth: 'both' }),
      keyed: answered(400, apiError('invalid_request_error', 'Bad request'), { credential: 'own' }),
      ...{ message: undefined, stream: undefined, models: undefined },
      count: answered(400, apiError('invalid_request_error', 'Bad request'), { credential: 'own' }),
    },
    status: 'unknown',
    says: /whether two at once are taken was not verified/,
  },
  {
    id: 'auth.precedence',
    seen: { goodThenBad: emptyBody(), badThenGood: refused() },
    status: 'info',
    says: /x-api-key wins/,
  },
  {
    id: 'auth.precedence',
    seen: { goodThenBad: refused(), badThenGood: emptyBody() },
    status: 'info',
    says: /Authorization wins/,
  },
  {
    id: 'auth.invalid',
    seen: { keyed: refused(), sibling: json404() },
    status: 'fail',
    says: /gw\.example rejected the key \(invalid x-api-key\); path and protocol are fine\. Key sk-llmapi-… \(42 characters\) from profile work: revoked, expired or mistyped\. Rotate it/,
  },
  {
    id: 'auth.invalid',
    seen: {
      keyed: answered(403, apiError('permission_error', 'Your account has been suspended'), {
        credential: 'own',
      }),
    },
    status: 'fail',
    says: /refuses its account/,
  },
  {
    id: 'auth.invalid',
    seen: {
      keyed: answered(403, apiError('permission_error', 'This API key has been disabled'), {
        credential: 'own',
      }),
    },
    status: 'fail',
    says: /: disabled\. Rotate it/,
  },
  {
    id: 'auth.invalid',
    seen: { keyed: refused(), sibling: healthy().keyless as Answered },
    status: 'fail',
    says: /other paths answer alike/,
  },
  {
    id: 'auth.invalid',
    seen: {
      keyless: answered(403, { message: 'Forbidden' }),
      keyed: answered(403, { message: 'Forbidden' }, { credential: 'own' }),
    },
    status: 'fail',
    says: /refuses every request with 403, with the key or without \(Forbidden\)/,
  },
  {
    id: 'auth.missing_seen',
    seen: { keyed: refused('x-api-key header is required'), otherScheme: refused('missing key') },
    status: 'fail',
    says: /no key came, although x-api-key was sent/,
  },
  {
    id: 'auth.path_prefix',
    seen: {
      setup: plainUrl('https://gw.example/anthropic'),
      keyed: answered(
        401,
        apiError('authentication_error', 'invalid x-api-key', { request_id: 'req_011CSHoEeqs5C35K2UUqR7Fy' }),
        { credential: 'own' },
      ),
    },
    status: 'fail',
    says: /401 was issued by Anthropic \(request_id req_011CSHoEeqs5C35K2UUqR7Fy\) although you called gw\.example.*LiteLLM: use the root route/,
  },
  {
    id: 'auth.path_prefix',
    seen: { message: refused('Error from provider(x): 401', { hasModel: true }) },
    status: 'fail',
    says: /its own key was refused further up/,
  },
  {
    // {} is 400 for everybody: no control proves the key, and no words a provider.
    id: 'auth.path_prefix',
    seen: {
      keyless: emptyBody({ credential: 'none' }),
      bogusKey: emptyBody({ credential: 'bogus' }),
      message: refused('invalid api key', { hasModel: true }),
    },
    status: 'pass',
    says: /^$/,
  },
  {
    id: 'auth.invalid',
    seen: {
      keyless: emptyBody({ credential: 'none' }),
      bogusKey: emptyBody({ credential: 'bogus' }),
      message: refused('invalid api key', { hasModel: true }),
    },
    status: 'fail',
    says: /gw\.example rejected the key \(invalid api key\); the body was read before it\./,
  },
  {
    // In no words we know: a made-up key gets the same, no key another.
    id: 'auth.invalid',
    seen: {
      keyed: answered(400, { error: 'E17' }, { credential: 'own' }),
      bogusKey: answered(400, { error: 'E17' }, { credential: 'bogus' }),
      message: answered(400, { error: 'E17' }, { credential: 'own', hasModel: true }),
    },
    status: 'fail',
    says: /A made-up key gets the same answer as this one/,
  },
  {
    id: 'auth.invalid',
    seen: {
      keyed: answered(
        400,
        { error: { message: 'No connected db.', type: 'no_db_connection' } },
        { credential: 'own' },
      ),
    },
    status: 'fail',
    says: /rejected the key \(No connected db\.\)/,
  },
  {
    id: 'auth.missing',
    seen: { setup: setup({ auth: 'none', key: undefined }), keyed: noKey() },
    status: 'fail',
    says: /gw\.example wants a key, and none is sent \(auth: none\): x-api-key header is required/,
  },
  {
    id: 'auth.jwt',
    seen: { keyed: refused('invalid jwt: issuer mismatch') },
    status: 'fail',
    says: /checked as a login token/,
  },
  {
    id: 'auth.open',
    seen: {
      keyless: emptyBody({ credential: 'none' }),
      bogusKey: emptyBody({ credential: 'bogus' }),
      bogusCount: tokens(),
    },
    status: 'warn',
    says: /A made-up key is accepted/,
  },
  {
    id: 'auth.open',
    seen: {
      setup: localhost(),
      keyless: emptyBody({ credential: 'none' }),
      bogusKey: emptyBody({ credential: 'bogus' }),
      bogusCount: tokens(),
    },
    status: 'info',
    says: /On this machine only/,
  },
  {
    id: 'auth.not_initialised',
    seen: { keyed: answered(403, { error: 'key not initialized' }, { credential: 'own' }) },
    status: 'fail',
    says: /The gateway itself has no key yet/,
  },
  {
    id: 'auth.accepted',
    seen: { keyed: failed('ECONNRESET'), count: undefined, message: failed('ECONNRESET') },
    status: 'unknown',
    says: /no answer/,
  },
  {
    // {} is about {} where a message is answered.
    id: 'auth.accepted',
    seen: { keyed: failed('ECONNRESET') },
    status: 'pass',
    says: /401 without the key, 200 with it/,
  },
  {
    id: 'auth.accepted',
    seen: {
      keyless: emptyBody({ credential: 'none' }),
      bogusKey: emptyBody({ credential: 'bogus' }),
      count: answered(404, ''),
      message: answered(500, ''),
    },
    status: 'unknown',
    says: /judged before the key/,
  },
  {
    id: 'auth.accepted',
    seen: { keyed: answered(500, 'Internal Server Error', { credential: 'own' }) },
    status: 'pass',
    says: /401 without the key, 500 with it/,
  },
  {
    id: 'auth.invalid',
    seen: {
      keyed: answered(401, '<html><title>Login</title></html>', {
        credential: 'own',
        headers: { 'content-type': 'text/html' },
      }),
    },
    status: 'fail',
    says: /answers with a page \(401 Login\)/,
  },
  // F
  {
    id: 'proto.version_required',
    seen: {
      keyed: answered(400, apiError('invalid_request_error', 'anthropic-version: header is required'), {
        credential: 'own',
      }),
    },
    status: 'fail',
    says: /Server needs anthropic-version\. msg sends it; a hop strips it/,
  },
  {
    id: 'proto.version_required',
    seen: { noVersion: emptyBody() },
    status: 'info',
    says: /not required here/,
  },
  {
    id: 'proto.version_forwarded',
    seen: { oddVersion: emptyBody() },
    status: 'info',
    says: /ignored or pinned/,
  },
  {
    id: 'proto.beta_passthrough',
    seen: {
      setup: setup({ betas: ['context-1m'] }),
      keyed: answered(400, apiError('invalid_request_error', 'invalid beta flag'), { credential: 'own' }),
    },
    status: 'fail',
    says: /Beta flag context-1m is rejected \(400\)/,
  },
  {
    id: 'proto.beta_passthrough',
    seen: {
      betaCount: answered(
        400,
        apiError('invalid_request_error', 'Unexpected value(s) for the `anthropic-beta` header'),
        { credential: 'own' },
      ),
    },
    status: 'warn',
    says: /known beta flag is rejected/,
  },
  {
    id: 'proto.max_tokens_required',
    seen: {
      noMaxTokens: answered(
        400,
        apiError('invalid_request_error', 'messages: at least one message is required'),
      ),
    },
    status: 'info',
    says: /may fill it in/,
  },
  {
    id: 'proto.error_shape',
    seen: { keyless: answered(401, { error: { message: 'No', type: 'new_api_error' } }) },
    status: 'info',
    says: /openai-error/,
  },
  {
    id: 'proto.error_shape',
    seen: { keyless: answered(200, apiError('authentication_error', 'no key')) },
    status: 'warn',
    says: /status 200/,
  },
  {
    id: 'proto.response_shape',
    seen: { message: message({ usage: undefined, stop_reason: undefined, content: null }) },
    status: 'fail',
    says: /lacks content, .*usage\.input_tokens/,
  },
  {
    id: 'proto.response_shape',
    seen: { message: answered(200, { object: 'chat.completion', choices: [] }, { hasModel: true }) },
    status: 'fail',
    says: /choices/,
  },
  {
    id: 'proto.stream_default',
    seen: {
      message: answered(
        200,
        start() +
          event({ type: 'error', message: { type: 'api_error', message: '{"message":"Overloaded"}' } }),
        { hasModel: true },
      ),
    },
    status: 'warn',
    says: /none was asked for\. It holds an error: api_error: Overloaded/,
  },
  {
    id: 'proto.stream_default',
    seen: {
      message: answered(200, ordinary().join(''), {
        headers: { 'content-type': 'text/event-stream' },
        hasModel: true,
      }),
    },
    status: 'fail',
    says: /although none was asked for/,
  },
  {
    id: 'proto.system_role',
    seen: { parameters: answered(400, apiError('invalid_request_error', 'system: unknown field')) },
    status: 'warn',
    says: /system prompt is refused/,
  },
  // G
  {
    id: 'model.not_found',
    seen: {
      setup: setup({ model: 'claude-sonnet-4.6' }),
      message: answered(404, apiError('not_found_error', 'model: claude-sonnet-4.6'), {
        hasModel: true,
        credential: 'own',
      }),
    },
    status: 'fail',
    says: /Path and key are fine; model 'claude-sonnet-4\.6' is unknown here \(404\)\. Closest available: claude-sonnet-4-6/,
  },
  {
    id: 'model.not_found',
    seen: {
      message: answered(
        503,
        { error: { message: 'No available channel for model', code: 'model_not_found' } },
        { hasModel: true },
      ),
    },
    status: 'fail',
    says: /listed here, and yet refused \(503 - permanent despite 503\): "No available channel/,
  },
  {
    id: 'model.not_found',
    seen: {
      models: undefined,
      count: answered(404, apiError('not_found_error', 'model: x'), { hasModel: true }),
      message: undefined,
    },
    status: 'fail',
    says: /is unknown here \(404\)\.$/,
  },
  {
    // A route for counting may know less than the one for messages.
    id: 'model.not_found',
    seen: { count: answered(404, apiError('not_found_error', 'model: x'), { hasModel: true }) },
    status: 'pass',
    says: /^$/,
  },
  {
    id: 'model.not_found',
    seen: {
      keyed: answered(503, { error: { message: 'No available channels for Model  under Group default' } }),
    },
    status: 'pass',
    says: /^$/,
  },
  {
    // The refusal itself offers what there is.
    id: 'model.not_found',
    seen: {
      models: answered(404, ''),
      message: answered(
        400,
        {
          error: {
            message:
              "no route named 'claude-sonnet-4-6' is configured; known routes: ['fast', 'claude-sonnet-4-5']",
          },
        },
        { hasModel: true },
      ),
    },
    status: 'fail',
    says: /Closest available: claude-sonnet-4-5\.$/,
  },
  {
    id: 'model.not_found',
    seen: {
      message: answered(
        404,
        apiError(
          'not_found_error',
          '{"type":"error","error":{"type":"not_found_error","message":"model: claude-up-1 does not exist"}}',
        ),
        { hasModel: true },
      ),
    },
    status: 'fail',
    says: /What 'claude-sonnet-4-6' stands for is unknown further up: .*claude-up-1/,
  },
  {
    // Fastify's words for a path.
    id: 'model.not_found',
    seen: {
      message: answered(
        404,
        { message: 'Route POST:/x/v1/messages not found', error: 'Not Found', statusCode: 404 },
        { hasModel: true },
      ),
    },
    status: 'pass',
    says: /^$/,
  },
  {
    id: 'url.route',
    seen: {
      setup: plainUrl('https://gw.example/api/anthropic'),
      message: answered(
        404,
        { message: 'Route POST:/api/anthropic/v1/messages not found', error: 'Not Found', statusCode: 404 },
        { hasModel: true },
      ),
    },
    status: 'fail',
    says: /\/api\/anthropic\/v1\/messages is no route of gw\.example: a request with a model gets 404/,
  },
  {
    id: 'url.route',
    seen: {
      setup: plainUrl('https://gw.example/v1/chat/completions'),
      message: answered(500, { error: 'no provider' }, { hasModel: true }),
    },
    status: 'fail',
    says: /ends in \/chat\/completions, the OpenAI endpoint, and a request with a model gets 500/,
  },
  {
    id: 'model.forbidden',
    seen: {
      message: answered(403, apiError('permission_error', 'This key may not use model x'), {
        hasModel: true,
      }),
    },
    status: 'fail',
    says: /may not use model/,
  },
  {
    id: 'model.dialect',
    seen: {
      setup: setup({ model: 'gpt-5' }),
      message: answered(404, apiError('not_found_error', 'model: gpt-5'), { hasModel: true }),
    },
    status: 'warn',
    says: /no Claude model/,
  },
  {
    id: 'model.substituted',
    seen: { setup: setup({ model: 'auto' }), message: message({ model: 'qwen3-32b' }) },
    status: 'info',
    says: /Asked for auto, qwen3-32b answered/,
  },
  {
    id: 'model.list_dialect',
    seen: { models: answered(200, { object: 'list', data: [{ id: 'x', object: 'model' }] }) },
    status: 'info',
    says: /OpenAI shape/,
  },
  {
    id: 'caps.count_tokens',
    seen: { count: answered(404, '') },
    status: 'info',
    says: /Not available \(404\)/,
  },
  { id: 'caps.models', seen: { models: answered(404, '') }, status: 'info', says: /No list of models/ },
  {
    id: 'usage.inflated',
    seen: { message: message({ usage: { input_tokens: 1450, output_tokens: 1 } }) },
    status: 'warn',
    says: /"hi" was counted as 1450 input tokens \(count_tokens says 8\)/,
  },
  {
    id: 'out.empty',
    seen: {
      message: message({
        content: [],
        stop_reason: 'end_turn',
        usage: { input_tokens: 8, output_tokens: 0 },
      }),
    },
    status: 'fail',
    says: /200 without any content and without a token/,
  },
  {
    id: 'out.empty',
    seen: { message: answered(200, '', { hasModel: true }) },
    status: 'fail',
    says: /empty body/,
  },
  {
    id: 'out.empty',
    seen: {
      message: message({
        content: [{ type: 'text' }],
        stop_reason: 'end_turn',
        usage: { input_tokens: 0, output_tokens: 0 },
      }),
    },
    status: 'fail',
    says: /nothing in it and without a token/,
  },
  {
    id: 'out.empty',
    seen: { message: message({ content: [{ type: 'text', text: '' }], usage: { output_tokens: 1 } }) },
    status: 'info',
    says: /No text within one token/,
  },
  {
    id: 'sse.empty',
    seen: {
      stream: streamed([start(), event({ type: 'ping' }), ending('end_turn', { output_tokens: 0 }), last()]),
    },
    status: 'fail',
    says: /ends as a whole answer \(end_turn\) without any content/,
  },
  {
    id: 'sse.empty',
    seen: { stream: streamed([start(), block(), stop(), ending('end_turn', { output_tokens: 0 }), last()]) },
    status: 'fail',
    says: /without any content/,
  },
  {
    id: 'sse.empty',
    seen: { stream: streamed([start(), ending('refusal', { output_tokens: 0 }), last()]) },
    status: 'pass',
    says: /^$/,
  },
  {
    id: 'model.answers',
    seen: { message: failed('ECONNRESET', '', { hasModel: true }) },
    status: 'fail',
    says: /got no answer, although \{\} was answered/,
  },
  {
    id: 'model.answers',
    seen: { message: failed('ETIMEDOUT', '', { hasModel: true, endMs: 60_000 }) },
    status: 'unknown',
    says: /got no answer within 60 s/,
  },
  {
    id: 'up.offline',
    seen: {
      message: failed('ETIMEDOUT', '', { hasModel: true, endMs: 60_000 }),
      stream: streamed([start(), event({ type: 'ping' })], {
        endMs: 20_000,
        breakage: { code: 'MSG_NO_TOKEN', message: 'no token came' },
      }),
    },
    status: 'fail',
    says: /gw\.example itself answers \(400 in 20 ms\).*within 60 s, and a stream begins \(message_start at 100 ms, 1 ping\) and then brings nothing: what is behind it is offline/,
  },
  {
    id: 'up.offline',
    seen: {
      message: failed('UND_ERR_HEADERS_TIMEOUT', '', { hasModel: true, endMs: 6000 }),
      stream: notStreamed(failed('UND_ERR_HEADERS_TIMEOUT', '', { isStream: true })),
    },
    status: 'fail',
    says: /within 6 s, and a stream does not begin either/,
  },
  {
    id: 'up.offline',
    seen: { message: failed('ETIMEDOUT', '', { hasModel: true, endMs: 60_000 }) },
    status: 'fail',
    says: /only plain answers hang/,
  },
  // H
  { id: 'rate.headers', seen: {}, status: 'info', says: /49 of 50 requests remain/ },
  {
    id: 'rate.headers',
    seen: {
      keyed: emptyBody({
        headers: {
          'x-ratelimit-limit': '10',
          'x-ratelimit-remaining': '0',
          'x-ratelimit-reset': '2026-11-20T12:01:00Z',
        },
      }),
    },
    status: 'warn',
    says: /Almost nothing remains/,
  },
  {
    id: 'rate.limited',
    seen: {
      keyed: answered(429, apiError('rate_limit_error', 'Slow down'), { headers: { 'retry-after': '12' } }),
    },
    status: 'warn',
    says: /again in 12 s/,
  },
  {
    id: 'rate.limited',
    seen: {
      keyed: answered(429, apiError('rate_limit_error', 'Slow down'), { headers: { 'retry-after': '-5' } }),
    },
    status: 'warn',
    says: /^Too many requests right now\. The rest/,
  },
  {
    id: 'rate.quota',
    seen: { keyed: answered(429, apiError('rate_limit_error', 'daily quota exceeded')) },
    status: 'fail',
    says: /Quota, not speed.*Retrying will not help/,
  },
  {
    id: 'rate.quota',
    seen: {
      keyed: answered(429, {
        type: 'error',
        error: {
          type: 'rate_limit_error',
          message: 'no',
          details: { error_code: 'enforced_spend_limit_reached' },
        },
      }),
    },
    status: 'fail',
    says: /Quota, not speed/,
  },
  {
    id: 'bill.balance',
    seen: {
      message: answered(400, apiError('invalid_request_error', 'Your credit balance is too low'), {
        hasModel: true,
      }),
    },
    status: 'fail',
    says: /balance does not cover/,
  },
  {
    id: 'bill.balance',
    seen: { message: answered(402, apiError('billing_error', 'pay'), { hasModel: true }) },
    status: 'fail',
    says: /balance/,
  },
  {
    id: 'up.5xx',
    seen: {
      message: answered(502, '<html><center>502 Bad Gateway</center><center>nginx</center></html>', {
        hasModel: true,
      }),
    },
    status: 'fail',
    says: /nginx got no usable answer from the server behind it \(502\)/,
  },
  {
    // A page is the word of a hop, whatever was asked.
    id: 'up.5xx',
    seen: {
      keyless: answered(502, '<html><center>502 Bad Gateway</center><center>nginx</center></html>'),
      keyed: answered(502, '<html><center>502 Bad Gateway</center><center>nginx</center></html>'),
      count: undefined,
      message: undefined,
    },
    status: 'fail',
    says: /nginx got no usable answer/,
  },
  {
    // An error over {} may be about {}.
    id: 'up.5xx',
    seen: {
      keyless: answered(500, { error: 'oops' }),
      keyed: answered(500, { error: 'oops' }),
      count: undefined,
      message: undefined,
    },
    status: 'unknown',
    says: /names no model; it proves nothing/,
  },
  {
    id: 'up.5xx',
    seen: { keyless: answered(500, { error: 'No module named prisma' }) },
    status: 'info',
    says: /without a key is answered with 500 instead of 401/,
  },
  {
    id: 'up.5xx',
    seen: {
      keyless: answered(404, 'The endpoint is offline. ERR_NGROK_3200', {
        headers: { 'ngrok-error-code': 'ERR_NGROK_3200' },
      }),
    },
    status: 'fail',
    says: /ngrok tunnel does not lead to a server \(ERR_NGROK_3200\)/,
  },
  {
    id: 'up.5xx',
    seen: {
      message: answered(
        502,
        {
          error: {
            message: 'upstream error: error sending request for url (http://10.0.0.9/)',
            type: 'overloaded_error',
          },
        },
        { hasModel: true },
      ),
    },
    status: 'fail',
    says: /does not reach what is behind it \(502\)/,
  },
  {
    id: 'up.5xx',
    seen: {
      message: answered(
        400,
        { error: { message: 'Internal server error' }, status: 500 },
        { hasModel: true },
      ),
    },
    status: 'fail',
    says: /answered 400 with 500 inside/,
  },
  {
    id: 'up.5xx',
    seen: { message: answered(503, { error: { message: 'Loading model', code: 503 } }, { hasModel: true }) },
    status: 'warn',
    says: /still loading the model/,
  },
  {
    id: 'up.5xx',
    seen: {
      message: answered(504, '<html><center>nginx</center></html>', { hasModel: true, endMs: 60_050 }),
    },
    status: 'fail',
    says: /After 60 s: proxy_read_timeout of nginx/,
  },
  {
    id: 'up.5xx',
    seen: { message: answered(529, apiError('overloaded_error', 'Overloaded'), { hasModel: true }) },
    status: 'warn',
    says: /Overloaded/,
  },
  {
    id: 'up.failover_stream',
    seen: { stream: notStreamed(answered(502, '', { isStream: true })) },
    status: 'fail',
    says: /A plain answer succeeds, a stream gets 502/,
  },
  {
    id: 'up.5xx',
    seen: {
      keyed: { ...emptyBody(), retries: 1, retriedAfter: answered(502, '').reading },
      stream: notStreamed(answered(502, '', { isStream: true })),
    },
    status: 'fail',
    says: /2 of 6 requests failed on and off, the others were answered/,
  },
  {
    id: 'up.failover_stream',
    seen: {
      keyed: { ...emptyBody(), retries: 1, retriedAfter: answered(502, '').reading },
      stream: notStreamed(answered(502, '', { isStream: true })),
    },
    status: 'pass',
    says: /^$/,
  },
  {
    id: 'up.5xx',
    seen: { keyless: { ...noKey(), retries: 1, retriedAfter: answered(503, '').reading } },
    status: 'warn',
    says: /1 of 6 requests failed on and off/,
  },
  {
    id: 'sse.answers',
    seen: {
      stream: notStreamed(
        answered(400, apiError('invalid_request_error', 'stream=true is not supported'), { isStream: true }),
      ),
    },
    status: 'fail',
    says: /A plain answer comes, but the stream is refused with 400.*stream=true is not supported/,
  },
  {
    id: 'up.offline',
    seen: {
      stream: streamed([start(), event({ type: 'ping' })], {
        endMs: 30_050,
        breakage: { code: 'MSG_NO_TOKEN', message: 'no token came' },
      }),
    },
    status: 'fail',
    says: /Gateway accepted the stream \(message_start at 100 ms\) but no token came for 30 s.*Not a proxy problem/,
  },
  // I
  {
    id: 'sse.not_streamed',
    seen: { stream: notStreamed(message()) },
    status: 'fail',
    says: /stream: true is ignored/,
  },
  {
    id: 'sse.content_type',
    seen: { stream: streamed(ordinary(), { headers: { 'content-type': 'text/plain' } }) },
    status: 'fail',
    says: /labelled text\/plain/,
  },
  {
    id: 'sse.buffered',
    seen: { message: message({}, { endMs: 300 }), stream: streamed(many(96), { at: () => 2600 }) },
    status: 'warn',
    says: /all at once, 2\.3 s late/,
  },
  {
    id: 'sse.block',
    seen: { message: message({}, { endMs: 200 }), stream: blocksOf(4096, 1200) },
    status: 'warn',
    says: /blocks of 4096 bytes/,
  },
  {
    id: 'sse.coalesced',
    // The first token comes with the first batch, 200 ms after the control.
    seen: { message: message({}, { endMs: 200 }), stream: streamed(many(96), burstEvery(12, 200)) },
    status: 'warn',
    says: /every 200 ms/,
  },
  {
    id: 'sse.coalesced',
    seen: { message: message({}, { endMs: 400 }), stream: streamed(many(96), burstEvery(12, 200)) },
    status: 'pass',
    says: /as they are made, 12 at a time every 200 ms/,
  },
  {
    id: 'sse.held_by_app',
    seen: {
      message: message({}, { endMs: 200 }),
      stream: streamed(many(96), { at: (index) => (index < 2 ? 60 : 2600) }),
    },
    status: 'warn',
    says: /the gateway holds it/,
  },
  {
    id: 'sse.compressed',
    seen: {
      message: message({}, { endMs: 200 }),
      stream: streamed(many(96), { at: () => 2600, headers: { 'content-encoding': 'gzip' } }),
      identityStream: streamed(many(96), { gapMs: 20 }),
    },
    status: 'warn',
    says: /With compression \(gzip\) the stream is buffered, without it live/,
  },
  {
    id: 'sse.no_event_lines',
    seen: { stream: streamed(ordinary().map((text) => text.replace(/^event: .*\n/, ''))) },
    status: 'fail',
    says: /lack 'event:' lines; Claude Code and SDKs drop them/,
  },
  {
    id: 'sse.line_endings',
    seen: { stream: streamed(ordinary().map((text) => text.replaceAll('\n', '\r\n'))) },
    status: 'info',
    says: /CRLF/,
  },
  {
    id: 'sse.line_endings',
    seen: { stream: streamed([...ordinary().slice(0, -1), last().trimEnd()]) },
    status: 'warn',
    says: /lacks its blank line/,
  },
  {
    id: 'sse.sequence',
    seen: { stream: streamed([block(), start(), delta(), stop(), ending(), last()]) },
    status: 'fail',
    says: /a block before message_start/,
  },
  {
    id: 'sse.sequence',
    seen: { stream: streamed([event({ object: 'chat.completion.chunk', choices: [] }, false)]) },
    status: 'fail',
    says: /OpenAI dialect/,
  },
  {
    id: 'sse.sequence',
    seen: { stream: streamed([event({ type: 'response.output_text.delta', delta: 'x' })]) },
    status: 'fail',
    says: /OpenAI Responses dialect/,
  },
  {
    id: 'sse.truncated',
    seen: { stream: streamed([event({ object: 'chat.completion.chunk', choices: [] }, false)]) },
    status: 'pass',
    says: /^$/,
  },
  {
    id: 'sse.no_event_lines',
    seen: { stream: streamed([...ordinary().slice(0, 9), 'data: ping\n\n', ...ordinary().slice(9)]) },
    status: 'pass',
    says: /^$/,
  },
  {
    id: 'sse.not_json',
    seen: { stream: streamed([...ordinary().slice(0, 9), 'data: ping\n\n', ...ordinary().slice(9)]) },
    status: 'fail',
    says: /One event is not JSON but words, as a heartbeat: "data: ping"/,
  },
  {
    id: 'sse.not_json',
    seen: { stream: streamed(['event: keepalive\ndata: still here\n\n', ...ordinary()]) },
    status: 'pass',
    says: /^$/,
  },
  {
    id: 'sse.not_json',
    seen: { stream: streamed(ordinary().map((text) => text.replace('\n\n', '\n'))) },
    status: 'fail',
    says: /no blank line between events: 65 of them come as one/,
  },
  {
    id: 'sse.truncated',
    seen: { stream: streamed(ordinary().map((text) => text.replace('\n\n', '\n'))) },
    status: 'pass',
    says: /^$/,
  },
  {
    id: 'sse.not_json',
    seen: {
      stream: streamed([
        ...ordinary().slice(0, 9),
        'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"del\n\n',
        ...ordinary().slice(9),
      ]),
    },
    status: 'fail',
    says: /An event of the answer is not JSON: \{"type":"content_block_delta"/,
  },
  {
    id: 'sse.not_json',
    seen: { stream: streamed([`data: [${JSON.stringify({ type: 'ping' })}]\n\n`, ...ordinary()]) },
    status: 'fail',
    says: /a JSON list/,
  },
  {
    id: 'sse.not_json',
    seen: { stream: streamed([...ordinary().slice(0, -1), 'event: message_stop\ndata: null\n\n']) },
    status: 'fail',
    says: /data: null/,
  },
  {
    id: 'sse.not_json',
    seen: { stream: streamed(['data: upstream is gone\n\n']) },
    status: 'fail',
    says: /Words came instead of events: upstream is gone/,
  },
  {
    id: 'sse.error_event',
    seen: {
      stream: streamed([...ordinary().slice(0, 9), 'event: error\ndata: upstream is gone\n\n']),
    },
    status: 'fail',
    says: /after the request: upstream is gone$/,
  },
  {
    id: 'sse.error_event',
    seen: {
      stream: streamed([
        ...ordinary().slice(0, 9),
        event({ type: 'error', message: { type: 'api_error', message: '{"message":"Overloaded"}' } }),
      ]),
    },
    status: 'fail',
    says: /api_error: Overloaded$/,
  },
  {
    id: 'sse.stop_reason',
    seen: {
      message: message({ stop_reason: 'end_turn', usage: { input_tokens: 8, output_tokens: 1 } }),
    },
    status: 'warn',
    says: /One of one token was spent, but stop_reason is end_turn/,
  },
  {
    id: 'sse.block_index',
    seen: { stream: streamed([start(), delta('x', 3), ending(), last()]) },
    status: 'fail',
    says: /a delta for block 3, which was never started/,
  },
  {
    id: 'sse.done_sentinel',
    seen: { stream: streamed([...ordinary(), 'data: [DONE]\n\n']) },
    status: 'warn',
    says: /\[DONE\]/,
  },
  {
    id: 'sse.missing_stop',
    seen: { stream: streamed(ordinary().slice(0, -1)) },
    status: 'fail',
    says: /Stream ended cleanly after 60 deltas without message_stop; the text is whole\. Last stop_reason: end_turn/,
  },
  // msg's own limit of time proves nothing of what was due at that moment, and all of what was due long before.
  ...(
    [
      [3_000, 'unknown', /message_stop may have been on its way/],
      [60_000, 'fail', /was still open 58\.9 s after the last of 60 deltas without message_stop/],
    ] as const
  ).map(
    ([endMs, status, says]): Case => ({
      id: 'sse.missing_stop',
      seen: {
        stream: streamed(ordinary().slice(0, -1), {
          endMs,
          breakage: { code: 'ETIMEDOUT', message: 'the time was over' },
        }),
      },
      status,
      says,
    }),
  ),
  {
    id: 'sse.truncated',
    seen: { stream: streamed(ordinary().slice(0, 20)) },
    status: 'fail',
    says: /Stream ended cleanly after 18 deltas without message_stop; text may be cut\. Last stop_reason: none/,
  },
  {
    id: 'sse.truncated',
    seen: {
      stream: streamed(ordinary().slice(0, 20), { breakage: { code: 'ECONNRESET', message: 'reset' } }),
    },
    status: 'fail',
    says: /by reset/,
  },
  {
    id: 'sse.truncated',
    seen: {
      stream: streamed(ordinary().slice(0, 20), {
        endMs: 20_000,
        breakage: { code: 'UND_ERR_BODY_TIMEOUT', message: 'no byte' },
      }),
    },
    status: 'fail',
    says: /ended in silence .* after 18 deltas/,
  },
  {
    id: 'sse.truncated',
    seen: { stream: streamed(ordinary(), { breakage: neverEnding }) },
    status: 'fail',
    says: /The stream does not end: \d+ deltas and \d+ pings or comments in 4 MB; it was read no further/,
  },
  // Behind the last event only the end of the body is missing: clients fail there; a silence is another matter.
  ...(
    [
      ['UND_ERR_SOCKET', 'fail', /All of the message came, message_stop too, and then the connection closed/],
      ['ECONNRESET', 'fail', /terminated, incomplete chunked read/],
      ['UND_ERR_BODY_TIMEOUT', 'pass', /^$/],
    ] as const
  ).map(
    ([code, status, says]): Case => ({
      id: 'sse.truncated',
      seen: { stream: streamed(ordinary(), { breakage: { code, message: 'it broke' } }) },
      status,
      says,
    }),
  ),
  {
    id: 'sse.idle_gap',
    seen: {
      stream: streamed(ordinary().slice(0, 20), {
        endMs: 20_000,
        breakage: { code: 'UND_ERR_BODY_TIMEOUT', message: 'no byte' },
      }),
    },
    status: 'warn',
    says: /Longest silence (19\.\d|20) s/,
  },
  {
    id: 'sse.eof_lag',
    seen: { stream: streamed(ordinary(), { endMs: 9000 }) },
    status: 'warn',
    says: /stays open 7\.\d s after message_stop/,
  },
  {
    id: 'sse.error_event',
    seen: {
      stream: streamed([
        start(),
        event({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
      ]),
    },
    status: 'warn',
    says: /overloaded_error: Overloaded/,
  },
  {
    id: 'sse.error_event',
    seen: {
      stream: streamed([start(), event({ type: 'error', error: { type: 'content_filter', message: 'no' } })]),
    },
    status: 'fail',
    says: /content_filter/,
  },
  {
    id: 'sse.zero_events',
    seen: { stream: streamed([': hello\n\n']) },
    status: 'fail',
    says: /no event at all/,
  },
  {
    id: 'sse.idle_gap',
    seen: {
      keyless: answered(401, '', { headers: { server: 'nginx/1.22' } }),
      stream: streamed(['', start(), ...ordinary().slice(1)], {
        at: (index) => (index === 0 ? 100 : 55_000 + index * 20),
      }),
    },
    status: 'warn',
    says: /Longest silence 54\.9 s, no ping was seen; nginx gives up after 60\.0 s/,
  },
  {
    id: 'sse.usage',
    seen: {
      stream: streamed([
        start({ input_tokens: 0, output_tokens: 0 }),
        block(),
        delta(),
        stop(),
        ending('end_turn', { output_tokens: 0 }),
        last(),
      ]),
    },
    status: 'warn',
    says: /counts no tokens/,
  },
  {
    id: 'sse.stop_reason',
    seen: { stream: spending(160), streamAgain: spending(160) },
    status: 'warn',
    says: /160 of 160 tokens were spent, but stop_reason is end_turn/,
  },
  {
    id: 'sse.stop_reason',
    seen: { stream: spending(161) },
    status: 'warn',
    says: /161 of 160 tokens were spent, but stop_reason is end_turn/,
  },
  {
    id: 'sse.stop_reason',
    seen: {
      message: message({ stop_reason: 'end_turn', usage: { input_tokens: 8, output_tokens: 1 } }),
      stream: spending(160),
    },
    status: 'warn',
    says: /160 of 160 tokens were spent, but stop_reason is end_turn/,
  },
  {
    // A model may end there.
    id: 'sse.stop_reason',
    seen: { stream: spending(160), streamAgain: spending(159) },
    status: 'info',
    says: /it may have ended there by itself/,
  },
  {
    id: 'sse.eof_lag',
    seen: { stream: streamed(ordinary(), { endMs: 9000 }), streamAgain: streamed() },
    status: 'pass',
    says: /^$/,
  },
  {
    id: 'sse.buffered',
    seen: {
      message: message({}, { endMs: 300 }),
      stream: streamed(many(96), { at: () => 2600 }),
      streamAgain: streamed(many(96), { gapMs: 20 }),
    },
    status: 'pass',
    says: /as they are made/,
  },
  {
    id: 'sse.buffered',
    seen: {
      message: message({}, { endMs: 300 }),
      stream: streamed(many(96), { at: () => 2600 }),
      streamAgain: streamed(many(96), { at: () => 1100 }),
    },
    status: 'warn',
    says: /all at once, 800 ms late/,
  },
  {
    id: 'sse.utf8',
    seen: { utf8Stream: streamed([start(), block(), delta('春\uFFFD\uFFFD'), stop(), ending(), last()]) },
    status: 'warn',
    says: /U\+FFFD/,
  },
  {
    id: 'sse.model_drift',
    seen: {
      stream: streamed([
        start(),
        block(),
        delta(),
        stop(),
        event({ type: 'message_delta', delta: { stop_reason: 'end_turn', model: 'other' }, usage: {} }),
        last(),
      ]),
    },
    status: 'info',
    says: /claude-sonnet-4-6, then other/,
  },
  {
    id: 'sse.parity',
    seen: { message: message({ model: 'claude-haiku-4-5' }) },
    status: 'info',
    says: /plain answer is from claude-haiku-4-5, the streamed one from claude-sonnet-4-6/,
  },
  {
    // llama.cpp reads an empty request with a 500.
    id: 'sse.abort',
    seen: {
      abort: answered(500, {
        error: { code: 500, message: "'messages' is required", type: 'server_error' },
      }),
    },
    status: 'pass',
    says: /The next request was answered/,
  },
  { id: 'sse.abort', seen: { abort: failed('ETIMEDOUT') }, status: 'warn', says: /After a stream was left/ },
  {
    id: 'sse.answers',
    seen: { stream: notStreamed(answered(418, '{"x":1}', { isStream: true })) },
    status: 'fail',
    says: /418/,
  },
  // J
  {
    id: 'tool.start_input',
    seen: {
      toolCall: toolStream(block(0, { type: 'tool_use', id: 't', name: 'get_weather' }), weather, stop()),
    },
    status: 'warn',
    says: /has no input/,
  },
  {
    id: 'tool.json',
    seen: { toolCall: toolStream(toolBlock, toolDelta('{"city": '), stop()) },
    status: 'fail',
    says: /do not add up to JSON/,
  },
  {
    id: 'tool.id_roundtrip',
    seen: {
      toolResult: answered(400, apiError('invalid_request_error', 'unknown tool_use_id'), { hasModel: true }),
    },
    status: 'fail',
    says: /result of the tool is refused/,
  },
  {
    id: 'tool.stop_reason',
    seen: { toolCall: streamed([start(), toolBlock, weather, stop(), ending('end_turn'), last()]) },
    status: 'warn',
    says: /stop_reason is end_turn although a tool was called/,
  },
  {
    id: 'tool.lost',
    seen: { toolCall: streamed() },
    status: 'warn',
    says: /text came instead.*Either the gateway .*or this model/,
  },
  ...[
    failed('UND_ERR_SOCKET', 'other side closed', { hasModel: true }),
    failed('ETIMEDOUT', 'no answer within 60 s', { hasModel: true }),
    answered(429, apiError('rate_limit_error', 'slow down'), { hasModel: true }),
    answered(500, apiError('api_error', 'boom'), { hasModel: true }),
    answered(529, apiError('overloaded_error', 'Overloaded'), { hasModel: true }),
  ].map(
    (exchange): Case => ({
      id: 'tool.lost',
      seen: { toolCall: notStreamed(exchange) },
      status: 'unknown',
      says: /Whether tools work cannot be told/,
    }),
  ),
  ...[
    'registry.example/library/m does not support tools',
    'No endpoints found that support tool use. Try disabling "get_weather".',
    '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
    'tools param requires --jinja flag',
    'Function calling is not enabled for this model',
  ].map(
    (words): Case => ({
      id: 'tool.lost',
      seen: {
        toolCall: notStreamed(answered(400, apiError('invalid_request_error', words), { hasModel: true })),
      },
      status: 'fail',
      says: /This model has no tools/,
    }),
  ),
  {
    id: 'tool.lost',
    seen: {
      toolCall: notStreamed(
        answered(400, apiError('invalid_request_error', 'tools: Extra inputs are not permitted'), {
          hasModel: true,
        }),
      ),
    },
    status: 'fail',
    says: /A request with tools is refused: .*Extra inputs/,
  },
  {
    id: 'tool.id_roundtrip',
    seen: { toolResult: answered(503, '', { hasModel: true }) },
    status: 'unknown',
    says: /cannot be told/,
  },
  {
    id: 'tool.parallel',
    seen: {
      toolCall: toolStream(
        block(0),
        block(1, { type: 'tool_use', id: 't', name: 'get_weather', input: {} }),
        toolDelta('{"city": "Paris"}', 1),
        stop(0),
        stop(1),
      ),
    },
    status: 'skip',
    says: /only one call/,
  },
  {
    id: 'tool.parallel',
    seen: { toolCall: toolStream(toolBlock, weather, toolBlock, weather, stop()) },
    status: 'fail',
    says: /Calls share an index/,
  },
];

/** A stream in blocks of bytes, cut wherever the block ends; the first holds a header of the upstream, too. */
function blocksOf(size: number, everyMs: number) {
  const text = many(96).join('');
  const headerBytes = 200;
  const pieces = Array.from({ length: Math.ceil((text.length + headerBytes) / size) }, (_, index) =>
    text.slice(Math.max(0, index * size - headerBytes), (index + 1) * size - headerBytes),
  );
  return streamed(pieces, { at: (index) => 200 + (index + 1) * everyMs });
}
