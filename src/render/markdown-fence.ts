// Reads fenced code: which lines are code and which one ends it. Lines go to the code layout as they come;
// only what could be the closing fence is held back.
import type { CodeLayout } from './markdown-code.ts';
import { skipQuoteMarks, skipSpace } from './markdown-line-start.ts';
import { runEnd, wait } from './markdown-scan.ts';

export type FenceOptions = {
  /** The signs that opened it. */
  readonly fence: string;
  /** Columns before it, which are taken away from every line. */
  readonly indent: number;
  /** Quotes it stands in: each line has as many marks, or ends it. */
  readonly quoteDepth: number;
  readonly code: CodeLayout;
};

/** Reads from `at`; answers where it stopped, whether the code has ended there, or `wait`. */
export type FenceReader = (source: string, at: number, isFinal: boolean) => { at: number; hasEnded: boolean };

export function fenceReader({ fence, indent, quoteDepth, code }: FenceOptions): FenceReader {
  const sign = fence.charCodeAt(0);
  let isAtLineStart = true;

  /** Whether the line from `first` to `stop` closes the code; undefined while it has only begun to look like it. */
  const isClosing = (
    source: string,
    first: number,
    stop: number,
    isLineWhole: boolean,
  ): boolean | undefined => {
    if (first < stop && source.charCodeAt(first) !== sign) return false;
    const signsEnd = first === stop ? stop : Math.min(runEnd(source, first), stop);
    if (skipSpace(source, signsEnd) < stop) return false;
    return isLineWhole ? signsEnd - first >= fence.length : undefined;
  };

  return (source, at, isFinal) => {
    const lineEnd = source.indexOf('\n', at);
    const stop = lineEnd < 0 ? source.length : lineEnd;
    const isLineWhole = lineEnd >= 0 || isFinal;
    let textAt = at;
    if (isAtLineStart) {
      if (quoteDepth > 0 && !isLineWhole) return { at: wait, hasEnded: false };
      const contentAt = skipQuoteMarks(source, at, quoteDepth);
      if (contentAt === undefined) return { at, hasEnded: true };
      const first = skipSpace(source, contentAt);
      const closing = isClosing(source, first, stop, isLineWhole);
      if (closing === undefined) return { at: wait, hasEnded: false };
      if (closing) return { at: Math.min(stop + 1, source.length), hasEnded: true };
      textAt = Math.min(first, contentAt + indent);
      isAtLineStart = false;
    }
    if (stop > textAt) code.text(source.slice(textAt, stop));
    if (lineEnd < 0) return { at: stop, hasEnded: false };
    code.lineEnd();
    isAtLineStart = true;
    return { at: stop + 1, hasEnded: false };
  };
}
