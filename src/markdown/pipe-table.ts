// Tables that grow: a row is written when it is complete, in columns that the heading and the first rows fix.
// What is written cannot be widened later, so a longer cell is folded within its column.

import { isAscii, type Theme } from '../text/theme.ts';
import { type Cell, type Columns, cellsOf, columnsFor, gapColumns } from './columns.ts';
import { delimiterRow } from './rows.ts';
import { type Output, styleCodes } from './style-spans.ts';
import type { CellDrawing } from './table-cells.ts';

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

export type TableOptions = {
  readonly theme: Theme;
  /** Columns of the terminal. */
  readonly width: () => number;
  readonly cells: CellDrawing;
  readonly startLine: (isApart: boolean) => void;
  readonly output: Output;
};

/** As many rows are looked at before the columns are fixed. */
const rowsLookedAt = 2;

const spaces = ' '.repeat(200);
const padding = (count: number): string =>
  count <= spaces.length ? spaces.slice(0, Math.max(0, count)) : ' '.repeat(count);

const noCell: Cell = { styled: '', width: 0 };

/** Draws one table after the other. Where the columns do not fit, each row becomes lines of `heading: value`. */
export function tableLayout({ theme, width, cells: drawing, startLine, output }: TableOptions): TableLayout {
  const dash = isAscii(theme) ? '-' : '─';
  const crossing = isAscii(theme) ? '-+-' : '─┼─';
  const [dimOn, dimOff] = styleCodes(theme).dim;
  const separator = theme.dim(` ${theme.glyphs.bar} `);
  let heading: string | undefined;
  let delimiter: string | undefined;
  let isTable = true;
  let columns: Columns | 'records' | undefined;
  let names: Cell[] = [];
  let firstRows: string[] = [];
  let isApart = true;
  let isBegun = false;

  const line = (text: string): void => {
    startLine(isApart);
    isApart = false;
    output.text += text;
  };

  /** One line of a row; `isOpen`: its first cell stands there already. */
  const writeLine = (cells: readonly Cell[], { widths, aligns }: Columns, isOpen: boolean): void => {
    let text = '';
    for (let index = 0; index < cells.length; index += 1) {
      const cell = cells[index] ?? noCell;
      const isLast = index === cells.length - 1;
      const room = (widths[index] ?? cell.width) - cell.width;
      const align = isOpen && index === 0 ? 'left' : (aligns[index] ?? 'left');
      const before = align === 'left' ? 0 : align === 'right' ? room : Math.floor(room / 2);
      if (index > 0) text += separator;
      if (!isLast || cell.width > 0) text += padding(before);
      if (!isOpen || index > 0) text += cell.styled;
      if (!isLast) text += padding(room - before);
    }
    if (isOpen) output.text += text;
    else line(text);
  };

  /** The width that a cell is folded to; the last column has what is left to the edge. */
  const roomOf = (index: number, { widths }: Columns): number => {
    if (index < widths.length - 1) return widths[index] ?? 1;
    const before = widths.slice(0, -1).reduce((sum, one) => sum + one + gapColumns, 0);
    return Math.max(widths.at(-1) ?? 1, width() - before);
  };

  /** `cells`: its texts, each on one line. */
  const writeRow = (
    texts: readonly string[],
    cells: readonly Cell[],
    areNames: boolean,
    at: Columns,
  ): void => {
    const isWhole = cells.every(
      (cell, index) => cell.width <= (at.widths[index] ?? 0) || cell.width <= roomOf(index, at),
    );
    if (isWhole && !texts.some((text) => text.includes('<br'))) {
      writeLine(cells, at, isBegun);
      isBegun = false;
      return;
    }
    const folded = texts.map((text, index) => drawing.fold(text, areNames, roomOf(index, at)));
    // What cannot be folded, an address, would push the columns behind it out of line.
    if (folded.some((rows, index) => rows.some((row) => row.width > roomOf(index, at)))) {
      writeRecord(texts, isApart);
      return;
    }
    const count = Math.max(...folded.map((rows) => rows.length));
    for (let row = 0; row < count; row += 1) {
      const cells = folded.map((rows) => rows[row] ?? noCell);
      writeLine(cells, at, isBegun);
      isBegun = false;
    }
  };

  /** Lines of `heading: value`; a longer value goes on below itself, and behind a long heading it stands below that. */
  const writeRecord = (texts: readonly string[], isNextApart: boolean): void => {
    for (const [index, text] of texts.entries()) {
      if (text === '') continue;
      const { styled, width: nameWidth } = names[index] ?? noCell;
      const isBeside = nameWidth + 2 <= width() / 2;
      const indent = nameWidth === 0 ? 0 : isBeside ? nameWidth + 2 : 2;
      const rows = drawing.fold(text, false, width() - indent).map((row) => row.styled);
      const first = nameWidth === 0 ? '' : `${styled}:${isBeside ? ' ' : ''}`;
      line(nameWidth === 0 || isBeside ? first + rows.shift() : first);
      for (const row of rows) line(padding(indent) + row);
    }
    isApart = isNextApart;
  };

  const drawCells = (texts: readonly string[], areNames: boolean): Cell[] =>
    texts.map((text, index) => drawing.line(text, areNames && !(isBegun && index === 0)));

  const writeHead = (
    headingLine: string,
    delimiterLine: string,
    rows: readonly string[],
    cells: readonly (readonly Cell[])[],
  ): void => {
    const nameTexts = cellsOf(headingLine);
    names = drawCells(nameTexts, true);
    const found = columnsFor([headingLine, delimiterLine, rows[0] ?? ''], names, cells, width());
    // The first name stands there as it is: its column must not be narrower.
    const isTooNarrow = found !== 'records' && isBegun && (found.widths[0] ?? 0) < (names[0]?.width ?? 0);
    columns = isTooNarrow ? 'records' : found;
    if (columns === 'records') {
      if (isBegun) for (const { styled } of names.slice(1)) output.text += separator + styled;
      isApart = isApart || isBegun;
      isBegun = false;
      return;
    }
    writeRow(nameTexts, names, true, columns);
    let dashes = '';
    for (const each of columns.widths) dashes += (dashes === '' ? '' : crossing) + dash.repeat(each);
    line(dimOn + dashes + dimOff);
  };

  const writeBody = (texts: readonly string[], cells: readonly Cell[]): void => {
    if (columns === 'records') writeRecord(texts, true);
    else if (columns !== undefined) writeRow(texts, cells, false, columns);
  };
  const writeFirst = (headingLine: string, delimiterLine: string): void => {
    const texts = firstRows.map(cellsOf);
    const cells = texts.map((row) => drawCells(row, false));
    writeHead(headingLine, delimiterLine, firstRows, cells);
    for (const [index, row] of texts.entries()) writeBody(row, cells[index] ?? []);
  };

  return {
    begin() {
      heading = undefined;
      delimiter = undefined;
      isTable = true;
      columns = undefined;
      firstRows = [];
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
      } else if (columns !== undefined) {
        const texts = cellsOf(text);
        writeBody(texts, columns === 'records' ? [] : drawCells(texts, false));
      } else {
        firstRows.push(text);
        if (firstRows.length === rowsLookedAt) writeFirst(heading, delimiter);
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
      else writeFirst(heading, delimiter);
    },
  };
}
