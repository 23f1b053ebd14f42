// Choosing from a list: what the screen shows while it is open, and that nothing of it stays.
import { afterEach, expect, test } from 'vitest';
import { type FakeTerminal, fakeTerminal } from '../../fake-terminal.ts';
import { hostPrompt } from './prompt-host.ts';

const up = '\x1b[A';
const down = '\x1b[B';
const pageDown = '\x1b[6~';
const pageUp = '\x1b[5~';
const home = '\x1b[H';
const end = '\x1b[F';
const escapeKey = '\x1b';
const control = (letter: string): string => String.fromCharCode(letter.charCodeAt(0) - 96);

let terminal: FakeTerminal;
let ended: Promise<void>;
afterEach(async () => {
  terminal.type(`${control('c').repeat(3)}${control('d')}`);
  await ended;
  terminal.dispose();
});

/** A prompt in which a list of so many entries was asked for; the third of them is in use. */
async function open(count: number, size: { columns?: number; rows?: number } = {}): Promise<void> {
  terminal = fakeTerminal(size);
  ended = hostPrompt(terminal.streams, {}).then(terminal.end);
  await terminal.see('>');
  terminal.type(`pick ${count}\r`);
  await terminal.see(`entry: ▏  ${count}`);
}
const chosen = async (value: number | null): Promise<void> => {
  await terminal.see(new RegExp(`^> pick \\d+( late)?\\nchosen ${value}\\n>$`));
};
const selected = (): string | undefined => terminal.lines().find((line) => line.startsWith('▸ entry-'));

test('the list begins at what is in use, and Enter takes it; the screen is as it was', async () => {
  await open(4);
  await terminal.see(
    ['▸ entry: ▏  4', '  entry-1  odd', '  entry-2  even', '▸ entry-3  odd', '  entry-4  even'].join('\n'),
  );
  await terminal.see('type to narrow, Enter takes, Esc leaves');
  terminal.type('\r');
  await chosen(3);
  expect(terminal.output()).toMatch(/\x1b\[\?1049h[\s\S]*\x1b\[\?1049l\x1b\[\?25h/);
});

test.each([
  ['Down', down, 4],
  ['Up twice', up + up, 1],
  ['Up beyond the first', up.repeat(9), 1],
  ['Page Down', pageDown, 25],
  ['Page Down and Page Up', pageDown + pageUp, 3],
  ['End', end, 500],
  ['End, Up', end + up, 499],
  ['Home', home, 1],
  ['Ctrl-N', control('n'), 4],
  ['Ctrl-P', control('p'), 2],
])('%s moves in a list of 500', async (_, keys, value) => {
  await open(500);
  terminal.type(keys);
  await terminal.see(() => selected()?.startsWith(`▸ entry-${value} `) === true);
  terminal.type('\r');
  await chosen(value);
});

test('typing narrows, Backspace widens, Ctrl-U begins anew, and what fits not takes nothing', async () => {
  await open(500);
  terminal.type('42');
  await terminal.see(/entry: 42▏ {2}23 of 500\n▸ entry-42 /);
  terminal.type('0');
  await terminal.see(/entry: 420▏ {2}1 of 500\n▸ entry-420 {2}even\ntype to narrow/);
  terminal.type('\x7f');
  await terminal.see('entry: 42▏  23 of 500');
  terminal.type('zzz\r');
  await terminal.see(/entry: 42zzz▏ {2}0 of 500\nnothing fits/);
  terminal.type(`${control('u')}77\r`);
  await chosen(77);
});

test.each([
  ['Esc', escapeKey],
  ['Ctrl-C', control('c')],
  ['Ctrl-D', control('d')],
])('%s leaves without a choice, and the prompt is there again', async (_, key) => {
  await open(9);
  terminal.type('5');
  await terminal.see('entry: 5▏');
  terminal.type(key);
  await chosen(null);
  terminal.type('next\r');
  await terminal.see('got "next"');
});

test('what is typed before the list is there narrows it, and an early Enter waits for it', async () => {
  terminal = fakeTerminal();
  ended = hostPrompt(terminal.streams, {}).then(terminal.end);
  await terminal.see('>');
  terminal.type('pick 9 late\r7\r');
  await terminal.see('entry: 7▏  loading');
  terminal.streams.stdin.emit('late');
  await chosen(7);
});

test('a list that does not come can be left', async () => {
  terminal = fakeTerminal();
  ended = hostPrompt(terminal.streams, {}).then(terminal.end);
  await terminal.see('>');
  terminal.type('pick 9 late\r');
  await terminal.see('loading');
  terminal.type(control('c'));
  await chosen(null);
  terminal.streams.stdin.emit('late');
  terminal.type('on\r');
  await terminal.see('got "on"');
});

test.each([120, 80, 40, 20])('no row is longer than %i columns', async (columns) => {
  await open(500, { columns });
  for (const line of terminal.lines()) expect(line.length).toBeLessThan(columns);
  terminal.type(`${'x'.repeat(columns)}${control('u')}499\r`);
  await chosen(499);
});

test('a narrower and a lower terminal gets the list anew, once', async () => {
  await open(500, { columns: 120, rows: 24 });
  for (const [columns, rows, query] of [
    [40, 24, 'e'],
    [40, 8, 'en'],
    [100, 30, 'ent'],
  ] as const) {
    terminal.resize(columns, rows);
    terminal.type(query.slice(-1));
    await terminal.see(`entry: ${query}▏`);
    expect(terminal.lines().filter((line) => line.includes('entry-'))).toHaveLength(rows - 2);
    expect(terminal.lines().filter((line) => line.includes('entry:'))).toHaveLength(1);
  }
  terminal.type('\r');
  await chosen(1);
});

test('the end of a list on a small screen: nothing scrolls away', async () => {
  await open(500, { rows: 6 });
  expect(terminal.lines()).toHaveLength(6);
  terminal.type(`${end}\r`);
  await chosen(500);
});
