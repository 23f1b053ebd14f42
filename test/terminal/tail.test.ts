// The tail on the screen of a headless terminal: whatever is typed meanwhile, the answer stays what it is.
import xterm from '@xterm/headless';
import { expect, test } from 'vitest';
import { createTail, typedText } from '../../src/terminal/output/tail.ts';
import { plainTheme } from '../../src/text/theme.ts';
import fc from '../fast-check.ts';
import { useNodeWidths } from '../terminal-screen.ts';

/** A terminal, a tail on it, and what its rows show. */
function open(columns: number) {
  const terminal = new xterm.Terminal({ cols: columns, rows: 10, allowProposedApi: true, convertEol: true });
  useNodeWidths(terminal);
  let width = columns;
  const tail = createTail(
    {
      columns: () => width,
      unguarded: (text) => {
        terminal.write(text);
        return undefined;
      },
    },
    plainTheme,
  );
  return {
    tail,
    answer: (text: string) => terminal.write(tail.around(text)),
    resize: (next: number) => {
      width = next;
      terminal.resize(next, 10);
    },
    rows: async (): Promise<string[]> => {
      await new Promise<void>((resolve) => terminal.write('', resolve));
      const { active } = terminal.buffer;
      const rows = Array.from({ length: active.length }, (_, row) =>
        active.getLine(row)!.translateToString(true).trimEnd(),
      );
      while (rows.at(-1) === '') rows.pop();
      return rows;
    },
  };
}

test('the tail stands behind the cursor and goes with the next text', async () => {
  const { tail, answer, rows } = open(40);
  answer('An answer');
  tail.show([], 'next');
  expect(await rows()).toEqual(['An answer ▸ next']);
  answer(' goes on');
  expect(await rows()).toEqual(['An answer goes on ▸ next']);
  answer('.\nA line');
  expect(await rows()).toEqual(['An answer goes on.', 'A line ▸ next']);
  tail.show([], '');
  expect(await rows()).toEqual(['An answer goes on.', 'A line']);
});

test('one write takes the tail off, brings the text and draws it again', () => {
  const { tail, answer } = open(40);
  answer('a');
  tail.show([], 'x');
  expect(tail.around('b')).toBe('\x1b[Jb\x1b7\x1b[?7l ▸ x\x1b[?7h\x1b8');
  tail.show([], '');
  expect(tail.around('b')).toBe('b');
});

test('nothing is drawn where a row is full, and its last character stays', async () => {
  const { tail, answer, rows } = open(12);
  answer('eleven long');
  tail.show([], 'x');
  answer('!');
  expect(await rows()).toEqual(['eleven long!']);
  tail.show([], '');
  tail.show([], 'y');
  expect(await rows()).toEqual(['eleven long!']);
  answer(' So');
  expect(await rows()).toEqual(['eleven long!', ' So ▸ y']);
});

test('behind a tab on a full row nothing is drawn until a new line begins', async () => {
  const { tail, answer, rows } = open(11);
  answer('eleven long');
  answer('\tx');
  tail.show([], 'y');
  answer('0123456789');
  tail.show([], 'yz');
  expect(await rows()).toEqual(['eleven long', 'x0123456789']);
  answer('\n');
  expect(await rows()).toEqual(['eleven long', 'x0123456789', ' ▸ yz']);
});

test('notes stand before what is typed, and make way for it', async () => {
  const { tail, answer, rows } = open(40);
  answer('Text');
  tail.show(['… 4 s', 'the server is alive (2)'], '');
  expect(await rows()).toEqual(['Text … 4 s, the server is alive (2)']);
  tail.show(['… 4 s', 'the server is alive (2)'], 'abc');
  expect(await rows()).toEqual(['Text … 4 s ▸ abc']);
});

test('a terminal that becomes narrower keeps nothing of it', async () => {
  const { tail, answer, rows, resize } = open(40);
  answer('The answer is here');
  tail.show([], 'a long text typed ahead');
  expect(await rows()).toEqual(['The answer is here ▸ …g text typed ahead']);
  resize(25);
  tail.show([], 'a long text typed ahead!');
  expect(await rows()).toEqual(['The answer is here']);
  answer('.\nNext');
  expect(await rows()).toEqual(['The answer is here.', 'Next ▸ …text typed ahead!']);
});

test('where the cursor is lost, nothing is drawn until a new line begins', async () => {
  const { tail, answer, rows } = open(40);
  answer('Half');
  tail.show([], 'x');
  tail.lose();
  expect(await rows()).toEqual(['Half']);
  answer(' a line');
  expect(await rows()).toEqual(['Half a line']);
  answer('\n');
  expect(await rows()).toEqual(['Half a line', ' ▸ x']);
});

test('what was typed is shown on one line, its end when it is long', () => {
  const shown = (typed: string, columns: number): string => typedText(typed, columns, plainTheme.glyphs);
  expect(shown('', 40)).toBe('');
  expect(shown('one\ntwo\tthree', 40)).toBe(' ▸ one⏎two three');
  expect(shown('0123456789', 12)).toBe(' ▸ …23456789');
  expect(shown('0123456789', 5)).toBe(' …789');
  expect(shown('0123456789', 2)).toBe(' 9');
  expect(shown('0123456789', 1)).toBe('');
  expect(shown('漢字漢字漢字', 12)).toBe(' ▸ …漢字漢字');
  expect(shown('a👍🏽b👨‍👩‍👧c', 7)).toBe(' …b👨‍👩‍👧c');
});

test('the answer is on the screen what it is without a tail', async () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'word ',
      'a',
      ' ',
      '\n',
      '漢字',
      'é',
      'e\u0301',
      '👍🏽',
      '⭐',
      '👍🏽👨‍👩‍👧👍🏽',
      '\tx',
      '…',
    ),
    fc.constantFrom('\x1b[1mbold', '\x1b[22m', '\x1b]8;;http://x.test/\x1b\\link\x1b]8;;\x1b\\'),
    fc.integer({ min: 1, max: 30 }).map((length) => 'x'.repeat(length)),
  );
  const step = fc.record({
    text: piece,
    typed: fc.oneof(
      fc.constantFrom('', 'typed', 'ah漢👍🏽ead', 'a much longer text than fits\nhere'),
      fc.constantFrom('x'),
    ),
    notes: fc.constantFrom([], ['… 5 s'], ['… 5 s', 'the server is alive (1)']),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(fc.integer({ min: 8, max: 30 }), fc.array(step, { maxLength: 40 })),
      async ([columns, steps]) => {
        const [plain, tailed] = [open(columns), open(columns)];
        for (const { text, typed, notes } of steps) {
          tailed.tail.show(notes, typed);
          tailed.answer(text);
          plain.answer(text);
        }
        tailed.tail.show([], '');
        expect(await tailed.rows()).toEqual(await plain.rows());
      },
    ),
    { numRuns: 300 },
  );
});
