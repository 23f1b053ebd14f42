// Tables that grow: a row is written when it is complete, in columns that the heading and the first row fix.
// What is written cannot be widened later, so a longer cell pushes its row only as far as it must.
import { type Cell, type Columns, cellsOf, columnsFor } from './markdown-columns.ts';
import { inlineReader, isPlain } from './markdown-inline.ts';
import { inlineLayout } from './markdown-layout.ts';
import { skipQuoteMarks, skipSpace } from './markdown-line-start.ts';
import { wait } from './markdown-scan.ts';
import { styleCodes, styleSpans } from './style-spans.ts';
import { textWidth } from './text-width.ts';
import { asciiGlyphs, type Theme } from './theme.ts';

export type TableLayout = {
  /** One line of the source, from pipe to pipe. */
  row(line: string): void;
  /** The heading, of which the text before its first pipe is on the screen already. */
  complete(heading: string): void;
  /** The table is over: writes what was held back. */
  end(): void;
};

/** Draws the text of a cell; names of columns stand out. */
export type DrawCell = (text: string, isName: boolean) => Cell;

export type TableOptions = {
  readonly theme: Theme;
  /** Columns of the terminal. */
  readonly width: number;
  readonly drawCell: DrawCell;
  readonly startLine: (isApart: boolean) => void;
  readonly write: (text: string) => void;
};

const delimiterRow = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;
/** Reads from `at`; answers where it stopped, whether the table has ended there, or `wait`. */
export type TableReader = (source: string, at: number, isFinal: boolean) => { at: number; hasEnded: boolean };

/** A longer line is prose, and not held back because there is a pipe in it. */
const longestBareHeading = 300;

/** Whether the text before the pipe at `at` and what follows are the heading of a table without outer pipes. */
export function scanBareTable(
  source: string,
  at: number,
  isFinal: boolean,
  before: string,
): { kind: 'table'; rest: string; delimiter: string; end: number } | { kind: 'wait' } | { kind: 'none' } {
  const lineEnd = source.indexOf('\n', at);
  const rest = source.slice(at, lineEnd < 0 ? undefined : lineEnd);
  if (before.length + rest.length > longestBareHeading || (lineEnd < 0 && isFinal)) return { kind: 'none' };
  if (lineEnd < 0) return { kind: 'wait' };
  const nextEnd = source.indexOf('\n', lineEnd + 1);
  const delimiter = source.slice(lineEnd + 1, nextEnd < 0 ? undefined : nextEnd);
  if (delimiter.length > longestBareHeading || /[^-:| \t]/.test(delimiter)) return { kind: 'none' };
  if (nextEnd < 0 && !isFinal) return { kind: 'wait' };
  const isTable =
    delimiter.includes('|') &&
    delimiterRow.test(delimiter) &&
    cellsOf(delimiter).length === cellsOf(before + rest).length;
  if (!isTable) return { kind: 'none' };
  return { kind: 'table', rest, delimiter, end: nextEnd < 0 ? source.length : nextEnd + 1 };
}

/**
 * Reads the lines below the first, behind the marks of the quotes around: as long as they begin with a pipe, or
 * in a table without outer pipes have one.
 */
export function tableReader(table: TableLayout, quoteDepth: number, hasPipes: boolean): TableReader {
  return (source, at, isFinal) => {
    const contentAt = skipQuoteMarks(source, at, quoteDepth);
    const first = skipSpace(source, contentAt ?? at);
    if (first === source.length && !isFinal) return { at: wait, hasEnded: false };
    if (contentAt === undefined || (hasPipes && source[first] !== '|')) return { at, hasEnded: true };
    const lineEnd = source.indexOf('\n', first);
    if (lineEnd < 0 && !isFinal) return { at: wait, hasEnded: false };
    const stop = lineEnd < 0 ? source.length : lineEnd;
    const pipeAt = source.indexOf('|', first);
    if (pipeAt < 0 || pipeAt > stop) return { at, hasEnded: true };
    table.row(source.slice(first, stop));
    return { at: Math.min(stop + 1, source.length), hasEnded: false };
  };
}

const noCell: Cell = { styled: '', width: 0 };

/** Draws one table. Where the columns do not fit, each row becomes lines of `heading: value`. */
export function tableLayout({ theme, width, drawCell, startLine, write }: TableOptions): TableLayout {
  const isAscii = theme.glyphs.bar === asciiGlyphs.bar;
  const dash = isAscii ? '-' : '─';
  const separator = theme.dim(` ${theme.glyphs.bar} `);
  let heading: string | undefined;
  let delimiter: string | undefined;
  let isTable = true;
  let columns: Columns | 'records' | undefined;
  let names: Cell[] = [];
  let isApart = true;
  let isBegun = false;

  const line = (text: string): void => {
    startLine(isApart);
    isApart = false;
    write(text);
  };

  const writeRow = (cells: readonly Cell[], { widths, aligns }: Columns): void => {
    let text = '';
    let at = 0;
    let target = 0;
    for (let index = 0; index < cells.length; index += 1) {
      const cell = cells[index] ?? noCell;
      const columnWidth = widths[index] ?? 0;
      const isLast = index === cells.length - 1;
      if (index > 0) {
        text += separator;
        at += 3;
        target += 3;
      }
      const room = Math.max(0, target + columnWidth - at - cell.width);
      const align = isBegun && index === 0 ? 'left' : (aligns[index] ?? 'left');
      const before = align === 'left' ? 0 : align === 'right' ? room : Math.floor(room / 2);
      const after = isLast ? 0 : room - before;
      text += ' '.repeat(before) + (isBegun && index === 0 ? '' : cell.styled) + ' '.repeat(after);
      at += before + cell.width + after;
      target += columnWidth;
    }
    if (isBegun) write(text);
    else line(text);
    isBegun = false;
  };

  const writeRecord = (cells: readonly Cell[]): void => {
    for (const [index, cell] of cells.entries()) {
      if (cell.width === 0) continue;
      const name = names[index];
      line(name === undefined || name.width === 0 ? cell.styled : `${name.styled}: ${cell.styled}`);
    }
    isApart = true;
  };

  const begin = (headingLine: string, delimiterLine: string, first: string | undefined): void => {
    names = cellsOf(headingLine).map((text, index) => drawCell(text, !(isBegun && index === 0)));
    const cells = first === undefined ? [] : cellsOf(first).map((text) => drawCell(text, false));
    columns = columnsFor([headingLine, delimiterLine, first ?? ''], names, cells, width);
    if (columns === 'records') {
      if (isBegun)
        write(
          names
            .slice(1)
            .map(({ styled }) => separator + styled)
            .join(''),
        );
      isApart = isApart || isBegun;
      isBegun = false;
      return;
    }
    writeRow(names, columns);
    line(theme.dim(columns.widths.map((each) => dash.repeat(each)).join(isAscii ? '-+-' : '─┼─')));
  };

  const body = (text: string): void => {
    const cells = cellsOf(text).map((cell) => drawCell(cell, false));
    if (columns === 'records') writeRecord(cells);
    else if (columns !== undefined) writeRow(cells, columns);
  };

  return {
    row(text) {
      if (!isTable) line(text);
      else if (heading === undefined) heading = text;
      else if (delimiter === undefined) {
        if (delimiterRow.test(text)) {
          delimiter = text;
          return;
        }
        // Lines between pipes without the row of dashes are no table: shown as they are.
        isTable = false;
        line(heading);
        line(text);
      } else {
        if (columns === undefined) begin(heading, delimiter, text);
        body(text);
      }
    },
    complete(text) {
      heading = text;
      isBegun = true;
      isApart = false;
    },
    end() {
      if (!isTable || heading === undefined || columns !== undefined) return;
      if (delimiter === undefined) line(heading);
      else begin(heading, delimiter, undefined);
    },
  };
}

/** Draws cells as they will stand on the screen, and measures the columns they take there. */
export function cellDrawing(theme: Theme): DrawCell {
  let styled = '';
  let visible = '';
  const spans = styleSpans((piece) => {
    styled += piece;
  });
  const text = (piece: string): void => {
    visible += piece;
    spans.text(piece);
  };
  const inline = inlineLayout(theme, { ...spans, text }, () => text(' '));
  const reader = inlineReader(inline);
  const [nameOn, nameOff] = styleCodes(theme)('strong');
  return (source, isName) => {
    if (isPlain(source)) {
      const styled = isName && source !== '' ? nameOn + source + nameOff : source;
      return { styled, width: textWidth(source) };
    }
    styled = '';
    visible = '';
    if (isName) inline.open('strong');
    reader.read(source, 0, true);
    reader.reset();
    if (isName) inline.close('strong');
    spans.rest();
    return { styled, width: textWidth(visible.trimEnd()) };
  };
}
