// Endpoints and the key: two headers at once, a server that fails without any, a base that only a key shows to be wrong.
import { type Answer, type Asked, error, goodKey, json, type Truth } from './case.ts';
import { fine, gateway } from './gateway.ts';

/** Reads one header, and refuses both at once in these words. */
const onlyOne =
  (scheme: 'x-api-key' | 'bearer', refuse: Answer, empty?: Answer): Answer =>
  (to, asked: Asked) => {
    const { 'x-api-key': own, authorization } = asked.request.headers;
    if (empty !== undefined && asked.body['model'] === undefined) return empty(to, asked);
    if (own !== undefined && authorization !== undefined) return refuse(to, asked);
    const isRead = scheme === 'x-api-key' ? own === goodKey : authorization === `Bearer ${goodKey}`;
    return gateway({})(to, { ...asked, key: isRead ? goodKey : undefined });
  };

const refusing =
  (status: number, type: string, message: string): Answer =>
  (to) =>
    error(to, status, type, message);

const bothRefused: Readonly<Record<string, Answer>> = {
  'in words, 400': refusing(400, 'invalid_request_error', 'Provide only one of x-api-key or Authorization'),
  'in words, 401': refusing(401, 'authentication_error', 'Multiple authentication headers'),
  'without words, 400': refusing(400, 'invalid_request_error', 'Bad Request'),
  'without words, 403': refusing(403, 'permission_error', 'Forbidden'),
  'with a failure': refusing(500, 'api_error', 'boom'),
};

const inBoth = Object.entries(bothRefused).flatMap(([how, refuse]) =>
  (['x-api-key', 'bearer'] as const).flatMap((scheme): Truth[] => {
    const truth = {
      argv: ['--auth', 'both'],
      verdict: 'broken',
      cause: 'auth.scheme',
      owner: 'you',
      says: new RegExp(`both headers is rejected.*--auth ${scheme}`),
    } as const;
    return [
      {
        name: `both headers are refused ${how}, ${scheme} is read`,
        answer: onlyOne(scheme, refuse),
        ...truth,
      },
      {
        name: `both headers are refused ${how} when a model is named, ${scheme} is read`,
        answer: onlyOne(scheme, refuse, (to) =>
          error(to, 400, 'invalid_request_error', 'model: Field required'),
        ),
        ...truth,
      },
    ];
  }),
);

/** Fails over every request without a key, and judges the others; without the route it knows nothing. */
const failing =
  (crash: Answer): Answer =>
  (to, asked) =>
    asked.request.url?.startsWith('/v1/') !== true
      ? json(to, 404, { detail: 'Not Found' })
      : asked.key === undefined
        ? crash(to, asked)
        : gateway({})(to, asked);

const crash: Answer = (to) => {
  to.writeHead(500, { 'content-type': 'text/plain' });
  to.end('Internal Server Error');
};

export const keys: readonly Truth[] = [
  ...inBoth,
  { name: 'both headers are read', answer: gateway({}), argv: ['--auth', 'both'], verdict: 'healthy' },
  {
    name: 'both headers, and the model is not there',
    answer: gateway({ model: (to) => error(to, 404, 'not_found_error', 'model: m') }),
    argv: ['--auth', 'both'],
    verdict: 'broken',
    cause: 'model.not_found',
  },
  ...[[], ['--free']].flatMap((free): Truth[] => [
    {
      name: `fails without a key, and none is sent ${free}`,
      answer: failing(crash),
      argv: ['--auth', 'none', ...free],
      verdict: 'broken',
      cause: 'auth.missing',
      owner: 'you',
      says: /refuses a made-up one.*read -rs API_KEY/,
    },
    {
      name: `resets what has no key, and none is sent ${free}`,
      answer: failing((_to, { request }) => request.socket.resetAndDestroy()),
      argv: ['--auth', 'none', ...free],
      verdict: 'broken',
      cause: 'auth.missing',
      owner: 'you',
    },
    {
      name: `fails without a key, under another path ${free}`,
      answer: failing(crash),
      argv: ['--base-url', '{url}/api/anthropic', ...free],
      verdict: 'broken',
      cause: 'url.subpath_missing',
      owner: 'you',
      says: /Set base to http:\/\/127\.0\.0\.1:\d+/,
    },
    {
      name: `fails without a key, under another path, and none is sent ${free}`,
      answer: failing(crash),
      argv: ['--auth', 'none', '--base-url', '{url}/api/anthropic', ...free],
      verdict: 'broken',
      cause: 'url.subpath_missing',
      owner: 'you',
    },
  ]),
  { name: 'fails without a key, and has one', answer: failing(crash), verdict: 'healthy' },
  {
    // A made-up key changes nothing: it is the server that fails.
    name: 'fails whatever the key',
    answer: crash,
    argv: ['--auth', 'none'],
    verdict: 'broken',
    cause: 'up.5xx',
  },
  {
    name: 'fails over {} without a key, and wants none',
    answer: (to, asked) => (asked.body['model'] === undefined ? crash : fine)(to, asked),
    argv: ['--auth', 'none'],
    verdict: 'healthy',
  },
];
