// Reports as runs against real gateways would give them: the material of every golden and of the HTML pictures.
import type { CheckResult, Report, Status } from '../../src/doctor/engine/report.ts';

const check = (
  id: string,
  group: string,
  status: Status,
  summary: string,
  more: Partial<CheckResult> = {},
): CheckResult => ({
  id,
  group,
  title: titles[id] ?? id,
  status,
  confidence: 'certain',
  summary,
  evidence: [],
  remedy: null,
  owner: null,
  ...more,
});

const titles: Readonly<Record<string, string>> = {
  'key.present': 'A key is there',
  'env.conflict': 'Only one credential is set',
  'net.dns': 'The name resolves',
  'net.tcp': 'The port answers',
  'tls.trusted': 'The certificate is trusted',
  'edge.fingerprint': 'The servers on the way are known',
  'url.v1_doubled': 'The version is in the path once',
  'url.path': 'The path is a Messages endpoint',
  'auth.accepted': 'The key is accepted',
  'auth.scheme': 'The key travels in the header this host reads',
  'proto.version': 'anthropic-version is understood',
  'proto.response_shape': 'The answer has the shape of a message',
  'model.found': 'The model is known here',
  'model.substituted': 'The model asked for is the model that answers',
  'rate.headers': 'Limits are stated',
  'sse.sequence': 'Events come in order',
  'sse.buffered': 'The stream is not held',
  'sse.block': 'No byte buffer cuts the stream',
  'sse.coalesced': 'Tokens are not batched on the way',
  'sse.missing_stop': 'The stream ends with message_stop',
};

const configPasses = [
  check('key.present', 'config', 'pass', 'key sk-llmapi-… (len 51) from profile work'),
  check('env.conflict', 'config', 'pass', 'no env override'),
];
const networkPasses = [
  check('net.dns', 'network', 'pass', '10.2.0.7'),
  check('net.tcp', 'network', 'pass', 'tcp 31 ms'),
  check('tls.trusted', 'network', 'pass', 'TLS 1.3 41 ms, until 2027-03-01'),
  check('edge.fingerprint', 'edge', 'info', 'nginx, LiteLLM'),
];
const pathPasses = [
  check('url.v1_doubled', 'url', 'pass', ''),
  check('url.path', 'url', 'pass', 'keyless POST → 401 in the style of Anthropic'),
];
const authPasses = [check('auth.accepted', 'auth', 'pass', 'accepted in x-api-key; a bogus key is refused')];
const protocolPasses = [
  check('proto.version', 'protocol', 'pass', 'anthropic-version 2023-06-01'),
  check('proto.response_shape', 'protocol', 'pass', 'a message in 412 ms'),
];
const modelPasses = [
  check('model.found', 'model', 'pass', 'claude-sonnet-4-6 is listed'),
  check('model.substituted', 'model', 'pass', 'answered by claude-sonnet-4-6'),
];
const limitPasses = [check('rate.headers', 'limits', 'info', '48 of 50 requests left')];
const beforeStream = [
  ...configPasses,
  ...networkPasses,
  ...pathPasses,
  ...authPasses,
  ...protocolPasses,
  ...modelPasses,
  ...limitPasses,
];

const skipped = (blockedBy: string, ...ids: readonly [string, string][]): CheckResult[] =>
  ids.map(([id, group]) => check(id, group, 'skip', '', { blockedBy }));

const laterThanPath: readonly [string, string][] = [
  ['auth.accepted', 'auth'],
  ['auth.scheme', 'auth'],
  ['proto.version', 'protocol'],
  ['proto.response_shape', 'protocol'],
  ['model.found', 'model'],
  ['model.substituted', 'model'],
  ['rate.headers', 'limits'],
  ['sse.sequence', 'stream'],
  ['sse.buffered', 'stream'],
  ['sse.block', 'stream'],
];

const target = {
  profile: 'work',
  baseUrl: 'https://gw.corp.example',
  messagesUrl: 'https://gw.corp.example/v1/messages',
  auth: 'x-api-key',
  model: 'claude-sonnet-4-6',
};

const liveArrivals = Array.from({ length: 96 }, (_, index) =>
  Math.round(640 + index * 17 + ((index * 7) % 5)),
);
const timings = {
  dns: 4,
  tcp: 31,
  tls: 41,
  sent: 1,
  headers: 212,
  message_start: 214,
  first_delta: 640,
  last_delta: 2258,
  stop: 2260,
  eof: 2261,
};

const base: Report = {
  schemaVersion: 1,
  target,
  verdict: 'healthy',
  rootCause: null,
  checks: [],
  stream: null,
  correctedBaseUrl: null,
  timings,
  hops: [
    { name: 'nginx', evidence: 'server: nginx/1.22.1', confidence: 'certain' },
    { name: 'LiteLLM', evidence: 'x-litellm-call-id: 5b1c', confidence: 'certain' },
  ],
  spend: { requests: 7, inputTokens: 34, outputTokens: 161 },
  conformance: null,
};

export const healthy: Report = {
  ...base,
  checks: [
    ...beforeStream,
    check('sse.sequence', 'stream', 'pass', '96 deltas, message_stop seen'),
    check('sse.buffered', 'stream', 'pass', 'tokens arrive as they are made'),
    check('sse.block', 'stream', 'pass', ''),
  ],
  stream: {
    verdict: 'live',
    effectiveArrivals: 94.2,
    deltasPerArrival: 1.02,
    flushPeriodMs: null,
    holdIndex: 0.02,
    addedDelayMs: 0,
    arrivals: liveArrivals,
  },
  conformance: {
    score: 92,
    items: [
      { id: 'sse.sequence', weight: 18, points: 18, note: 'in order' },
      { id: 'error_shape', weight: 8, points: 0, note: '401 in the shape of OpenAI' },
      { id: 'tools', weight: 14, points: null, note: 'not tested' },
    ],
  },
};

const v1Remedy = {
  text: 'Set the base URL to https://gw.corp.example.',
  commands: ['msg profiles set work base-url=https://gw.corp.example', 'msg doctor work'],
  examples: [],
  snippets: [],
};
const v1Summary =
  'Base URL ends in /v1 and the client appends /v1/messages, so 404 at /v1/v1/messages. Keyless test of https://gw.corp.example answers as a Messages endpoint.';
const v1Evidence = [
  'POST /v1/v1/messages → 404 {"error":"Invalid URL (POST /v1/v1/messages)"}',
  'keyless POST https://gw.corp.example/v1/messages → 401 {"type":"error"}',
];

export const v1Doubled: Report = {
  ...base,
  target: {
    ...target,
    baseUrl: 'https://gw.corp.example/v1',
    messagesUrl: 'https://gw.corp.example/v1/v1/messages',
  },
  verdict: 'broken',
  rootCause: {
    id: 'url.v1_doubled',
    confidence: 'certain',
    owner: 'you',
    summary: v1Summary,
    evidence: v1Evidence,
    remedy: v1Remedy,
  },
  checks: [
    ...configPasses,
    ...networkPasses,
    check('url.v1_doubled', 'url', 'fail', v1Summary, {
      evidence: v1Evidence,
      remedy: v1Remedy,
      owner: 'you',
    }),
    check('url.path', 'url', 'skip', '', { blockedBy: 'url.v1_doubled' }),
    ...skipped('url.v1_doubled', ...laterThanPath),
  ],
  correctedBaseUrl: { sdk: 'https://gw.corp.example', vercel: 'https://gw.corp.example/v1' },
  timings: { dns: 4, tcp: 31, tls: 41 },
  spend: { requests: 4, inputTokens: 0, outputTokens: 0 },
};

const schemeRemedy = {
  text: 'Send the key as Authorization: Bearer.',
  commands: ['msg profiles set work auth=bearer', 'msg doctor work'],
  examples: [],
  snippets: [{ server: 'shell', text: 'unset ANTHROPIC_API_KEY\nexport ANTHROPIC_AUTH_TOKEN="$KEY"' }],
};
const schemeSummary = 'x-api-key is rejected, Authorization: Bearer is accepted.';

export const authScheme: Report = {
  ...base,
  verdict: 'broken',
  rootCause: {
    id: 'auth.scheme',
    confidence: 'certain',
    owner: 'you',
    summary: schemeSummary,
    evidence: [
      'x-api-key → 401 "missing Authorization header"',
      'Authorization: Bearer → 400 "messages: Field required"',
    ],
    remedy: schemeRemedy,
  },
  checks: [
    ...configPasses,
    ...networkPasses,
    ...pathPasses,
    check('auth.scheme', 'auth', 'fail', schemeSummary, { remedy: schemeRemedy, owner: 'you' }),
    ...skipped('auth.scheme', ...laterThanPath.slice(2)),
  ],
  timings: { dns: 4, tcp: 31, tls: 41 },
  spend: { requests: 5, inputTokens: 0, outputTokens: 0 },
};

const nginxRemedy = {
  text: 'Switch off buffering for this location in nginx. Until then use --no-stream.',
  commands: ['sudo nginx -t && sudo nginx -s reload', 'msg doctor work --only "sse.*"'],
  examples: [],
  snippets: [
    {
      server: 'nginx',
      text: 'location / {\n    proxy_pass http://gateway;\n    proxy_http_version 1.1;\n    proxy_set_header Connection "";\n    proxy_buffering off;\n}',
    },
  ],
};
const blockSummary =
  'Tokens arrive in 4 blocks of 4096 bytes, one every 1.2 s, cut inside events: a byte buffer. Here tokens wait 570 ms on average.';

export const bufferedByNginx: Report = {
  ...base,
  verdict: 'degraded',
  rootCause: {
    id: 'sse.block',
    confidence: 'certain',
    owner: 'proxy',
    summary: blockSummary,
    evidence: [
      '96 deltas in 4 bursts, first after 1.6 s; one token took 420 ms',
      'burst sizes 3915, 4096, 4096, 804 bytes; 100 % end inside an event',
    ],
    remedy: nginxRemedy,
  },
  checks: [
    ...beforeStream,
    check('sse.sequence', 'stream', 'pass', '96 deltas, message_stop seen'),
    check('sse.buffered', 'stream', 'pass', ''),
    check('sse.block', 'stream', 'warn', blockSummary, {
      remedy: nginxRemedy,
      owner: 'proxy',
      degrades: true,
    }),
  ],
  stream: {
    verdict: 'block',
    effectiveArrivals: 3.25,
    deltasPerArrival: 29.5,
    flushPeriodMs: 1240,
    holdIndex: 0.3,
    addedDelayMs: 570,
    blockBytes: 4096,
    hop: 'nginx',
    hopConfidence: 'certain',
    arrivals: [
      ...Array.from({ length: 30 }, () => 1580),
      ...Array.from({ length: 31 }, () => 2820),
      ...Array.from({ length: 31 }, () => 4060),
      ...Array.from({ length: 4 }, () => 4220),
    ],
  },
  timings: {
    ...timings,
    headers: 1576,
    message_start: 1578,
    first_delta: 1580,
    last_delta: 4220,
    stop: 4220,
    eof: 4221,
  },
  spend: { requests: 8, inputTokens: 59, outputTokens: 321 },
};

const noDelay = {
  text: 'Add option http-no-delay to the HAProxy frontend and backend.',
  commands: ['msg doctor work --only "sse.*"'],
  examples: [],
  snippets: [{ server: 'HAProxy', text: 'defaults\n    option http-no-delay' }],
};

export const coalesced: Report = {
  ...healthy,
  conformance: null,
  hops: [],
  checks: [
    ...beforeStream,
    check('sse.sequence', 'stream', 'pass', '96 deltas, message_stop seen'),
    check(
      'sse.coalesced',
      'stream',
      'warn',
      'Tokens arrive 13 at a time, every 208 ms; tokens wait 102 ms on average.',
      {
        remedy: noDelay,
        owner: 'proxy',
        confidence: 'likely',
      },
    ),
  ],
  stream: {
    verdict: 'coalesced',
    effectiveArrivals: 8,
    deltasPerArrival: 12.4,
    flushPeriodMs: 208,
    holdIndex: 0.12,
    addedDelayMs: 102,
    hop: 'HAProxy',
    hopConfidence: 'likely',
    arrivals: Array.from({ length: 104 }, (_, index) => 640 + Math.floor(index / 13) * 208),
  },
};

export const undetermined: Report = {
  ...base,
  target: {
    ...target,
    profile: null,
    baseUrl: 'http://127.0.0.1:3456',
    messagesUrl: 'http://127.0.0.1:3456/v1/messages',
    model: null,
  },
  verdict: 'undetermined',
  checks: [
    ...configPasses,
    check('net.tcp', 'network', 'pass', 'tcp 1 ms'),
    ...pathPasses,
    check('auth.accepted', 'auth', 'unknown', '429 before the key was judged; the limit resets in 42 s', {
      confidence: 'possible',
      evidence: ['429 rate_limit_error, retry-after: 42'],
    }),
    ...skipped('auth.accepted', ...laterThanPath.slice(2)),
  ],
  timings: {},
  hops: [],
  spend: { requests: 2, inputTokens: 0, outputTokens: 0 },
};

export const crashed: Report = {
  ...healthy,
  verdict: 'undetermined',
  conformance: null,
  checks: [
    ...beforeStream,
    check('sse.sequence', 'stream', 'crashed', "Cannot read properties of undefined (reading 'type')", {
      confidence: 'possible',
    }),
    check('sse.buffered', 'stream', 'pass', 'tokens arrive as they are made'),
  ],
};

/** Texts a hostile server could send. Every format must show them and obey none. */
export const hostile: Report = {
  ...v1Doubled,
  rootCause: {
    id: 'url.marketing',
    confidence: 'likely',
    owner: 'gateway',
    summary:
      'HTML \'<script>alert(1)</script>\' & "quotes" \u001b[2J\u001b]52;c;aGk=\u0007 | pipe ]]> \u202eevil 模型不存在 🚫',
    evidence: [
      '<img src=x onerror=alert(1)> `code` **bold** [link](javascript:alert(1))',
      '```\n# not a heading',
    ],
    remedy: {
      text: 'Ask <b>them</b>.',
      commands: ['echo "<&>"'],
      examples: [],
      snippets: [{ server: 'nginx', text: '```\n</pre><script>alert(2)</script>' }],
    },
  },
  checks: [
    check('url.marketing', 'url', 'fail', "<script>alert('x')</script> \u0000\u001b[31mred ]]> \ud800", {
      evidence: ['-->', '<!--'],
      owner: 'gateway',
    }),
  ],
};

export const samples = {
  healthy,
  v1Doubled,
  authScheme,
  bufferedByNginx,
  coalesced,
  undetermined,
  crashed,
} as const;
