// How many columns of a terminal a text takes: wide characters two, combining marks none.

import { eastAsianWidth } from 'get-east-asian-width';

// Patterns with tables of Unicode stand in functions: as constants they would be read at every start, for 0.5 ms.
const hasNoWidth = (text: string): boolean => /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]/u.test(text);
const isPicture = (text: string): boolean => /^\p{Extended_Pictographic}/u.test(text);
export const emojiPresentation = 0xfe0f;
export const joiner = 0x200d;
/** What makes one letter of several characters: marks, format characters, Indic vowels. Emoji are simpler. */
const isComposed = (text: string): boolean =>
  /(?![\ufe0f\u200d])[\p{M}\p{Cf}\p{Cc}\u1100-\u11ff]/u.test(text);

/** Latin letters, Chinese, Japanese and their punctuation: nothing of them is composed, and this search is quicker. */
const separate =
  /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u3000-\u3020\u3041-\u3096\u30a1-\u30fe\u4e00-\u9fff\uff01-\uff60]*$/;

/** Columns of a text without control sequences. A sequence of emoji joined to one picture counts as one. */
export function textWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  if (separate.test(text)) return separateWidth(text);
  if (!isComposed(text)) return charactersWidth(text);
  let width = 0;
  for (const { segment } of graphemes().segment(text)) width += graphemeWidth(segment);
  return width;
}

/** Every character stands for itself, and none takes two places in the string. */
function separateWidth(text: string): number {
  let width = text.length;
  for (let at = 0; at < text.length; at += 1) if (isWide(text.charCodeAt(at))) width += 1;
  return width;
}

/** Character by character, with the signs that join emoji to one picture: this is fast, segmenting is not. */
function charactersWidth(text: string): number {
  let width = 0;
  /** The character that others may join, and the columns it takes. */
  let base = '';
  let baseWidth = 0;
  let isJoined = false;
  let isFlagOpen = false;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    const isFlag = isFlagLetter(point);
    if (point === emojiPresentation) {
      width += 2 - baseWidth;
      baseWidth = 2;
    } else if (point === joiner) isJoined = isPicture(base);
    else if (isFlag && isFlagOpen) isFlagOpen = false;
    else if (!(base !== '' && isSkinTone(point)) && !(isJoined && isPicture(character))) {
      base = character;
      baseWidth = isWide(point) ? 2 : 1;
      width += baseWidth;
      isFlagOpen = isFlag;
    }
    if (point !== joiner) isJoined = false;
    if (!isFlag) isFlagOpen = false;
  }
  return width;
}

export const isFlagLetter = (point: number): boolean => point >= 0x1f1e6 && point <= 0x1f1ff;

export const isSkinTone = (point: number): boolean => point >= 0x1f3fb && point <= 0x1f3ff;

/** What stands with its neighbours for one character: besides letters, flags and emoji with a skin tone. */
const hasJoining = (text: string): boolean =>
  /[\p{M}\p{Cf}\p{Cc}\u1100-\u11ff\u{1f1e6}-\u{1f1ff}\u{1f3fb}-\u{1f3ff}]/u.test(text);

/** The characters of a text as people see them. */
export function graphemesOf(text: string): Iterable<string> {
  return hasJoining(text) ? Array.from(graphemes().segment(text), ({ segment }) => segment) : text;
}

/** The text, or as much of its beginning as fits before a sign that it was cut. */
export function cutToColumns(text: string, columns: number, ellipsis: string): string {
  if (textWidth(text) <= columns) return text;
  let cut = '';
  let width = ellipsis.length;
  for (const character of graphemesOf(text)) {
    width += textWidth(character);
    if (width > columns) break;
    cut += character;
  }
  return cut + ellipsis;
}

/** The longest end of a text that takes at most so many columns. */
export function lastColumns(text: string, columns: number): string {
  const pieces = [...graphemesOf(text)];
  let from = pieces.length;
  for (let width = 0; from > 0; from--) {
    width += textWidth(pieces[from - 1] ?? '');
    if (width > columns) break;
  }
  return pieces.slice(from).join('');
}

let segmenter: Intl.Segmenter | undefined;
/** Cuts a text into its characters as people see them. Made at first use: it costs several milliseconds. */
export function graphemes(): Intl.Segmenter {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return segmenter;
}

function graphemeWidth(grapheme: string): number {
  const point = grapheme.codePointAt(0) ?? 0;
  if (isWide(point) || grapheme.includes('\ufe0f')) return 2;
  return hasNoWidth(grapheme) ? 0 : 1;
}

/** Wide and full-width characters (Unicode Annex 11), and the letters that flags are made of. */
function isWide(point: number): boolean {
  if (point < 0x1100) return false;
  // Most wide text is Chinese.
  if (point >= 0x4e00 && point <= 0xa4cf) return true;
  return isFlagLetter(point) || eastAsianWidth(point) === 2;
}
