// What a line begins with, as far as the text that has come decides it. Pure; what follows from it is done in
// markdown-reader.ts.
import { runEnd } from './markdown-scan.ts';

/** `indent` is the white space before it, `end` where reading goes on. */
export type LineStart = { readonly indent: string; readonly end: number } & (
  | { readonly kind: 'wait' | 'blank' | 'quote' | 'text' }
  /** As long as its source; `isUnderline`: it may stand below a heading. */
  | { readonly kind: 'rule'; readonly length: number; readonly isUnderline: boolean }
  /** A row of equals signs below a paragraph. */
  | { readonly kind: 'underline'; readonly length: number }
  | { readonly kind: 'heading'; readonly level: number }
  | { readonly kind: 'item'; readonly number: number | undefined; readonly marker: string }
  | { readonly kind: 'fence'; readonly fence: string; readonly info: string; readonly language: string }
  | { readonly kind: 'table'; readonly line: string }
);

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
  const first = skipSpace(source, at);
  const indent = first === at ? '' : source.slice(at, first);
  if (first === source.length) return { kind: isFinal ? 'blank' : 'wait', indent, end: first };
  switch (source.charCodeAt(first)) {
    case 0x0a:
      return { kind: 'blank', indent, end: first + 1 };
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
      return isInParagraph
        ? scanUnderline(source, first, isFinal, indent)
        : { kind: 'text', indent, end: first };
    default:
      return isDigit(source.charCodeAt(first))
        ? scanNumber(source, first, isFinal, indent, isInParagraph && !isBelowList)
        : { kind: 'text', indent, end: first };
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
  if (isCutOff(source, first, isFinal, headingCut)) return { kind: 'wait', indent, end: first };
  const end = matchAt(headingMarker, source, first);
  if (end < 0) return { kind: 'text', indent, end: first };
  return { kind: 'heading', indent, end, level: runEnd(source, first) - first };
};

const scanQuote: Scan = (source, first, isFinal, indent) => {
  if (first + 1 === source.length && !isFinal) return { kind: 'wait', indent, end: first };
  return { kind: 'quote', indent, end: source[first + 1] === ' ' ? first + 2 : first + 1 };
};

const scanRow: Scan = (source, first, isFinal, indent) => {
  const stop = source.indexOf('\n', first);
  if (stop >= 0) return { kind: 'table', indent, end: stop + 1, line: source.slice(first, stop) };
  if (!isFinal) return { kind: 'wait', indent, end: first };
  return { kind: 'table', indent, end: source.length, line: source.slice(first) };
};

const ruleSigns = /([-*_])(?:[ \t]*\1){2,}[ \t]*/y;
const underlineSigns = /=+[ \t]*/y;

const scanUnderline: Scan = (source, first, isFinal, indent) => {
  const end = matchAt(underlineSigns, source, first);
  const isText = end - first >= longestMarker || (end < source.length && source[end] !== '\n');
  if (isText) return { kind: 'text', indent, end: first };
  if (end === source.length && !isFinal) return { kind: 'wait', indent, end: first };
  return {
    kind: 'underline',
    indent,
    end: Math.min(end + 1, source.length),
    length: runEnd(source, first) - first,
  };
};

const bulletCut = /([-*_])(?:\1|[ \t])*|\+[ \t]*/y;
const bulletMarker = /[-*+][ \t]{1,200}(?=[^\s])/y;

const scanBullet: Scan = (source, first, isFinal, indent) => {
  const marker = source[first] ?? '';
  if (isCutOff(source, first, isFinal, bulletCut)) return { kind: 'wait', indent, end: first };
  const ruleEnd = matchAt(ruleSigns, source, first);
  if (
    ruleEnd >= 0 &&
    ruleEnd - first < longestMarker &&
    (ruleEnd === source.length ? isFinal : source[ruleEnd] === '\n')
  ) {
    const { length } = source.slice(first, ruleEnd).trimEnd();
    return {
      kind: 'rule',
      indent,
      end: Math.min(ruleEnd + 1, source.length),
      length,
      isUnderline: marker === '-',
    };
  }
  const end = matchAt(bulletMarker, source, first);
  if (end < 0) return { kind: 'text', indent, end: first };
  return { kind: 'item', indent, end: itemStart(first + 1, end), marker, number: undefined };
};

const numberCut = /\d{1,9}(?:[.)][ \t]*)?/y;
const numberMarker = /\d{1,9}[.)][ \t]{1,200}(?=[^\s])/y;

const scanNumber = (
  source: string,
  first: number,
  isFinal: boolean,
  indent: string,
  isInParagraph: boolean,
): LineStart => {
  if (isCutOff(source, first, isFinal, numberCut)) return { kind: 'wait', indent, end: first };
  const end = matchAt(numberMarker, source, first);
  if (end < 0) return { kind: 'text', indent, end: first };
  const number = Number.parseInt(source.slice(first, end), 10);
  if (isInParagraph && number !== 1) return { kind: 'text', indent, end: first };
  const marker = source.slice(first, end).trimEnd();
  return {
    kind: 'item',
    indent,
    end: itemStart(first + marker.length, end),
    marker: marker.slice(-1),
    number,
  };
};

/** Fenced code opens at `at`, or inline code stands there, or just text. */
export function scanFence(source: string, at: number, isFinal: boolean, indent: string): LineStart {
  const sign = source.charCodeAt(at);
  if (sign !== backtick && sign !== tilde) return { kind: 'text', indent, end: at };
  const signsEnd = runEnd(source, at);
  if (signsEnd === source.length && !isFinal) return { kind: 'wait', indent, end: at };
  if (signsEnd - at < 3) return { kind: 'text', indent, end: at };
  const lineEnd = source.indexOf('\n', signsEnd);
  const info = source.slice(signsEnd, lineEnd < 0 ? undefined : lineEnd);
  if (info.length >= longestInfo || (sign === backtick && info.includes('`'))) {
    return { kind: 'text', indent, end: at };
  }
  if (lineEnd < 0 && !isFinal) return { kind: 'wait', indent, end: at };
  const [language = ''] = info.trim().split(/[\s{,:]/);
  return {
    kind: 'fence',
    indent,
    end: lineEnd < 0 ? source.length : lineEnd + 1,
    fence: source.slice(at, signsEnd),
    info: info.trim(),
    language: language.toLowerCase(),
  };
}

const noBox = { kind: 'none' } as const;

/** A task list's box at `at`: where it ends and whether it is ticked. */
export function scanCheckbox(
  source: string,
  at: number,
  isFinal: boolean,
): { kind: 'box'; isChecked: boolean; end: number } | { kind: 'wait' | 'none' } {
  if (at < source.length && source.charCodeAt(at) !== 0x5b) return noBox;
  const rest = source.slice(at, at + 4);
  if (/^\[[ xX]\][ \t]/.test(rest)) return { kind: 'box', isChecked: rest[1] !== ' ', end: at + 4 };
  return { kind: !isFinal && /^(?:\[(?:[ xX]\]?)?)?$/.test(rest) ? 'wait' : 'none' };
}

/** Where the text of a line begins behind its quote marks; undefined when it has fewer than `depth`. */
export function skipQuoteMarks(source: string, at: number, depth: number): number | undefined {
  let end = at;
  for (let mark = 0; mark < depth; mark += 1) {
    end = skipSpace(source, end);
    if (source[end] !== '>') return undefined;
    end += source[end + 1] === ' ' ? 2 : 1;
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
  let end = at;
  while (end < source.length && isBlank(source.charCodeAt(end))) end += 1;
  return end;
}

const backtick = 0x60;
const tilde = 0x7e;
const isBlank = (code: number): boolean => code === 0x20 || code === 0x09;
const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/** More than any marker needs; a rule longer than this is text. */
const longestMarker = 256;
const longestInfo = 200;

/** Up to four spaces belong to a marker; more would be code inside the item, which nobody means. */
const itemStart = (signsEnd: number, textStart: number): number =>
  textStart - signsEnd > 4 ? signsEnd + 1 : textStart;
