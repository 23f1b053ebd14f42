// "Will my client work here": the requests of known clients, alone and as a table, at one target and at several profiles.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clientNames } from '../../src/doctor/request/clients/client-names.ts';
import { hangup, type MockOptions, startMock, streamReply } from '../../src/mock/index.ts';
import { errorReply } from '../../src/mock/replies.ts';
import { reportIn } from './report.ts';
import { runMsg } from './run-msg.ts';

const refusesBetas: MockOptions = {
  respond: ({ headers }) =>
    headers['anthropic-beta']?.includes('effort-2025-11-24')
      ? errorReply(
          400,
          'invalid_request_error',
          'Unexpected value(s) `effort-2025-11-24` for the `anthropic-beta` header',
        )
      : undefined,
};

describe('msg doctor --client', () => {
  it.each([...clientNames])(
    'makes the request of %s, with the model and the key of the target',
    async (name) => {
      const run = await runMsg(['doctor', '--client', name, '--json']);
      expect([run.code, run.requests.length]).toEqual([0, 1]);
      expect(run.requests[0]?.json).toMatchObject({ model: 'test-model', max_tokens: 1, stream: true });
      expect(reportIn(run.stdout).verdict).toBe('healthy');
    },
  );

  it('finds what of a client is refused', async () => {
    const run = await runMsg(['doctor', '--client', 'claude-code', '--json'], { mock: refusesBetas });
    expect([run.code, reportIn(run.stdout).rootCause]).toEqual([
      10,
      expect.objectContaining({
        id: 'request.beta',
        summary: expect.stringMatching(/^anthropic-beta: effort-2025-11-24 is refused/),
      }),
    ]);
    expect(run.requests.length).toBeLessThan(12);
  });

  it('prints all clients as a table, and below it what is refused of which', async () => {
    const run = await runMsg(['doctor', '--client', 'all'], { mock: refusesBetas });
    expect(run.code).toBe(10);
    expect(
      run.stdout
        .split('\n')
        .slice(0, 5)
        .map((line) =>
          line.replace(/ {2,}/g, ' | ').replace(/\S+$/, (word) => (word.startsWith('http') ? 'URL' : word)),
        ),
    ).toEqual([
      'CLIENT | VERSION | AS OF | URL',
      expect.stringMatching(/^claude-code \| [\d.]+ \| [\d-]+ \| \S refused: beta$/),
      expect.stringMatching(/^sdk-ts \| [\d.]+ \| [\d-]+ \| \S works$/),
      expect.stringMatching(/^sdk-py \| [\d.]+ \| [\d-]+ \| \S works$/),
      expect.stringMatching(/^vercel-ai \| [\d.]+ \| [\d-]+ \| \S works$/),
    ]);
    expect(run.stdout).toMatch(/\nclaude-code at http\S+: request\.beta .*effort-2025-11-24 is refused/);
  });

  it('calls nothing working whose answer has no proper end', async () => {
    const parts = streamReply({ content: [{ type: 'text', text: 'hello' }] });
    const run = await runMsg(['doctor', '--client', 'all'], {
      mock: {
        respond: ({ headers }) =>
          headers['anthropic-beta'] !== undefined
            ? [...parts.filter(({ step }) => step !== 'end'), hangup]
            : undefined,
      },
    });
    expect(run.code).toBe(0);
    const cells = run.stdout.split('\n').slice(1, 5);
    expect(cells.map((line) => /^(\S+).* {2}(\S .*)$/.exec(line)?.slice(1))).toEqual([
      ['claude-code', '! accepted; answered oddly'],
      ['sdk-ts', '+ works'],
      ['sdk-py', '+ works'],
      ['vercel-ai', '! accepted; answered oddly'],
    ]);
    expect(run.stdout).toMatch(/\nclaude-code, vercel-ai at http\S+: request\.answer: .* no proper end/);
  });

  it('prints them as JSON, a report each', async () => {
    const run = await runMsg(['doctor', '--client', 'all', '--json'], { mock: refusesBetas });
    const rows = JSON.parse(run.stdout) as { client: string; report: { verdict: string } }[];
    expect(rows.map(({ client, report }) => [client, report.verdict])).toEqual([
      ['claude-code', 'broken'],
      ['sdk-ts', 'healthy'],
      ['sdk-py', 'healthy'],
      ['vercel-ai', 'healthy'],
    ]);
  });

  it.each([
    [['--client', 'emacs'], 2, /Allowed choices are claude-code/],
    [['--client', 'all', '--format', 'html'], 2, /text or json, not html/],
    [['--client', 'sdk-ts', '--request', 'x.json'], 2, /cannot be used with/],
  ])('refuses %j', async (argv, code, says) => {
    const run = await runMsg(['doctor', ...argv]);
    expect([run.code, run.stderr, run.requests.length]).toEqual([code, expect.stringMatching(says), 0]);
  });

  it.each([
    ['a model', { MSG_BASE_URL: '{url}', MSG_API_KEY: 'sk-test-0123456789abcdef' }, /names no model/],
    ['a key', { MSG_BASE_URL: '{url}', MSG_MODEL: 'm' }, /no key/i],
  ])('does not begin without %s', async (_name, env, says) => {
    const run = await runMsg(['doctor', '--client', 'sdk-ts'], { env });
    expect([run.code, run.stderr, run.requests.length]).toEqual([3, expect.stringMatching(says), 0]);
  });
});

describe('msg profiles test --client', () => {
  it('is a table of clients and profiles', async () => {
    const [fine, picky] = [await startMock({}), await startMock(refusesBetas)];
    const profile = (url: string) => ({ baseUrl: url, auth: 'none', model: 'm' });
    const home = mkdtempSync(join(tmpdir(), 'clients-'));
    mkdirSync(join(home, 'config'), { mode: 0o700 });
    writeFileSync(
      join(home, 'config', 'config.json'),
      JSON.stringify({ version: 1, profiles: { fine: profile(fine.url), picky: profile(picky.url) } }),
      { mode: 0o600 },
    );
    try {
      const run = await runMsg(['profiles', 'test', '--all', '--client', 'claude-code'], { home, env: {} });
      expect([run.code, run.stderr]).toEqual([10, '']);
      const [head = '', line = ''] = run.stdout.split('\n');
      expect(head.split(/ {2,}/).slice(-2)).toEqual(['fine', 'picky']);
      expect(line).toMatch(/^claude-code .* works +\S refused: beta$/);
      expect([fine.requests.length, picky.requests.length > 1]).toEqual([1, true]);
    } finally {
      await Promise.all([fine.close(), picky.close()]);
    }
  });
});
