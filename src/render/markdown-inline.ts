// Reads what stands inside a line: emphasis, code, links, addresses, escapes, math. Holds back only what cannot
// be decided yet. Stricter than CommonMark where a wrong guess would eat a character, because what is written
// cannot be taken back. Blocks are read elsewhere.
import {
  beginsMath,
  findUrl,
  isPunctuation,
  isSpace,
  isWord,
  nextOnLine,
  runEnd,
  scanLink,
  scanTag,
  scanUrl,
  wait,
} from './markdown-scan.ts';

export type Span = 'strong' | 'emphasis' | 'strike' | 'code' | 'url';

/** Where the pieces of a line go. */
export type InlineHandler = {
  text(text: string): void;
  open(span: Span): void;
  close(span: Span): void;
  /** `isBare`: the text of the link is its address. */
  openLink(href: string, isBare: boolean): void;
  closeLink(): void;
  lineBreak(): void;
};

export type InlineReader = {
  /** Reads from `at` up to the next line end or to what must wait for more; answers where it stopped. */
  read(source: string, at: number, isFinal: boolean): number;
  /** A line ended; the block may go on. */
  lineEnd(): void;
  /** The block ended: whatever is open ends with it. */
  reset(): void;
  /** Math over several lines: its lines are prose, whatever they look like. */
  readonly isInsideMath: boolean;
};

/** Reads from `at`; answers where it stopped, or `wait`. */
type Rule = (source: string, at: number, isFinal: boolean) => number;
type Mark = { readonly span: 'strong' | 'emphasis' | 'strike'; readonly sign: string };

/** What a run of one, two or three signs means; longer runs are text. */
const emphasisSpans: Readonly<Record<string, readonly Mark['span'][]>> = {
  '*': ['emphasis'],
  '**': ['strong'],
  '***': ['strong', 'emphasis'],
  _: ['emphasis'],
  __: ['strong'],
  ___: ['strong', 'emphasis'],
  '~~': ['strike'],
};

/** Everything that has no meaning of its own. */
const plainRun = /[^\\`*_~$[!<\n]+/y;

/** `*.ts`, `**\/*.md` and `__init__` are names more often than emphasis. */
const looksLikeCode = (sign: string, length: number, next: string): boolean =>
  /[./,;:!?%&=|)\]}]/.test(next) || (sign === '_' && length === 2 && /[a-z]/.test(next));

const isPlain = (text: string): boolean => !/[\\`*_~$[!<]/.test(text);

/** Reads lines piece by piece. The same text shows the same, however it is cut. */
export function inlineReader(handler: InlineHandler): InlineReader {
  let marks: Mark[] = [];
  /** The backticks that opened code; empty outside. */
  let codeFence = '';
  /** What ends the math that is open; empty outside. */
  let mathEnd = '';
  /** Brackets open inside the address that is being read; undefined outside of one. */
  let urlBrackets: number | undefined;
  let previous = '\n';

  const literal = (source: string, at: number, end: number): number => {
    if (end > at) handler.text(source.slice(at, end));
    return end;
  };
  const openMark = (mark: Mark): void => {
    marks.push(mark);
    handler.open(mark.span);
  };
  /** Ends one mark; those opened inside it go on: `***a** b*`. */
  const closeMark = (span: Mark['span'], sign: string): void => {
    const inside = marks.splice(marks.findLastIndex((mark) => mark.span === span && mark.sign === sign) + 1);
    for (const mark of inside.toReversed()) handler.close(mark.span);
    marks.pop();
    handler.close(span);
    for (const mark of inside) openMark(mark);
  };
  const closeCode = (): void => {
    codeFence = '';
    handler.close('code');
  };
  const closeUrl = (): void => {
    urlBrackets = undefined;
    handler.close('url');
  };

  const emphasis: Rule = (source, at, isFinal) => {
    const sign = source[at] ?? '';
    const end = runEnd(source, at, sign);
    if (end === source.length && !isFinal) return wait;
    const next = source[end] ?? '\n';
    const spans = emphasisSpans[source.slice(at, end)] ?? [];
    const open = spans.filter((span) => marks.some((mark) => mark.span === span && mark.sign === sign));
    if (open.length > 0 && !isSpace(previous) && !(sign === '_' && isWord(next))) {
      for (const span of open.toReversed()) closeMark(span, sign);
      // `**bold***`: one star too many is a star.
      if (open.length < spans.length) handler.text(sign);
      return end;
    }
    const isAttached = isWord(previous) && (isWord(next) || isPunctuation(next) || sign === '_');
    const isText = open.length > 0 || isSpace(next) || isAttached || looksLikeCode(sign, end - at, next);
    if (isText || spans.length === 0) return literal(source, at, end);
    for (const span of spans) openMark({ span, sign });
    return end;
  };

  const openCode: Rule = (source, at, isFinal) => {
    const end = runEnd(source, at, '`');
    if (end === source.length && !isFinal) return wait;
    const next = source[end] ?? '\n';
    if (next === '\n') return literal(source, at, end);
    codeFence = source.slice(at, end);
    handler.open('code');
    // One space is padding: it lets code begin with a backtick.
    return next === ' ' ? end + 1 : end;
  };

  const readCode: Rule = (source, at, isFinal) => {
    const textEnd = nextOnLine(source, at, '`');
    if (source[textEnd] === '\n') {
      // Code in prose does not span lines, and a stray backtick must not colour the rest of the answer.
      literal(source, at, textEnd);
      closeCode();
      return textEnd;
    }
    const end = runEnd(source, textEnd, '`');
    const isPadded = source[textEnd - 1] === ' ' && textEnd > at;
    if (end === source.length && !isFinal) {
      const shown = isPadded ? textEnd - 1 : textEnd;
      return shown === at ? wait : literal(source, at, shown);
    }
    if (end - textEnd !== codeFence.length) return literal(source, at, end);
    literal(source, at, isPadded && codeFence.length > 1 ? textEnd - 1 : textEnd);
    closeCode();
    return end;
  };

  const escaped: Rule = (source, at, isFinal) => {
    const next = source[at + 1];
    if (next === undefined) return isFinal ? literal(source, at, at + 1) : wait;
    if (next === '\n') return at + 1;
    if (next === '(' || next === '[') {
      mathEnd = next === '(' ? '\\)' : '\\]';
      return literal(source, at, at + 2);
    }
    return literal(source, isPunctuation(next) ? at + 1 : at, at + 2);
  };

  const dollar: Rule = (source, at, isFinal) => {
    if (source.length < at + 3 && !isFinal && !source.startsWith('$\n', at)) return wait;
    const sign = source.startsWith('$$', at) ? '$$' : '$';
    if (sign === '$$' || beginsMath(source, at, previous)) mathEnd = sign;
    return literal(source, at, at + sign.length);
  };

  const readMath: Rule = (source, at, isFinal) => {
    const lineEnd = nextOnLine(source, at, '\n');
    const found = source.indexOf(mathEnd, at);
    if (found >= 0 && found < lineEnd) {
      const end = found + mathEnd.length;
      mathEnd = '';
      return literal(source, at, end);
    }
    const isCut = lineEnd === source.length && !isFinal && source.endsWith(mathEnd.slice(0, 1));
    const end = isCut ? lineEnd - 1 : lineEnd;
    return end === at ? wait : literal(source, at, end);
  };

  const link: Rule = (source, at, isFinal) => {
    const from = source[at] === '!' ? at + 2 : at + 1;
    if (source[at] === '!' && source[at + 1] !== '[') {
      return source[at + 1] === undefined && !isFinal ? wait : literal(source, at, at + 1);
    }
    const scan = scanLink(source, from, isFinal);
    if (scan.kind === 'wait') return wait;
    if (scan.kind === 'none') return literal(source, at, from);
    const text = scan.text === '' ? scan.href : scan.text;
    handler.openLink(scan.href, text === scan.href);
    if (isPlain(text)) handler.text(text);
    else {
      const inside = inlineReader(insideLink);
      inside.read(text, 0, true);
      inside.reset();
    }
    handler.closeLink();
    return scan.end;
  };
  // The link around it already says where an address in its text goes.
  const insideLink: InlineHandler = {
    ...handler,
    open: (span) => (span === 'url' ? undefined : handler.open(span)),
    close: (span) => (span === 'url' ? undefined : handler.close(span)),
    openLink() {},
    closeLink() {},
  };

  const tag: Rule = (source, at, isFinal) => {
    const scan = scanTag(source, at, isFinal);
    if (scan.kind === 'wait') return wait;
    if (scan.kind === 'none') return literal(source, at, scan.end);
    if (scan.kind === 'break') handler.lineBreak();
    else {
      handler.open('url');
      literal(source, at + 1, scan.end - 1);
      handler.close('url');
    }
    return scan.end;
  };

  const readPlain: Rule = (source, at, isFinal) => {
    plainRun.lastIndex = at;
    plainRun.test(source);
    const end = plainRun.lastIndex;
    const url = findUrl(source.slice(at, end), previous, end === source.length && !isFinal);
    if (url === undefined) return literal(source, at, end);
    literal(source, at, at + url.at);
    if (url.isWhole) {
      handler.open('url');
      urlBrackets = 0;
      previous = '\n';
      return readUrl(source, at + url.at, isFinal);
    }
    return url.at === 0 ? wait : at + url.at;
  };

  const readUrl: Rule = (source, at, isFinal) => {
    const scan = scanUrl(source, at, urlBrackets ?? 0, isFinal);
    literal(source, at, scan.end);
    urlBrackets = scan.brackets;
    if (scan.hasEnded) closeUrl();
    else if (scan.end === at) return wait;
    return scan.end;
  };

  const rules: Readonly<Record<string, Rule>> = {
    '*': emphasis,
    _: emphasis,
    '~': emphasis,
    '`': openCode,
    '\\': escaped,
    $: dollar,
    '[': link,
    '!': link,
    '<': tag,
  };
  const ruleAt = (character: string): Rule => {
    if (codeFence !== '') return readCode;
    if (mathEnd !== '') return readMath;
    return urlBrackets === undefined ? (rules[character] ?? readPlain) : readUrl;
  };

  const lineEnd = (): void => {
    if (codeFence !== '') closeCode();
    if (urlBrackets !== undefined) closeUrl();
    if (mathEnd === '$' || mathEnd === '\\)') mathEnd = '';
    previous = '\n';
  };

  return {
    read(source, start, isFinal) {
      let at = start;
      while (at < source.length && source[at] !== '\n') {
        const next = ruleAt(source[at] ?? '')(source, at, isFinal);
        if (next === wait) break;
        if (next > at) previous = source[next - 1] ?? previous;
        at = next;
      }
      return at;
    },
    lineEnd,
    reset() {
      lineEnd();
      mathEnd = '';
      for (const mark of marks.toReversed()) handler.close(mark.span);
      marks = [];
    },
    get isInsideMath() {
      return mathEnd !== '';
    },
  };
}
