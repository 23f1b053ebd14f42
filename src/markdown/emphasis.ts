// Which runs of `*`, `_` and `~` are emphasis: CommonMark's rules for what stands beside them, made stricter
// where a wrong guess would eat a character of code or arithmetic.
import { isPunctuation, isSpace, isWord } from './scan.ts';

export type EmphasisSpan = 'strong' | 'emphasis' | 'strike';

type Mark = { readonly span: EmphasisSpan };

export type Emphasis = {
  /** Reads a run of `length` times `sign`, all of them character codes. Answers how many of the signs are text. */
  read(sign: number, length: number, previous: number, next: number): number;
  /** The block ended, and with it whatever is open. */
  closeAll(): void;
  /** The marks that are open. */
  readonly marks: readonly Mark[];
};

const star = 0x2a;
const underscore = 0x5f;
const dot = 0x2e;

/** What a run of a sign means, by its length; longer runs are text. Marks are compared by identity. */
type Runs = readonly (readonly Mark[])[];

const noMarks: readonly Mark[] = [];
const strike: Mark = { span: 'strike' };

function emphasisRuns(): Runs {
  const strong: Mark = { span: 'strong' };
  const emphasis: Mark = { span: 'emphasis' };
  return [noMarks, [emphasis], [strong], [strong, emphasis]];
}

const starRuns = emphasisRuns();
const underscoreRuns = emphasisRuns();
const tildeRuns: Runs = [noMarks, noMarks, [strike]];

const runsOf = (sign: number): Runs =>
  sign === star ? starRuns : sign === underscore ? underscoreRuns : tildeRuns;

const codeSigns = new Set(Array.from('/,;:!?%&=|)]}', (sign) => sign.charCodeAt(0)));
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

  const open = (mark: Mark): void => {
    marks.push(mark);
    handler.open(mark.span);
  };
  /** Ends one mark; those opened inside it go on: `***a** b*`. */
  const close = (mark: Mark): void => {
    const inside: Mark[] = [];
    for (let last = marks.pop(); last !== undefined; last = marks.pop()) {
      handler.close(last.span);
      if (last === mark) break;
      inside.push(last);
    }
    for (const each of inside.reverse()) open(each);
  };

  return {
    marks,
    read(sign, length, previous, next) {
      const run = runsOf(sign)[length] ?? noMarks;
      const ending = marks.length === 0 ? noMarks : run.filter((mark) => marks.includes(mark));
      if (ending.length > 0 && !isSpace(previous) && !(sign === underscore && isWord(next))) {
        for (const mark of ending.toReversed()) close(mark);
        // `**bold***`: one star too many is a star.
        return ending.length < run.length ? 1 : 0;
      }
      const isAttached = isWord(previous) && (isWord(next) || isPunctuation(next) || sign === underscore);
      const isText = ending.length > 0 || isSpace(next) || isAttached || looksLikeCode(sign, length, next);
      if (isText || run.length === 0) return length;
      for (const mark of run) open(mark);
      return 0;
    },
    closeAll() {
      for (let mark = marks.pop(); mark !== undefined; mark = marks.pop()) handler.close(mark.span);
    },
  };
}
