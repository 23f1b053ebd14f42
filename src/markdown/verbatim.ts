// What stands inside a line and is not Markdown: code between backticks, and math. Both may be cut anywhere, and
// neither may swallow the rest of the answer when its end never comes.
import { newline, space } from './characters.ts';
import { codeAt, isSpace, lineEndFrom, runEnd, wait } from './scan.ts';

/** Reads from `at`; answers where it stopped, or `wait`. */
type Read = (source: string, at: number, isFinal: boolean) => number;

/** Where the pieces go. */
type VerbatimHandler = {
  /** The part of `source` from `from` to `to`. */
  slice(source: string, from: number, to: number): void;
  open(span: 'code'): void;
  close(span: 'code'): void;
  /** LaTeX, and the signs it stood between. */
  math(tex: string, open: string, close: string): void;
};

/** What is open inside a line. A record of plain fields: to ask it costs no call. */
export type LineState = {
  /** The character code in front. */
  previous: number;
  /** Whether an address is being read, and how many brackets are open inside it. */
  isInUrl: boolean;
  urlBrackets: number;
  /** How many backticks opened code; none outside. */
  codeFence: number;
  /** What ends the math in display form that is open; empty outside. */
  mathEnd: string;
};

export type Verbatim = {
  /** At backticks: begins code, or shows them as text. */
  readonly openCode: Read;
  /** At the signs that may open math, `$`, `$$`, `\\(` or `\\[`. */
  openMath(source: string, at: number, length: number, isFinal: boolean): number;
  /** Goes on with what is open. */
  readonly read: Read;
  /** Code ends with its line; math in display form goes on. */
  lineEnd(): void;
};

const mathEnds: Readonly<Record<string, string>> = { $: '$', $$: '$$', '\\(': '\\)', '\\[': '\\]' };

/** Math on one line is held back up to its end, no longer than this. */
const longestMath = 400;
/** Two words of prose: a dollar sign before them is one. As soon as they are there, whatever follows. */
const prose = /^[^\\{}$]*[A-Za-z]{3,} [A-Za-z]{3,} /;

/** Code up to the one backtick that ends it: most code is there as a whole. */
const restOfCode = /[^`\n]+`(?=[^`])/y;

export function verbatimReader(handler: VerbatimHandler, state: LineState): Verbatim {
  const literal = (source: string, at: number, end: number): number => {
    if (end > at) handler.slice(source, at, end);
    return end;
  };
  const closeCode = (): void => {
    state.codeFence = 0;
    handler.close('code');
  };

  const openCode: Read = (source, at, isFinal) => {
    const end = runEnd(source, at);
    if (end === source.length && !isFinal) return wait;
    const next = codeAt(source, end);
    if (next === newline) return literal(source, at, end);
    // One space is padding: it lets code begin with a backtick.
    const textAt = next === space ? end + 1 : end;
    handler.open('code');
    restOfCode.lastIndex = textAt;
    if (end - at > 1 || !restOfCode.test(source)) {
      state.codeFence = end - at;
      return textAt;
    }
    literal(source, textAt, restOfCode.lastIndex - 1);
    handler.close('code');
    return restOfCode.lastIndex;
  };

  const readCode: Read = (source, at, isFinal) => {
    const lineEnd = lineEndFrom(source, at);
    const found = source.indexOf('`', at);
    const textEnd = found < 0 || found > lineEnd ? lineEnd : found;
    if (source.charCodeAt(textEnd) === newline) {
      // Code in prose does not span lines, and a stray backtick must not colour the rest of the answer.
      literal(source, at, textEnd);
      closeCode();
      return textEnd;
    }
    const end = textEnd === source.length ? textEnd : runEnd(source, textEnd);
    const isPadded = textEnd > at && source.charCodeAt(textEnd - 1) === space;
    if (end === source.length && !isFinal) {
      const shown = isPadded ? textEnd - 1 : textEnd;
      return shown === at ? wait : literal(source, at, shown);
    }
    if (end - textEnd !== state.codeFence) return literal(source, at, end);
    literal(source, at, isPadded && state.codeFence > 1 ? textEnd - 1 : textEnd);
    closeCode();
    return end;
  };

  /** A line of math in display form, up to its end or that of the math. */
  const readMath: Read = (source, at, isFinal) => {
    const lineEnd = lineEndFrom(source, at);
    if (lineEnd === source.length && !isFinal) return wait;
    const close = state.mathEnd;
    const found = source.indexOf(close, at);
    const isEnd = found >= 0 && found < lineEnd;
    handler.math(source.slice(at, isEnd ? found : lineEnd), '', isEnd ? close : '');
    if (!isEnd) return lineEnd;
    state.mathEnd = '';
    return found + close.length;
  };

  const openMath: Verbatim['openMath'] = (source, at, length, isFinal) => {
    const open = source.slice(at, at + length);
    const close = mathEnds[open] ?? '';
    const from = at + length;
    const lineEnd = lineEndFrom(source, at);
    const stop = Math.min(lineEnd, from + longestMath);
    const found = source.indexOf(close, from);
    const isWhole = found > from && found + close.length <= stop;
    const isInline = open === '$' || open === '\\(';
    if (isInline && prose.test(source.slice(from, isWhole ? found : stop))) return literal(source, at, from);
    if (isWhole) {
      const next = source.charCodeAt(found + 1);
      if (open === '$' && found + 1 === source.length && !isFinal) return wait;
      // As in Pandoc: `$5 and $6`.
      if (open === '$' && (isSpace(source.charCodeAt(found - 1)) || (next >= 0x30 && next <= 0x39)))
        return literal(source, at, from);
      handler.math(source.slice(from, found), open, close);
      return found + close.length;
    }
    if (stop === source.length && !isFinal && stop < from + longestMath) return wait;
    if (isInline || lineEnd > stop) return literal(source, at, from);
    // In display form it goes on in the lines below.
    state.mathEnd = close;
    handler.math(source.slice(from, lineEnd), open, '');
    return lineEnd;
  };

  return {
    openCode,
    openMath,
    read: (source, at, isFinal) => (state.codeFence === 0 ? readMath : readCode)(source, at, isFinal),
    lineEnd() {
      if (state.codeFence !== 0) closeCode();
    },
  };
}
