// Edits of the text in the prompt that readline does not know: steps by what people see as one character (readline
// steps by code point), one line up or down, and a placeholder is taken and passed as a whole.
import { graphemes } from '../../text/width.ts';
import type { KeyEvent } from './key-events.ts';
import type { LineBuffer } from './line-buffer.ts';
import type { Pastes } from './paste.ts';

type TextEditing = {
  readonly moveTo: (cursor: number) => void;
  readonly remove: (from: number, to: number) => void;
  /** Where one step from the cursor leads. */
  readonly neighbour: (direction: -1 | 1) => number;
  /** A key for readline, which must neither cut a placeholder nor stop inside one. */
  readonly typeKey: (event: KeyEvent & { kind: 'key' }) => void;
};

export function textEditing(buffer: LineBuffer, pastes: Pastes): TextEditing {
  const moveTo = (cursor: number): void => buffer.set(buffer.text(), cursor);
  return {
    moveTo,
    remove: (from, to) => {
      const text = buffer.text();
      buffer.set(text.slice(0, from) + text.slice(to), from);
    },
    neighbour: (direction) => step(buffer.text(), buffer.cursor(), direction, pastes),
    typeKey: ({ characters, key }) => {
      const before = { text: buffer.text(), cursor: buffer.cursor() };
      buffer.type(characters, key);
      const mended = pastes.mend(before.text, buffer.text());
      if (mended !== null) buffer.set(mended.text, mended.cursor);
      const cursor = buffer.cursor();
      const span = pastes.around(buffer.text(), cursor);
      if (span !== null && cursor > span.start && cursor < span.end)
        moveTo(cursor < before.cursor ? span.start : span.end);
    },
  };
}

/** The position one visible character to the left (`-1`) or right (`1`); a placeholder counts as one. */
function step(text: string, position: number, direction: -1 | 1, pastes: Pastes): number {
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
  const near = boundaries(text, position);
  if (direction === 1) return near.find((at) => at > position) ?? text.length;
  return near.findLast((at) => at < position) ?? 0;
}

function graphemeStart(text: string, position: number): number {
  if (position === text.length || isAsciiAround(text, position)) return position;
  return boundaries(text, position).findLast((at) => at <= position) ?? 0;
}

/** Boundaries near a position: the line around it is enough, a newline is always one. */
function boundaries(text: string, position: number): readonly number[] {
  const start = Math.max(0, lineStart(text, position) - 1);
  const end = Math.min(text.length, lineEnd(text, position) + 1);
  return [...Array.from(graphemes().segment(text.slice(start, end)), ({ index }) => start + index), end];
}
