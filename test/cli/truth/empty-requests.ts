// Endpoints that stumble over a request for nothing ({}), in every way there is, and answer real ones well. And some
// that answer nothing else either.
import { type Answer, type Asked, error, event, goodKey, json, type Truth } from './case.ts';
import { fine, gateway, page } from './gateway.ts';

const text =
  (status: number, words: string, type = 'text/plain'): Answer =>
  (to) => {
    to.writeHead(status, { 'content-type': type });
    to.end(words);
  };

const stumbles: Readonly<Record<string, Answer>> = {
  'resets the connection': (_to, { request }) => request.socket.resetAndDestroy(),
  'closes the connection': (_to, { request }) => request.socket.end(),
  'never answers': () => undefined,
  'sends a head and nothing more': (to) =>
    to.writeHead(200, { 'content-type': 'application/json' }).flushHeaders(),
  'is cut in the middle of its answer': (to, { request }) => {
    to.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
    to.write('{"type":', () => request.socket.destroy());
  },
  'sends a page': page(200, '<title>App</title>'),
  'sends a page, 400': page(400, '<title>Bad Request</title>'),
  'sends a page, 403': page(403, '<title>Forbidden</title>'),
  'sends a page, 404': page(404, '<title>Not Found</title>'),
  'sends a page, 500': page(500, '<title>Internal Server Error</title>'),
  'sends a page, 503': page(503, '<title>Service Unavailable</title>'),
  'sends nothing, 200': text(200, ''),
  'sends words, 200': text(200, 'ok'),
  'sends other JSON, 200': (to) => json(to, 200, { ok: true }),
  'sends 404': (to) => json(to, 404, { error: { message: 'no route for the model ""' } }),
};

/** Takes any key, or none. */
const open =
  (empty: Answer): Answer =>
  (to, asked) =>
    typeof asked.body['model'] === 'string' ? fine(to, asked) : empty(to, asked);

/** The same with a route that counts tokens. */
const counting =
  (answer: Answer): Answer =>
  (to, asked: Asked) =>
    asked.request.url?.endsWith('/count_tokens') && asked.key === goodKey
      ? json(to, 200, { input_tokens: 9 })
      : answer(to, asked);

const healthy = Object.entries(stumbles).flatMap(([stumble, empty]): Truth[] => [
  {
    name: `{} ${stumble}, behind the key`,
    answer: gateway({ empty }),
    verdict: 'healthy',
  },
  {
    name: `{} ${stumble}, before the key`,
    answer: gateway({ empty, readsBodyFirst: true }),
    verdict: 'healthy',
  },
]);

const unproven = (stumble: string): Truth[] => {
  const empty = stumbles[stumble] ?? fine;
  const free = {
    verdict: 'undetermined',
    says: /names no model; it proves nothing.*leave --free out/,
  } as const;
  return [
    {
      name: `{} ${stumble} behind the key, and nothing else may be asked`,
      answer: gateway({ empty }),
      argv: ['--free'],
      cause: 'url.answers',
      ...free,
    },
    {
      name: `{} ${stumble} before the key, and nothing else may be asked`,
      answer: gateway({ empty, readsBodyFirst: true }),
      argv: ['--free'],
      cause: 'url.answers',
      ...free,
    },
    {
      name: `{} ${stumble}, and tokens are counted for nothing`,
      answer: counting(gateway({ empty, readsBodyFirst: true, path: /./ })),
      argv: ['--free'],
      verdict: 'healthy',
    },
  ];
};

/** Everything, whatever is asked. */
const always = (stumble: string): Answer => stumbles[stumble] ?? fine;

export const emptyRequests: readonly Truth[] = [
  ...healthy,
  ...['resets the connection', 'never answers', 'sends a page'].map(
    (stumble): Truth => ({
      name: `{} ${stumble}, where no key is wanted`,
      answer: open(always(stumble)),
      argv: ['--auth', 'none'],
      verdict: 'healthy',
    }),
  ),
  ...['resets the connection', 'never answers', 'sends a page', 'sends a page, 403'].flatMap(unproven),
  {
    name: '{} gets a page of 500, and nothing else may be asked',
    answer: gateway({ empty: page(500, '<title>Internal Server Error</title>') }),
    argv: ['--free'],
    verdict: 'undetermined',
    cause: 'up.5xx',
    says: /proves nothing/,
  },
  {
    name: 'every request is reset',
    answer: always('resets the connection'),
    verdict: 'broken',
    cause: 'net.reset',
  },
  {
    name: 'no request is answered',
    answer: always('never answers'),
    verdict: 'broken',
    cause: 'net.timeout',
  },
  {
    name: '{} is reset, and the model is not there',
    answer: gateway({
      empty: always('resets the connection'),
      readsBodyFirst: true,
      model: (to) => error(to, 404, 'not_found_error', 'model: m'),
    }),
    verdict: 'broken',
    cause: 'model.not_found',
    owner: 'you',
  },
  {
    name: '{} is reset, and the key is wrong',
    answer: gateway({ empty: always('resets the connection'), readsBodyFirst: true }),
    key: 'sk-other-0123456789abcdef',
    verdict: 'broken',
    cause: 'auth.invalid',
    owner: 'you',
  },
  {
    name: '{} gets a page, and streams are cut',
    answer: gateway({
      empty: always('sends a page'),
      readsBodyFirst: true,
      model: (to, asked) => {
        if (asked.body['stream'] !== true) return fine(to, asked);
        to.writeHead(200, { 'content-type': 'text/event-stream' });
        return to.end(event('message_start', { message: { id: 'm', content: [] } }));
      },
    }),
    verdict: 'broken',
    cause: 'sse.truncated',
  },
];
