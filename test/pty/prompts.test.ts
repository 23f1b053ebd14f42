// Values of a prompt on a real terminal: msg send and /t ask for what is missing.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Mock, startMock } from '../../src/mock/index.ts';
import { binary } from '../built.ts';
import { openTerminal, type TestTerminal } from './terminal.ts';

let folder: string;
let mock: Mock;
let terminal: TestTerminal;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'msg-pty-prompts-'));
  mkdirSync(join(folder, 'prompts'), { mode: 0o700 });
  writeFileSync(join(folder, 'prompts', 'say.md'), 'Say {{what}} in {{language=English}}, {{tone}}.');
  mock = await startMock({});
});
afterEach(async () => {
  terminal.close();
  await mock.close();
});

function open(...argv: string[]): void {
  terminal = openTerminal([process.execPath, binary, ...argv], {
    columns: 80,
    env: {
      MSG_BASE_URL: mock.url,
      MSG_API_KEY: 'sk-test',
      MSG_MODEL: 'm',
      MSG_CONFIG_DIR: folder,
      MSG_STATE_DIR: folder,
    },
  });
}
const questions = (): unknown[] =>
  mock.requests.map(({ json }) => (json as { messages: { content: unknown }[] }).messages.at(-1)?.content);

test('msg send -T asks for each value that is missing, until there is one', async () => {
  open('send', '-T', 'say', '-v', 'language=Danish');
  await terminal.see(/what:\s*$/);
  terminal.type('\r');
  await terminal.see(/what:\s+what:\s*$/);
  terminal.type('good morning\r');
  await terminal.see(/tone:\s*$/);
  terminal.type('kindly\r');
  const { exitCode } = await terminal.ended;
  expect(exitCode).toBe(0);
  expect(questions()).toEqual(['Say good morning in Danish, kindly.']);
});

test('Ctrl-C at the question sends nothing', async () => {
  open('send', '-T', 'say');
  await terminal.see(/what:\s*$/);
  terminal.type('\x03');
  const { exitCode } = await terminal.ended;
  expect(exitCode).toBe(130);
  expect(questions()).toEqual([]);
});

test('/t asks at the prompt of the chat', async () => {
  open('chat', '--no-save');
  await terminal.see(/▸ *$/);
  terminal.type('/t say tone=kindly\r');
  await terminal.see(/what:\s*$/);
  terminal.type('hello\r');
  await terminal.see('Say hello in English, kindly.');
  await terminal.see(() => mock.requests.length === 1);
  expect(questions()).toEqual(['Say hello in English, kindly.']);
});
