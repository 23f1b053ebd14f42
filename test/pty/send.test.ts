// msg send on a real terminal: the spinner beside answers, thinking, retries, Ctrl-C and type-ahead.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import {
  end,
  errorReply,
  event,
  gate,
  head,
  type Mock,
  type Script,
  startMock,
} from '../../src/mock/index.ts';
import { binary } from '../built.ts';
import { openTerminal, type TestTerminal } from './terminal.ts';

let mock: Mock;
let terminal: TestTerminal;
afterEach(async () => {
  terminal.close();
  await mock.close();
});

async function send(
  replies: readonly Script[],
  argv: readonly string[] = [],
  env: Record<string, string> = {},
  launcher: readonly string[] = [],
) {
  mock = await startMock({ replies });
  terminal = openTerminal([...launcher, process.execPath, binary, 'send', 'hi', ...argv], {
    columns: 40,
    env: {
      MSG_BASE_URL: mock.url,
      MSG_API_KEY: 'sk-test',
      MSG_MODEL: 'm',
      MSG_CONFIG_DIR: '/nowhere',
      ...env,
    },
  });
}

const start = [head(), event({ type: 'message_start', message: { id: 'm', content: [] } })];
const open = (index: number, type: 'text' | 'thinking') =>
  event({ type: 'content_block_start', index, content_block: { type, [type]: '' } });
const delta = (index: number, type: 'text' | 'thinking', words: string) =>
  event({ type: 'content_block_delta', index, delta: { type: `${type}_delta`, [type]: words } });
const over = [
  event({ type: 'message_delta', delta: { stop_reason: 'end_turn' } }),
  event({ type: 'message_stop' }),
  end,
];
const spinning = 'waiting for the answer';

test('a slow answer replaces the spinner, and all of it stays on the screen', async () => {
  await send([
    [
      gate('first'),
      ...start,
      open(0, 'text'),
      delta(0, 'text', 'one '),
      gate('second'),
      delta(0, 'text', 'two '),
      gate('third'),
      delta(0, 'text', 'three'),
      ...over,
    ],
  ]);
  await terminal.see(spinning);
  mock.open('first');
  await terminal.see('one');
  mock.open('second');
  await terminal.see('one two');
  mock.open('third');
  expect((await terminal.ended).exitCode).toBe(0);
  expect(terminal.lines()).toEqual(['one two three']);
});

test('a terminal without a width has a spinner, and then the answer', async () => {
  const reply = [gate('first'), ...start, open(0, 'text'), delta(0, 'text', 'one'), ...over];
  await send([reply], [], {}, ['sh', '-c', 'stty cols 0; exec "$0" "$@"']);
  await terminal.see(spinning);
  mock.open('first');
  await terminal.see('one');
  expect((await terminal.ended).exitCode).toBe(0);
});

test('thinking stands above the answer, dim', async () => {
  await send([
    [
      gate('first'),
      ...start,
      open(0, 'thinking'),
      delta(0, 'thinking', 'Let me '),
      gate('second'),
      delta(0, 'thinking', 'see.'),
      open(1, 'text'),
      delta(1, 'text', 'Hello'),
      ...over,
    ],
  ]);
  await terminal.see(spinning);
  mock.open('first');
  await terminal.see('Let me');
  mock.open('second');
  expect((await terminal.ended).exitCode).toBe(0);
  expect(terminal.lines()).toEqual(['Let me see.', '', 'Hello']);
  expect(terminal.output()).toContain('\u001b[2mLet');
});

test('a retry is a line of its own above the next spinner', async () => {
  const failed: Script = [
    gate('first'),
    ...errorReply(529, 'overloaded_error', 'Busy', { headers: { 'retry-after': '0.5' } }),
  ];
  await send([failed, [gate('second'), ...start, open(0, 'text'), delta(0, 'text', 'Hello'), ...over]]);
  await terminal.see(spinning);
  mock.open('first');
  await terminal.see((text) => /Trying again.*waiting for the answer/s.test(text));
  mock.open('second');
  expect((await terminal.ended).exitCode).toBe(0);
  expect(terminal.text()).not.toContain(spinning);
  expect(terminal.lines()[0]).toMatch(/^msg: 529 from/);
  expect(terminal.lines().at(-1)).toBe('Hello');
});

test('Ctrl-C before the answer leaves one line; in the middle it keeps what came', async () => {
  await send([[gate('never'), end]]);
  await terminal.see(spinning);
  terminal.type('\u0003');
  expect((await terminal.ended).exitCode).toBe(130);
  expect(terminal.text().replace('^C', '')).toBe('msg: Interrupted.');
  terminal.close();
  await mock.close();

  await send([[...start, open(0, 'text'), delta(0, 'text', 'Half an answer'), gate('never'), end]]);
  await terminal.see('Half an answer');
  terminal.type('\u0003');
  expect((await terminal.ended).exitCode).toBe(130);
  expect(terminal.text()).toMatch(/^Half an answer(\^C)?\nmsg: Interrupted\./);
});

test('what is typed meanwhile does no harm', async () => {
  await send([[gate('first'), ...start, open(0, 'text'), delta(0, 'text', 'Hello'), ...over]]);
  await terminal.see(spinning);
  terminal.type('typed ahead\r');
  await terminal.see('typed ahead');
  mock.open('first');
  expect((await terminal.ended).exitCode).toBe(0);
  expect(terminal.lines().at(-1)).toBe('Hello');
});

test('a plain locale gets a plain spinner', async () => {
  await send([[gate('first'), ...start, open(0, 'text'), delta(0, 'text', 'Hello'), ...over]], [], {
    LANG: 'C',
  });
  await terminal.see(spinning);
  expect(terminal.text()).toMatch(/^[-\\|/] waiting/);
  mock.open('first');
  await terminal.ended;
  expect(terminal.lines()).toEqual(['Hello']);
});

test('the editor has the terminal, even between pipes', async () => {
  mock = await startMock({ replies: [[...start, open(0, 'text'), delta(0, 'text', 'Hello'), ...over]] });
  const folder = mkdtempSync(join(tmpdir(), 'msg-editor-'));
  const editor = join(folder, 'editor.sh');
  writeFileSync(editor, '[ -t 0 ] && [ -t 1 ] && echo "edited on a terminal" > "$1"\n');
  const line = `echo piped | "${process.execPath}" "${binary}" send -e | cat`;
  terminal = openTerminal(['/bin/sh', '-c', line], {
    env: { MSG_BASE_URL: mock.url, MSG_API_KEY: 'sk-test', MSG_MODEL: 'm', EDITOR: `sh ${editor}` },
  });
  await terminal.ended;
  expect(terminal.lines()).toEqual(['Hello']);
  expect(mock.requests[0]?.json).toMatchObject({
    messages: [{ content: 'edited on a terminal\n\n```\npiped\n```' }],
  });
});
