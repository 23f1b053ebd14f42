// What stands inside a line and is shown as it is written: code between backticks, and math. Both may be cut
// anywhere, and neither may swallow the rest of the answer when its end never comes.
import { codeAt, lineEndFrom, runEnd, wait } from './scan.ts';

/** Reads from `at`; answers where it stopped, or `wait`. */
type Read = (source: string, at: number, isFinal: boolean) => number;

/** Where the pieces go. */
type VerbatimHandler = {
  /** The part of `source` from `from` to `to`. */
  slice(source: string, from: number, to: number): void;
  open(span: 'code'): void;
  close(span: 'code'): void;
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
  /** What ends the math that is open; empty outside. */
  mathEnd: string;
};

export type Verbatim = {
  /** At backticks: begins code, or shows them as text. */
  readonly openCode: Read;
  /** At the signs that open math, `$`, `$$`, `\\(` or `\\[`: shows them, and math goes on. */
  openMath(source: string, at: number, length: number): number;
  /** Goes on with what is open. */
  readonly read: Read;
  /** Code and math of a line end with it; math in display form goes on. */
  lineEnd(): void;
};

const newline = 0x0a;
const space = 0x20;
const mathEnds: Readonly<Record<string, string>> = { $: '$', $$: '$$', '\\(': '\\)', '\\[': '\\]' };

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

  const readMath: Read = (source, at, isFinal) => {
    const lineEnd = lineEndFrom(source, at);
    const found = source.indexOf(state.mathEnd, at);
    if (found >= 0 && found < lineEnd) {
      const end = found + state.mathEnd.length;
      state.mathEnd = '';
      return literal(source, at, end);
    }
    const isCut = lineEnd === source.length && !isFinal && source.endsWith(state.mathEnd.slice(0, 1));
    const end = isCut ? lineEnd - 1 : lineEnd;
    return end === at ? wait : literal(source, at, end);
  };

  return {
    openCode,
    openMath(source, at, length) {
      state.mathEnd = mathEnds[source.slice(at, at + length)] ?? '';
      return literal(source, at, at + length);
    },
    read: (source, at, isFinal) => (state.codeFence === 0 ? readMath : readCode)(source, at, isFinal),
    lineEnd() {
      if (state.codeFence !== 0) closeCode();
      if (state.mathEnd === '$' || state.mathEnd === '\\)') state.mathEnd = '';
    },
  };
}
