import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runMsg } from './run-msg.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'msg-doctor-target-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

it('offers to change a profile only when the address examined is its own', async () => {
  const env = { K: 'sk-test-canary-0123456789abcdef' };
  const add = [
    'profiles',
    'add',
    'work',
    '--base-url',
    'http://127.0.0.1:9',
    '--key-env',
    'K',
    '--model',
    'm',
  ];
  expect((await runMsg(add, { home, env })).code).toBe(0);
  const options = { home, env, mock: { auth: 'bearer' as const, key: env.K } };
  const other = await runMsg(['doctor', '{url}', '--api-key-env', 'K', '--free'], options);
  expect(other.code).toBe(10);
  expect(other.stdout).not.toContain('msg profiles set');
});
