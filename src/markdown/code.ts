// Fenced code, line by line, between a line with its language and one that ends it. It waits a moment for what
// colours it; a line is written whole in colours or without. Knows what a highlighter does, not which one it is.

import type { WaitClock } from '../text/release-timer.ts';
import { isAscii, type Style, type Theme } from '../text/theme.ts';
import { cutToColumns, textWidth } from '../text/width.ts';
import { type Output, styleCodes } from './style-spans.ts';

/** What a piece of code is, as far as colours go. */
export type CodeRole =
  | 'plain'
  | 'comment'
  | 'string'
  | 'number'
  | 'keyword'
  | 'function'
  | 'type'
  | 'added'
  | 'removed';

export type CodePiece = { readonly text: string; readonly role: CodeRole };

/** Colours the next line of a block; remembers what the lines before it opened. */
export type LineHighlighter = (line: string) => readonly CodePiece[];

export type Highlighter = {
  /** Whether the language is known at all; needs no loading. */
  knows(language: string): boolean;
  /** Begins a block; undefined while the language is not loaded, see `load`. */
  begin(language: string): LineHighlighter | undefined;
  load(language: string): Promise<void>;
};

/** Gives the highlighter at once when it is loaded already, so that the next answer is coloured from its first line. */
export type LoadHighlighter = () => Highlighter | Promise<Highlighter>;

export type CodeBlock = {
  readonly language: string;
  /** The signs that opened it, and what stood behind them. */
  readonly fence: string;
  readonly info: string;
  /** Whether it stands below an empty line whatever the source says. */
  readonly isApart: boolean;
};

export type CodeLayout = {
  begin(block: CodeBlock): void;
  /** Text of a line, perhaps a part of it; never a line end. */
  text(text: string): void;
  lineEnd(): void;
  /** Whether nothing of what follows may be coloured: whole lines may come as one text. */
  isPlain(): boolean;
  /** Lines without the last line end; only where `isPlain`. */
  wholeLines(text: string): void;
  end(): void;
  /** Resolves when code may be read on: in colours, or because that takes too long. Undefined: nothing to wait for. */
  waiting(): Promise<void> | undefined;
  /** Goes on without colours. */
  stopWaiting(): void;
  /** The answer is over: the next may have as much code. */
  reset(): void;
};

/** Colouring is thirty times slower than text arrives from a file; after this much code an answer goes on plain. */
const mostHighlighted = 200_000;
/** Code waits for its colours no longer. */
const longestWaitMs = 80;
/** The lines around code need no padding to the edge: in a narrower window they would wrap. */
const longestEdge = 40;
const roomForQuotes = 8;
/** Longer lines are data, not code. */
const longestHighlightedLine = 1_000;

const roleStyles: Record<CodeRole, Style | undefined> = {
  plain: undefined,
  comment: 'dim',
  string: 'good',
  number: 'warn',
  keyword: 'accent',
  function: 'info',
  type: 'code',
  added: 'good',
  removed: 'bad',
};

export type CodeOptions = {
  readonly theme: Theme;
  /** Called at the first fence whose code could be coloured. */
  readonly loadHighlighter?: LoadHighlighter | undefined;
  readonly startLine: (isApart?: boolean) => void;
  /** Columns of the terminal. */
  readonly width: () => number;
  readonly clock: WaitClock;
  readonly output: Output;
};

/** Writes the code blocks of an answer. */
export function codeLayout({
  theme,
  loadHighlighter,
  startLine,
  width,
  clock,
  output,
}: CodeOptions): CodeLayout {
  const codes = styleCodes(theme);
  const hasColours = theme.colorLevel > 0;
  let highlighter: Highlighter | undefined;
  let loading: Promise<void> | undefined;
  let budget = mostHighlighted;
  let language = '';
  let highlight: LineHighlighter | undefined;
  /** Lines written plain while the highlighter was on its way: it must read them before it can go on. */
  let missed: string[] = [];
  let line = '';
  let isLineStarted = false;
  let isApart = true;
  let fence = '';
  let waiting: Promise<void> | undefined;
  let isBroken = false;

  /** Whether there may be colours, now or later. */
  const isColoured = (): boolean =>
    loadHighlighter !== undefined &&
    hasColours &&
    !isBroken &&
    language !== '' &&
    budget > 0 &&
    (highlighter === undefined || highlighter.knows(language));

  const load = (source: Highlighter | Promise<Highlighter>, wanted: string): void => {
    const loadLanguage = async (): Promise<void> => {
      highlighter = await source;
      if (highlighter.knows(wanted)) await highlighter.load(wanted);
      loading = undefined;
    };
    // Code without colours is still code: a failure is not worth a word, nor a second try.
    loading ??= loadLanguage().catch(() => {
      isBroken = true;
    });
  };

  const catchUp = (): void => {
    if (loadHighlighter === undefined || highlight !== undefined || !isColoured()) return;
    if (highlighter === undefined && loading === undefined) {
      const loaded = loadHighlighter();
      if (loaded instanceof Promise) load(loaded, language);
      else highlighter = loaded;
    }
    if (!highlighter?.knows(language)) return;
    highlight = highlighter.begin(language);
    if (highlight === undefined) {
      load(highlighter, language);
      return;
    }
    for (const each of missed) highlight(each);
    missed = [];
  };

  const beginLine = (): void => {
    if (isLineStarted) return;
    startLine(isApart);
    isApart = false;
    isLineStarted = true;
  };

  /** A line of its own above or below the code, which stays as it is: so it is copied. */
  const writeEdge = (text: string): void => {
    beginLine();
    output.text += text;
    isLineStarted = false;
  };
  const dash = isAscii(theme) ? '-' : '─';
  /** With colours a quiet line shows where code begins and ends, without the fence itself does. */
  const edge = (label: string): string => {
    const room = Math.max(1, Math.min(width() - roomForQuotes, longestEdge));
    const shown = cutToColumns(label, Math.max(1, room - 4), theme.glyphs.ellipsis);
    const start = label === '' ? '' : `${dash.repeat(2)} ${shown} `;
    const startColumns = label === '' ? 0 : textWidth(shown) + 4;
    return theme.dim(start + dash.repeat(Math.max(0, room - startColumns)));
  };

  const coloursOrTimeout = async (): Promise<void> => {
    const timeout = new AbortController();
    let isOver = false;
    const timer = clock.sleep(longestWaitMs, timeout.signal).then(
      () => {
        isOver = true;
      },
      () => {},
    );
    while (!isOver && loading !== undefined && highlight === undefined && isColoured()) {
      await Promise.race([loading, timer]);
      catchUp();
    }
    timeout.abort();
  };
  const waitForColours = (): void => {
    if (loading === undefined || highlight !== undefined || !isColoured()) return;
    const wait = coloursOrTimeout().then(() => {
      if (waiting === wait) waiting = undefined;
    });
    waiting = wait;
  };

  const writeHighlighted = (coloured: readonly CodePiece[]): void => {
    for (const { text, role } of coloured) {
      const style = roleStyles[role];
      const [on, off] = style === undefined ? ['', ''] : codes[style];
      output.text += on + text + off;
    }
  };

  return {
    begin(block) {
      language = block.language;
      fence = block.fence;
      isApart = block.isApart;
      highlight = undefined;
      missed = [];
      writeEdge(hasColours ? edge(languageLabel(block.info)) : fence + block.info);
      catchUp();
      waitForColours();
    },
    text(text) {
      beginLine();
      line += text;
      if (highlight === undefined) output.text += text;
    },
    lineEnd() {
      beginLine();
      if (highlight !== undefined) {
        budget -= line.length;
        const isTooLong = line.length > longestHighlightedLine;
        if (isTooLong) output.text += line;
        else writeHighlighted(highlight(line));
        if (budget <= 0) highlight = undefined;
      } else if (isColoured()) {
        missed.push(line);
        catchUp();
      }
      line = '';
      isLineStarted = false;
    },
    isPlain: () => highlight === undefined && !isColoured(),
    wholeLines(text) {
      beginLine();
      output.text += text;
      isLineStarted = false;
    },
    end() {
      // The answer broke off inside a line: what was held back of it is shown.
      if (highlight !== undefined && line !== '') writeHighlighted(highlight(line));
      line = '';
      isLineStarted = false;
      writeEdge(hasColours ? edge('') : fence);
      language = '';
      highlight = undefined;
      missed = [];
    },
    waiting: () => waiting,
    stopWaiting() {
      waiting = undefined;
    },
    reset() {
      budget = mostHighlighted;
    },
  };
}

/** What the line above code says of it: the language, and what else stands behind the fence. */
const languageLabel = (info: string): string =>
  info
    .replace(/^\{(.*)\}$/, '$1')
    .replace(/^[{.\s]+/, '')
    .replace(/\s+/g, ' ');
