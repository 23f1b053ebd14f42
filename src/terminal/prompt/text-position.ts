// Positions in the text being edited: one step left or right, one line up or down. Pure.
// Readline steps by code point; people see graphemes (an emoji family, a letter with its accents).
import type { Pastes } from './paste.ts';

let segmenter: Intl.Segmenter | undefined;

/** The position one visible character to the left (`-1`) or right (`1`); a placeholder counts as one. */
export function step(text: string, position: number, direction: -1 | 1, pastes: Pastes): number {
  const next = position + direction;
  if (next < 0 || next > text.length) return position;
  const span = pastes.around(text, next);
  if (span !== null && next > span.start && next < span.end) return direction === -1 ? span.start : span.end;
  return isAsciiAround(text, position) ? next : graphemeStep(text, position, direction);
}

/** The same column one line up or down, or null when there is no such line. */
export function verticalStep(
  text: string,
  position: number,
  direction: -1 | 1,
  pastes: Pastes,
): number | null {
  const start = lineStart(text, position);
  const column = position - start;
  const target = direction === -1 ? start - 1 : lineEnd(text, position) + 1;
  if (target < 0 || target > text.length) return null;
  const from = lineStart(text, target);
  const landed = Math.min(from + column, lineEnd(text, from));
  const span = pastes.around(text, landed);
  if (span !== null && landed < span.end) return span.start;
  return graphemeStart(text, landed);
}

export const lineStart = (text: string, position: number): number => text.lastIndexOf('\n', position - 1) + 1;

export function lineEnd(text: string, position: number): number {
  const end = text.indexOf('\n', position);
  return end === -1 ? text.length : end;
}

function isAsciiAround(text: string, position: number): boolean {
  for (let at = Math.max(0, position - 2); at < Math.min(text.length, position + 2); at++)
    if (text.charCodeAt(at) > 0x7e) return false;
  return true;
}

function graphemeStep(text: string, position: number, direction: -1 | 1): number {
  const boundaries = graphemes(text, position);
  if (direction === 1) return boundaries.find((at) => at > position) ?? text.length;
  return boundaries.findLast((at) => at < position) ?? 0;
}

function graphemeStart(text: string, position: number): number {
  if (position === text.length || isAsciiAround(text, position)) return position;
  return graphemes(text, position).findLast((at) => at <= position) ?? 0;
}

/** Boundaries near a position: the line around it is enough, a newline is always one. */
function graphemes(text: string, position: number): readonly number[] {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  const start = Math.max(0, lineStart(text, position) - 1);
  const end = Math.min(text.length, lineEnd(text, position) + 1);
  return [...Array.from(segmenter.segment(text.slice(start, end)), ({ index }) => start + index), end];
}
