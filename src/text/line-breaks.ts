// Where a line may break although no space stands there: between the characters of Chinese and Japanese, but not
// before what closes or behind what opens. The classes of Unicode Annex 14, as far as they matter there (kinsoku).
import { isFlagLetter, isSkinTone, joiner } from './width.ts';

/** Ideographs, kana, their punctuation and pictures. Korean is written with spaces: its words are kept whole. */
function isIdeographic(point: number): boolean {
  if (point < 0x2e80) return false;
  if (point <= 0xa4cf) return true;
  return (
    (point >= 0xf900 && point <= 0xfaff) ||
    (point >= 0xfe30 && point <= 0xfe4f) ||
    (point >= 0xff01 && point <= 0xff9f) ||
    (point >= 0xffe0 && point <= 0xffe6) ||
    (point >= 0x1b000 && point <= 0x1b2ff) ||
    (point >= 0x1f000 && point <= 0x1faff && !isFlagLetter(point) && !isSkinTone(point)) ||
    (point >= 0x20000 && point <= 0x3fffd)
  );
}

/** CL, CP, EX, IS, NS, CJ, IN, PO, closing quotes: what stands in front of them goes along. */
const closing =
  '!),.:;?]}%\'"/、。，．：；？！・）］｝〕〉》」』】〗〙〛｠〞〟｡､｣･ー々〻ゝゞヽヾ〜゛゜％‰℃°′″¢￠…‥”’»›' +
  'ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿｧｨｩｪｫｬｭｮｯｰﾞﾟ';
/** OP, PR, opening quotes: they go along with what follows. */
const opening = '([{$£¥№#@（［｛〔〈《「『【〖〘〚｟〝｢＄￥￡＃“‘«‹';
/** GL, WJ: nothing may break beside them. */
const glue = '\u00a0\u202f\u2007\u2060\ufeff';

let neverFirst: ReadonlySet<number> | undefined;
let neverLast: ReadonlySet<number> | undefined;
const pointsOf = (text: string): Set<number> =>
  new Set(Array.from(text, (character) => character.codePointAt(0) ?? 0));

const longDash = 0x2014;

/** Whether a line may end behind a character, as far as that one is concerned. */
export const mayBreakBehind = (point: number): boolean => point === longDash || isIdeographic(point);

/** Whether a line may end behind one character and begin with the other. Neither is a space. */
export function mayBreakBetween(before: number, after: number): boolean {
  if (isHan(before) && isHan(after)) return true;
  if (!mayBreakBehind(before) && !isIdeographic(after)) return false;
  neverFirst ??= pointsOf(closing + glue);
  neverLast ??= pointsOf(opening + glue);
  if (before === longDash && after === longDash) return false;
  if (before === joiner || isExtending(after)) return false;
  return !neverFirst.has(after) && !neverLast.has(before);
}

const isHan = (point: number): boolean => point >= 0x4e00 && point <= 0x9fff;

/** Whether a character belongs to the one before it: marks, joiners, variation selectors, skin tones. */
export function isExtending(point: number): boolean {
  if (point < 0x300 || isHan(point)) return false;
  return isSkinTone(point) || /^[\p{M}\p{Cf}]$/u.test(String.fromCodePoint(point));
}
