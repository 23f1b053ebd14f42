// Markdown on a terminal while it arrives. Text is appended and never changed: the cursor does not move up, so that
// screen readers read once. Words are kept whole, or lines left to the terminal, which makes copies clean.

import { type ReleaseTimer, releaseTimer, type WaitClock } from '../text/release-timer.ts';
import { createSanitizer } from '../text/sanitize.ts';
import type { Theme } from '../text/theme.ts';
import { longestWordWaitMs, wordFlow } from '../text/word-flow.ts';
import { codeLayout, type Highlighter, type LoadHighlighter } from './code.ts';
import { markdownLayout } from './layout.ts';
import { longestTableWaitMs, type TableLayout, tableLayout } from './pipe-table.ts';
import { markdownReader } from './reader.ts';
import type { Output } from './style-spans.ts';
import { cellDrawing } from './table-cells.ts';

export type MarkdownOptions = {
  readonly write: (text: string) => void;
  readonly theme: Theme;
  /** Columns of the terminal: how tables are drawn, and where lines break. */
  readonly width: () => number;
  /** Whether lines break between words; otherwise the terminal breaks them anywhere. Asked at every line. */
  readonly keepsWords: () => boolean;
  readonly clock: WaitClock;
  /** Loads what colours code; called at the first fence that needs it. Code is plain until then. */
  readonly loadHighlighter?: LoadHighlighter;
};

export type MarkdownRenderer = {
  /** An answer is asked for: what its code may need is loaded while nothing comes. */
  expect(): void;
  /** Shows more of the answer; what is decided is written before this returns, in one write. */
  push(text: string): void;
  /** Resolves when the colours of code are here, or are waited for no longer. Undefined: nothing is waited for. */
  settled(): Promise<void> | undefined;
  /** The answer is over: shows what was held back, and ends the last line. The next one may begin. */
  end(): void;
};

/**
 * Renders answers one after the other, each cut anywhere. Control characters in them are shown, not obeyed.
 * One renderer should serve a whole chat: what V8 optimised for the first answer serves the others, too.
 */
export function markdownRenderer({
  write,
  theme,
  width,
  keepsWords,
  clock,
  loadHighlighter,
}: MarkdownOptions): MarkdownRenderer {
  let sanitize = createSanitizer();
  const output: Output = { text: '' };
  let halfCharacter = '';
  let table: TableLayout | undefined;
  let tableTimer: ReleaseTimer | undefined;
  const flush = (): void => {
    if (output.text === '') return;
    const { text } = output;
    output.text = '';
    write(text);
  };
  const flow = wordFlow({ output, columns: width, keepsWords });
  const wordTimer = releaseTimer(flow, longestWordWaitMs, clock, flush);
  const layout = markdownLayout(output, flow, theme, width);
  const code = codeLayout({ theme, loadHighlighter, startLine: layout.startLine, width, clock, output });
  const reader = markdownReader({
    layout,
    code,
    beginTable: () => {
      table ??= tableLayout({
        theme,
        width: layout.room,
        cells: cellDrawing(theme),
        startLine: layout.startLine,
        output,
      });
      tableTimer ??= releaseTimer(table, longestTableWaitMs, clock, flush);
      table.begin();
      return table;
    },
    bullet: theme.glyphs.bullet,
  });

  let settling: Promise<void> | undefined;
  const show = (text: string): void => {
    reader.push(text);
    flush();
    wordTimer.watch();
    tableTimer?.watch();
    const waiting = code.waiting();
    settling ??= waiting?.then(() => {
      settling = undefined;
      show('');
      return settling;
    });
  };

  let expecting: AbortController | undefined;
  const warmUp = async (signal: AbortSignal): Promise<void> => {
    await clock.sleep(warmUpAfterMs, signal);
    await loadHighlighter?.();
  };

  return {
    settled: () => settling,
    expect() {
      if (theme.colorLevel === 0) return;
      expecting = new AbortController();
      // Neither an answer that is there already nor a highlighter that is not is worth a word.
      warmUp(expecting.signal).catch(() => {});
    },
    push(text) {
      expecting?.abort();
      const whole = halfCharacter + text;
      const isCut = isFirstHalf(whole.charCodeAt(whole.length - 1));
      halfCharacter = isCut ? whole.slice(-1) : '';
      show(sanitize(isCut ? whole.slice(0, -1) : whole));
    },
    end() {
      expecting?.abort();
      reader.push(halfCharacter);
      halfCharacter = '';
      sanitize = createSanitizer();
      reader.end();
      flush();
      wordTimer.end();
      tableTimer?.end();
    },
  };
}

/** By then the request is on its way. */
const warmUpAfterMs = 60;

/** A character outside the basic plane is two in JavaScript, and a cut may part them. */
const isFirstHalf = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;

/** A way to the highlighter for all answers of a session: it is made when first asked for, and kept. */
export function highlighterOnDemand(): LoadHighlighter {
  let made: Highlighter | undefined;
  return () =>
    made ??
    import('./highlight.ts').then(({ createHighlighter }) => {
      made = createHighlighter();
      return made;
    });
}
