// Reads what stands inside a line: emphasis, code, links, addresses, escapes, math. Holds back only what cannot
// be decided yet. Stricter than CommonMark where a wrong guess would eat a character, because what is written
// cannot be taken back. Blocks are read elsewhere.

import { newline, pipe } from './characters.ts';
import { type EmphasisSpan, emphasisReader } from './emphasis.ts';
import { scanEntity, withoutEntities } from './html-entities.ts';
import {
  beginsMath,
  codeAt,
  findUrl,
  isPunctuation,
  runEnd,
  scanLink,
  scanReference,
  scanTag,
  scanUrl,
  wait,
} from './scan.ts';
import { type LineState, verbatimReader } from './verbatim.ts';

export type Span = EmphasisSpan | 'code' | 'link';

/** Where the pieces of a line go. */
export type InlineHandler = {
  text(text: string): void;
  /** The part of `source` from `from` to `to`. */
  slice(source: string, from: number, to: number): void;
  open(span: Span): void;
  close(span: Span): void;
  /** `isBare`: the text of the link is its address. */
  openLink(href: string, isBare: boolean): void;
  closeLink(): void;
  lineBreak(): void;
  /** Math, and the signs it stood between; in display form it has as many pieces as lines. */
  math(tex: string, open: string, close: string): void;
  /** The name of a footnote, or of a link whose address stands elsewhere. */
  reference(name: string): void;
};

export type InlineReader = {
  /**
   * Reads from `at` up to the next line end or to what must wait for more; answers where it stopped.
   * `stopsAtPipe`: a pipe in the text, which may belong to a table, stops it, too.
   */
  read(source: string, at: number, isFinal: boolean, stopsAtPipe?: boolean): number;
  /** A line ended; the block may go on. */
  lineEnd(): void;
  /** The block ended: whatever is open ends with it. */
  reset(): void;
  /** Math in display form goes on up to this; an empty text ends it. */
  setMathEnd(end: string): void;
  /** What is open. Lines inside math that spans several of them are prose, whatever they look like. */
  readonly state: Readonly<LineState>;
};

/** Reads from `at`; answers where it stopped, or `wait`. */
type Rule = (source: string, at: number, isFinal: boolean) => number;

const colon = 0x3a;
/** Everything that has no meaning of its own. */
const plainRun = /[^\\`*_~$[!<&|\n]+/y;
/** The same, up to a colon, which may be that of an address. */
const wordsRun = /[^\\`*_~$[!<&|\n:]*/y;

/** Whether a text is nothing but itself. */
export const isPlain = (text: string): boolean => !/[\\`*_~$[!<&]|:\/\/|www\./.test(text);

/** The rules by the code of the character they begin at: a look-up at every sign must cost next to nothing. */
function rulesByCode(rules: Readonly<Record<string, Rule>>, others: Rule): readonly Rule[] {
  const byCode = new Array<Rule>(0x80).fill(others);
  for (const [sign, rule] of Object.entries(rules)) byCode[sign.charCodeAt(0)] = rule;
  return byCode;
}

/** Reads lines piece by piece. The same text shows the same, however it is cut. */
export function inlineReader(handler: InlineHandler): InlineReader {
  const emphasis = emphasisReader(handler);
  const state: LineState = {
    previous: newline,
    isInUrl: false,
    urlBrackets: 0,
    codeFence: 0,
    mathEnd: '',
  };
  const verbatim = verbatimReader(handler, state);

  const literal = (source: string, at: number, end: number): number => {
    if (end > at) handler.slice(source, at, end);
    return end;
  };
  const closeUrl = (): void => {
    state.isInUrl = false;
    handler.close('link');
  };

  const signs: Rule = (source, at, isFinal) => {
    const end = runEnd(source, at);
    if (end === source.length && !isFinal) return wait;
    const textLength = emphasis.read(source.charCodeAt(at), end - at, state.previous, codeAt(source, end));
    return textLength === 0 ? end : literal(source, end - textLength, end);
  };

  const escaped: Rule = (source, at, isFinal) => {
    const next = source[at + 1];
    if (next === undefined) return isFinal ? literal(source, at, at + 1) : wait;
    if (next === '\n') return at + 1;
    if (next === '(' || next === '[') {
      return verbatim.openMath(source, at, 2, isFinal);
    }
    return literal(source, isPunctuation(next.charCodeAt(0)) ? at + 1 : at, at + 2);
  };

  const dollar: Rule = (source, at, isFinal) => {
    if (source.length < at + 3 && !isFinal && !source.startsWith('$\n', at)) return wait;
    if (source.startsWith('$$', at)) return verbatim.openMath(source, at, 2, isFinal);
    return beginsMath(source, at, state.previous)
      ? verbatim.openMath(source, at, 1, isFinal)
      : literal(source, at, at + 1);
  };

  const link: Rule = (source, at, isFinal) => {
    const from = source[at] === '!' ? at + 2 : at + 1;
    if (source[at] === '!' && source[at + 1] !== '[') {
      return source[at + 1] === undefined && !isFinal ? wait : literal(source, at, at + 1);
    }
    const scan = scanLink(source, from, isFinal);
    if (scan.kind === 'wait') return wait;
    if (scan.kind === 'none') {
      const next = source[at] === '!' ? at : reference(source, at, isFinal);
      return next === at ? literal(source, at, from) : next;
    }
    const text = scan.text === '' ? scan.href : scan.text;
    handler.openLink(withoutEntities(scan.href), text === scan.href);
    if (isPlain(text)) handler.text(text);
    else {
      linkText ??= inlineReader(insideLink);
      linkText.read(text, 0, true);
      linkText.reset();
    }
    handler.closeLink();
    return scan.end;
  };
  /** `[^note]`, or `[text][name]`: shown as `[note]` and `text[name]`. Anything else is left where it is. */
  const reference: Rule = (source, at, isFinal) => {
    const scan = scanReference(source, at, isFinal, state.previous);
    if (scan.kind === 'wait') return wait;
    if (scan.kind === 'none') return at;
    if (scan.text !== '') {
      handler.open('link');
      handler.text(scan.text);
      handler.close('link');
    }
    handler.reference(scan.name);
    return scan.end;
  };
  let linkText: InlineReader | undefined;
  // The link around it already says where an address in its text goes.
  const insideLink: InlineHandler = {
    ...handler,
    open: (span) => (span === 'link' ? undefined : handler.open(span)),
    close: (span) => (span === 'link' ? undefined : handler.close(span)),
    openLink() {},
    closeLink() {},
  };

  const tag: Rule = (source, at, isFinal) => {
    const scan = scanTag(source, at, isFinal);
    if (scan.kind === 'wait') return wait;
    if (scan.kind === 'none') return literal(source, at, scan.end);
    if (scan.kind === 'break') handler.lineBreak();
    else {
      handler.open('link');
      literal(source, at + 1, scan.end - 1);
      handler.close('link');
    }
    return scan.end;
  };

  const entity: Rule = (source, at, isFinal) => {
    const scan = scanEntity(source, at, isFinal);
    if (scan.kind === 'wait') return wait;
    if (scan.kind === 'none') return literal(source, at, at + 1);
    handler.text(scan.text);
    return scan.end;
  };

  /** Where the next `www.` stands in the text that was asked about last. */
  const nextWww = (source: string, at: number): number => {
    if (source !== searched || (wwwAt < at && wwwAt >= 0)) {
      searched = source;
      wwwAt = source.indexOf('www.', at);
    }
    return wwwAt < 0 ? source.length : wwwAt;
  };
  let searched = '';
  let wwwAt = -1;

  const readPlain: Rule = (source, at, isFinal) => {
    const www = nextWww(source, at);
    for (let from = at; ; from = wordsRun.lastIndex + 1) {
      wordsRun.lastIndex = from;
      wordsRun.test(source);
      const end = wordsRun.lastIndex;
      if (end === source.length && !isFinal) break;
      if (end > www) break;
      if (source.charCodeAt(end) !== colon) return literal(source, at, end);
      if (source.startsWith('//', end + 1)) break;
    }
    return readAddress(source, at, isFinal);
  };

  /** Text that an address may be in, or the first letters of one. */
  const readAddress: Rule = (source, at, isFinal) => {
    plainRun.lastIndex = at;
    plainRun.test(source);
    const end = plainRun.lastIndex;
    const url = findUrl(source.slice(at, end), state.previous, end === source.length && !isFinal);
    if (url === undefined) return literal(source, at, end);
    literal(source, at, at + url.at);
    if (url.isWhole) {
      handler.open('link');
      state.isInUrl = true;
      state.urlBrackets = 0;
      state.previous = newline;
      return readUrl(source, at + url.at, isFinal);
    }
    return url.at === 0 ? wait : at + url.at;
  };

  const readUrl: Rule = (source, at, isFinal) => {
    const scan = scanUrl(source, at, state.urlBrackets, isFinal);
    literal(source, at, scan.end);
    state.urlBrackets = scan.brackets;
    if (scan.hasEnded) closeUrl();
    else if (scan.end === at) return wait;
    return scan.end;
  };

  const rules = rulesByCode(
    {
      '*': signs,
      _: signs,
      '~': signs,
      '`': verbatim.openCode,
      '\\': escaped,
      $: dollar,
      '[': link,
      '!': link,
      '<': tag,
      '&': entity,
      '|': (source, at) => literal(source, at, at + 1),
    },
    readPlain,
  );

  const lineEnd = (): void => {
    if (state.codeFence !== 0 || state.mathEnd !== '') verbatim.lineEnd();
    if (state.isInUrl) closeUrl();
    state.previous = newline;
  };

  return {
    state,
    read(source, start, isFinal, stopsAtPipe = false) {
      let at = start;
      while (at < source.length) {
        const code = source.charCodeAt(at);
        if (code === newline) break;
        let rule = readPlain;
        if (state.codeFence !== 0 || state.mathEnd !== '') rule = verbatim.read;
        else if (state.isInUrl) rule = readUrl;
        else if (code === pipe && stopsAtPipe) break;
        else if (code < rules.length) rule = rules[code] ?? readPlain;
        const next = rule(source, at, isFinal);
        if (next === wait) break;
        if (next > at) state.previous = source.charCodeAt(next - 1);
        at = next;
      }
      return at;
    },
    lineEnd,
    setMathEnd(end) {
      state.mathEnd = end;
    },
    reset() {
      if (state.codeFence !== 0 || state.isInUrl) lineEnd();
      state.previous = newline;
      state.mathEnd = '';
      if (emphasis.marks.length > 0) emphasis.closeAll();
    },
  };
}
