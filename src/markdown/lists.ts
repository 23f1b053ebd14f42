// The numbers of list items: they count up from the first, whatever numbers follow it in the source.
import type { LineStart } from './line-start.ts';

/** The last item of a list: its number, -1 for a bullet, and the sign that stands with it. */
type Item = { readonly number: number; readonly signs: string };

export type ListNumbers = {
  open(): void;
  close(): void;
  /** The number of the item that begins; -1 for a bullet. Another sign begins another list. */
  next(start: LineStart): number;
  /** How many lists are open. */
  depth(): number;
};

/** Keeps the last item of each open list. */
export function listNumbers(): ListNumbers {
  const lists: (Item | undefined)[] = [];
  return {
    open() {
      lists.push(undefined);
    },
    close() {
      lists.pop();
    },
    next({ number: written, signs }) {
      const before = lists.at(-1);
      const goesOn = written >= 0 && before !== undefined && before.number >= 0 && before.signs === signs;
      const number = goesOn ? before.number + 1 : written;
      lists[lists.length - 1] = { number, signs };
      return number;
    },
    depth: () => lists.length,
  };
}
