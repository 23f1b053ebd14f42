// How many columns of a terminal a text takes: wide characters two, combining marks none.

/** First and last code points that take two columns (East Asian Width W and F, and emoji), in order. */
const wideRanges: readonly (readonly [first: number, last: number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x2329, 0x232a],
  [0x23e9, 0x23ec],
  [0x23f0, 0x23f0],
  [0x23f3, 0x23f3],
  [0x25fd, 0x25fe],
  [0x2614, 0x2615],
  [0x2648, 0x2653],
  [0x267f, 0x267f],
  [0x2693, 0x2693],
  [0x26a1, 0x26a1],
  [0x26aa, 0x26ab],
  [0x26bd, 0x26be],
  [0x26c4, 0x26c5],
  [0x26ce, 0x26ce],
  [0x26d4, 0x26d4],
  [0x26ea, 0x26ea],
  [0x26f2, 0x26f3],
  [0x26f5, 0x26f5],
  [0x26fa, 0x26fa],
  [0x26fd, 0x26fd],
  [0x2705, 0x2705],
  [0x270a, 0x270b],
  [0x2728, 0x2728],
  [0x274c, 0x274c],
  [0x274e, 0x274e],
  [0x2753, 0x2755],
  [0x2757, 0x2757],
  [0x2795, 0x2797],
  [0x27b0, 0x27b0],
  [0x27bf, 0x27bf],
  [0x2b1b, 0x2b1c],
  [0x2b50, 0x2b50],
  [0x2b55, 0x2b55],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18cff],
  [0x1b000, 0x1b2ff],
  [0x1f004, 0x1f004],
  [0x1f0cf, 0x1f0cf],
  [0x1f18e, 0x1f18e],
  [0x1f191, 0x1f19a],
  [0x1f1e6, 0x1f202],
  [0x1f210, 0x1f23b],
  [0x1f240, 0x1f248],
  [0x1f250, 0x1f251],
  [0x1f260, 0x1f265],
  [0x1f300, 0x1f320],
  [0x1f32d, 0x1f335],
  [0x1f337, 0x1f37c],
  [0x1f37e, 0x1f393],
  [0x1f3a0, 0x1f3ca],
  [0x1f3cf, 0x1f3d3],
  [0x1f3e0, 0x1f3f0],
  [0x1f3f4, 0x1f3f4],
  [0x1f3f8, 0x1f43e],
  [0x1f440, 0x1f440],
  [0x1f442, 0x1f4fc],
  [0x1f4ff, 0x1f53d],
  [0x1f54b, 0x1f54e],
  [0x1f550, 0x1f567],
  [0x1f57a, 0x1f57a],
  [0x1f595, 0x1f596],
  [0x1f5a4, 0x1f5a4],
  [0x1f5fb, 0x1f64f],
  [0x1f680, 0x1f6c5],
  [0x1f6cc, 0x1f6cc],
  [0x1f6d0, 0x1f6d2],
  [0x1f6d5, 0x1f6d7],
  [0x1f6dc, 0x1f6df],
  [0x1f6eb, 0x1f6ec],
  [0x1f6f4, 0x1f6fc],
  [0x1f7e0, 0x1f7eb],
  [0x1f7f0, 0x1f7f0],
  [0x1f90c, 0x1f93a],
  [0x1f93c, 0x1f945],
  [0x1f947, 0x1f9ff],
  [0x1fa70, 0x1faff],
  [0x20000, 0x3fffd],
];

const noWidth = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]/u;
const picture = /^\p{Extended_Pictographic}/u;
const emojiPresentation = 0xfe0f;
const joiner = 0x200d;
/** What makes one letter of several characters: marks, format characters, Indic vowels. Emoji are simpler. */
const composed = /(?![\ufe0f\u200d])[\p{M}\p{Cf}\p{Cc}\u1100-\u11ff]/u;

/** Latin letters, Chinese, Japanese and their punctuation: nothing of them is composed, and this search is quicker. */
const separate =
  /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u3000-\u3020\u3041-\u3096\u30a1-\u30fe\u4e00-\u9fff\uff01-\uff60]*$/;

/** Columns of a text without control sequences. A sequence of emoji joined to one picture counts as one. */
export function textWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  if (separate.test(text)) return separateWidth(text);
  if (!composed.test(text)) return charactersWidth(text);
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
    const isFlag = point >= 0x1f1e6 && point <= 0x1f1ff;
    if (point === emojiPresentation) {
      width += 2 - baseWidth;
      baseWidth = 2;
    } else if (point === joiner) isJoined = picture.test(base);
    else if (isFlag && isFlagOpen) isFlagOpen = false;
    else if (!(base !== '' && isSkinTone(point)) && !(isJoined && picture.test(character))) {
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

const isSkinTone = (point: number): boolean => point >= 0x1f3fb && point <= 0x1f3ff;

/** What stands with its neighbours for one character: besides letters, flags and emoji with a skin tone. */
const joining = /[\p{M}\p{Cf}\p{Cc}\u1100-\u11ff\u{1f1e6}-\u{1f1ff}\u{1f3fb}-\u{1f3ff}]/u;

/** The characters of a text as people see them. */
export function graphemesOf(text: string): Iterable<string> {
  return joining.test(text) ? Array.from(graphemes().segment(text), ({ segment }) => segment) : text;
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
/** Made at first use: it costs several milliseconds, and few texts need it. */
function graphemes(): Intl.Segmenter {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return segmenter;
}

function graphemeWidth(grapheme: string): number {
  const point = grapheme.codePointAt(0) ?? 0;
  if (isWide(point) || grapheme.includes('\ufe0f')) return 2;
  return noWidth.test(grapheme) ? 0 : 1;
}

function isWide(point: number): boolean {
  if (point < 0x1100) return false;
  // Most wide text is Chinese.
  if (point >= 0x4e00 && point <= 0xa4cf) return true;
  let low = 0;
  let high = wideRanges.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [first, last] = wideRanges[middle] ?? [0, 0];
    if (point < first) high = middle - 1;
    else if (point > last) low = middle + 1;
    else return true;
  }
  return false;
}
