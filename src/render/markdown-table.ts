// Tables that grow: a row is written when it is complete, in columns that the heading and the first row fix.
// What is written cannot be widened later, so a longer cell pushes its row only as far as it must.
import { type Cell, type Columns, cellsOf, columnsFor } from './markdown-columns.ts';
import { inlineReader, isPlain } from './markdown-inline.ts';
import { inlineLayout } from './markdown-layout.ts';
import { skipQuoteMarks, skipSpace } from './markdown-line-start.ts';
import { wait } from './markdown-scan.ts';
import { type Output, styleCodes, styleSpans } from './style-spans.ts';
import { textWidth } from './text-width.ts';
import { asciiGlyphs, type Theme } from './theme.ts';

export type TableLayout = {
  /** Begins the next table. */
  begin(): void;
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
  readonly width: () => number;
  readonly drawCell: DrawCell;
  readonly startLine: (isApart: boolean) => void;
  readonly output: Output;
};

const delimiterRow = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;
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

/** The table has ended above. */
export const tableEnded = -2;

/**
 * Reads a line below the first, behind the marks of the quotes around: as long as they begin with a pipe, or
 * in a table without outer pipes have one. Answers where it stopped, `wait` or `tableEnded`.
 */
export function readRow(
  source: string,
  at: number,
  isFinal: boolean,
  table: TableLayout,
  quoteDepth: number,
  hasPipes: boolean,
): number {
  const contentAt = skipQuoteMarks(source, at, quoteDepth);
  const first = skipSpace(source, contentAt ?? at);
  if (first === source.length && !isFinal) return wait;
  if (contentAt === undefined || (hasPipes && source.charCodeAt(first) !== pipe)) return tableEnded;
  const lineEnd = source.indexOf('\n', first);
  if (lineEnd < 0 && !isFinal) return wait;
  const stop = lineEnd < 0 ? source.length : lineEnd;
  const line = source.slice(first, stop);
  if (!hasPipes && !line.includes('|')) return tableEnded;
  table.row(line);
  return Math.min(stop + 1, source.length);
}

const pipe = 0x7c;

const noCell: Cell = { styled: '', width: 0 };

/** Draws one table after the other. Where the columns do not fit, each row becomes lines of `heading: value`. */
export function tableLayout({ theme, width, drawCell, startLine, output }: TableOptions): TableLayout {
  const isAscii = theme.glyphs.bar === asciiGlyphs.bar;
  const dash = isAscii ? '-' : '─';
  const crossing = isAscii ? '-+-' : '─┼─';
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
    output.text += text;
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
    if (isBegun) output.text += text;
    else line(text);
    isBegun = false;
  };

  const writeRecord = (cells: readonly Cell[]): void => {
    for (let index = 0; index < cells.length; index += 1) {
      const cell = cells[index] ?? noCell;
      if (cell.width === 0) continue;
      const name = names[index];
      line(name === undefined || name.width === 0 ? cell.styled : `${name.styled}: ${cell.styled}`);
    }
    isApart = true;
  };

  const drawCells = (texts: readonly string[], areNames: boolean): Cell[] => {
    const cells: Cell[] = [];
    for (let index = 0; index < texts.length; index += 1) {
      cells.push(drawCell(texts[index] ?? '', areNames && !(isBegun && index === 0)));
    }
    return cells;
  };

  const writeHead = (headingLine: string, delimiterLine: string, first: string): void => {
    names = drawCells(cellsOf(headingLine), true);
    columns = columnsFor(
      [headingLine, delimiterLine, first],
      names,
      drawCells(cellsOf(first), false),
      width(),
    );
    if (columns === 'records') {
      if (isBegun) for (const { styled } of names.slice(1)) output.text += separator + styled;
      isApart = isApart || isBegun;
      isBegun = false;
      return;
    }
    writeRow(names, columns);
    let dashes = '';
    for (const each of columns.widths) dashes += (dashes === '' ? '' : crossing) + dash.repeat(each);
    line(theme.dim(dashes));
  };

  const body = (text: string): void => {
    const cells = drawCells(cellsOf(text), false);
    if (columns === 'records') writeRecord(cells);
    else if (columns !== undefined) writeRow(cells, columns);
  };

  return {
    begin() {
      heading = undefined;
      delimiter = undefined;
      isTable = true;
      columns = undefined;
      isApart = true;
      isBegun = false;
    },
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
        if (columns === undefined) writeHead(heading, delimiter, text);
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
      else writeHead(heading, delimiter, '');
    },
  };
}

/** Letters that mean nothing but themselves and take one column each: most cells, known by one search. */
const simpleCell = /^[A-Za-z0-9 .,;()+=%/'"-]*$/;

/** Draws cells as they will stand on the screen, and measures the columns they take there. */
export function cellDrawing(theme: Theme): DrawCell {
  const output: Output = { text: '' };
  let visible = '';
  const spans = styleSpans(output);
  const text = (piece: string): void => {
    visible += piece;
    spans.text(piece);
  };
  const inline = inlineLayout(theme, { ...spans, text }, () => text(' '));
  const reader = inlineReader(inline);
  const [nameOn, nameOff] = styleCodes(theme)('strong');
  return (source, isName) => {
    const isSimple = simpleCell.test(source);
    if (isSimple || isPlain(source)) {
      const styled = isName && source !== '' ? nameOn + source + nameOff : source;
      return { styled, width: isSimple ? source.length : textWidth(source) };
    }
    output.text = '';
    visible = '';
    if (isName) inline.open('strong');
    reader.read(source, 0, true);
    reader.reset();
    if (isName) inline.close('strong');
    spans.rest();
    return { styled: output.text, width: textWidth(visible.trimEnd()) };
  };
}
