// Edits of the text in the prompt that readline does not know: a placeholder is taken and passed as a whole.
import type { KeyEvent } from './key-events.ts';
import type { LineBuffer } from './line-buffer.ts';
import type { Pastes } from './paste.ts';
import { step } from './text-position.ts';

export type TextEditing = {
  readonly moveTo: (cursor: number) => void;
  readonly remove: (from: number, to: number) => void;
  /** Where one step from the cursor leads. */
  readonly stepped: (direction: -1 | 1) => number;
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
    stepped: (direction) => step(buffer.text(), buffer.cursor(), direction, pastes),
    typeKey: ({ characters, key }) => {
      const before = { text: buffer.text(), cursor: buffer.cursor() };
      buffer.type(characters, key);
      const mended = pastes.mended(before.text, buffer.text());
      if (mended !== null) buffer.set(mended.text, mended.cursor);
      const cursor = buffer.cursor();
      const span = pastes.around(buffer.text(), cursor);
      if (span !== null && cursor > span.start && cursor < span.end)
        moveTo(cursor < before.cursor ? span.start : span.end);
    },
  };
}
