// Real clients through `msg tap`: what they print is what they print without it.
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startMock } from '../../src/mock/index.ts';
import { hasModules, python } from './python.ts';

const root = resolve(import.meta.dirname, '../..');
const clients = join(import.meta.dirname, 'clients');

type Outcome = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

function run(argv: readonly string[], env: Readonly<Record<string, string>>): Promise<Outcome> {
  const [program = '', ...words] = argv;
  const child = spawn(program, words, {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    texts.stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    texts.stderr += chunk.toString();
  });
  return new Promise((settle, reject) => {
    child.on('error', reject).on('close', (code) => settle({ code, ...texts }));
  });
}

/** The client by itself, and behind the tap; each against a mock that begins anew. */
async function bothWays(
  client: readonly string[],
): Promise<{ direct: Outcome; tapped: Outcome; seen: number }> {
  const key = 'sk-ant-api03-client-0123456789abcdef';
  const ask = async (argv: readonly string[], isTapped: boolean): Promise<[Outcome, number]> => {
    const mock = await startMock({ key });
    try {
      const env = { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: mock.url };
      const outcome = await run(
        isTapped ? [process.execPath, join(root, 'bin/msg.js'), 'tap', mock.url, '--', ...argv] : argv,
        env,
      );
      return [outcome, mock.requests.length];
    } finally {
      await mock.close();
    }
  };
  const [[direct, directly], [tapped, seen]] = await Promise.all([ask(client, false), ask(client, true)]);
  expect(seen).toBe(directly);
  return { direct, tapped, seen };
}

describe.concurrent('msg tap lets pass unchanged', () => {
  it.each([
    ['@anthropic-ai/sdk', ['sdk.mjs'], process.execPath],
    ['ai and @ai-sdk/anthropic', ['vercel.mjs'], process.execPath],
    ['anthropic (needs the Python package anthropic)', ['sdk.py'], python],
  ] as const)('%s', async (name, [script], program) => {
    if (program === python && !hasModules('anthropic')) {
      expect(process.env['CI'], 'the Python package anthropic is missing').not.toBe('true');
      return;
    }
    const { direct, tapped, seen } = await bothWays([program, join(clients, script)]);
    expect([direct.code, direct.stderr], name).toEqual([0, '']);
    expect(direct.stdout.split('\n').length).toBeGreaterThan(10);
    expect([tapped.code, tapped.stdout]).toEqual([0, direct.stdout]);
    expect(tapped.stderr).toContain(`${seen} exchanges`);
    expect(tapped.stderr).not.toContain('0123456789abcdef');
  });
});
