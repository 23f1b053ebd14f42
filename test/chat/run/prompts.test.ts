// `/t` in a chat: a kept prompt is filled, asked for what is missing, shown and sent; what it says of its answer holds
// for that question.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Mock, startMock } from '../../../src/mock/index.ts';
import { testKey } from '../../cli/run-msg.ts';
import { type MsgTerminal, openMsg } from '../../msg-terminal.ts';

let folder: string;
let mock: Mock;
let terminal: MsgTerminal | undefined;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'msg-chat-prompts-'));
  mkdirSync(join(folder, 'config', 'prompts'), { recursive: true, mode: 0o700 });
  mock = await startMock({});
});
afterEach(async () => {
  await terminal?.close();
  terminal = undefined;
  await mock.close();
});

const keep = (name: string, text: string): void =>
  writeFileSync(join(folder, 'config', 'prompts', `${name}.md`), text);
async function open(...args: string[]): Promise<MsgTerminal> {
  terminal = openMsg(['chat', ...args], {
    working: folder,
    columns: 120,
    env: { MSG_BASE_URL: mock.url, MSG_API_KEY: testKey, MSG_MODEL: 'mock-1', EDITOR: '' },
  });
  await terminal.see(/▸$/);
  return terminal;
}
type Body = Record<string, unknown> & { messages: { content: string }[] };
const bodies = (): Body[] => mock.requests.map(({ json }) => json as Body);
/** Waits for the answer to the n-th question, and for the next prompt. */
const answered = (count: number): Promise<void> =>
  terminal?.see((text) => mock.requests.length === count && /▸$/.test(text.trimEnd())) ?? Promise.resolve();

test('values stand in the line, quoted as in a shell; what follows them follows the prompt', async () => {
  keep('say', 'Say {{what}} in {{language=English}}.');
  const { type, see } = await open();
  type('/t say what="good morning" language=Danish and be kind\r');
  await see('▸ Say good morning in Danish.\n\nand be kind');
  await answered(1);
  expect(bodies()[0]?.messages).toMatchObject([{ content: 'Say good morning in Danish.\n\nand be kind' }]);
});

test('what is missing is asked for, and Ctrl-C sends nothing', async () => {
  keep('say', 'Say {{what}} in {{language}}.');
  const { type, see } = await open();
  type('/t say\r');
  await see(/what:\s*$/);
  type('\r');
  await see(/what:\s+what:\s*$/);
  type('hello\r');
  await see(/language:\s*$/);
  type('Danish\r');
  await see('▸ Say hello in Danish.');
  await answered(1);
  type('/t say what=x\r');
  await see(/language:\s*$/);
  type('\x03');
  await see(/▸$/);
  expect(mock.requests).toHaveLength(1);
});

test('front matter holds for its question, behind what was typed; the next one is as before', async () => {
  keep('p', '---\nmodel: prompt-model\nsystem: Be kind.\nmax-tokens: 77\neffort: low\n---\nGo.');
  const { type, see } = await open('--effort', 'max');
  type('/set max-tokens 55\r');
  await see(/max-tokens: 55/);
  type('/t p\r');
  await see('for this question: model prompt-model, system');
  await answered(1);
  type('/retry\r');
  await answered(2);
  type('hello\r');
  await answered(3);
  const asked = {
    model: 'prompt-model',
    system: 'Be kind.',
    max_tokens: 55,
    output_config: { effort: 'max' },
  };
  expect(bodies().slice(0, 2)).toMatchObject([asked, asked]);
  expect(bodies()[2]).toMatchObject({ model: 'mock-1', max_tokens: 55 });
  expect(bodies()[2]).not.toHaveProperty('system');
});

test('a file is a prompt too, a list lets one choose, and Tab completes names and variables', async () => {
  keep('review', 'Review {{what}} in {{language=English}}.');
  writeFileSync(join(folder, 'shared.md'), 'From a file.');
  const { type, see } = await open();
  type('/t ./shared.md\r');
  await see('▸ From a file.');
  await answered(1);
  type('/t re\t');
  await see(/▸ \/t review *$/);
  type('wh\t');
  await see(/▸ \/t review what= *$/);
  type('this\r');
  await see('▸ Review this in English.');
  await answered(2);
  type('/t\r');
  await see(/review +Review \{\{what\}\} in/);
  type('\r');
  await see(/what:\s*$/);
  type('that\r');
  await see('▸ Review that in English.');
  await answered(3);
});

test('mistakes are told in words of the chat', async () => {
  keep('say', 'Say {{what}}.');
  keep('bad', '---\nmax-tokens: many\n---\nx');
  const { type, see } = await open();
  type('/t sayy\r');
  await see(/There is no prompt "sayy"\. Did you mean say\?\s+\/t lists them/);
  type('/t say wat=x\r');
  await see(/The prompt say has no variable "wat"\..*\s+It has: what/);
  type('/t bad\r');
  await see(/line 2: max-tokens must be a whole number above 0/);
  expect(mock.requests).toEqual([]);
});

test('where no prompt is kept, that is said', async () => {
  const { type, see } = await open();
  type('/t\r');
  await see('no prompt is kept yet; in a shell: msg prompts add NAME');
});

test('a script is asked nothing: it is told what is missing, and goes on', async () => {
  keep('say', 'Say {{what}}.');
  const script = openMsg(['chat', '--no-save'], {
    working: folder,
    env: { MSG_BASE_URL: mock.url, MSG_API_KEY: testKey, MSG_MODEL: 'mock-1' },
    stdin: '/t\n/t say\n/t say what=hello\n',
  });
  terminal = script;
  await script.ended;
  expect(script.text()).toContain('say\n');
  expect(script.text().replace(/\s+/g, ' ')).toContain(
    'The prompt say needs a value for what. Example: /t say what=...',
  );
  expect(bodies().map(({ messages }) => messages[0]?.content)).toEqual(['Say hello.']);
});
