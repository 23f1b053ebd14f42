// Where links, addresses, tags and runs of a sign end. Pure searches over a text that may still grow; what they
// mean is decided in markdown-inline.ts.
import { backslash, newline } from './characters.ts';

/** The answer depends on text that has not come yet. */
export const wait = -1;
/** What stands here is not what was looked for, whatever follows. */
const refused = -2;

/** A link longer than this is shown as it is written: holding more back would look like a stall. */
const longestLink = 2_000;
/** A flood of brackets must not be searched again from each of them. */
const deepestBrackets = 32;

/** Longer names of links stay as they are written. */
const longestReference = 500;
const closingSquare = 0x5d;

/** The character code at `at`; behind the end of the text as if the line ended there. */
export const codeAt = (source: string, at: number): number =>
  at < source.length ? source.charCodeAt(at) : newline;

/** Where the run of the character at `at` ends. */
export function runEnd(source: string, at: number): number {
  const sign = source.charCodeAt(at);
  let end = at + 1;
  while (end < source.length && source.charCodeAt(end) === sign) end += 1;
  return end;
}

/** Where the line that `at` stands on ends, or the text. */
export function lineEndFrom(source: string, at: number): number {
  const end = source.indexOf('\n', at);
  return end < 0 ? source.length : end;
}

/** An address, perhaps in angle brackets, perhaps with a title behind it. */
const linkTarget = /^\s*(?:<([^<>]*)>|(\S*))(?:\s+(?:"[^"]*"|'[^']*'|\([^)]*\)))?\s*$/;

/** A link or an image, as far as it can be read: `[text](href "title")`. */
export type LinkScan =
  | { readonly kind: 'wait' }
  | { readonly kind: 'none' }
  | { readonly kind: 'link'; readonly text: string; readonly href: string; readonly end: number };

/** Reads the link whose text begins at `from`, behind the opening bracket. */
export function scanLink(source: string, from: number, isFinal: boolean): LinkScan {
  const undecided: LinkScan = isFinal ? { kind: 'none' } : { kind: 'wait' };
  const textEnd = closingBracket(source, from, '[', ']');
  if (textEnd === wait) return undecided;
  if (textEnd === refused) return { kind: 'none' };
  const next = source[textEnd + 1];
  if (next === undefined) return undecided;
  if (next !== '(') return { kind: 'none' };
  const end = closingBracket(source, textEnd + 2, '(', ')');
  if (end === wait) return undecided;
  if (end === refused) return { kind: 'none' };
  const [, bracketed, plain] = linkTarget.exec(source.slice(textEnd + 2, end)) ?? [];
  const href = bracketed ?? plain;
  if (href === undefined) return { kind: 'none' };
  return { kind: 'link', text: source.slice(from, textEnd), href, end: end + 1 };
}

export type ReferenceScan =
  | { readonly kind: 'wait' }
  | { readonly kind: 'none' }
  | { readonly kind: 'reference'; readonly text: string; readonly name: string; readonly end: number };

const footnote = /\[\^([^\]\s^[]{1,40})\]/y;
const footnoteCut = /^\[(?:\^[^\]\s^[]{0,40})?$/;
/** Not `[1][2]`, nor the two indices of a table. */
const namedLink = /\[([^[\]\n]{0,200}?[A-Za-z][^[\]\n]{2,200})\]\[([^[\]\n]{0,60})\]/y;
const namedLinkCut = /^\[[^[\]\n]{3,400}(?:\](?:\[[^[\]\n]{0,60})?)?$/;

/** Reads `[^note]` and `[text][name]` at `at`, behind the character `previous`. */
export function scanReference(source: string, at: number, isFinal: boolean, previous: number): ReferenceScan {
  footnote.lastIndex = at;
  const note = footnote.exec(source)?.[1];
  if (note !== undefined) return { kind: 'reference', text: '', name: note, end: footnote.lastIndex };
  const rest = source.slice(at, at + longestReference);
  const isCut = !isFinal && rest.length < longestReference;
  if (isCut && footnoteCut.test(rest)) return { kind: 'wait' };
  if (isWord(previous) || previous === closingSquare) return { kind: 'none' };
  namedLink.lastIndex = at;
  const [, text, name] = namedLink.exec(source) ?? [];
  if (text !== undefined && name !== undefined)
    return { kind: 'reference', text, name: name === '' ? text : name, end: namedLink.lastIndex };
  return { kind: isCut && namedLinkCut.test(rest) ? 'wait' : 'none' };
}

/** Where the bracket that is open at `from` closes on this line. */
function closingBracket(source: string, from: number, opening: string, closing: string): number {
  let depth = 1;
  const [open, close] = [opening.charCodeAt(0), closing.charCodeAt(0)];
  for (let index = from; index < source.length; index += 1) {
    const code = source.charCodeAt(index);
    if (code === newline || index - from > longestLink || depth > deepestBrackets) return refused;
    if (code === backslash) index += 1;
    else if (code === open) depth += 1;
    else if (code === close) {
      depth -= 1;
      if (depth === 0) return index;
    }
  }
  return wait;
}

const urlStart = /https?:\/\/|www\.(?=[A-Za-z0-9])/g;
const urlStartCut = /(?:^|[^A-Za-z0-9])(h|ht|htt|https?|https?:\/?|w|ww|www|www\.)$/;

/** Where an address begins inside `run`; text that may be the first letters of one counts when it is cut off. */
export function findUrl(
  run: string,
  previous: number,
  isCut: boolean,
): { at: number; isWhole: boolean } | undefined {
  if (!isCut && !run.includes('://') && !run.includes('www.')) return undefined;
  urlStart.lastIndex = 0;
  for (let found = urlStart.exec(run); found !== null; found = urlStart.exec(run)) {
    const before = found.index === 0 ? previous : run.charCodeAt(found.index - 1);
    if (!isWord(before)) return { at: found.index, isWhole: true };
  }
  const start = isCut ? urlStartCut.exec(run.slice(-10))?.[1] : undefined;
  if (start === undefined || (start.length === run.length && isWord(previous))) return undefined;
  return { at: run.length - start.length, isWhole: false };
}

/** Most characters of an address are plain ones, and looking for them first is quicker. */
const urlRun = /(?:[\w/.:?=&%#-]+|[^\s<>`"|*\\\u3000-\u303f\uff00-\uffef])+/y;
const urlTail = /[.,;:!?'")\]}_~]+$/;

/**
 * How far the address that goes on at `at` reaches. Punctuation at its end belongs to the sentence, but a
 * bracket that was opened inside the address belongs to it: /wiki/Foo_(bar). `brackets` of them are open.
 */
export function scanUrl(source: string, at: number, brackets: number, isFinal: boolean) {
  urlRun.lastIndex = at;
  const runStop = urlRun.test(source) ? urlRun.lastIndex : at;
  const run = source.slice(at, runStop);
  const hasEnded = runStop < source.length || isFinal;
  let tail = urlTail.exec(run)?.[0].length ?? 0;
  const opened = brackets + countOf(run, '(');
  if (hasEnded && opened > 0 && opened >= countOf(run, ')')) {
    tail -= run.slice(run.length - tail).lastIndexOf(')') + 1;
  }
  const end = runStop - tail;
  const shown = source.slice(at, end);
  return { end, hasEnded, brackets: brackets + countOf(shown, '(') - countOf(shown, ')') };
}

const lineBreakTag = /<br ?\/?>/iy;
const lineBreakTagCut = /^<(?:b(?:r(?: ?\/?)?)?)?$/i;
const autolink = /<(?:https?:\/\/[^\s<>]*|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})>/y;
const autolinkCut =
  /^<(?:h|ht|htt|https?|https?:|https?:\/|https?:\/\/[^\s<>]*|[\w.+-]{1,64}(?:@[\w.-]{0,255})?)$/;

/** What the `<` at `at` begins: a line break, an address in angle brackets, or nothing but itself. */
export function scanTag(
  source: string,
  at: number,
  isFinal: boolean,
): { kind: 'break' | 'link' | 'wait' | 'none'; end: number } {
  lineBreakTag.lastIndex = at;
  if (lineBreakTag.test(source)) return { kind: 'break', end: lineBreakTag.lastIndex };
  const rest = source.slice(at, at + longestLink);
  autolink.lastIndex = 0;
  if (autolink.test(rest)) return { kind: 'link', end: at + autolink.lastIndex };
  const isCut =
    !isFinal && rest.length < longestLink && (lineBreakTagCut.test(rest) || autolinkCut.test(rest));
  return { kind: isCut ? 'wait' : 'none', end: at + 1 };
}

/** `$HOME`, `$1`, `${x}`, `$(x)`, `$ 5`: a dollar sign, not the start of math. */
const notMath = /\$(?:[A-Z_]{2}|[\s\d({?@#!.,;:)\]'"/-])/y;

/** Whether the `$` at `at` begins math. Needs two characters behind it. */
export function beginsMath(source: string, at: number, previous: number): boolean {
  notMath.lastIndex = at;
  return !notMath.test(source) && !isWord(previous) && at + 1 < source.length;
}

/** Letters and digits of ASCII only: between words of Chinese or Japanese there is no space to look for. */
export const isWord = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39);

export const isSpace = (code: number): boolean =>
  code === 0x20 || (code >= 0x09 && code <= 0x0d) || (code > 0x7f && /\s/.test(String.fromCharCode(code)));

/** ASCII punctuation: what a backslash can escape. */
export const isPunctuation = (code: number): boolean => code > 0x20 && code < 0x7f && !isWord(code);

function countOf(text: string, sign: string): number {
  let count = 0;
  for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, at + 1)) count += 1;
  return count;
}
