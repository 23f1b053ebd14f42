// What stands inside a line and is shown as it is written: code between backticks, and math. Both may be cut
// anywhere, and neither may swallow the rest of the answer when its end never comes.
import type { InlineHandler } from './markdown-inline.ts';
import { nextOnLine, runEnd, wait } from './markdown-scan.ts';

/** Reads from `at`; answers where it stopped, or `wait`. */
type Read = (source: string, at: number, isFinal: boolean) => number;

export type Verbatim = {
  /** At backticks: begins code, or shows them as text. */
  readonly openCode: Read;
  /** At the signs that open math, `$`, `$$`, `\\(` or `\\[`: shows them, and math goes on. */
  openMath(source: string, at: number, length: number): number;
  /** Goes on with what is open. */
  readonly read: Read;
  readonly isOpen: boolean;
  readonly isInsideMath: boolean;
  /** Code and math of a line end with it; math in display form goes on. */
  lineEnd(): void;
  blockEnd(): void;
};

const mathEnds: Readonly<Record<string, string>> = { $: '$', $$: '$$', '\\(': '\\)', '\\[': '\\]' };

export function verbatimReader(handler: InlineHandler): Verbatim {
  /** The backticks that opened code; empty outside. */
  let codeFence = '';
  /** What ends the math that is open; empty outside. */
  let mathEnd = '';

  const literal = (source: string, at: number, end: number): number => {
    if (end > at) handler.text(source.slice(at, end));
    return end;
  };
  const closeCode = (): void => {
    codeFence = '';
    handler.close('code');
  };

  const openCode: Read = (source, at, isFinal) => {
    const end = runEnd(source, at, '`');
    if (end === source.length && !isFinal) return wait;
    const next = source[end] ?? '\n';
    if (next === '\n') return literal(source, at, end);
    codeFence = source.slice(at, end);
    handler.open('code');
    // One space is padding: it lets code begin with a backtick.
    return next === ' ' ? end + 1 : end;
  };

  const readCode: Read = (source, at, isFinal) => {
    const textEnd = nextOnLine(source, at, '`');
    if (source[textEnd] === '\n') {
      // Code in prose does not span lines, and a stray backtick must not colour the rest of the answer.
      literal(source, at, textEnd);
      closeCode();
      return textEnd;
    }
    const end = runEnd(source, textEnd, '`');
    const isPadded = source[textEnd - 1] === ' ' && textEnd > at;
    if (end === source.length && !isFinal) {
      const shown = isPadded ? textEnd - 1 : textEnd;
      return shown === at ? wait : literal(source, at, shown);
    }
    if (end - textEnd !== codeFence.length) return literal(source, at, end);
    literal(source, at, isPadded && codeFence.length > 1 ? textEnd - 1 : textEnd);
    closeCode();
    return end;
  };

  const readMath: Read = (source, at, isFinal) => {
    const lineEnd = nextOnLine(source, at, '\n');
    const found = source.indexOf(mathEnd, at);
    if (found >= 0 && found < lineEnd) {
      const end = found + mathEnd.length;
      mathEnd = '';
      return literal(source, at, end);
    }
    const isCut = lineEnd === source.length && !isFinal && source.endsWith(mathEnd.slice(0, 1));
    const end = isCut ? lineEnd - 1 : lineEnd;
    return end === at ? wait : literal(source, at, end);
  };

  return {
    openCode,
    openMath(source, at, length) {
      mathEnd = mathEnds[source.slice(at, at + length)] ?? '';
      return literal(source, at, at + length);
    },
    read: (source, at, isFinal) => (codeFence === '' ? readMath : readCode)(source, at, isFinal),
    get isOpen() {
      return codeFence !== '' || mathEnd !== '';
    },
    get isInsideMath() {
      return mathEnd !== '';
    },
    lineEnd() {
      if (codeFence !== '') closeCode();
      if (mathEnd === '$' || mathEnd === '\\)') mathEnd = '';
    },
    blockEnd() {
      mathEnd = '';
    },
  };
}
