// Measures and breaks plain text into columns. Styles are put on afterwards, so that they have no width.
import { oneLine } from '../../text/sanitize.ts';
import { textWidth } from '../../text/width.ts';

// Half of a character, from a body cut in the middle of one: no encoding can carry it.
const halves = /\p{Surrogate}/gu;

/** Text of any origin as one harmless line. */
export const plain = (text: string): string => oneLine(text.replace(halves, '\ufffd'));

/** Text of several lines, such as configuration: harmless, but its indentation is part of it. */
export const plainBlock = (text: string): string[] =>
  text.split(/\r?\n/).map((line) => (/^[ \t]*/.exec(line)?.[0] ?? '').replaceAll('\t', '    ') + plain(line));

/** The longest start of `text` that fits, and the rest. Never splits what is seen as one character. */
function split(text: string, width: number): [string, string] {
  if (/^[\x20-\x7e]*$/.test(text)) return [text.slice(0, width), text.slice(width)];
  let used = 0;
  let end = 0;
  // Made only here, where it is needed: a segmenter costs several milliseconds.
  for (const { segment, index } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)) {
    used += textWidth(segment);
    if (used > width && end > 0) break;
    end = index + segment.length;
  }
  return [text.slice(0, end), text.slice(end)];
}

export function truncated(text: string, width: number, ellipsis: string): string {
  if (textWidth(text) <= width) return text;
  return split(text, Math.max(1, width - textWidth(ellipsis)))[0].replace(/[\s.,;:]+$/, '') + ellipsis;
}

export const padded = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - textWidth(text)));

/** Breaks at spaces; a word longer than a line is cut. Never returns an empty list. */
export function wrapped(text: string, width: number): string[] {
  const room = Math.max(8, width);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    let rest = word;
    if (line !== '' && textWidth(line) + 1 + textWidth(rest) <= room) {
      line += ` ${rest}`;
      continue;
    }
    if (line !== '') lines.push(line);
    while (textWidth(rest) > room) {
      const [start, more] = split(rest, room);
      lines.push(start);
      rest = more;
    }
    line = rest;
  }
  lines.push(line);
  return lines;
}
