// What a prompt is, whether a line editor or plain lines stand behind it. Types only.

/** What the user gave: a text (may be empty), Ctrl-C on an empty line, or Ctrl-D. */
export type Input =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'interrupt' }
  | { readonly kind: 'end' };

export type AskKind = 'message' | 'question' | 'lines';

export type AskOptions = {
  /** Text to begin with, already in the line. */
  readonly initial?: string;
  /**
   * `message` (default): everything. `question`: one of ours, which what was typed ahead was not meant for.
   * `lines`: raw lines of a paste, tabs included. The last two know no history.
   */
  readonly as?: AskKind;
};

export type Prompt = {
  /** Shows the prompt and resolves with what was entered. Between two calls keys are kept, not shown. */
  readonly ask: (promptText: string, options?: AskOptions) => Promise<Input>;
  /**
   * An answer streams from now on: Ctrl-C calls back, Enter sends nothing, and what is typed waits for the
   * next prompt. The function it gives ends that.
   */
  readonly whileBusy: (onInterrupt: () => void) => () => void;
  /** Opens the editor on a text between two calls of `ask`. @throws what the editor throws */
  readonly edit: (text: string) => Promise<string>;
  /** Gives the terminal back; a waiting `ask` ends with `end`. */
  readonly close: () => void;
};
