// Up and Down through earlier inputs. The text being written waits until one comes back to it.
import type { LineBuffer } from './line-buffer.ts';
import type { Pastes } from './paste.ts';

export type HistoryRecall = {
  /** One entry older (`-1`) or newer (`1`); nothing happens at the ends. */
  readonly move: (direction: -1 | 1) => void;
  /** The text was sent: the next one begins at the newest again. */
  readonly reset: () => void;
};

/** `history` gives the entries newest first. */
export function historyRecall(
  buffer: LineBuffer,
  pastes: Pastes,
  history: () => readonly string[],
): HistoryRecall {
  /** -1 is the text being written. */
  let position = -1;
  let draft = '';
  return {
    move: (direction) => {
      const next = position - direction;
      const entries = history();
      if (next < -1 || next >= entries.length) return;
      if (position === -1) draft = buffer.text();
      position = next;
      buffer.set(next === -1 ? draft : pastes.shown(entries[next] ?? ''));
    },
    reset: () => {
      position = -1;
    },
  };
}
