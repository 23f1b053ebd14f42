// What stands behind a streaming answer on a terminal: what is typed meanwhile, and how long nothing came.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { event, gate, type Mock, reset, type Script, streamReply } from '../../../src/mock/index.ts';
import { gatedReply } from '../../gated-reply.ts';
import type { MsgTerminal } from '../../msg-terminal.ts';
import { type ChatOptions, control, openChat, pasted } from './open-chat.ts';

const backspace = '\x7f';
const left = '\x1b[D';

let folder: string;
let mock: Mock;
let terminal: MsgTerminal;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'msg-tail-'));
});

/** An answer in pieces; between two of them it waits for the gate with the number of the first, from 1 on. */
const pieces = (...texts: string[]): Script => gatedReply(texts, String);

/** A chat whose server gives these replies, with the first question sent. */
async function ask(replies: Script[], options: ChatOptions = {}) {
  ({ mock, terminal } = await openChat({
    ...options,
    replies,
    working: folder,
    env: { COLORTERM: 'truecolor', ...options.env },
  }));
  await terminal.see(options.args?.includes('--plain') ? 'you:' : '▸');
  terminal.type('go\r');
}
/** The rows from the answer on. */
const answerRows = (): string[] =>
  terminal.lines().slice(terminal.lines().findIndex((row) => /▸ go$/.test(row)) + 2);

test('what is typed stands behind the answer, leaves no trace in it, and is in the prompt afterwards', async () => {
  await ask([pieces('Half ', 'whole, ', 'and more.')]);
  await terminal.see('Half');
  terminal.type('next');
  await terminal.see('\nHalf ▸ next');
  mock.open('1');
  await terminal.see('\nHalf whole, ▸ next');
  terminal.type(' question');
  await terminal.see('\nHalf whole, ▸ next question');
  expect(terminal.output()).toContain('\x1b[2m ▸ next question\x1b[22m');
  mock.open('2');
  await terminal.see(/\n▸ next question$/);
  expect(answerRows()).toEqual(['Half whole, and more.', '', '▸ next question']);
  expect(mock.requests).toHaveLength(1);
  mock.reply(streamReply('Second.'));
  terminal.type('!\r');
  await terminal.see('Second.');
  expect(mock.requests[1]?.json).toMatchObject({ messages: [{}, {}, { content: 'next question!' }] });
});

test('it can be edited, in several lines, and is sent by nobody else', async () => {
  await ask([pieces('Half ', 'whole.')]);
  await terminal.see('Half');
  terminal.type(`abx${backspace}c`);
  await terminal.see('Half ▸ abc');
  terminal.type(' wrong');
  terminal.type(control('w'));
  terminal.type('right');
  await terminal.see('Half ▸ abc right');
  terminal.type(`${control('u')}b${left}a\nc\t${control('d')}${control('r')}\n`);
  await terminal.see('Half ▸ a⏎c⏎b');
  terminal.type(pasted('line\n'.repeat(30)));
  await terminal.see('▸ a⏎c⏎[pasted 30 lines]b');
  mock.open('1');
  await terminal.see(/\n▸ a\nc\n\[pasted 30 lines\]b$/);
  expect(mock.requests).toHaveLength(1);
});

test('Enter queues what is typed, which is shown, and sent when the answer has come: messages and commands', async () => {
  const file = join(folder, 'a b.png');
  writeFileSync(file, Buffer.from('89504e470d0a1a0a', 'hex'));
  await ask([pieces('Half ', 'whole.'), streamReply('Seen.'), streamReply('Bye.')]);
  await terminal.see('Half');
  terminal.type(`/attach '${file}'\r`);
  await terminal.see(/Half queued: \/attach '\S+…/);
  for (const line of ['/detach\r', '/hlep\r', 'look at ./b.png and this\r', 'then that\r', 'not'])
    terminal.type(line);
  await terminal.see(/Half 5 queued: \/attach '\S+….* ▸ not$/);
  expect(mock.requests).toHaveLength(1);
  mock.open('1');
  await terminal.see(/Bye\.\n+▸ not$/);
  const squeezed = terminal.text().replace(/\n/g, '');
  expect(squeezed).toContain(`▸ /attach '${file}'attached for the next message: ${file}▸ /detach1 detached`);
  expect(terminal.text()).toContain('▸ /hlep\n/hlep is not a command: did you mean /help?');
  expect(terminal.text()).toMatch(/\n▸ look at \.\/b\.png and this\n\nSeen\.\n+▸ then that\n\nBye\.\n/);
  expect(answerRows()[0]).toBe('Half whole.');
  expect(
    mock.requests.map(({ json }) => (json as { messages: { content: unknown }[] }).messages.at(-1)),
  ).toEqual(['go', 'look at ./b.png and this', 'then that'].map((content) => ({ role: 'user', content })));
});

test('Up takes a queued message back; Ctrl-C ends the turn and keeps what is queued as a draft', async () => {
  await ask([pieces('Half ', 'whole.'), streamReply('Both.')]);
  await terminal.see('Half');
  terminal.type('first\rsecond\r');
  await terminal.see('Half 2 queued: first');
  terminal.type('\x1b[A');
  await terminal.see('Half queued: first ▸ second');
  terminal.type('!\r');
  await terminal.see(/Half 2 queued: first$/);
  terminal.type(control('c'));
  await terminal.see(/\/retry asks again\n+▸ first\nsecond!$/);
  expect(mock.requests).toHaveLength(1);
  terminal.type('\r');
  await terminal.see('Both.');
  expect(mock.requests[1]?.json).toMatchObject({ messages: [{}, {}, { content: 'first\nsecond!' }] });
});

test('behind an answer that failed nothing is sent by itself', async () => {
  const script = pieces('Half ', 'whole.');
  const gateAt = script.findIndex(({ step }) => step === 'gate');
  await ask([[...script.slice(0, gateAt + 1), reset]]);
  await terminal.see('Half');
  terminal.type('and then\r');
  await terminal.see('Half queued: and then');
  mock.open('1');
  await terminal.see(/\n▸ and then$/);
  expect(mock.requests).toHaveLength(1);
});

test('it is seen beside the spinner, behind thinking, and behind the answer', async () => {
  const answer = streamReply({
    content: [
      { type: 'thinking', thinking: 'Let me see.', signature: 's' },
      { type: 'text', text: 'Done.' },
    ],
  });
  const at = answer.findIndex(
    (step) => step.step === 'event' && (step.data as { type: string }).type === 'content_block_stop',
  );
  await ask([[gate('begin'), ...answer.slice(0, at), gate('text'), ...answer.slice(at)]], { columns: 40 });
  terminal.type('ahead');
  await terminal.see(/\S waiting.* ▸ ahead/);
  terminal.type(' of time, and longer than the line is');
  await terminal.see(/waiting.* ▸ …\S* longer than the line is/);
  mock.open('begin');
  await terminal.see(/Let me see\. ▸ ….*than the line is/);
  mock.open('text');
  await terminal.see('Done.');
  await terminal.see(/\n▸ ahead of time, and longer than the lin\ne is$/);
  expect(answerRows().slice(0, 3)).toEqual(['Let me see.', '', 'Done.']);
});

test('a silence in the midst of an answer is counted, with signs of life, and the next byte ends it', async () => {
  const script = pieces('Half', ' whole.');
  const at = script.findIndex(({ step }) => step === 'gate');
  const pings = [gate('pings'), event({ type: 'ping' }), event({ type: 'ping' })];
  await ask([[...script.slice(0, at), ...pings, ...script.slice(at)]]);
  await terminal.see('Half');
  mock.open('pings');
  const silence = /\nHalf … (\d+) s, the server is alive \(2\)/;
  await terminal.see(silence);
  const [, seconds = ''] = silence.exec(terminal.text()) ?? [];
  expect(Number(seconds)).toBeGreaterThanOrEqual(3);
  await terminal.see((text) => Number(silence.exec(text)?.[1]) > Number(seconds));
  terminal.type('ahead');
  await terminal.see(/Half … \d+ s, the server is alive \(2\) ▸ ahead/);
  mock.open('1');
  await terminal.see(/\n▸ ahead$/);
  expect(answerRows()).toEqual(['Half whole.', '', '▸ ahead']);
});

test('Ctrl-C cancels the turn and keeps both the partial answer and what was typed', async () => {
  await ask([pieces('Half', ' whole.')]);
  await terminal.see('Half');
  terminal.type('ahead');
  await terminal.see('Half ▸ ahead');
  terminal.type(control('c'));
  await terminal.see(/\n▸ ahead$/);
  expect(answerRows()).toEqual(['Half', 'interrupted: /continue goes on, /retry asks again', '', '▸ ahead']);
});

test('typing through a whole answer changes no row of it, and the cursor never moves up', async () => {
  const markdown =
    '# Title\n\n- one 漢字 two\n- ⭐ **bold** and `code`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```js\nlet a = 1;\n```\n\n' +
    '> quote\n\nA paragraph that is longer than a row of this terminal is wide: 漢字漢字漢字漢字 👍🏽 done.\n\n';
  const answer = streamReply(markdown.repeat(3));
  await ask([answer], { columns: 40 });
  await terminal.see(/done\.\n+▸$/);
  const expected = answerRows();

  const texts = markdown.repeat(3).match(/[\s\S]{1,7}/gu) ?? [];
  await ask([pieces(...texts)], { columns: 40 });
  await terminal.see('Title');
  const before = terminal.output().length;
  for (let piece = 1; piece < texts.length; piece++) {
    const typed = ['a', '漢', '👍🏽', ' '][piece % 4] ?? '';
    const drawn = terminal.output().length;
    terminal.type(typed);
    // The key has been taken when something was drawn for it; where a row is full nothing is.
    if (piece % 5 === 0) await terminal.see(() => terminal.output().length > drawn);
    mock.open(String(piece));
  }
  await terminal.see(/done\.\n+▸ a?漢/);
  expect(terminal.output().slice(before, terminal.output().lastIndexOf('done.'))).not.toMatch(
    /\x1b\[\d*[AFH]|\x1bM|\x1b\[\d+;\d+H/,
  );
  expect(terminal.output().slice(before)).toMatch(/\x1b7.*…/);
  expect(answerRows().slice(0, expected.length - 1)).toEqual(expected.slice(0, -1));
});

test.each([
  ['ASCII', 'x'.repeat(40)],
  ['wide', '漢'.repeat(20)],
])('an answer that ends at the last column keeps its last character (%s)', async (_, row) => {
  await ask([pieces(row.slice(0, -4), row.slice(-4), '')], { columns: 40 });
  await terminal.see(row.slice(0, -4));
  terminal.type('a');
  await terminal.see(() => terminal.output().includes('\x1b7'));
  mock.open('1');
  await terminal.see(`\n${row}`);
  terminal.type('b');
  terminal.type('c');
  mock.open('2');
  await terminal.see(/\n▸ abc$/);
  expect(answerRows()).toEqual([row, '', '▸ abc']);
});

test('a window that changes its width leaves the answer as it is', async () => {
  await ask([pieces('The answer stands here', ', whole.\nAnd', ' ends.')], { columns: 60 });
  await terminal.see('stands here');
  terminal.type('typed ahead, and quite long');
  await terminal.see('The answer stands here ▸ typed ahead, and quite long');
  terminal.resize(30, 24);
  await terminal.see(/The answer stands here$/);
  mock.open('1');
  await terminal.see(/\nAnd ▸ ….*ahead, and quite long/);
  mock.open('2');
  await terminal.see(/\n▸ typed ahead, and quite long$/);
  expect(answerRows().slice(0, 3)).toEqual(['The answer stands here, whole.', 'And ends.', '']);
});

test('a question of ours is not answered by what was typed ahead, which stays for the prompt', async () => {
  const tools = join(folder, 'tools.json');
  const command = [process.execPath, '-e', 'console.log("cold")'];
  writeFileSync(tools, JSON.stringify([{ name: 'lookup', input_schema: { type: 'object' }, command }]));
  const call = {
    content: [{ type: 'tool_use', id: 't1', name: 'lookup', input: {} }],
    stop_reason: 'tool_use',
  };
  await ask([[gate('begin'), ...streamReply(call)], pieces('It is', ' cold.')], { args: ['--tools', tools] });
  terminal.type('y and more');
  await terminal.see(/waiting.* ▸ y and more/);
  mock.open('begin');
  await terminal.see(/\nrun it\? \[y\/N, a: always in this session\]$/);
  terminal.type('y\r');
  await terminal.see('It is ▸ y and more');
  mock.open('1');
  await terminal.see(/It is cold\.\n+▸ y and more$/);
});

test('NO_COLOR: the same, not dimmed', async () => {
  await ask([pieces('Half', ' whole.')], { env: { NO_COLOR: '1' } });
  await terminal.see('Half');
  terminal.type('next');
  await terminal.see('Half ▸ next');
  expect(terminal.output()).not.toMatch(/\x1b\[[\d;]*m/);
  mock.open('1');
  await terminal.see(/Half whole\.\n+▸ next$/);
});

test('--plain and a stdout that is no terminal get nothing of it', async () => {
  await ask([pieces('Half', ' whole.')], { args: ['--plain'] });
  await terminal.see('assistant: Half');
  terminal.type('next');
  mock.open('1');
  await terminal.see(/assistant: Half whole\.\n+you: next$/);
  expect(terminal.output()).not.toMatch(/\x1b7|\x1b\[J[^▸]*Half/);

  let answers = '';
  await ask([pieces('Half', ' whole.')], {
    onStdout: (text) => {
      answers += text;
    },
  });
  await mock.reached('1');
  terminal.type('next');
  mock.open('1');
  await terminal.see(/\n▸ next$/);
  expect(terminal.output()).not.toContain('\x1b7');
  terminal.type(control('u') + control('d'));
  await terminal.see('go on with');
  expect(answers).toBe('Half whole.\n');
});
