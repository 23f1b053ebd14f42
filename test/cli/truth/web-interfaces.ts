// Single-page apps: a page for any path and method, and the API somewhere else, or under a path of the same host.
import { type Answer, goodKey, type Truth } from './case.ts';
import { gateway, page } from './gateway.ts';

const app = page(200, '<!doctype html><title>Console</title><div id="app"></div>');

/** The API at these paths, the app at all others. */
const besideApp =
  (path: RegExp, api: Answer = gateway({ path: /./ })): Answer =>
  (to, asked) =>
    (path.test(asked.request.url ?? '') ? api : app)(to, asked);

/** Never the key: a page is no API. */
const withoutKey: Answer = (to, asked) => {
  if (asked.request.headers['x-api-key'] === goodKey) throw new Error('the key was sent to a web page');
  return app(to, asked);
};

export const webInterfaces: readonly Truth[] = [
  ...[[], ['--free']].flatMap((free): Truth[] => [
    {
      name: `an app at every path ${free}`,
      answer: withoutKey,
      argv: free,
      verdict: 'broken',
      cause: 'url.port',
      owner: 'you',
      says: /web interface, not the API\. Nor is there one at \/anthropic\/v1\/messages.*another port, or a path of its own/,
    },
    {
      name: `an app at the root, the API under /api ${free}`,
      answer: besideApp(/^\/api\/v1\/messages/),
      argv: free,
      verdict: 'broken',
      cause: 'url.subpath_missing',
      owner: 'you',
      says: /serves Messages at \/api\/v1\/messages.*MSG_BASE_URL=http:\/\/[^ ]*\/api"/,
    },
    {
      name: `the API at the root, an app under all other paths ${free}`,
      answer: besideApp(/^\/v1\/messages/),
      argv: ['--base-url', '{url}/console', ...free],
      verdict: 'broken',
      cause: 'url.subpath_missing',
      owner: 'you',
      says: /serves Messages at \/v1\/messages/,
    },
  ]),
  {
    name: 'an app before an API of the same path, which has no list',
    answer: besideApp(/^\/v1\/messages$/),
    verdict: 'healthy',
  },
];
