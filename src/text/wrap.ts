// Plain text in columns: wrapped, filled, cut, padded. Styles are put on afterwards, so that they have no width.
import { releaseTimer, type WaitClock } from './release-timer.ts';
import { graphemesOf, textWidth } from './width.ts';
import { longestWordWaitMs, spacesWidth, type WordFlow, wordFlow } from './word-flow.ts';

/** The longest start of `text` that fits, at least one character of it, and the rest. */
function split(text: string, columns: number): [string, string] {
  let used = 0;
  let end = 0;
  for (const character of graphemesOf(text)) {
    used += textWidth(character);
    if (used > columns && end > 0) break;
    end += character.length;
  }
  return [text.slice(0, end), text.slice(end)];
}

/** Cut at a width, without a sign of punctuation before the ellipsis. */
export function truncated(text: string, columns: number, ellipsis: string): string {
  if (textWidth(text) <= columns) return text;
  return split(text, Math.max(1, columns - textWidth(ellipsis)))[0].replace(/[\s.,;:]+$/, '') + ellipsis;
}

export const padded = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - textWidth(text)));

/**
 * Words on as few lines as fit. A word longer than a line has one of its own. Never returns an empty list.
 */
export function filled(words: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line !== '' && textWidth(line) + 1 + textWidth(word) <= columns) {
      line += ` ${word}`;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
  }
  return [...lines, line];
}

/** White space, and the mark of an item: what further rows are indented by. */
const lineStart = /^[ \t]*(?:(?:[-*+•]|\d{1,3}[.)])[ \t]+)?/;

export type WrapOptions = {
  readonly columns: () => number;
  readonly keepsWords: () => boolean;
  /** Columns that further rows are indented by, beside those of the line itself. */
  readonly hang?: number;
};

/**
 * Text that arrives in pieces, in rows of whole words, each line of it below itself. With a clock, a word does not wait
 * long for its end.
 */
export function wrappedText(
  options: WrapOptions,
  write: (text: string) => void,
  clock?: WaitClock,
): { readonly push: (text: string) => void; readonly end: () => void } {
  const output = { text: '' };
  const flow = wordFlow({ output, ...options });
  const flush = (): void => {
    const { text } = output;
    output.text = '';
    if (text !== '') write(text);
  };
  const word = clock && releaseTimer(flow, longestWordWaitMs, clock, flush);
  let isAtLineStart = true;
  const begin = (): void => {
    flow.begin();
    isAtLineStart = true;
  };
  begin();
  return {
    push(text) {
      for (const [index, line] of text.split('\n').entries()) {
        if (index > 0) {
          flow.end();
          output.text += '\n';
          begin();
        }
        if (line === '') continue;
        const start = isAtLineStart ? (lineStart.exec(line)?.[0] ?? '') : '';
        if (isAtLineStart) flow.lead(start, spacesWidth(start, 0), '', options.hang);
        isAtLineStart = false;
        addWords(flow, line.slice(start.length));
      }
      flush();
      word?.watch();
    },
    end() {
      flow.end();
      flush();
      word?.end();
      begin();
    },
  };
}

function addWords(flow: WordFlow, text: string): void {
  const start = text.length - text.trimStart().length;
  const end = Math.max(start, text.trimEnd().length);
  if (start > 0) flow.space(text.slice(0, start));
  if (end > start) flow.text(text, start, end);
  if (end < text.length) flow.space(text.slice(end));
}

/** A whole text in rows of whole words; see `wrappedText`. */
export function wrapText(text: string, columns: number, hang = 0): string {
  let written = '';
  const options = { columns: () => Math.max(8, columns), keepsWords: () => true, hang };
  const rows = wrappedText(options, (piece) => {
    written += piece;
  });
  rows.push(text);
  rows.end();
  return written;
}

/** Each line in a style: one that spans a line end would colour the rest of the screen in some terminals. */
export const styledRows = (text: string, style: (line: string) => string): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? '' : style(line)))
    .join('\n');

/**
 * The rows of a text on one line: whole words, Chinese and Japanese where they may break. A word longer than a row is
 * cut, addresses too: what is drawn beside it stays in line. Never returns an empty list.
 */
export function wrapped(text: string, columns: number): string[] {
  const output = { text: '' };
  const flow = wordFlow({
    output,
    columns: () => Math.max(8, columns),
    keepsWords: () => true,
    cutsAddresses: true,
  });
  flow.begin();
  addWords(flow, text);
  flow.end();
  return output.text.split('\n');
}
