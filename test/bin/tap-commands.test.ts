// A request of the page as a command: run in a shell, it sends the same bytes again.
import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, it } from 'vitest';
import { startMock } from '../../src/mock/index.ts';
import { curlCommand, msgCommand } from '../../src/tap/page/client/commands.ts';
import { exchangeOf } from '../../src/tap/shown-exchange.ts';
import { startTapSession, type TapSession } from '../tap/tap-session.ts';

let tap: TapSession;
afterEach(() => tap.close());

const bin = resolve(import.meta.dirname, '../../bin/msg.js');
const body = {
  stream: false,
  messages: [{ content: "it's 'quoted' $HOME `x` \\n \u00e9", role: 'user' }],
  unheard_of: { b: [1, 2.5], a: null },
  max_tokens: 20,
  model: 'mock-1',
};

it.each([
  ['curl', curlCommand],
  ['msg send', (exchange: Parameters<typeof msgCommand>[0]) => msgCommand(exchange).replace('msg', '"$MSG"')],
] as const)('%s sends the body byte by byte', async (_, command) => {
  tap = await startTapSession({ keepsRequests: true });
  await tap.ask(body, { headers: { 'anthropic-beta': 'context-1m-2025-08-07', 'x-team': "o'brien" } });
  await tap.rows(1);
  const exchange = await exchangeOf(tap.session.journal.entries[0]!);
  const elsewhere = await startMock({ keepsRequests: true });
  try {
    const again = {
      ...exchange,
      request: { ...exchange.request, url: exchange.request.url.replace(/:\d+/, `:${elsewhere.port}`) },
    };
    await promisify(execFile)('bash', ['-c', command(again)], {
      env: {
        PATH: process.env['PATH'],
        HOME: join(import.meta.dirname, 'nowhere'),
        MSG: bin,
        ANTHROPIC_API_KEY: 'k-1234',
      },
    });
    const [first, second] = [tap.mock.requests[0]!, elsewhere.requests[0]!];
    expect(second.body).toBe(first.body);
    for (const name of ['anthropic-beta', 'anthropic-version', 'content-type', 'x-team'])
      expect(second.headers[name]).toBe(first.headers[name]);
    expect(second.headers['x-api-key']).toBe('k-1234');
  } finally {
    await elsewhere.close();
  }
});
