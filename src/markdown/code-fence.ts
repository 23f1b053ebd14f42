// Reads fenced code: which lines are code and which one ends it. Lines go to the code layout as they come;
// only what could be the closing fence is held back.
import type { CodeLayout } from './code.ts';
import { skipQuoteMarks, skipSpace } from './line-start.ts';
import { runEnd, wait } from './scan.ts';

export type FenceOptions = {
  /** The signs that opened it. */
  readonly fence: string;
  /** Columns before it, which are taken away from every line. */
  readonly indent: number;
  /** Quotes it stands in: each line has as many marks, or ends it. */
  readonly quoteDepth: number;
};

export type FenceReader = {
  begin(options: FenceOptions): void;
  /** Reads from `at`; answers where it stopped, or `wait`. */
  read(source: string, at: number, isFinal: boolean): number;
  /** Whether the code has ended where reading stopped. */
  hasEnded(): boolean;
};

export function fenceReader(code: CodeLayout): FenceReader {
  let fence = '';
  let indent = 0;
  let quoteDepth = 0;
  let isAtLineStart = true;
  let hasEnded = false;

  /** Whether the line from `first` to `stop` closes the code; undefined while it has only begun to look like it. */
  const isClosing = (
    source: string,
    first: number,
    stop: number,
    isLineWhole: boolean,
  ): boolean | undefined => {
    if (first < stop && source.charCodeAt(first) !== fence.charCodeAt(0)) return false;
    const signsEnd = first === stop ? stop : Math.min(runEnd(source, first), stop);
    if (skipSpace(source, signsEnd) < stop) return false;
    return isLineWhole ? signsEnd - first >= fence.length : undefined;
  };

  /** Writes the whole lines above the next one that has a fence in it. */
  const readWholeLines = (source: string, at: number): number => {
    const found = source.indexOf(fence, at);
    const lineEnd = source.lastIndexOf('\n', found < 0 ? source.length : found);
    if (lineEnd <= at) return at;
    code.wholeLines(source.slice(at, lineEnd));
    return lineEnd + 1;
  };

  return {
    begin(options) {
      ({ fence, indent, quoteDepth } = options);
      isAtLineStart = true;
      hasEnded = false;
    },
    read(source, at, isFinal) {
      if (isAtLineStart && code.isPlain() && quoteDepth === 0 && indent === 0) {
        const next = readWholeLines(source, at);
        if (next > at) return next;
      }
      const lineEnd = source.indexOf('\n', at);
      const stop = lineEnd < 0 ? source.length : lineEnd;
      const isLineWhole = lineEnd >= 0 || isFinal;
      let textAt = at;
      if (isAtLineStart) {
        if (quoteDepth > 0 && !isLineWhole) return wait;
        const contentAt = skipQuoteMarks(source, at, quoteDepth);
        hasEnded = contentAt === undefined;
        if (contentAt === undefined) return at;
        const first = skipSpace(source, contentAt);
        const closing = isClosing(source, first, stop, isLineWhole);
        if (closing === undefined) return wait;
        hasEnded = closing;
        if (closing) return Math.min(stop + 1, source.length);
        textAt = Math.min(first, contentAt + indent);
        isAtLineStart = false;
      }
      if (stop > textAt) code.text(source.slice(textAt, stop));
      if (lineEnd < 0) return stop;
      code.lineEnd();
      isAtLineStart = true;
      return stop + 1;
    },
    hasEnded: () => hasEnded,
  };
}
