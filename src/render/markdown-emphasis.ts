// Which runs of `*`, `_` and `~` are emphasis: CommonMark's rules for what stands beside them, made stricter
// where a wrong guess would eat a character of code or arithmetic.
import { isPunctuation, isSpace, isWord } from './markdown-scan.ts';

export type EmphasisSpan = 'strong' | 'emphasis' | 'strike';

export type Emphasis = {
  /** Reads a run of `length` times `sign` between two character codes. Answers how many of the signs are text. */
  read(sign: string, length: number, previous: number, next: number): number;
  /** The block ended, and with it whatever is open. */
  closeAll(): void;
};

type Mark = { readonly span: EmphasisSpan; readonly sign: string };

const noSpans: readonly EmphasisSpan[] = [];
/** What a run means, by its length; longer runs are text. */
const spansOfStars: readonly (readonly EmphasisSpan[])[] = [
  noSpans,
  ['emphasis'],
  ['strong'],
  ['strong', 'emphasis'],
];
const spansOfTildes: readonly (readonly EmphasisSpan[])[] = [noSpans, noSpans, ['strike']];

const codeSigns = /[/,;:!?%&=|)\]}]/;
// `*.ts` and `__init__` are names more often than emphasis; `**.env**` is emphasis more often than not.
const looksLikeCode = (sign: string, length: number, next: string): boolean =>
  codeSigns.test(next) ||
  (sign === '*' && length === 1 && next === '.') ||
  (sign === '_' && length === 2 && next >= 'a' && next <= 'z');

/** Keeps the marks that are open, and tells what opens and closes. */
export function emphasisReader(handler: {
  open(span: EmphasisSpan): void;
  close(span: EmphasisSpan): void;
}): Emphasis {
  const marks: Mark[] = [];

  const open = (mark: Mark): void => {
    marks.push(mark);
    handler.open(mark.span);
  };
  /** Ends one mark; those opened inside it go on: `***a** b*`. */
  const close = (span: EmphasisSpan, sign: string): void => {
    const inside = marks.splice(marks.findLastIndex((mark) => mark.span === span && mark.sign === sign) + 1);
    for (const mark of inside.toReversed()) handler.close(mark.span);
    marks.pop();
    handler.close(span);
    for (const mark of inside) open(mark);
  };

  return {
    read(sign, length, previous, next) {
      const spans = (sign === '~' ? spansOfTildes : spansOfStars)[length] ?? noSpans;
      const ending =
        marks.length === 0
          ? noSpans
          : spans.filter((span) => marks.some((mark) => mark.span === span && mark.sign === sign));
      if (ending.length > 0 && !isSpace(previous) && !(sign === '_' && isWord(next))) {
        for (const span of ending.toReversed()) close(span, sign);
        // `**bold***`: one star too many is a star.
        return ending.length < spans.length ? 1 : 0;
      }
      const isAttached = isWord(previous) && (isWord(next) || isPunctuation(next) || sign === '_');
      const isText =
        ending.length > 0 ||
        isSpace(next) ||
        isAttached ||
        looksLikeCode(sign, length, String.fromCharCode(next));
      if (isText || spans.length === 0) return length;
      for (const span of spans) open({ span, sign });
      return 0;
    },
    closeAll() {
      for (let mark = marks.pop(); mark !== undefined; mark = marks.pop()) handler.close(mark.span);
    },
  };
}
