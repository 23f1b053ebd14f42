// The official SDK as a child of `msg profiles run`: base URL and credential arrive where it looks for them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { startMock } from '../../src/mock/index.ts';
import { runMsg } from './run-msg.ts';

const sdk = resolve(import.meta.dirname, '../../node_modules/@anthropic-ai/sdk/index.mjs');
const script = `
  import Anthropic from ${JSON.stringify(sdk)};
  const message = await new Anthropic({ maxRetries: 0 }).messages.create({
    model: process.env.ANTHROPIC_MODEL, max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] });
  process.exit(message.content[0].text === 'All right.' ? 42 : 1);`;

test.each([
  ['a key, the path of Auxot', 'x-api-key', '/api/anthropic'],
  ['a token, no path', 'bearer', ''],
  ['no key needed', 'none', ''],
])('%s', async (_, auth, basePath) => {
  const key = 'sk-test-0123456789abcdef';
  const home = mkdtempSync(join(tmpdir(), 'msg-sdk-'));
  const mock = await startMock({ ...(auth === 'none' ? {} : { key }), basePath, answer: 'All right.' });
  const msg = (...argv: string[]) => runMsg(['profiles', ...argv], { on: mock, home, env: {}, stdin: key });
  try {
    const base = `${mock.url.replace(basePath, '')}${basePath}`;
    const keyFlag = auth === 'none' ? [] : ['--key-stdin'];
    await msg('add', 'work', '--base-url', base, '--auth', auth, '-m', 'mock-1', ...keyFlag);
    const run = await msg('run', 'work', '--', process.execPath, '--input-type=module', '-e', script);
    expect([run.stderr, run.code]).toEqual(['', 42]);
    expect(mock.requests.at(-1)?.path).toBe(`${basePath}/v1/messages`);
  } finally {
    await mock.close();
    rmSync(home, { recursive: true, force: true });
  }
});
