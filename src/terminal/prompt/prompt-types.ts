// What a prompt is, whether a line editor or plain lines stand behind it. Types only.
import type { ChoiceList } from './choice.ts';

/** What the user gave: a text (may be empty), Ctrl-C on an empty line, or Ctrl-D. */
export type Input =
  /**
   * `typed` is the same as it stood in the line, where a long paste is a placeholder. `isPasted`: several lines that came
   * from elsewhere, whatever they begin with.
   */
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly typed: string;
      readonly isPasted: boolean;
    }
  | { readonly kind: 'interrupt' }
  | { readonly kind: 'end' };

export type AskKind = 'message' | 'question' | 'lines';

type AskOptions = {
  /** Text to begin with, already in the line. */
  readonly initial?: string;
  /**
   * `message` (default): everything. `question`: one of ours, which what was typed ahead was not meant for.
   * `lines`: raw lines of a paste, tabs included. The last two know no history.
   */
  readonly as?: AskKind;
};

/** Who is told what happens at the keyboard while an answer streams. */
export type BusyListener = {
  readonly onInterrupt: () => void;
  /**
   * What is being typed for the next prompt and what is queued before it, after each key; nothing of either when it
   * is not to be shown any more.
   */
  readonly onTyped?: (typing: string, queued: readonly string[]) => void;
  /** The process is about to be suspended. Afterwards the cursor stands elsewhere. */
  readonly onSuspend?: () => void;
};

export type Prompt = {
  /** Shows the prompt and resolves with what was entered. Between two calls keys are kept, not shown. */
  readonly ask: (promptText: string, options?: AskOptions) => Promise<Input>;
  /**
   * An answer streams from now on: Ctrl-C calls back, and what is typed can be edited. Enter queues it for the next
   * prompts, where one after the other is taken; Up takes the last one back, and Ctrl-C makes drafts of them. What has
   * no Enter behind it waits in the next prompt. The function it gives ends that.
   */
  readonly whileBusy: (listener: BusyListener) => () => void;
  /**
   * Lets one be chosen from a list; null when none was, or there is none. What is typed meanwhile narrows the list and
   * goes nowhere else. Rejects when the choices cannot be had.
   */
  readonly pick: <T>(list: ChoiceList<T>) => Promise<T | null>;
  /** What is queued is not taken by itself any more: it waits in the prompt to be sent. */
  readonly hold: () => void;
  /** Calls for attention, if that is wanted and the window is not in front, or nobody can tell. */
  readonly notify: () => void;
  /** Opens the editor on a text between two calls of `ask`. @throws what the editor throws */
  readonly edit: (text: string) => Promise<string>;
  /** Leaves a text on the screen between two calls of `ask`, as if it had been entered there. */
  readonly show: (promptText: string, text: string) => void;
  /** Gives the terminal back; a waiting `ask` ends with `end`. */
  readonly close: () => void;
};
