// `msg tap` behind real proxies: a stream that one of them holds is told, with its name.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startMock } from '../../src/mock/server.ts';
import { startTapSession } from '../tap/tap-session.ts';
import { endpointAt } from '../tap/tapped.ts';
import { isInstalled } from './process.ts';
import { type Proxies, paths, startProxies } from './proxies.ts';

const missing = ['nginx', 'caddy'].filter((program) => !isInstalled(program));

const ways = {
  'nginx default': paths['nginx default'],
  'nginx 64k buffers': paths['nginx 64k buffers'],
  'nginx buffering off': paths['nginx buffering off'],
  'Caddy plain': paths['Caddy plain'],
};

test.skipIf(missing.length > 0 && process.env['CI'] !== 'true')('nginx and Caddy are installed', () =>
  expect(missing).toEqual([]),
);

describe.skipIf(missing.length > 0)(
  `msg tap behind real proxies${missing.length > 0 ? ` (skipped, not installed: ${missing.join(', ')})` : ''}`,
  { concurrent: true },
  () => {
    let mock: Awaited<ReturnType<typeof startMock>>;
    let proxies: Proxies;
    beforeAll(async () => {
      mock = await startMock({ speed: 200, ttftMs: 200 });
      proxies = await startProxies(ways, mock.port);
    });
    afterAll(async () => {
      await proxies?.stop();
      await mock?.close();
    });

    test.each([
      ['nginx default', /^sse\.(block|buffered)$/, /nginx/],
      ['nginx 64k buffers', /^sse\.buffered$/, /at once.*nginx/],
      ['nginx buffering off', /^ok$/, /^$/],
      ['Caddy plain', /^ok$/, /^$/],
    ] as const)('%s: %s', async (way, id, summary) => {
      const baseUrl = proxies.urls.get(way)!;
      const tap = await startTapSession({}, { endpoint: () => endpointAt(0, { baseUrl }) });
      try {
        await tap.ask({ messages: [{ role: 'user', content: 'count from 1 to 500' }], max_tokens: 2000 });
        const [row] = await tap.rows(1);
        expect(row?.verdict?.id).toMatch(id);
        expect(row?.verdict?.summary).toMatch(summary);
      } finally {
        await tap.close();
      }
    });
  },
);
