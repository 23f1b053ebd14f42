// `msg doctor` itself through real proxies: what it reports, what it tells to do, and how it exits.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Context } from '../../src/context.ts';
import type { Report } from '../../src/doctor/engine/report.ts';
import { cures } from '../../src/doctor/streams/cures.ts';
import { streamReply } from '../../src/mock/replies.ts';
import { type Mock, startMock } from '../../src/mock/server.ts';
import { reportIn } from '../cli/report.ts';
import { type Run, runMsg, testKey } from '../cli/run-msg.ts';
import { isInstalled } from './process.ts';
import { type Proxies, type ProxyPath, paths, startProxies } from './proxies.ts';

const missing = ['nginx', 'haproxy', 'caddy'].filter((program) => !isInstalled(program));
const isCI = process.env['CI'] === 'true';

const ways = {
  'nginx default': paths['nginx default'],
  'nginx buffering off': paths['nginx buffering off'],
  'nginx gzip': paths['nginx gzip'],
  'nginx 64k buffers': paths['nginx 64k buffers'],
  'HAProxy default': paths['HAProxy default'],
  'Caddy plain': paths['Caddy plain'],
  'Caddy encode gzip': paths['Caddy encode gzip'],
  'nginx default, cured': { program: 'nginx', lines: cures.nginxBuffering.text },
  'HAProxy default, cured': { program: 'haproxy', lines: cures.haproxy.text },
  'Caddy encode gzip, cured': {
    program: 'caddy',
    lines: `${cures.caddyEncode.text}\nreverse_proxy {origin}`,
  },
} as const satisfies Record<string, ProxyPath>;

type Way = keyof typeof ways;

const held: readonly [Way, string, RegExp, string, string][] = [
  ['nginx default', 'block', /^sse\.block$/, 'nginx', 'proxy_buffering off;'],
  ['nginx gzip', 'buffered', /^sse\.(?:buffered|compressed)$/, 'nginx', 'gzip_types'],
  ['nginx 64k buffers', 'buffered', /^sse\.buffered$/, 'nginx', 'proxy_buffering off;'],
  [
    'Caddy encode gzip',
    'buffered',
    /^sse\.(?:buffered|compressed)$/,
    'Caddy',
    'header Content-Type application/json*',
  ],
];
const open: readonly Way[] = [
  'nginx buffering off',
  'Caddy plain',
  'nginx default, cured',
  'HAProxy default, cured',
  'Caddy encode gzip, cured',
];

test.skipIf(missing.length > 0 && !isCI)('nginx, HAProxy and Caddy are installed', () =>
  expect(missing).toEqual([]),
);

// Streams are idle most of their time: all at once.
describe.skipIf(missing.length > 0)(
  `msg doctor behind real proxies${missing.length > 0 ? ` (skipped, not installed: ${missing.join(', ')})` : ''}`,
  { concurrent: true },
  () => {
    let origin: Mock;
    let proxies: Proxies;
    // A busy machine would excuse what holds a stream, and be told instead; what is open it does not accuse.
    const withoutExcuse = (context: Context): Context => ({ ...context, watchStalls: () => () => [] });
    const doctor = (way: Way, ...argv: string[]): Promise<Run> =>
      runMsg(['doctor', '--yes', ...argv], {
        on: origin,
        ...(!open.includes(way) && { adapt: withoutExcuse }),
        env: { MSG_BASE_URL: proxies.urls.get(way), MSG_API_KEY: testKey, MSG_MODEL: 'mock-1' },
      });
    const examine = async (way: Way, ...argv: string[]): Promise<{ code: number; report: Report }> => {
      const { code, stdout } = await doctor(way, '--format', 'json', ...argv);
      return { code, report: reportIn(stdout) };
    };

    beforeAll(async () => {
      const pace = { tokensPerSecond: 30, ttftMs: 300 };
      const text = Array.from({ length: 60 }, (_, index) => index + 1).join('\n');
      origin = await startMock({
        speed: pace.tokensPerSecond,
        ttftMs: pace.ttftMs,
        key: testKey,
        // A first event beyond 512 bytes, as with a long id or detailed usage: smaller ones do not start Caddy's encoder.
        respond: ({ json, headers }) =>
          (json as { stream?: boolean } | undefined)?.stream === true && headers['x-api-key'] === testKey
            ? streamReply(
                { id: `msg_${'0123456789'.repeat(50)}`, model: 'mock-1', content: [{ type: 'text', text }] },
                {},
                pace,
              )
            : undefined,
      });
      proxies = await startProxies(ways, origin.port);
    });

    afterAll(async () => {
      await proxies?.stop();
      await origin?.close();
    });

    test.each(held)(
      '%s: %s is the root cause, with its hop and its cure',
      async (way, verdict, id, hop, directive) => {
        const { code, report } = await examine(way);
        const { stream, rootCause, verdict: target } = report;
        expect(stream).toMatchObject({ verdict, hop });
        expect(target).toBe('degraded');
        expect(rootCause?.id).toMatch(id);
        expect(rootCause?.owner).toBe('proxy');
        expect(rootCause?.remedy.snippets.map(({ text }) => text).join('\n')).toContain(directive);
        expect(code).toBe(0);
      },
    );

    test('HAProxy default: every token waits 100 ms; its hop, its cure, and 10 with --strict', async () => {
      const { code, report } = await examine('HAProxy default', '--strict');
      const { stream, verdict, rootCause } = report;
      expect(stream).toMatchObject({ verdict: 'coalesced', hop: 'HAProxy' });
      expect({ verdict, cause: rootCause?.id }).toEqual({ verdict: 'degraded', cause: 'sse.coalesced' });
      expect(rootCause?.remedy.snippets.map(({ text }) => text).join('\n')).toContain('option http-no-delay');
      expect(code).toBe(10);
    });

    test.each(open)('%s: live, healthy, exit 0', async (way) => {
      const { code, report } = await examine(way);
      const { stream, verdict, rootCause } = report;
      expect(stream?.verdict).toBe('live');
      expect({ verdict, rootCause }).toEqual({ verdict: 'healthy', rootCause: null });
      expect(code).toBe(0);
    });

    test('the fix is in every format, the key in none', async () => {
      const formats = ['text', 'md', 'html', 'junit', 'sarif'];
      const all = await Promise.all(
        formats.map((format) => doctor('nginx default', '--only', 'sse.*', '--format', format)),
      );
      for (const { stdout, stderr, code } of all) {
        expect(code).toBe(0);
        expect(stdout).toContain('proxy_buffering off;');
        expect(stdout + stderr).not.toContain(testKey);
      }
    });
  },
);
