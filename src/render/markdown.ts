// Markdown on a terminal while it arrives. Text is appended and never changed: the cursor does not move up,
// lines are not wrapped, nothing is indented or padded, so that copies are clean and screen readers read once.
import { codeLayout, type LoadHighlighter } from './markdown-code.ts';
import { markdownLayout } from './markdown-layout.ts';
import { markdownReader } from './markdown-reader.ts';
import { cellDrawing, type DrawCell, tableLayout } from './markdown-table.ts';
import { createSanitizer } from './sanitize.ts';
import type { Theme } from './theme.ts';

export type MarkdownOptions = {
  readonly write: (text: string) => void;
  readonly theme: Theme;
  /** Columns of the terminal. Decides how tables are drawn; prose is wrapped by the terminal. */
  readonly width: number;
  /** Loads what colours code; called at the first fence that needs it. Code is plain until then. */
  readonly loadHighlighter?: LoadHighlighter;
};

export type MarkdownRenderer = {
  /** Shows more of the answer; what is decided is written before this returns, in one write. */
  push(text: string): void;
  /** The answer is over: shows what was held back, and ends the last line. */
  end(): void;
};

/** Renders one answer, cut anywhere. Control characters in it are shown, not obeyed. */
export function markdownRenderer({
  write,
  theme,
  width,
  loadHighlighter,
}: MarkdownOptions): MarkdownRenderer {
  const sanitize = createSanitizer();
  let output = '';
  let halfCharacter = '';
  let drawCell: DrawCell | undefined;
  const append = (text: string): void => {
    output += text;
  };
  const flush = (): void => {
    if (output === '') return;
    const text = output;
    output = '';
    write(text);
  };
  const layout = markdownLayout(append, theme);
  const reader = markdownReader({
    layout,
    code: codeLayout({ theme, loadHighlighter, startLine: layout.startLine, write: append }),
    beginTable: () => {
      drawCell ??= cellDrawing(theme);
      return tableLayout({ theme, width, drawCell, startLine: layout.startLine, write: append });
    },
    width,
    bullet: theme.glyphs.bullet,
  });

  return {
    push(text) {
      const whole = halfCharacter + text;
      const isCut = /[\ud800-\udbff]$/.test(whole);
      halfCharacter = isCut ? whole.slice(-1) : '';
      reader.push(sanitize(isCut ? whole.slice(0, -1) : whole));
      flush();
    },
    end() {
      reader.push(halfCharacter);
      halfCharacter = '';
      reader.end();
      flush();
    },
  };
}
