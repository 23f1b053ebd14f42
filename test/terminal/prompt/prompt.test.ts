// The line editor: what the user types and what the screen shows.
import { afterEach, expect, test } from 'vitest';
import { type FakeTerminal, fakeTerminal } from '../../fake-terminal.ts';
import { hostPrompt } from './prompt-host.ts';

const pasted = (text: string): string => `\x1b[200~${text}\x1b[201~`;
const up = '\x1b[A';
const down = '\x1b[B';
const left = '\x1b[D';
const altEnter = '\x1b\r';
const control = (letter: string): string => String.fromCharCode(letter.charCodeAt(0) - 96);

let terminal: FakeTerminal;
let ended: Promise<void>;
afterEach(async () => {
  // Out of a search, out of a text, out.
  terminal.type(`${control('c').repeat(3)}${control('d')}`);
  await ended;
  terminal.dispose();
});

/** A prompt with a history (oldest first), ready for input. */
async function open(
  options: { history?: string[]; columns?: number; rows?: number; env?: Record<string, string> } = {},
): Promise<void> {
  terminal = fakeTerminal(options);
  const env = { HISTORY: JSON.stringify(options.history ?? []), ...options.env };
  ended = hostPrompt(terminal.streams, env).then(terminal.end);
  await terminal.see('>');
}
const got = (text: string): string => `got ${JSON.stringify(text)}`;
/** The same where several lines came at once. */
const pasting = (text: string): string => `pasted ${JSON.stringify(text)}`;

test('Enter sends', async () => {
  await open();
  terminal.type('hello\r');
  await terminal.see('> hello\ngot "hello"\n>');
});

test.each([
  ['a backslash and Enter', '\\\r'],
  ['Alt+Enter', altEnter],
  ['Ctrl-J', '\n'],
])('%s inserts a line', async (_, key) => {
  await open();
  terminal.type(`one${key}`);
  await terminal.see((text) => text.endsWith('> one') && terminal.cursor().column === 0);
  terminal.type('two');
  await terminal.see('> one\ntwo');
  terminal.type('\r');
  await terminal.see(got('one\ntwo'));
});

test('Shift+Enter inserts a line once the terminal confirmed the kitty protocol', async () => {
  await open();
  await terminal.see(() => terminal.output().includes('\x1b[?u'));
  expect(terminal.output()).not.toContain('\x1b[>1u');
  terminal.type('\x1b[?0u');
  terminal.type('one\x1b[13;2utwo');
  await terminal.see('> one\ntwo');
  expect(terminal.output()).toContain('\x1b[>1u');
  terminal.type('\x1b[97;5uX\x1b[106;5u');
  await terminal.see('> one\nX\ntwo');
  terminal.type('\r');
  await terminal.see(got('one\nX\ntwo'));
  terminal.type('\x1b[100;5u');
  await ended;
  expect(terminal.output()).toContain('\x1b[<u\x1b[?2004l\x1b[?25h');
});

test.each([
  ['LF', '\n'],
  ['CR', '\r'],
  ['CR LF', '\r\n'],
])('a paste with %s never sends and keeps its lines', async (_, newline) => {
  await open();
  terminal.type(pasted(`one${newline}two${newline}`));
  await terminal.see('> one\ntwo');
  terminal.type('three\r');
  await terminal.see(pasting('one\ntwo\nthree'));
});

test('above 20 lines a paste is shown as a placeholder and sent whole', async () => {
  await open();
  const lines = Array.from({ length: 21 }, (_, index) => `line ${index} $& $1`).join('\n');
  terminal.type(`before ${pasted(lines)} after`);
  await terminal.see('> before [pasted 21 lines] after');
  terminal.type(pasted(lines));
  await terminal.see('after[pasted 21 lines #2]');
  terminal.type('\x7f');
  await terminal.see((text) => text.endsWith('> before [pasted 21 lines] after'));
  terminal.type('\r');
  await terminal.see(`got ${lines.length + 13} characters, 21 lines`);
});

test('a key that takes or passes a word takes or passes a whole placeholder', async () => {
  await open();
  const lines = Array.from({ length: 21 }, (_, index) => `line ${index}`).join('\n');
  terminal.type(`before ${pasted(lines)} after`);
  await terminal.see('> before [pasted 21 lines] after');
  terminal.type(`${'\x1bb'.repeat(2)}X`);
  await terminal.see('> before X[pasted 21 lines] after');
  terminal.type(`\x7f\x05${control('w').repeat(2)}`);
  await terminal.see(/> before ?$/);
  terminal.type('it\r');
  await terminal.see(got('before it'));
});

test('exactly 20 lines are shown as they are', async () => {
  await open({ rows: 30 });
  terminal.type(pasted(Array.from({ length: 20 }, (_, index) => `line ${index}`).join('\n')));
  await terminal.see('line 19');
  expect(terminal.text()).not.toContain('[pasted');
});

test('a paste whose end marker is lost does not freeze the prompt', async () => {
  await open();
  terminal.type('\x1b[200~one\rtwo');
  await terminal.see('> one\ntwo');
  terminal.type('!');
  await terminal.see('two!');
  terminal.type('\r');
  await terminal.see(pasting('one\ntwo!'));
});

test('control characters of a paste do not reach the screen', async () => {
  await open();
  terminal.type(pasted('a\x07b\x1b]0;title\x07c\td'));
  terminal.type('\r');
  await terminal.see(got('ab]0;titlec\td'));
});

test('Up and Down move inside the text first, then through the history', async () => {
  await open({ history: ['oldest', 'first\nsecond'] });
  terminal.type(`ab\ncd${up}X`);
  await terminal.see('> abX\ncd');
  terminal.type(up);
  await terminal.see((text) => text.endsWith('> first\nsecond'));
  terminal.type(up);
  terminal.type(up);
  await terminal.see((text) => text.endsWith('> oldest'));
  terminal.type(up);
  terminal.type(down);
  await terminal.see((text) => text.endsWith('> first\nsecond'));
  terminal.type(down);
  await terminal.see((text) => text.endsWith('> abX\ncd'));
});

test('what was sent is in the history', async () => {
  await open();
  terminal.type('remember me\r');
  await terminal.see(got('remember me'));
  terminal.type(`${up} again\r`);
  await terminal.see(got('remember me again'));
});

test('Ctrl-R searches, again goes to the older one, Enter sends it', async () => {
  await open({ history: ['deploy to staging', 'deploy to production', 'hello'] });
  terminal.type(`${control('r')}dep`);
  await terminal.see('history "dep": deploy to production');
  terminal.type(control('r'));
  await terminal.see('history "dep": deploy to staging');
  terminal.type('zzz');
  await terminal.see('no match "depzzz":');
  terminal.type('\x7f\x7f\x7f');
  await terminal.see((text) => text.endsWith('history "dep": deploy to production'));
  terminal.type('\r');
  await terminal.see(got('deploy to production'));
});

test('Ctrl-C leaves the search with the text as it was', async () => {
  await open({ history: ['deploy'] });
  terminal.type(`mine${control('r')}dep`);
  await terminal.see('history "dep": deploy');
  terminal.type(control('c'));
  await terminal.see((text) => text.endsWith('> mine'));
  terminal.type('\r');
  await terminal.see(got('mine'));
});

test.each([
  ['Ctrl-G', control('g')],
  ['Ctrl-X Ctrl-E', control('x') + control('e')],
])('%s opens the editor on the whole text', async (_, keys) => {
  await open({ env: { EDITOR: `sed -i 's/line/LINE/'`, VISUAL: '' } });
  const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`).join('\n');
  terminal.type(pasted(lines) + keys);
  await terminal.see((text) => text.includes('[pasted 30 lines #2]'));
  terminal.type('\r');
  await terminal.see(`got ${lines.length} characters, 30 lines`);
});

test('a failing editor is named and the text stays', async () => {
  await open({ env: { VISUAL: 'no-such-editor' } });
  terminal.type(`mine${control('g')}`);
  await terminal.see('The editor "no-such-editor" was not found');
  await terminal.see((text) => text.endsWith('> mine'));
  terminal.type('\r');
  await terminal.see(got('mine'));
});

test('Tab completes what is unique and lists what is not', async () => {
  await open();
  terminal.type('/p\t');
  await terminal.see('> /profile');
  terminal.type(`${control('u')}/m\t`);
  await terminal.see((text) => text.endsWith('> /mode'));
  terminal.type('\t\t');
  await terminal.see((text) => /\/model +\/mode/.test(text));
});

test('wide characters, emoji and combining marks are edited as one character each', async () => {
  await open();
  terminal.type(`你好👍🏽é${left}${left}X`);
  await terminal.see('你好X👍🏽é');
  terminal.type('\x7f\x7f');
  await terminal.see((text) => text.includes('> 你👍🏽é'));
  terminal.type('\x1b[3~\r');
  await terminal.see(got('你é'));
});

test('wide text that wraps keeps the cursor where it belongs', async () => {
  await open({ columns: 20 });
  terminal.type(`${'漢'.repeat(15)}${left.repeat(15)}a`);
  await terminal.see(`> a${'漢'.repeat(8)}`);
  terminal.type('\r');
  await terminal.see(`got "a${'漢'.repeat(7)}`);
});

test('a terminal without a width counts as 80 columns', async () => {
  await open({ columns: 0 });
  terminal.type(`${'a'.repeat(100)}${left.repeat(100)}b`);
  await terminal.see(`> b${'a'.repeat(77)}\n${'a'.repeat(23)}`);
  terminal.type('\r');
  await terminal.see(`got "b${'a'.repeat(74)}`);
});

/** Something that takes its time, until all of these keys were taken and this is being typed and queued. */
async function busyWith(keys: readonly string[], typing: string, queued: readonly string[]): Promise<void> {
  await open();
  terminal.type('busy\r');
  await terminal.see('answering');
  const wanted = JSON.stringify([typing, queued]);
  const taken = new Promise<void>((resolve) => {
    terminal.streams.stdin.on('typed', (...state: unknown[]) => {
      if (JSON.stringify(state) === wanted) resolve();
    });
  });
  // One read each: lines that come in one are a paste.
  for (const each of keys) terminal.type(each);
  await taken;
  terminal.streams.stdin.emit('answered');
}

test('Enter while an answer streams queues: one input after the other is taken, what has no Enter waits', async () => {
  await busyWith(['first\r', '/two\r', 'third\r', ' \r', 'not yet'], 'not yet', ['first', '/two', 'third']);
  await terminal.see(
    `stopped\n> first\n${got('first')}\n> /two\n${got('/two')}\n> third\n${got('third')}\n> not yet`,
  );
  terminal.type('!\r');
  await terminal.see(got('not yet!'));
});

test('Ctrl-C keeps what was queued as a draft, up to a command, which waits too', async () => {
  await open();
  terminal.type('busy\r');
  await terminal.see('answering');
  terminal.type(`first\rline\r/two\rbe${control('c')}`);
  await terminal.see('then: /two, be\n> first\nline');
  expect(terminal.text()).not.toContain('got');
  terminal.type('\r');
  await terminal.see(`${got('first\nline')}\nthen: be\n> /two`);
  terminal.type('\r');
  await terminal.see(`${got('/two')}\n> be`);
  terminal.type('hind\r');
  await terminal.see(got('behind'));
});

test('Up takes what was queued back, the last first, before what is being typed', async () => {
  await busyWith(['first\r', 'second\r', `third${up}!\r`, `${up}${up}${up}?\r`], '', [
    'first?\nsecond!\nthird',
  ]);
  await terminal.see(`stopped\n> first?\nsecond!\nthird\n${got('first?\nsecond!\nthird')}\n>`);
});

test('Enter queues the whole text, wherever the cursor stands, and Up moves in it first', async () => {
  await busyWith([`one\ntwo${up}X\r`], '', ['oneX\ntwo']);
  await terminal.see(got('oneX\ntwo'));
});

test('lines that come at once while an answer streams are a paste, and none of them is queued', async () => {
  await busyWith(
    ['a first line that was pasted\rand a second one\r'],
    'a first line that was pasted\nand a second one\n',
    [],
  );
  await terminal.see(/stopped\n> a first line that was pasted\nand a second one\n?$/);
});

test('Ctrl-C clears a draft and what was typed ahead behind it; Up finds all of it', async () => {
  await open({ history: ['old'] });
  terminal.type('busy\r');
  await terminal.see('answering');
  terminal.type(`first\r/two\rbe${control('c')}`);
  await terminal.see('then: /two, be\n> first');
  terminal.type(control('c'));
  await terminal.see((text) => text.endsWith('\n>'));
  for (const text of ['first', '/two', 'be', 'old']) {
    terminal.type(up);
    await terminal.see((screen) => screen.endsWith(`> ${text}`));
  }
});

test('two lines in one read are a paste when nobody types so much in that time', async () => {
  await open();
  terminal.type('const first = 1; // a line of code\rconst second = 2;');
  await terminal.see('code\nconst second');
  terminal.type('\r');
  await terminal.see(pasting('const first = 1; // a line of code\nconst second = 2;'));
  terminal.type('one\rtwo');
  await terminal.see(`${got('one')}\n> two`);
});

test('commands in one read are no paste', async () => {
  await open();
  terminal.type('/one\r/two\rthree');
  await terminal.see(`> /one\n${got('/one')}\n> /two\n${got('/two')}\n> three`);
});

test('a paste of several lines is never a command; of one it may be', async () => {
  await open();
  terminal.type(`${pasted('/one\rtwo')}\r`);
  await terminal.see(pasting('/one\ntwo'));
  terminal.type(`${pasted('/one\r\r')}\r`);
  await terminal.see(got('/one\n\n'));
});

test('a question is not answered by what was typed ahead', async () => {
  await open();
  terminal.type('/run question\ryes');
  await terminal.see('sure?');
  terminal.type('no\r');
  await terminal.see('answer {"kind":"text","text":"no","typed":"no","isPasted":false}\n> yes');
});

test('a prompt can begin with a text to edit', async () => {
  await open();
  terminal.type('prefilled\r');
  await terminal.see('> edit me');
  terminal.type('!\r');
  await terminal.see('got {"kind":"text","text":"edit me!","typed":"edit me!","isPasted":false}');
});

test('Ctrl-C clears a text, and is an interrupt on an empty line', async () => {
  await open();
  terminal.type(`text${control('c')}`);
  await terminal.see((text) => text.endsWith('>'));
  terminal.type(control('c'));
  await terminal.see('interrupt');
});
