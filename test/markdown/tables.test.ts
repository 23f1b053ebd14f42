// Tables: columns that are known before they are written, rows that come late, cells too few, too many or too wide.
import { describe, expect, it } from 'vitest';
import { markdownRenderer } from '../../src/markdown/markdown.ts';
import { plainTheme } from '../../src/text/theme.ts';
import { textWidth } from '../../src/text/width.ts';
import fc from '../fast-check.ts';
import { render, stillClock } from './markdown-screen.ts';

const rowsOf = (source: string, width = 40): string[] =>
  render([source], { theme: plainTheme, width, keepsWords: true }).trimEnd().split('\n');

/** A renderer whose time goes on when it is told to. */
function slowTable(width = 40) {
  let written = '';
  let now = 0;
  const sleepers: { readonly until: number; readonly wake: () => void }[] = [];
  const renderer = markdownRenderer({
    write: (text) => {
      written += text;
    },
    theme: plainTheme,
    width: () => width,
    keepsWords: () => true,
    clock: {
      now: () => now,
      sleep: (ms, signal) =>
        new Promise((wake, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
          sleepers.push({ until: now + ms, wake });
        }),
    },
  });
  const pass = async (ms: number): Promise<void> => {
    now += ms;
    for (const { until, wake } of sleepers) if (until <= now) wake();
    await new Promise((done) => setImmediate(done));
  };
  return { ...renderer, pass, rows: () => written.trimEnd().split('\n') };
}

const start = '| A | B |\n|---|---|\n';

describe('a table', () => {
  it('is as wide as what stands in it, the longest cell last', () => {
    expect(rowsOf(`${start}| 1 | 2 |\n| 3 | 4 |\n| 5 | 6 |\n| a long cell | 7 |\n`)).toEqual([
      'A           │ B',
      '────────────┼──',
      '1           │ 2',
      '3           │ 4',
      '5           │ 6',
      'a long cell │ 7',
    ]);
  });

  it('is shown when its rows took 2 s, and what comes later is folded', async () => {
    const { push, pass, rows, end } = slowTable(20);
    push(`${start}| 1 | 2 |\n| 3 | 4 |\n`);
    await pass(1_999);
    expect(rows()).toEqual(['']);
    await pass(1);
    const shown = ['A   │ B', '────┼──', '1   │ 2', '3   │ 4'];
    expect(rows()).toEqual(shown);
    push('| 5 | 6 |\n');
    expect(rows()).toEqual([...shown, '5   │ 6']);
    push('| five | six and seven |\n');
    end();
    expect(rows()).toEqual([...shown, '5   │ 6', 'fiv │ six and seven', 'e   │']);
  });

  it('is not shown before there are two rows, however long they take', async () => {
    const { push, pass, rows } = slowTable();
    push(`${start}| 1 | 2 |\n`);
    await pass(9_000);
    expect(rows()).toEqual(['']);
    push('| 3 | 4 |\n');
    expect(rows()).toHaveLength(4);
  });

  it('waits for itself only: the next has its own time', async () => {
    const { push, pass, rows } = slowTable();
    push(`${start}| 1 | 2 |\n| 3 | 4 |\n`);
    await pass(2_000);
    push(`\ntext\n\n${start}| 5 | 6 |\n`);
    await pass(1_000);
    expect(rows().at(-1)).toBe('text');
    push('| 7 | 8 |\n');
    await pass(1_000);
    expect(rows().slice(-2)).toEqual(['5   │ 6', '7   │ 8']);
  });

  it('is shown from its 200th row on, however fast it comes', () => {
    let written = '';
    const renderer = markdownRenderer({
      write: (text) => {
        written += text;
      },
      theme: plainTheme,
      width: () => 40,
      keepsWords: () => true,
      clock: stillClock,
    });
    renderer.push(start + '| 1 | 2 |\n'.repeat(199));
    expect(written).toBe('');
    renderer.push('| 1 | 2 |\n');
    expect(written.split('\n')).toHaveLength(202);
  });

  it('keeps its separators in one column, whatever comes when', async () => {
    const cell = fc.stringMatching(/^[a-z日]{1,12}( [a-z日]{1,12}){0,5}$/);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(cell, cell, cell), { minLength: 3, maxLength: 8 }),
        fc.integer({ min: 60, max: 120 }),
        async (rows, width) => {
          const { push, pass, end, rows: shown } = slowTable(width);
          push('| a | b | c |\n|---|---|---|\n');
          await pass(2_000);
          for (const row of rows) push(`| ${row.join(' | ')} |\n`);
          end();
          const places = shown().map((row) =>
            [...row.matchAll(/[│┼]/g)].map(({ index }) => textWidth(row.slice(0, index))),
          );
          for (const place of places) expect(place).toEqual(places[0]);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('a row', () => {
  it('with cells too few has all its bars', () => {
    expect(rowsOf('| A | B | C |\n|---|---|---|\n| 1 |\n| 1 | 2 |\n| 1 | 2 | 3 |\n')).toEqual([
      'A │ B │ C',
      '──┼───┼──',
      '1 │   │ ',
      '1 │ 2 │ ',
      '1 │ 2 │ 3',
    ]);
  });

  it('has rows within its cells where they have line breaks, none of them indented', () => {
    expect(rowsOf(`| A | B |\n|---|---|\n| 1 | ${'word '.repeat(6)}<BR> two |\n`, 24).slice(2)).toEqual([
      '1 │ word word word word',
      '  │ word word',
      '  │ two',
    ]);
  });

  it('with a pipe too many keeps it in its last cell, on the grid and as a record', () => {
    expect(rowsOf(`${start}| or | a | b |\n`).at(-1)).toBe('or │ a | b');
    expect(rowsOf(`${start}| or | a | ${'b '.repeat(20)} |\n`, 16)).toContain('B: a | b b b b b');
  });
});

describe('a table in quotes', () => {
  const quoted = (source: string): string => source.replace(/^/gm, '> > ');

  it.each([20, 40, 60])('and a rule take the columns beside the bars, of %i', (width) => {
    const rows = rowsOf(quoted(`| A | B |\n|---|---|\n| 1 | ${'word '.repeat(20)}|\n\n---`), width);
    expect(rows.every((row) => row.startsWith('│ │') && textWidth(row) <= width)).toBe(true);
    expect(rows.at(-1)).toBe(`│ │ ${'─'.repeat(Math.min(40, width - 4))}`);
  });

  it('is the record that a terminal as wide as the rest of the line has', () => {
    const source = '| Heading | Other heading |\n|---|---|\n| some words | other words that are long |';
    expect(rowsOf(quoted(source), 26)).toEqual(rowsOf(source, 22).map((row) => `│ │ ${row}`));
  });
});

describe('an address in a cell', () => {
  const address = 'https://example.com/a/path';

  it('makes its column as wide as itself, and others are folded for it', () => {
    expect(rowsOf(`${start}| ${address} | what is behind it, and why |\n`, 47)).toEqual([
      'A                          │ B',
      '───────────────────────────┼───────────────────',
      `${address} │ what is behind it,`,
      '                           │ and why',
    ]);
  });

  it('that has no room there makes a record of its row, and leaves the others as they are', () => {
    const rows = rowsOf(`${start}| one | 1 |\n| two | 2 |\n| ${address}/${'x'.repeat(20)} | 3 |\n`);
    expect(rows).toEqual([
      'A   │ B',
      '────┼──',
      'one │ 1',
      'two │ 2',
      `A: ${address}/${'x'.repeat(20)}`,
      'B: 3',
    ]);
  });

  it('that has no room in most rows makes records of all', () => {
    const long = `${address}/${'x'.repeat(20)}`;
    expect(rowsOf(`${start}| ${long} | 1 |\n| two | 2 |\n`)).toEqual([
      `A: ${long}`,
      'B: 1',
      '',
      'A: two',
      'B: 2',
    ]);
  });

  it('may stand far behind in its word', () => {
    const word = `documentation=${address}`;
    expect(rowsOf(`${start}| ${word} | a b c |\n`, 48).at(-1)).toBe(`${word} │ a b c`);
    expect(rowsOf(`${start}| ${word} | a b c |\n`, 47)).toEqual([`A: ${word}`, 'B: a b c']);
  });

  it('is not cut where it comes late', async () => {
    const { push, pass, rows, end } = slowTable();
    push(`${start}| 1 | 2 |\n| 3 | 4 |\n`);
    await pass(2_000);
    push(`| ${address} | 5 |\n| 6 | 7 |\n`);
    end();
    expect(rows().slice(-3)).toEqual([`A: ${address}`, 'B: 5', '6   │ 7']);
  });
});
