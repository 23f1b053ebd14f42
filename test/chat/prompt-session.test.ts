import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openKeptSession } from '../../src/chat/store/prompt-session.ts';
import { type Context, systemContext } from '../../src/context.ts';

let home: string;
let context: Context;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'msg-kept-'));
  const system = systemContext('0.0.0-test');
  context = { ...system, dirs: { config: home, state: home, home, working: home } };
});
afterEach(() => rmSync(home, { recursive: true }));

const open = (options: { continue?: boolean; session?: string }) =>
  openKeptSession(options, { model: 'claude-x' }, context, (text) => expect.fail(text));

it('goes on by name, and with the last one', async () => {
  expect(await open({})).toBe(undefined);
  await expect(open({ continue: true })).rejects.toMatchObject({ kind: 'usage' });
  const first = await open({ session: 'plan' });
  first?.writer.record({ message: { role: 'user', content: 'one' } });
  await first?.writer.close();
  const again = await open({ session: 'plan' });
  expect(again?.turns).toHaveLength(1);
  again?.writer.record({ message: { role: 'assistant', content: 'two' } });
  await again?.writer.close();
  const last = await open({ continue: true });
  expect(last?.turns.map(({ message }) => message.content)).toEqual(['one', 'two']);
  await last?.writer.close();
});

it('refuses what is no name, and two answers to one question', async () => {
  await expect(open({ session: 'no name' })).rejects.toMatchObject({ kind: 'usage' });
  await expect(open({ session: 'x', continue: true })).rejects.toMatchObject({ kind: 'usage' });
});
