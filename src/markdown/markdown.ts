// Markdown on a terminal while it arrives. Text is appended and never changed: the cursor does not move up, so that
// screen readers read once. Words are kept whole, or lines left to the terminal, which makes copies clean.

import { createSanitizer } from '../text/sanitize.ts';
import type { Theme } from '../text/theme.ts';
import { wordFlow } from '../text/word-flow.ts';
import { type WaitClock, wordWait } from '../text/word-wait.ts';
import { codeLayout, type Highlighter, type LoadHighlighter } from './code.ts';
import { markdownLayout } from './layout.ts';
import { cellDrawing, type TableLayout, tableLayout } from './pipe-table.ts';
import { markdownReader } from './reader.ts';
import type { Output } from './style-spans.ts';

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
  /** Shows more of the answer; what is decided is written before this returns, in one write. */
  push(text: string): void;
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
  const flush = (): void => {
    if (output.text === '') return;
    const { text } = output;
    output.text = '';
    write(text);
  };
  const flow = wordFlow({ output, columns: width, keepsWords });
  const word = wordWait(flow, clock, flush);
  const layout = markdownLayout(output, flow, theme);
  const reader = markdownReader({
    layout,
    code: codeLayout({ theme, loadHighlighter, startLine: layout.startLine, output }),
    beginTable: () => {
      table ??= tableLayout({
        theme,
        width,
        drawCell: cellDrawing(theme),
        startLine: layout.startLine,
        output,
      });
      table.begin();
      return table;
    },
    width,
    bullet: theme.glyphs.bullet,
  });

  return {
    push(text) {
      const whole = halfCharacter + text;
      const isCut = isFirstHalf(whole.charCodeAt(whole.length - 1));
      halfCharacter = isCut ? whole.slice(-1) : '';
      reader.push(sanitize(isCut ? whole.slice(0, -1) : whole));
      flush();
      word.watch();
    },
    end() {
      reader.push(halfCharacter);
      halfCharacter = '';
      sanitize = createSanitizer();
      reader.end();
      flush();
      word.end();
    },
  };
}

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
