// `msg doctor` behind proxies that break the way: one root cause. Held streams are doctor.test.ts.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Mock, startMock } from '../../src/mock/server.ts';
import { reportIn } from '../cli/report.ts';
import { runMsg, testKey } from '../cli/run-msg.ts';
import { isInstalled } from './process.ts';
import { type Proxies, type ProxyPath, startProxies } from './proxies.ts';

const missing = ['nginx', 'haproxy', 'caddy'].filter((program) => !isInstalled(program));
const isCI = process.env['CI'] === 'true';

test.skipIf(missing.length > 0 && !isCI)('nginx, HAProxy and Caddy are installed', () =>
  expect(missing).toEqual([]),
);

const nginx = (lines: string): ProxyPath => ({ program: 'nginx', lines });
const to = 'proxy_pass http://gateway;';

const ways = {
  'nginx, dead upstream': nginx('location / { proxy_pass http://127.0.0.1:1; }'),
  'nginx, another path': nginx(`location /api/anthropic/ { ${to.replace(';', '/;')} }`),
  'nginx, small bodies': nginx(`client_max_body_size 16k; location / { ${to} }`),
  'nginx strips x-api-key': nginx(
    `location / { ${to} proxy_set_header x-api-key ""; proxy_set_header authorization ""; }`,
  ),
  'nginx strips anthropic-version': nginx(`location / { ${to} proxy_set_header anthropic-version ""; }`),
  'nginx redirects to https': nginx('location / { return 301 https://127.0.0.1$request_uri; }'),
  'nginx with a web page': nginx(
    'location / { default_type text/html; return 200 "<html><title>Admin UI</title></html>"; }',
  ),
  'Caddy, no route': { program: 'caddy', lines: 'respond /elsewhere 200' } as ProxyPath,
} as const;

type Way = keyof typeof ways;

describe.skipIf(missing.length > 0)('msg doctor through', () => {
  let origin: Mock;
  let proxies: Proxies;
  beforeAll(async () => {
    origin = await startMock({
      key: testKey,
      speed: 60,
      ttftMs: 300,
      answer: 'lorem ipsum dolor sit amet '.repeat(20),
    });
    proxies = await startProxies(ways, origin.port);
  });
  afterAll(async () => {
    await proxies?.stop();
    await origin?.close();
  });

  async function examine(way: Way, ...argv: string[]) {
    const url = proxies.urls.get(way) ?? '';
    const run = await runMsg(['doctor', '--format', 'json', ...argv], {
      on: origin,
      env: { MSG_BASE_URL: url, MSG_API_KEY: testKey, MSG_MODEL: 'm' },
    });
    const report = reportIn(run.stdout);
    const find = (id: string) => report.checks.find((check) => check.id === id);
    return { code: run.code, report, cause: report.rootCause?.id ?? null, find };
  }

  test.each<[Way, number, string, RegExp]>([
    ['nginx, dead upstream', 10, 'up.5xx', /nginx got no usable answer from the server behind it \(502\)/],
    ['nginx, another path', 10, 'url.subpath_missing', /\/api\/anthropic/],
    ['nginx strips x-api-key', 10, 'auth.missing_seen', /no key came, although x-api-key was sent/],
    ['nginx strips anthropic-version', 10, 'proto.version_required', /a hop strips it/],
    ['nginx redirects to https', 10, 'url.scheme', /redirects to https/],
    ['nginx with a web page', 10, 'url.port', /web interface/],
    ['Caddy, no route', 10, 'url.answers', /200 with an empty body/],
  ])('%s: one root cause', async (way, code, cause, says) => {
    const seen = await examine(way, '--free');
    expect({ code: seen.code, cause: seen.cause, says: seen.report.rootCause?.summary }).toEqual({
      code,
      cause,
      says: expect.stringMatching(says),
    });
  });

  test('nginx, small bodies: the limit, and the directive', async () => {
    const { find } = await examine('nginx, small bodies', '--free', '--size');
    expect(find('edge.size_limit')).toMatchObject({
      status: 'warn',
      summary: expect.stringMatching(/64 KiB are refused with 413; 8 KiB passes/),
    });
    expect(find('edge.size_limit')?.remedy?.snippets[0]).toEqual({
      server: 'nginx',
      text: 'client_max_body_size 50m;',
    });
  });
});
