// What a line begins with, as far as the text that has come decides it. Pure; what follows from it is done in
// markdown-reader.ts.
import { backslash, backtick, isBlank, isVisible, space, tab } from './characters.ts';
import { runEnd } from './scan.ts';

export type LineKind =
  | 'wait'
  | 'blank'
  | 'quote'
  | 'text'
  | 'rule'
  | 'underline'
  | 'heading'
  | 'item'
  | 'fence'
  | 'table';

/** All kinds have all fields: one shape of object is what makes reading them fast. */
export type LineStart = {
  readonly kind: LineKind;
  /** The white space before it. */
  readonly indent: string;
  /** Where reading goes on. */
  readonly end: number;
  /** The signs of an item (`-`, `.`, `)`) or a fence, or the line of a table. */
  readonly signs: string;
  /** The number of an item, the level of a heading, the length of a rule or an underline; otherwise -1. */
  readonly number: number;
  /** What stands behind the signs of a fence. */
  readonly info: string;
};

/** A start of a line. */
export const lineStart = (
  kind: LineKind,
  indent: string,
  end: number,
  signs = '',
  number = -1,
  info = '',
): LineStart => ({
  kind,
  indent,
  end,
  signs,
  number,
  info,
});

/**
 * Reads the start of a line. `isInParagraph`: prose stands directly above, so that a number is no list unless
 * it is 1 ("in the year\n2024. After that"), as CommonMark has it; but below a list it is.
 */
export function scanLineStart(
  source: string,
  at: number,
  isFinal: boolean,
  isInParagraph: boolean,
  isBelowList: boolean,
): LineStart {
  let first = at;
  let indent = '';
  const code = source.charCodeAt(at);
  if (code === space || code === tab) {
    first = skipSpace(source, at);
    indent = source.slice(at, first);
  }
  if (first === source.length) return lineStart(isFinal ? 'blank' : 'wait', indent, first);
  switch (source.charCodeAt(first)) {
    case 0x0a:
      return lineStart('blank', indent, first + 1);
    case 0x23: // #
      return scanHeading(source, first, isFinal, indent);
    case 0x3e: // >
      return scanQuote(source, first, isFinal, indent);
    case 0x7c: // |
      return scanRow(source, first, isFinal, indent);
    case 0x2a: // *
    case 0x2b: // +
    case 0x2d: // -
    case 0x5f: // _
      return scanBullet(source, first, isFinal, indent);
    case 0x60: // `
    case 0x7e: // ~
      return scanFence(source, first, isFinal, indent);
    case 0x3d: // =
      return isInParagraph ? scanUnderline(source, first, isFinal, indent) : lineStart('text', indent, first);
    default:
      return isDigit(source.charCodeAt(first))
        ? scanNumber(source, first, isFinal, indent, isInParagraph && !isBelowList)
        : lineStart('text', indent, first);
  }
}

type Scan = (source: string, first: number, isFinal: boolean, indent: string) => LineStart;

/** Whether the line may go on where `source` ends, and what it will be is open. */
const isCutOff = (source: string, first: number, isFinal: boolean, undecided: RegExp): boolean =>
  !isFinal &&
  source.length - first < longestMarker &&
  source.indexOf('\n', first) < 0 &&
  matchAt(undecided, source, first) === source.length;

/** Where the match of a sticky expression at `at` ends; -1 without one. */
function matchAt(expression: RegExp, source: string, at: number): number {
  expression.lastIndex = at;
  return expression.test(source) ? expression.lastIndex : -1;
}

const headingMarker = /#{1,6}(?:[ \t]{1,200}|(?=\n))/y;
const headingCut = /#{1,6}[ \t]*/y;

const scanHeading: Scan = (source, first, isFinal, indent) => {
  if (isCutOff(source, first, isFinal, headingCut)) return lineStart('wait', indent, first);
  const end = matchAt(headingMarker, source, first);
  if (end < 0) return lineStart('text', indent, first);
  return lineStart('heading', indent, end, '', runEnd(source, first) - first);
};

const scanQuote: Scan = (source, first, isFinal, indent) => {
  if (first + 1 === source.length && !isFinal) return lineStart('wait', indent, first);
  return lineStart('quote', indent, source.charCodeAt(first + 1) === space ? first + 2 : first + 1);
};

const scanRow: Scan = (source, first, isFinal, indent) => {
  const stop = source.indexOf('\n', first);
  if (stop >= 0) return lineStart('table', indent, stop + 1, source.slice(first, stop));
  if (!isFinal) return lineStart('wait', indent, first);
  return lineStart('table', indent, source.length, source.slice(first));
};

const ruleSigns = /([-*_])(?:[ \t]*\1){2,}[ \t]*/y;
const underlineSigns = /=+[ \t]*/y;

const scanUnderline: Scan = (source, first, isFinal, indent) => {
  const end = matchAt(underlineSigns, source, first);
  const isText = end - first >= longestMarker || (end < source.length && source[end] !== '\n');
  if (isText) return lineStart('text', indent, first);
  if (end === source.length && !isFinal) return lineStart('wait', indent, first);
  return lineStart('underline', indent, Math.min(end + 1, source.length), '', runEnd(source, first) - first);
};

const bulletCut = /([-*_])(?:\1|[ \t])*|\+[ \t]*/y;
const bulletMarker = /[-*+][ \t]{1,200}(?=[^\s])/y;

const scanBullet: Scan = (source, first, isFinal, indent) => {
  const marker = source[first] ?? '';
  // Most items are known by these three characters.
  if (isTextBehind(source, first + 1) && marker !== '_' && source[first + 2] !== marker) {
    return lineStart('item', indent, first + 2, marker);
  }
  if (isCutOff(source, first, isFinal, bulletCut)) return lineStart('wait', indent, first);
  const ruleEnd = matchAt(ruleSigns, source, first);
  if (
    ruleEnd >= 0 &&
    ruleEnd - first < longestMarker &&
    (ruleEnd === source.length ? isFinal : source[ruleEnd] === '\n')
  ) {
    const { length } = source.slice(first, ruleEnd).trimEnd();
    return lineStart('rule', indent, Math.min(ruleEnd + 1, source.length), marker, length);
  }
  const end = matchAt(bulletMarker, source, first);
  if (end < 0) return lineStart('text', indent, first);
  return lineStart('item', indent, itemStart(first + 1, end), marker);
};

/** As CommonMark has it. */
const mostDigits = 9;
const numberCut = /\d{1,9}(?:[.)][ \t]*)?/y;
const numberMarker = /\d{1,9}[.)][ \t]{1,200}(?=[^\s])/y;

const scanNumber = (
  source: string,
  first: number,
  isFinal: boolean,
  indent: string,
  isInParagraph: boolean,
): LineStart => {
  let digitsEnd = first;
  let number = 0;
  for (; digitsEnd < first + mostDigits && isDigit(source.charCodeAt(digitsEnd)); digitsEnd += 1) {
    number = number * 10 + source.charCodeAt(digitsEnd) - zero;
  }
  const sign = source[digitsEnd] ?? '';
  // So are most numbers, without a search.
  const isItem = (sign === '.' || sign === ')') && isTextBehind(source, digitsEnd + 1);
  if (!isItem && isCutOff(source, first, isFinal, numberCut)) return lineStart('wait', indent, first);
  const end = isItem ? digitsEnd + 2 : matchAt(numberMarker, source, first);
  if (end < 0) return lineStart('text', indent, first);
  if (isInParagraph && number !== 1) return lineStart('text', indent, first);
  return lineStart('item', indent, itemStart(digitsEnd + 1, end), sign, number);
};

const displayMath = /^[ \t]*(\$\$|\\\[|\\\])[ \t]*$/;
const displayMathCut = /^[ \t]*(?:\$\$?|\\[[\]]?)?[ \t]*$/;
/** What is laid out by them is not. */
const environment = /^[ \t]*\\(?:begin|end)\{[a-zA-Z]+\*?\}(?:\{[a-z|]*\})?[ \t]*$/;

type MathEnd = '$$' | '\\]';

/**
 * A line that holds nothing but signs around math in display form. `end`: what ends the math that is open, empty
 * outside. Gives what ends math behind this line, `over` where the math does.
 */
export function scanMathEdge(
  source: string,
  at: number,
  isFinal: boolean,
  end: string,
): 'wait' | 'none' | 'over' | MathEnd {
  const first = source.charCodeAt(at);
  const code = first === space || first === tab ? source.charCodeAt(skipSpace(source, at)) : first;
  if (code !== dollar && code !== backslash) return 'none';
  const lineEnd = source.indexOf('\n', at);
  const stop = Math.min(lineEnd < 0 ? source.length : lineEnd, at + longestMarker);
  const line = source.slice(at, stop);
  if (lineEnd < 0 && !isFinal)
    return line.length < longestMarker && (end !== '' || displayMathCut.test(line)) ? 'wait' : 'none';
  const signs = displayMath.exec(line)?.[1];
  if (end !== '') return signs === end ? 'over' : environment.test(line) ? (end as MathEnd) : 'none';
  return signs === '$$' ? '$$' : signs === '\\[' ? '\\]' : 'none';
}

/** Fenced code opens at `at`, or inline code stands there, or just text. */
export function scanFence(source: string, at: number, isFinal: boolean, indent: string): LineStart {
  const sign = source.charCodeAt(at);
  if (sign !== backtick && sign !== tilde) return lineStart('text', indent, at);
  const signsEnd = runEnd(source, at);
  if (signsEnd === source.length && !isFinal) return lineStart('wait', indent, at);
  if (signsEnd - at < 3) return lineStart('text', indent, at);
  const lineEnd = source.indexOf('\n', signsEnd);
  const info = source.slice(signsEnd, lineEnd < 0 ? undefined : lineEnd);
  if (info.length >= longestInfo || (sign === backtick && info.includes('`'))) {
    return lineStart('text', indent, at);
  }
  if (lineEnd < 0 && !isFinal) return lineStart('wait', indent, at);
  const end = lineEnd < 0 ? source.length : lineEnd + 1;
  return lineStart('fence', indent, end, source.slice(at, signsEnd), -1, info.trim());
}

/** A task list's box at `at`, with the space behind it. */
export function scanCheckbox(
  source: string,
  at: number,
  isFinal: boolean,
): 'checked' | 'unchecked' | 'wait' | 'none' {
  if (at < source.length && source.charCodeAt(at) !== 0x5b) return 'none';
  const rest = source.slice(at, at + checkboxLength);
  if (/^\[[ xX]\][ \t]/.test(rest)) return rest[1] === ' ' ? 'unchecked' : 'checked';
  return !isFinal && /^(?:\[(?:[ xX]\]?)?)?$/.test(rest) ? 'wait' : 'none';
}

/** `[x] ` */
export const checkboxLength = 4;

/** The language a fence names: the first word of what stands behind its signs, as in `js`, `js {1,3}` and `{.js}`. */
export const languageOf = (info: string): string =>
  /[^\s{},.:][^\s{},:]*/.exec(info)?.[0].toLowerCase() ?? '';

/** Where the text of a line begins behind its quote marks; undefined when it has fewer than `depth`. */
export function skipQuoteMarks(source: string, at: number, depth: number): number | undefined {
  let end = at;
  for (let mark = 0; mark < depth; mark += 1) {
    end = skipSpace(source, end);
    if (source.charCodeAt(end) !== quoteMark) return undefined;
    end += source.charCodeAt(end + 1) === space ? 2 : 1;
  }
  return end;
}

/**
 * Where the text of a heading ends: a closing run of `#` is not shown, nor what may become one.
 * `isEmpty`: none of its text stands before `at`.
 */
export function headingTextEnd(source: string, at: number, isEmpty: boolean): number {
  const lineEnd = source.indexOf('\n', at);
  const stop = lineEnd < 0 ? source.length : lineEnd;
  let end = stop;
  while (end > at && isBlank(source.charCodeAt(end - 1))) end -= 1;
  const closing = closingStart(source, at, end);
  // White space has to stand in front of the run, unless the heading is empty.
  return closing === undefined || (closing === at && !isEmpty && !isBlank(source.charCodeAt(at)))
    ? end
    : closing;
}

/** Where a run of `#` before `end` begins, with the white space in front of it. */
function closingStart(source: string, at: number, end: number): number | undefined {
  let start = end;
  while (start > at && source[start - 1] === '#') start -= 1;
  if (start === end) return undefined;
  const textEnd = start;
  while (start > at && isBlank(source.charCodeAt(start - 1))) start -= 1;
  return start === textEnd && start > at ? undefined : start;
}

export function skipSpace(source: string, at: number): number {
  for (let end = at; end < source.length; end += 1) {
    const code = source.charCodeAt(end);
    if (code !== space && code !== tab) return end;
  }
  return source.length;
}

const quoteMark = 0x3e;
const dollar = 0x24;
const tilde = 0x7e;
const zero = 0x30;
/** Whether one space stands at `at`, and a letter or a sign behind it: so it is behind most markers. */
const isTextBehind = (source: string, at: number): boolean =>
  source.charCodeAt(at) === space && isVisible(source.charCodeAt(at + 1));
const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/** More than any marker needs; a rule longer than this is text. */
const longestMarker = 256;
const longestInfo = 200;

/** Up to four spaces belong to a marker; more would be code inside the item, which nobody means. */
const itemStart = (signsEnd: number, textStart: number): number =>
  textStart - signsEnd > 4 ? signsEnd + 1 : textStart;
