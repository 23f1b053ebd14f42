// Tables that grow: a row is written when it is complete, in columns that the heading and the first row fix.
// What is written cannot be widened later, so a longer cell pushes its row only as far as it must.
import { inlineReader } from './markdown-inline.ts';
import { inlineLayout } from './markdown-layout.ts';
import { styleSpans } from './style-spans.ts';
import { textWidth } from './text-width.ts';
import { asciiGlyphs, type Theme } from './theme.ts';

export type TableLayout = {
  /** One line of the source, from pipe to pipe. */
  row(line: string): void;
  /** The table is over: writes what was held back. */
  end(): void;
};

export type TableOptions = {
  readonly theme: Theme;
  /** Columns of the terminal. */
  readonly width: number;
  readonly startLine: (isApart: boolean) => void;
  readonly write: (text: string) => void;
};

type Align = 'left' | 'right' | 'center';
type Cell = { readonly styled: string; readonly width: number };
type Columns = { readonly widths: readonly number[]; readonly aligns: readonly Align[] };

const delimiterRow = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;
/** Room that columns get beyond their first cells, where there is room, so that most later cells fit. */
const spareShare = 0.6;
const mostSpare = 16;

/** Draws one table. Where the columns do not fit, each row becomes lines of `heading: value`. */
export function tableLayout({ theme, width, startLine, write }: TableOptions): TableLayout {
  const isAscii = theme.glyphs.bar === asciiGlyphs.bar;
  const dash = isAscii ? '-' : '─';
  const separator = theme.dim(` ${theme.glyphs.bar} `);
  const drawCell = cellDrawing(theme);
  let heading: string | undefined;
  let delimiter: string | undefined;
  let isTable = true;
  let columns: Columns | 'records' | undefined;
  let names: Cell[] = [];
  let isApart = true;

  const line = (text: string): void => {
    startLine(isApart);
    isApart = false;
    write(text);
  };

  const writeRow = (cells: readonly Cell[], { widths, aligns }: Columns): void => {
    let text = '';
    let at = 0;
    let target = 0;
    for (const [index, cell] of cells.entries()) {
      const columnWidth = widths[index] ?? 0;
      const isLast = index === cells.length - 1;
      if (index > 0) {
        text += separator;
        at += 3;
        target += 3;
      }
      const room = Math.max(0, target + columnWidth - at - cell.width);
      const before = { left: 0, right: room, center: Math.floor(room / 2) }[aligns[index] ?? 'left'];
      const after = isLast ? 0 : room - before;
      text += ' '.repeat(before) + cell.styled + ' '.repeat(after);
      at += before + cell.width + after;
      target += columnWidth;
    }
    line(text);
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
    names = cellsOf(headingLine).map((text) => drawCell(text, true));
    const cells = first === undefined ? [] : cellsOf(first).map((text) => drawCell(text, false));
    columns = columnsFor([headingLine, delimiterLine, first ?? ''], names, cells, width);
    if (columns === 'records') return;
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
    end() {
      if (!isTable || heading === undefined || columns !== undefined) return;
      if (delimiter === undefined) line(heading);
      else begin(heading, delimiter, undefined);
    },
  };
}

/** How wide and how aligned the columns are; `records` where they would not fit. */
function columnsFor(
  lines: readonly string[],
  names: readonly Cell[],
  cells: readonly Cell[],
  width: number,
): Columns | 'records' {
  const rules = cellsOf(lines[1] ?? '');
  const count = Math.max(names.length, cells.length);
  const needed = Array.from({ length: count }, (_, index) =>
    Math.max(names[index]?.width ?? 0, cells[index]?.width ?? 0, 1),
  );
  const separators = 3 * (count - 1);
  const allButLast = needed.slice(0, -1).reduce((sum, each) => sum + each, separators);
  const last = needed.at(-1) ?? 0;
  // A long last cell may run over the edge, as any long line does; the columns before it may not.
  if (allButLast + Math.min(last, Math.floor(width / 3)) > width) return 'records';
  let spare = Math.max(0, width - allButLast - last);
  const widths = needed.map((each, index) => {
    if (index === count - 1) return Math.min(each, width - allButLast);
    const drawn = isDrawnAligned(lines) ? (rules[index]?.length ?? 0) - each : Math.ceil(each * spareShare);
    const more = Math.max(0, Math.min(drawn, mostSpare, spare));
    spare -= more;
    return each + more;
  });
  return { widths, aligns: rules.map(alignOf) };
}

/** Sources that keep their pipes in line know how wide their widest cell is. */
function isDrawnAligned(lines: readonly string[]): boolean {
  const pipes = lines.map((line) => [...line.matchAll(/\|/g)].map((match) => match.index).join());
  return pipes.length > 2 && pipes.every((each) => each === pipes[0]);
}

function alignOf(rule: string): Align {
  if (!rule.endsWith(':')) return 'left';
  return rule.startsWith(':') ? 'center' : 'right';
}

/** The cells of a line: pipes split, except those that are escaped or stand in code. */
function cellsOf(line: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let isCode = false;
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? '';
    if (character === '\\' && line[at + 1] === '|') {
      cell += '|';
      at += 1;
    } else if (character === '|' && !isCode) {
      cells.push(cell.trim());
      cell = '';
    } else {
      if (character === '`') isCode = !isCode && line.includes('`', at + 1);
      cell += character;
    }
  }
  cells.push(cell.trim());
  if (cells[0] === '') cells.shift();
  if (cells.at(-1) === '') cells.pop();
  return cells;
}

/** Draws cells as they will stand on the screen, and measures the columns they take there. */
function cellDrawing(theme: Theme): (text: string, isName: boolean) => Cell {
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
  return (source, isName) => {
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
