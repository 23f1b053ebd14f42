// Plain text in columns: filled, cut, padded. Styles are put on afterwards, so that they have no width.
import { graphemesOf, textWidth } from './width.ts';

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
 * Words on as few lines as fit. A word longer than a line has one of its own, or is cut where `cutsWords` says so.
 * Never returns an empty list.
 */
export function filled(words: readonly string[], columns: number, cutsWords = false): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line !== '' && textWidth(line) + 1 + textWidth(word) <= columns) {
      line += ` ${word}`;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (cutsWords && textWidth(line) > columns) {
      const [start, rest] = split(line, columns);
      lines.push(start);
      line = rest;
    }
  }
  return [...lines, line];
}

/** Breaks a text at spaces; a word longer than a line is cut. */
export const wrapped = (text: string, columns: number): string[] =>
  filled(text.split(' '), Math.max(8, columns), true);
