// Reads lines of prose and headings: hands their text to the reader of what stands inside a line, and finds out
// when a line was the heading of a table without outer pipes.
import { newline, pipe } from './characters.ts';
import type { InlineReader } from './inline.ts';
import { headingTextEnd } from './line-start.ts';
import { scanBareTable } from './rows.ts';
import { wait } from './scan.ts';

/** Reads from `at`; answers where it stopped, or `wait`. */
export type ReadStep = (source: string, at: number, isFinal: boolean) => number;

export type ProseOptions = {
  readonly inline: InlineReader;
  /** The line is over. */
  readonly endLine: () => void;
  /** The line was the heading of a table: it is on the screen up to its first pipe, and can only be completed. */
  readonly openTable: (heading: string, delimiter: string) => void;
};

export type Prose = {
  /** A line begins. `mayBeTable`: a table may stand here. */
  begin(mayBeTable: boolean): void;
  beginHeading(): void;
  readonly readLine: ReadStep;
  readonly readHeading: ReadStep;
};

export function proseReader({ inline, endLine, openTable }: ProseOptions): Prose {
  let mayBeTable = false;
  /** What has been read of a line that may turn out to be the heading of a table. */
  let rowStart = '';
  let isHeadingEmpty = false;

  const readTable: ReadStep = (source, at, isFinal) => {
    const scan = scanBareTable(source, at, isFinal, rowStart);
    if (scan.kind === 'wait') return wait;
    mayBeTable = false;
    if (scan.kind === 'none') return at;
    openTable(rowStart + scan.rest, scan.delimiter);
    return scan.end;
  };

  return {
    begin(isPossible) {
      mayBeTable = isPossible;
      rowStart = '';
    },
    beginHeading() {
      isHeadingEmpty = true;
    },
    readLine(source, at, isFinal) {
      const stop = inline.read(source, at, isFinal, mayBeTable);
      const code = stop < source.length ? source.charCodeAt(stop) : 0;
      if (code === newline) {
        endLine();
        return stop + 1;
      }
      if (mayBeTable) {
        rowStart += source.slice(at, stop);
        if (code === pipe) {
          const next = readTable(source, stop, isFinal);
          return next === wait && stop > at ? stop : next;
        }
      }
      return stop === at ? wait : stop;
    },
    readHeading(source, at, isFinal) {
      const lineEnd = source.indexOf('\n', at);
      const textEnd = headingTextEnd(source, at, isHeadingEmpty);
      const text = textEnd < source.length ? source.slice(0, textEnd) : source;
      const stop = inline.read(text, at, isFinal || lineEnd >= 0);
      isHeadingEmpty &&= stop === at;
      if (lineEnd >= 0) {
        endLine();
        return lineEnd + 1;
      }
      if (isFinal) return source.length;
      return stop === at ? wait : stop;
    },
  };
}
