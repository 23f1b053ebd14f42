// The terminal lent to the user's editor, until that ends.
import type { TerminalInput, TerminalModes } from './terminal-modes.ts';

export type EditorLoan = {
  readonly isOpen: () => boolean;
  /** Opens the editor on a text and gives what was saved. @throws what the editor throws */
  readonly edit: (text: string) => Promise<string>;
  /** The prompt is closed: an editor that ends later gets no prompt back. */
  readonly close: () => void;
};

export function editorLoan(
  input: TerminalInput,
  modes: TerminalModes,
  editor: (text: string) => Promise<string>,
): EditorLoan {
  let isOpen = false;
  let isClosed = false;
  return {
    isOpen: () => isOpen,
    edit: async (text) => {
      isOpen = true;
      modes.leave();
      input.pause();
      try {
        return await editor(text);
      } finally {
        isOpen = false;
        if (!isClosed) {
          modes.enter();
          input.resume();
        }
      }
    },
    close: () => {
      isClosed = true;
    },
  };
}
