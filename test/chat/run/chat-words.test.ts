// How lines of a chat break: words are whole, in answers, thinking and what is said beside them.
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Mock, type Script, streamReply } from '../../../src/mock/index.ts';
import { gatedReply } from '../../gated-reply.ts';
import { type MsgTerminal, openMsg } from '../../msg-terminal.ts';
import { type ChatOptions, openChat } from './open-chat.ts';

const prose =
  'Each request opened a transaction and waited inside it for payments, so that forty workers held forty connections.\n\n- A bounded wait fails early, and says so to whoever asked for it.\n\n> What queued were our own workers, all of them.\n';
/** The same in 40 columns. */
const wrappedProse = [
  'Each request opened a transaction and',
  'waited inside it for payments, so that',
  'forty workers held forty connections.',
  '',
  '• A bounded wait fails early, and says',
  '  so to whoever asked for it.',
  '',
  '│ What queued were our own workers, all',
  '│ of them.',
];

let mock: Mock;
let terminal: MsgTerminal;

/** A chat whose server gives these replies, at its prompt. */
async function open(replies: Script[], options: ChatOptions = {}) {
  ({ mock, terminal } = await openChat({
    columns: 40,
    ...options,
    replies,
    env: { COLORTERM: 'truecolor', ...options.env },
  }));
}
/** The rows between the question and the next prompt. */
const answerRows = (question = 'go'): string[] => {
  const rows = terminal.lines();
  const from = rows.lastIndexOf(`▸ ${question}`) + 2;
  return rows.slice(from, rows.lastIndexOf('▸')).join('\n').trimEnd().split('\n');
};
const answered = (question = 'go'): Promise<void> =>
  terminal.see((text) => text.includes(`▸ ${question}\n`) && /\n▸$/.test(text));

describe('an answer', () => {
  it('keeps its words whole, in the midst of streaming too, and moves the cursor nowhere but on', async () => {
    const texts = prose.split(/(?<=.{7})/s);
    await open([gatedReply([texts.slice(0, 9).join(''), ...texts.slice(9)], String)]);
    const before = terminal.output().length;
    terminal.type('go\r');
    for (let gate = 1; gate < texts.length; gate += 1) mock.open(String(gate));
    await answered();
    expect(answerRows()).toEqual(wrappedProse);
    const written = terminal.output().slice(before);
    expect(written.slice(written.indexOf('Each'), written.indexOf('of them.'))).not.toMatch(
      /\x1b\[\d*[AFHf]|\x1bM|\r(?!\n)/,
    );
  });

  it.each([
    ['--wrap off', { args: ['--wrap', 'off'] }],
    ['MSG_WRAP=off', { env: { MSG_WRAP: 'off' } }],
  ])('is left to the terminal with %s, and one line is one line', async (_, options) => {
    await open([streamReply(prose)], options);
    terminal.type('go\r');
    await answered();
    expect(terminal.output()).toContain(prose.split('\n')[0]);
  });

  it('follows /wrap', async () => {
    await open([streamReply(prose), streamReply(prose)]);
    terminal.type('/wrap off\r');
    await terminal.see('wrap: off');
    terminal.type('go\r');
    await answered();
    expect(answerRows()).not.toEqual(wrappedProse);
    terminal.type('/wrap\r');
    await terminal.see('wrap: words');
    terminal.type('on\r');
    await answered('on');
    expect(answerRows('on')).toEqual(wrappedProse);
  });

  it('goes on in the width of a window that changed', async () => {
    await open(
      [gatedReply(['one two three four five six seven ', 'eight nine ten eleven twelve thirteen'], String)],
      {
        columns: 30,
      },
    );
    terminal.type('go\r');
    await terminal.see(/^seven/m);
    terminal.resize(20, 24);
    mock.open('1');
    await answered();
    expect(answerRows().join('\n')).toMatch(/seven eight nine ten\neleven twelve\nthirteen$/);
  });
});

it('what is said beside answers keeps its words, too', async () => {
  await open([], { columns: 38 });
  terminal.type('/raw perhaps and more\r');
  await terminal.see('raw text is on or off');
  terminal.type('/help context\r');
  await terminal.see(/^\/context: how full the model's context\n {2}is$/m);
});

it('a failure of the command line keeps its words, and its commands in one piece', async () => {
  const terminal = openMsg(['send', '-P', 'wrok', 'hello'], { columns: 40 });
  onTestFinished(() => terminal.close());
  await terminal.ended;
  expect(terminal.lines().slice(-4)).toEqual([
    'msg: There is no profile "wrok" (from',
    '  --profile).',
    '  Next: msg profiles list, or',
    '        msg profiles add wrok',
  ]);
});
