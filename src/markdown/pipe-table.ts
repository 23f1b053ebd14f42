// Tables that grow: rows are held back for a moment, until the columns are known or have to be fixed. What is written
// cannot be widened later, so a longer cell of a row that comes later is folded within its column.

import type { Holder } from '../text/release-timer.ts';
import { isAscii, type Theme } from '../text/theme.ts';
import { type Cell, type CellRow, type Columns, cellsOf, columnsFor, gapColumns } from './columns.ts';
import { delimiterRow } from './rows.ts';
import { type Output, styleCodes } from './style-spans.ts';
import type { CellDrawing } from './table-cells.ts';

export type TableLayout = Holder & {
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
  /** Columns that a line may take. */
  readonly width: () => number;
  readonly cells: CellDrawing;
  readonly startLine: (isApart: boolean) => void;
  readonly output: Output;
};

/** Rows are held back no longer: by then most tables are over, or their first rows are there. */
export const longestTableWaitMs = 2_000;
/** However long they take, as many are looked at before the columns are fixed; and no more, however fast they come. */
const fewestRows = 2;
const mostRows = 200;

const spaces = ' '.repeat(200);
const padding = (count: number): string =>
  count <= spaces.length ? spaces.slice(0, Math.max(0, count)) : ' '.repeat(count);

const noCell: Cell = { styled: '', width: 0, addressWidth: 0 };

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
  let heldRows: string[] = [];
  let isApart = true;
  let isBegun = false;
  let columnCount = 0;
  let tableNumber = 0;
  let isOverdue = false;

  const line = (text: string): void => {
    startLine(isApart);
    isApart = false;
    output.text += text;
  };

  /** One line of a row; `isOpen`: its first cell stands there already. */
  const writeLine = (cells: readonly CellRow[], { widths, aligns }: Columns, isOpen: boolean): void => {
    let text = '';
    for (let index = 0; index < widths.length; index += 1) {
      const cell = cells[index] ?? noCell;
      const isLast = index === widths.length - 1;
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
    if (isWhole && !texts.some((text) => /<br/i.test(text))) {
      writeLine(cells, at, isBegun);
      isBegun = false;
      return;
    }
    // An address is not cut, and would push the columns behind it out of line.
    if (cells.some((cell, index) => cell.addressWidth > roomOf(index, at))) {
      writeRecord(texts, isApart);
      return;
    }
    const folded = texts.map((text, index) => drawing.fold(text, areNames, roomOf(index, at)));
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

  /** The cells of a line, in a table of so many columns. A pipe too many is one of the last cell's text. */
  const cellsIn = (text: string, count: number): string[] => {
    const texts = cellsOf(text);
    return texts.length <= count ? texts : [...texts.slice(0, count - 1), texts.slice(count - 1).join(' | ')];
  };

  const writeHead = (
    headingLine: string,
    delimiterLine: string,
    rows: readonly string[],
    cells: readonly (readonly Cell[])[],
    areAll: boolean,
  ): void => {
    const nameTexts = cellsOf(headingLine);
    names = drawCells(nameTexts, true);
    const found = columnsFor([headingLine, delimiterLine, rows[0] ?? ''], names, cells, width(), areAll);
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
  /** `areAll`: the table is over with them. */
  const writeHeld = (headingLine: string, delimiterLine: string, areAll: boolean): void => {
    columnCount = Math.max(cellsOf(headingLine).length, cellsOf(delimiterLine).length);
    const texts = heldRows.map((text) => cellsIn(text, columnCount));
    const cells = texts.map((row) => drawCells(row, false));
    writeHead(headingLine, delimiterLine, heldRows, cells, areAll);
    for (const [index, row] of texts.entries()) writeBody(row, cells[index] ?? []);
  };

  return {
    begin() {
      heading = undefined;
      delimiter = undefined;
      isTable = true;
      tableNumber += 1;
      isOverdue = false;
      columns = undefined;
      heldRows = [];
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
        const texts = cellsIn(text, columnCount);
        writeBody(texts, columns === 'records' ? [] : drawCells(texts, false));
      } else {
        heldRows.push(text);
        if (heldRows.length === (isOverdue ? fewestRows : mostRows)) writeHeld(heading, delimiter, false);
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
      else writeHeld(heading, delimiter, true);
    },
    waiting: () =>
      isTable && heading !== undefined && columns === undefined && !isOverdue ? tableNumber : 0,
    release() {
      isOverdue = true;
      if (heading !== undefined && delimiter !== undefined && heldRows.length >= fewestRows)
        writeHeld(heading, delimiter, false);
    },
  };
}
