// Passing text behind the cursor, on the same line: what is typed while an answer streams, and how long
// nothing has come. It is taken off in the same write that brings the next byte, so nothing of it stays.
import { visible } from '../../text/sanitize.ts';
import { type Glyphs, hasStyles, type Theme } from '../../text/theme.ts';
import { lastColumns, textWidth } from '../../text/width.ts';
import { followCursor } from './cursor-column.ts';
import { createGuard } from './guard.ts';
import type { Output } from './streams.ts';

export type Tail = {
  /** What to write unguarded for `text`: that is guarded, the tail is taken off before it and drawn again behind it. */
  readonly around: (text: string) => string;
  /** Shows those of the notes that fit whole, and the end of what was typed. */
  readonly show: (notes: readonly string[], typed: string) => void;
  /** Takes it off and shows nothing until a new line begins: something else is about to move the cursor. */
  readonly lose: () => void;
};

/** Where the cursor cannot be followed: pipes, dumb terminals, screen readers. */
export const noTail: Tail = { around: (text) => text, show: () => {}, lose: () => {} };

const saveCursor = '\x1b7';
const restoreCursor = '\x1b8';
const wrapOff = '\x1b[?7l';
const wrapOn = '\x1b[?7h';
/** To the end of the screen: a terminal that became narrower has wrapped the tail onto the next row. */
const eraseBehind = '\x1b[J';
const plainStyle = '\x1b[m';
/** With fewer columns, what is typed has no room for anything beside it: neither notes nor the prompt's mark. */
const roomForTyped = 10;

/** A tail on a terminal whose cursor stands at the start of a line. Everything written there goes `around` it. */
export function createTail(output: Pick<Output, 'unguarded' | 'columns'>, theme: Theme): Tail {
  const guard = createGuard(() => hasStyles(theme));
  const cursor = followCursor();
  let notes: readonly string[] = [];
  let typed = '';
  let shown = '';

  /** Gives what draws it. */
  const drawing = (): string => {
    shown = '';
    if (notes.length === 0 && typed === '') return '';
    const columns = cursor.free(output.columns());
    const roomForNotes = columns - (typed === '' ? 0 : roomForTyped);
    for (const note of notes) {
      const longer = shown === '' ? ` ${note}` : `${shown}, ${note}`;
      if (textWidth(longer) <= roomForNotes) shown = longer;
    }
    shown += typedText(typed, columns - textWidth(shown), theme.glyphs);
    if (shown === '') return '';
    const styled = (theme.colorLevel > 0 ? plainStyle : '') + theme.dim(shown);
    return saveCursor + wrapOff + styled + wrapOn + restoreCursor;
  };
  const update = (): void => {
    const before = shown;
    const text = drawing();
    if (shown !== before) output.unguarded((before === '' ? '' : eraseBehind) + text);
  };

  return {
    around(text) {
      const passed = guard(text);
      cursor.pass(passed);
      const before = shown === '' ? '' : eraseBehind;
      return before + passed + drawing();
    },
    show(newNotes, newTyped) {
      notes = newNotes;
      typed = newTyped;
      update();
    },
    lose() {
      cursor.lose();
      update();
    },
  };
}

/** What was typed, as one line of at most so many columns: its end, when it is longer. */
export function typedText(typed: string, columns: number, glyphs: Glyphs): string {
  if (typed === '') return '';
  // However much was typed, no more than this is looked at: no emoji in use takes 16 units a column.
  const end = typed.slice(-16 * Math.max(1, columns));
  const line = visible(end.replaceAll('\n', glyphs.newline).replace(/[\x00-\x1f\x7f-\x9f]/g, ' '));
  const mark = ` ${glyphs.current} `;
  if (textWidth(mark + line) <= columns) return mark + line;
  const leads = columns < roomForTyped ? [` ${glyphs.ellipsis}`, ' '] : [mark + glyphs.ellipsis];
  for (const lead of leads) {
    const shown = lastColumns(line, columns - textWidth(lead));
    if (shown !== '') return lead + shown;
  }
  return '';
}
