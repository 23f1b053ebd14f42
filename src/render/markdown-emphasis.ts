// Which runs of `*`, `_` and `~` are emphasis: CommonMark's rules for what stands beside them, made stricter
// where a wrong guess would eat a character of code or arithmetic.
import { isPunctuation, isSpace, isWord } from './markdown-scan.ts';

export type EmphasisSpan = 'strong' | 'emphasis' | 'strike';

type Mark = { readonly span: EmphasisSpan; readonly sign: number };

export type Emphasis = {
  /** Reads a run of `length` times `sign`, all of them character codes. Answers how many of the signs are text. */
  read(sign: number, length: number, previous: number, next: number): number;
  /** The block ended, and with it whatever is open. */
  closeAll(): void;
  /** The marks that are open. */
  readonly marks: readonly Mark[];
};

const noSpans: readonly EmphasisSpan[] = [];
/** What a run means, by its length; longer runs are text. */
const spansOfStars: readonly (readonly EmphasisSpan[])[] = [
  noSpans,
  ['emphasis'],
  ['strong'],
  ['strong', 'emphasis'],
];
const spansOfTildes: readonly (readonly EmphasisSpan[])[] = [noSpans, noSpans, ['strike']];

const codeSigns = new Set(Array.from('/,;:!?%&=|)]}', (sign) => sign.charCodeAt(0)));
const star = 0x2a;
const underscore = 0x5f;
const tilde = 0x7e;
const dot = 0x2e;
// `*.ts` and `__init__` are names more often than emphasis; `**.env**` is emphasis more often than not.
const looksLikeCode = (sign: number, length: number, next: number): boolean =>
  codeSigns.has(next) ||
  (sign === star && length === 1 && next === dot) ||
  (sign === underscore && length === 2 && next >= 0x61 && next <= 0x7a);

/** Keeps the marks that are open, and tells what opens and closes. */
export function emphasisReader(handler: {
  open(span: EmphasisSpan): void;
  close(span: EmphasisSpan): void;
}): Emphasis {
  const marks: Mark[] = [];

  /** Whether a run of the sign may end the span. */
  const isOpen = (span: EmphasisSpan, sign: number): boolean =>
    marks.some((mark) => mark.span === span && mark.sign === sign);
  const open = (mark: Mark): void => {
    marks.push(mark);
    handler.open(mark.span);
  };
  /** Ends one mark; those opened inside it go on: `***a** b*`. */
  const close = (span: EmphasisSpan, sign: number): void => {
    const last = marks.at(-1);
    if (last?.span === span && last.sign === sign) {
      marks.pop();
      handler.close(span);
      return;
    }
    const inside = marks.splice(marks.findLastIndex((mark) => mark.span === span && mark.sign === sign) + 1);
    for (const mark of inside.toReversed()) handler.close(mark.span);
    marks.pop();
    handler.close(span);
    for (const mark of inside) open(mark);
  };

  return {
    marks,
    read(sign, length, previous, next) {
      const spans = (sign === tilde ? spansOfTildes : spansOfStars)[length] ?? noSpans;
      const ending = marks.length === 0 ? noSpans : spans.filter((span) => isOpen(span, sign));
      if (ending.length > 0 && !isSpace(previous) && !(sign === underscore && isWord(next))) {
        for (const span of ending.toReversed()) close(span, sign);
        // `**bold***`: one star too many is a star.
        return ending.length < spans.length ? 1 : 0;
      }
      const isAttached = isWord(previous) && (isWord(next) || isPunctuation(next) || sign === underscore);
      const isText = ending.length > 0 || isSpace(next) || isAttached || looksLikeCode(sign, length, next);
      if (isText || spans.length === 0) return length;
      for (const span of spans) open({ span, sign });
      return 0;
    },
    closeAll() {
      for (let mark = marks.pop(); mark !== undefined; mark = marks.pop()) handler.close(mark.span);
    },
  };
}
