// Tables that grow: a row is written when it is complete, in columns that the heading and the first row fix.
// What is written cannot be widened later, so a longer cell pushes its row only as far as it must.

import { isAscii, type Theme } from '../text/theme.ts';
import { textWidth } from '../text/width.ts';
import { wordFlow } from '../text/word-flow.ts';
import { type Cell, type Columns, cellsOf, columnsFor } from './columns.ts';
import { inlineReader, isPlain } from './inline.ts';
import { inlineLayout } from './layout.ts';
import { delimiterRow } from './rows.ts';
import { type Output, styleCodes, styleSpans } from './style-spans.ts';

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

/** Draws the text of a cell; names of columns stand out. `isSimple`: it means nothing but itself, in ASCII. */
export type DrawCell = (text: string, isName: boolean, isSimple: boolean) => Cell;

export type TableOptions = {
  readonly theme: Theme;
  /** Columns of the terminal. */
  readonly width: () => number;
  readonly drawCell: DrawCell;
  readonly startLine: (isApart: boolean) => void;
  readonly output: Output;
};

/** Characters that mean nothing but themselves and take one column each: most rows, known by one search. */
const simpleText = /^[A-Za-z0-9 .,;()+=%/'"|-]*$/;

const spaces = ' '.repeat(200);
const padding = (count: number): string =>
  count <= spaces.length ? spaces.slice(0, count) : ' '.repeat(count);

const noCell: Cell = { styled: '', width: 0 };

/** Draws one table after the other. Where the columns do not fit, each row becomes lines of `heading: value`. */
export function tableLayout({ theme, width, drawCell, startLine, output }: TableOptions): TableLayout {
  const dash = isAscii(theme) ? '-' : '─';
  const crossing = isAscii(theme) ? '-+-' : '─┼─';
  const [dimOn, dimOff] = styleCodes(theme).dim;
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
      if (before > 0) text += padding(before);
      if (!isBegun || index > 0) text += cell.styled;
      if (after > 0) text += padding(after);
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

  const drawCells = (row: string, areNames: boolean): Cell[] => {
    const isSimple = simpleText.test(row);
    return cellsOf(row).map((text, index) => drawCell(text, areNames && !(isBegun && index === 0), isSimple));
  };

  const writeHead = (headingLine: string, delimiterLine: string, first: string, cells: Cell[]): void => {
    names = drawCells(headingLine, true);
    columns = columnsFor([headingLine, delimiterLine, first], names, cells, width());
    if (columns === 'records') {
      if (isBegun) for (const { styled } of names.slice(1)) output.text += separator + styled;
      isApart = isApart || isBegun;
      isBegun = false;
      return;
    }
    writeRow(names, columns);
    let dashes = '';
    for (const each of columns.widths) dashes += (dashes === '' ? '' : crossing) + dash.repeat(each);
    line(dimOn + dashes + dimOff);
  };

  const writeBody = (cells: readonly Cell[]): void => {
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
        const cells = drawCells(text, false);
        if (columns === undefined) writeHead(heading, delimiter, text, cells);
        writeBody(cells);
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
      else writeHead(heading, delimiter, '', []);
    },
  };
}

/** Draws cells as they will stand on the screen, and measures the columns they take there. */
export function cellDrawing(theme: Theme): DrawCell {
  const output: Output = { text: '' };
  let visible = '';
  const spans = styleSpans(wordFlow({ output, columns: () => 0, keepsWords: () => false }));
  const text = (piece: string): void => {
    visible += piece;
    spans.text(piece);
  };
  const slice = (source: string, from: number, to: number): void => {
    visible += source.slice(from, to);
    spans.slice(source, from, to);
  };
  const inline = inlineLayout(theme, { ...spans, text, slice }, () => text(' '));
  const reader = inlineReader(inline);
  const [nameOn, nameOff] = styleCodes(theme).strong;
  return (source, isName, isRowSimple) => {
    const isSimple = isRowSimple || simpleText.test(source);
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
