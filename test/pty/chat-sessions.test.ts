// Sessions of msg chat in processes of their own: two on one session, and one that was killed.
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Mock, startMock, streamReply } from '../../src/mock/index.ts';
import { binary } from '../built.ts';
import { openTerminal, type TestTerminal } from './terminal.ts';

let state: string;
let mock: Mock;
const terminals: TestTerminal[] = [];
beforeEach(async () => {
  state = mkdtempSync(join(tmpdir(), 'msg-sessions-'));
  mock = await startMock({ replies: [] });
});
afterEach(async () => {
  for (const terminal of terminals.splice(0)) terminal.close();
  await mock.close();
});

/** Starts a chat that shares the state directory with the others of the test. */
async function chat(...args: string[]): Promise<TestTerminal> {
  const terminal = openTerminal([process.execPath, binary, 'chat', ...args], {
    env: {
      MSG_BASE_URL: mock.url,
      MSG_API_KEY: 'sk-test',
      MSG_MODEL: 'mock-1',
      MSG_CONFIG_DIR: join(state, 'config'),
      MSG_STATE_DIR: state,
    },
  });
  terminals.push(terminal);
  await terminal.see('▸');
  return terminal;
}
/** One question and its answer. */
async function talk(terminal: TestTerminal, question: string, answer: string): Promise<void> {
  mock.reply(streamReply(answer));
  terminal.type(`${question}\r`);
  await terminal.see(new RegExp(`${answer}\\n+▸$`));
}
const files = (): string[] => {
  try {
    return readdirSync(join(state, 'sessions')).filter((name) => name.endsWith('.jsonl'));
  } catch {
    return [];
  }
};
const sent = (count: number): unknown[] =>
  (mock.requests[count - 1] as unknown as { json: { messages: { content: unknown }[] } }).json.messages.map(
    ({ content }) => content,
  );

test('a second process on one session goes on in a copy and says so', async () => {
  const first = await chat();
  await talk(first, 'one', 'Answer one.');
  const second = await chat('-c');
  await second.see('is open in another msg: going on in a copy');
  await talk(second, 'two', 'Answer two.');
  await talk(first, 'three', 'Answer three.');
  expect(sent(3)).toEqual(['one', [{ type: 'text', text: 'Answer one.' }], 'three']);
  expect(files()).toHaveLength(2);
});

test('after kill -9 a torn last line is repaired with a note', async () => {
  const first = await chat();
  await talk(first, 'one', 'Answer one.');
  first.signal('SIGKILL');
  await first.ended;
  const [file = ''] = files();
  const path = join(state, 'sessions', file);
  writeFileSync(path, `${readFileSync(path, 'utf8')}{"type":"turn","at":"2026-1`);
  const second = await chat('-c');
  await second.see('it was removed');
  await talk(second, 'two', 'Answer two.');
  expect(sent(2)).toEqual(['one', [{ type: 'text', text: 'Answer one.' }], 'two']);
});
