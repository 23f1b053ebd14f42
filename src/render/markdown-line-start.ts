// What a line begins with, as far as the text that has come decides it. Pure; what follows from it is done in
// markdown-reader.ts.
import { runEnd } from './markdown-scan.ts';

/** `indent` is the white space before it, `end` where reading goes on. */
export type LineStart = { readonly indent: string; readonly end: number } & (
  | { readonly kind: 'wait' | 'blank' | 'quote' | 'text' }
  /** As long as its source; `isUnderline`: it may stand below a heading. */
  | { readonly kind: 'rule'; readonly length: number; readonly isUnderline: boolean }
  | { readonly kind: 'heading'; readonly level: number }
  | { readonly kind: 'item'; readonly number?: number; readonly marker: string }
  | { readonly kind: 'fence'; readonly fence: string; readonly info: string; readonly language: string }
  | { readonly kind: 'table'; readonly line: string }
);

/**
 * Reads the start of a line. `isInParagraph`: prose stands directly above, so that a number is no list unless
 * it is 1 ("in the year\n2024. After that"), as CommonMark has it.
 */
export function scanLineStart(
  source: string,
  at: number,
  isFinal: boolean,
  isInParagraph: boolean,
): LineStart {
  const first = skipSpace(source, at);
  const indent = source.slice(at, first);
  const character = source[first];
  if (character === undefined) return { kind: isFinal ? 'blank' : 'wait', indent, end: first };
  if (character === '\n') return { kind: 'blank', indent, end: first + 1 };
  if (!markerSigns.includes(character)) return { kind: 'text', indent, end: first };
  return scanMarker(source, first, indent, isFinal, isInParagraph);
}

function scanMarker(
  source: string,
  first: number,
  indent: string,
  isFinal: boolean,
  isInParagraph: boolean,
): LineStart {
  const found = (end: number) => ({ indent, end });
  const text = (): LineStart => ({ kind: 'text', indent, end: first });
  const wait = (): LineStart => ({ kind: 'wait', indent, end: first });
  const character = source[first];
  const rest = source.slice(first, first + longestMarker);
  const isCut = rest.length < longestMarker && !rest.includes('\n') && !isFinal;

  switch (character) {
    case '#': {
      const level = runEnd(rest, 0, '#');
      if (isCut && /^#{1,6}[ \t]*$/.test(rest)) return wait();
      const marker = /^#{1,6}(?:[ \t]+|(?=\n))/.exec(rest)?.[0];
      if (marker === undefined) return text();
      return { kind: 'heading', level, ...found(first + marker.length) };
    }
    case '>':
      if (isCut && rest === '>') return wait();
      return { kind: 'quote', ...found(rest[1] === ' ' ? first + 2 : first + 1) };
    case '|': {
      const end = source.indexOf('\n', first);
      if (end < 0 && !isFinal) return wait();
      const stop = end < 0 ? source.length : end;
      return { kind: 'table', line: source.slice(first, stop), ...found(Math.min(stop + 1, source.length)) };
    }
    case '-':
    case '*':
    case '_':
    case '+': {
      if (isCut && /^(?:([-*_])(?:\1|[ \t])*|\+[ \t]*)$/.test(rest)) return wait();
      const rule = /^([-*_])(?:[ \t]*\1){2,}[ \t]*(?:\n|$)/.exec(rest);
      if (rule !== null) {
        const length = rule[0].trimEnd().length;
        return { kind: 'rule', length, isUnderline: character === '-', ...found(first + rule[0].length) };
      }
      const marker = character === '_' ? undefined : /^.[ \t]+(?=[^\s])/.exec(rest)?.[0];
      if (marker === undefined) return text();
      return { kind: 'item', marker: character, ...found(first + markerLength(marker, 1)) };
    }
    case '`':
    case '~':
      return scanFence(source, first, isFinal, indent);
    default: {
      if (isCut && /^\d{1,9}(?:[.)][ \t]*)?$/.test(rest)) return wait();
      const marker = /^(\d{1,9})([.)])[ \t]+(?=[^\s])/.exec(rest);
      if (marker === null) return text();
      const [all, digits = '', delimiter = ''] = marker;
      const number = Number(digits);
      if (isInParagraph && number !== 1) return text();
      const end = first + markerLength(all, digits.length + 1);
      return { kind: 'item', number, marker: delimiter, ...found(end) };
    }
  }
}

/** Fenced code opens at `at`, or inline code stands there, or just text. */
export function scanFence(source: string, at: number, isFinal: boolean, indent: string): LineStart {
  const sign = source[at] ?? '';
  const runStop = runEnd(source, at, sign);
  const lineEnd = source.indexOf('\n', runStop);
  const info = source.slice(runStop, lineEnd < 0 ? undefined : lineEnd);
  const isFence =
    (sign === '`' || sign === '~') && runStop - at >= 3 && !(sign === '`' && info.includes('`'));
  if (lineEnd < 0 && !isFinal) {
    const isUndecided = runStop === source.length || (isFence && info.length < longestInfo);
    return { kind: isUndecided && (sign === '`' || sign === '~') ? 'wait' : 'text', indent, end: at };
  }
  if (!isFence || info.length >= longestInfo) return { kind: 'text', indent, end: at };
  const [language = ''] = info.trim().split(/[\s{,:]/);
  const end = lineEnd < 0 ? source.length : lineEnd + 1;
  const fence = source.slice(at, runStop);
  return { kind: 'fence', fence, info: info.trim(), language: language.toLowerCase(), indent, end };
}

/** A task list's box at `at`: where it ends and whether it is ticked. */
export function scanCheckbox(
  source: string,
  at: number,
  isFinal: boolean,
): { kind: 'box'; isChecked: boolean; end: number } | { kind: 'wait' | 'none' } {
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

export function skipSpace(source: string, at: number): number {
  let end = at;
  while (source[end] === ' ' || source[end] === '\t') end += 1;
  return end;
}

/** What no marker begins with begins prose. */
const markerSigns = '#>|-*_+`~0123456789';
/** More than any marker needs; a rule longer than this is text. */
const longestMarker = 256;
const longestInfo = 200;

/** Up to four spaces belong to a marker; more would be code inside the item, which nobody means. */
function markerLength(marker: string, signs: number): number {
  return marker.length - signs > 4 ? signs + 1 : marker.length;
}
