// Measures and breaks plain text into columns. Styles are put on afterwards, so that they have no width.
import { oneLine } from './sanitize.ts';

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
// Marks that turn the reading direction around or take no room: a server could disguise a line with them.
const invisible = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

// Half of a character, from a body cut in the middle of one: no encoding can carry it.
const halves = /\p{Surrogate}/gu;

/** Text of any origin as one harmless line. */
export const plain = (text: string): string => oneLine(text.replace(invisible, '').replace(halves, '\ufffd'));

/** Text of several lines, such as configuration: harmless, but its indentation is part of it. */
export const plainBlock = (text: string): string[] =>
  text.split(/\r?\n/).map((line) => (/^[ \t]*/.exec(line)?.[0] ?? '').replaceAll('\t', '    ') + plain(line));

function widthOf(grapheme: string): number {
  if (wide.test(grapheme)) return 2;
  return /^\p{M}+$/u.test(grapheme) ? 0 : 1;
}

/** Columns a terminal needs for `text`. */
export function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += widthOf(segment);
  return width;
}

/** The longest start of `text` that fits, and the rest. */
function split(text: string, width: number): [string, string] {
  let used = 0;
  let end = 0;
  for (const { segment, index } of segmenter.segment(text)) {
    used += widthOf(segment);
    if (used > width && end > 0) break;
    end = index + segment.length;
  }
  return [text.slice(0, end), text.slice(end)];
}

export function truncated(text: string, width: number, ellipsis: string): string {
  if (displayWidth(text) <= width) return text;
  return split(text, Math.max(1, width - displayWidth(ellipsis)))[0].trimEnd() + ellipsis;
}

export const padded = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - displayWidth(text)));

/** Breaks at spaces; a word longer than a line is cut. Never returns an empty list. */
export function wrapped(text: string, width: number): string[] {
  const room = Math.max(8, width);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    let rest = word;
    if (line !== '' && displayWidth(line) + 1 + displayWidth(rest) <= room) {
      line += ` ${rest}`;
      continue;
    }
    if (line !== '') lines.push(line);
    while (displayWidth(rest) > room) {
      const [start, more] = split(rest, room);
      lines.push(start);
      rest = more;
    }
    line = rest;
  }
  lines.push(line);
  return lines;
}
