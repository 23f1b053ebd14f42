// Markdown on a terminal while it arrives. Text is appended and never changed: the cursor does not move up,
// lines are not wrapped, nothing is indented or padded, so that copies are clean and screen readers read once.
import { codeLayout, type Highlighter } from './markdown-code.ts';
import { markdownLayout } from './markdown-layout.ts';
import { markdownReader } from './markdown-reader.ts';
import { tableLayout } from './markdown-table.ts';
import type { Theme } from './theme.ts';

export type MarkdownOptions = {
  readonly write: (text: string) => void;
  readonly theme: Theme;
  /** Columns of the terminal. Decides how tables are drawn; prose is wrapped by the terminal. */
  readonly width: number;
  /** Loads what colours code; called at the first fence that needs it. Code is plain until then. */
  readonly loadHighlighter?: () => Promise<Highlighter>;
};

export type MarkdownRenderer = {
  /** Shows more of the answer; what is decided is written before this returns, in one write. */
  push(text: string): void;
  /** The answer is over: shows what was held back, and ends the last line. */
  end(): void;
};

/** Renders one answer. Give it text without control sequences (render/sanitize), cut anywhere. */
export function markdownRenderer({
  write,
  theme,
  width,
  loadHighlighter,
}: MarkdownOptions): MarkdownRenderer {
  let output = '';
  let heldPiece = '';
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
    beginTable: () => tableLayout({ theme, width, startLine: layout.startLine, write: append }),
    width,
    bullet: theme.glyphs.bullet,
  });

  return {
    push(text) {
      const whole = heldPiece + text;
      // Half a line end and half a character wait for their other half.
      const cut = /[\r\ud800-\udbff]$/.exec(whole)?.index ?? whole.length;
      heldPiece = whole.slice(cut);
      reader.push(withoutCarriageReturns(whole.slice(0, cut)));
      flush();
    },
    end() {
      reader.push(withoutCarriageReturns(heldPiece));
      heldPiece = '';
      reader.end();
      flush();
    },
  };
}

/** A carriage return would move the cursor back over what is written. */
function withoutCarriageReturns(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}
