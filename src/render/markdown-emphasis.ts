// Which runs of `*`, `_` and `~` are emphasis: CommonMark's rules for what stands beside them, made stricter
// where a wrong guess would eat a character of code or arithmetic.
import { isPunctuation, isSpace, isWord } from './markdown-scan.ts';

export type EmphasisSpan = 'strong' | 'emphasis' | 'strike';

export type Emphasis = {
  /** Reads a run of one sign between two characters. Answers how many of the signs are text. */
  read(signs: string, previous: string, next: string): number;
  /** The block ended, and with it whatever is open. */
  closeAll(): void;
};

type Mark = { readonly span: EmphasisSpan; readonly sign: string };

/** What a run means; longer runs are text. */
const spansOf: Readonly<Record<string, readonly EmphasisSpan[]>> = {
  '*': ['emphasis'],
  '**': ['strong'],
  '***': ['strong', 'emphasis'],
  _: ['emphasis'],
  __: ['strong'],
  ___: ['strong', 'emphasis'],
  '~~': ['strike'],
};

// `*.ts` and `__init__` are names more often than emphasis; `**.env**` is emphasis more often than not.
const looksLikeCode = (signs: string, next: string): boolean =>
  /[/,;:!?%&=|)\]}]/.test(next) || (signs === '*' && next === '.') || (signs === '__' && /[a-z]/.test(next));

/** Keeps the marks that are open, and tells what opens and closes. */
export function emphasisReader(handler: {
  open(span: EmphasisSpan): void;
  close(span: EmphasisSpan): void;
}): Emphasis {
  let marks: Mark[] = [];

  const open = (mark: Mark): void => {
    marks.push(mark);
    handler.open(mark.span);
  };
  const isOpen = (span: EmphasisSpan, sign: string | undefined): boolean =>
    marks.some((mark) => mark.span === span && mark.sign === sign);
  /** Ends one mark; those opened inside it go on: `***a** b*`. */
  const close = (span: EmphasisSpan, sign: string | undefined): void => {
    const inside = marks.splice(marks.findLastIndex((mark) => mark.span === span && mark.sign === sign) + 1);
    for (const mark of inside.toReversed()) handler.close(mark.span);
    marks.pop();
    handler.close(span);
    for (const mark of inside) open(mark);
  };

  return {
    read(signs, previous, next) {
      const sign = signs[0] ?? '';
      const spans = spansOf[signs] ?? [];
      const ending = spans.filter((span) => isOpen(span, sign));
      if (ending.length > 0 && !isSpace(previous) && !(sign === '_' && isWord(next))) {
        for (const span of ending.toReversed()) close(span, sign);
        // `**bold***`: one star too many is a star.
        return ending.length < spans.length ? 1 : 0;
      }
      const isAttached = isWord(previous) && (isWord(next) || isPunctuation(next) || sign === '_');
      const isText = ending.length > 0 || isSpace(next) || isAttached || looksLikeCode(signs, next);
      if (isText || spans.length === 0) return signs.length;
      for (const span of spans) open({ span, sign });
      return 0;
    },
    closeAll() {
      for (const mark of marks.toReversed()) handler.close(mark.span);
      marks = [];
    },
  };
}
