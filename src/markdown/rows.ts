// Reads the lines of tables: what is a heading without outer pipes, how far the rows go. How they are drawn is
// decided in markdown-table.ts.
import { pipe } from './characters.ts';
import { cellsOf } from './columns.ts';
import { skipQuoteMarks, skipSpace } from './line-start.ts';
import { wait } from './scan.ts';

/** The row of dashes below the heading. */
export const delimiterRow = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;
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
 * Reads one line below the heading, behind the marks of the quotes around. It belongs to the table when it begins
 * with a pipe (`hasPipes`), or has one in a table without outer pipes. Answers where it stopped, `wait` or
 * `tableEnded`.
 */
export function readRow(
  source: string,
  at: number,
  isFinal: boolean,
  table: { row(line: string): void },
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
