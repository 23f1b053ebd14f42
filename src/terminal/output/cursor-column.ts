// Where on its line the cursor stands after what was written, as far as that can be known. Pure.
import { graphemesOf, textWidth } from '../../text/width.ts';

type CursorColumn = {
  readonly pass: (written: string) => void;
  /** Columns that are certainly free from the cursor on; 0 where nobody knows. */
  readonly free: (columns: number) => number;
  /** Something else moved the cursor: nothing is known until a new line begins. */
  readonly lose: () => void;
};

const styles = /\x1b\[[\d;]*m|\x1b\]8;[^\x07\x1b]*(?:\x07|\x1b\\)/g;
const tabStop = 8;

/** Follows the cursor, which stands at the start of a line now. Measures only when it is asked. */
export function followCursor(): CursorColumn {
  let unmeasured = '';
  // Cells since the start of the line, wrapped rows included. Terminals disagree about pictures made of
  // several characters: they take the place of one, or each its own. The cursor is between the two.
  let joined = 0;
  let apart = 0;
  let measuredFor = 0;
  let isLost = false;

  const startLine = (rest: string): void => {
    unmeasured = rest;
    joined = 0;
    apart = 0;
    measuredFor = 0;
    isLost = false;
  };

  return {
    pass(written) {
      const newline = written.lastIndexOf('\n');
      if (newline !== -1) startLine(written.slice(newline + 1));
      else if (!isLost) unmeasured += written;
    },
    free(columns) {
      // The terminal may have wrapped the line anew, or not: they differ in that, too.
      if (measuredFor !== 0 && measuredFor !== columns) isLost = true;
      if (isLost) return 0;
      measuredFor = columns;
      const text = unmeasured.replace(styles, '');
      // Measured once up to the last space: no character is put together across it.
      const end = text.lastIndexOf(' ') + 1;
      joined = advance(joined, graphemesOf(text.slice(0, end)), columns);
      apart = advance(apart, text.slice(0, end), columns);
      unmeasured = text.slice(end);
      const cells = [
        advance(joined, graphemesOf(unmeasured), columns),
        advance(apart, unmeasured, columns),
      ] as const;
      const [row, otherRow] = [rowOf(cells[0], columns), rowOf(cells[1], columns)];
      return row === otherRow ? (row + 1) * columns - Math.max(...cells) : 0;
    },
    lose() {
      isLost = true;
    },
  };
}

/** A full row is still the row of the cursor: it goes to the next one with the next character. */
const rowOf = (cells: number, columns: number): number => Math.max(0, Math.ceil(cells / columns) - 1);

/** The cells after the pieces; NaN where nobody knows: behind a full row, terminals disagree what a tab does. */
function advance(from: number, pieces: Iterable<string>, columns: number): number {
  let cells = from;
  for (const piece of pieces) {
    const column = cells % columns;
    if (piece === '\t' && column === 0 && cells > 0) return Number.NaN;
    if (piece === '\t') cells += Math.min(tabStop - (column % tabStop), columns - 1 - column);
    else {
      const width = textWidth(piece);
      // What does not fit goes to the next row whole.
      if (column + width > columns) cells += columns - column;
      cells += width;
    }
  }
  return cells;
}
