// The prompt where there is nothing to edit on: stdin is a file or pipe (each line a turn), or the
// terminal is "dumb" and its own line discipline does the editing.
import { createInterface } from 'node:readline';
import { configError } from '../../errors.ts';
import { visible } from '../../text/sanitize.ts';
import type { Input, Prompt } from './prompt-types.ts';

type LinePrompt = Omit<Prompt, 'pick'> & {
  /** Ctrl-C came as a signal: a waiting `ask` ends with `interrupt`. False when none waits. */
  readonly interrupt: () => boolean;
};

/**
 * Reads lines as turns. A line that ends in a backslash continues on the next one. `output` shows the
 * prompts; undefined when nobody is there to see them.
 */
export function createLinePrompt(
  input: NodeJS.ReadableStream,
  output: { write: (text: string) => unknown } | undefined,
): LinePrompt {
  const reader = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY, terminal: false });
  const lines = reader[Symbol.asyncIterator]();
  /** Asked for once: an interrupted `ask` leaves it to the next one. */
  let nextLine: Promise<IteratorResult<string, undefined>> | null = null;
  let interruptAsk: (() => void) | null = null;
  let isFirst = true;
  const read = async (): Promise<Input> => {
    const interruption = new Promise<null>((resolve) => {
      interruptAsk = () => resolve(null);
    });
    let text = '';
    for (;;) {
      nextLine ??= lines.next();
      const line = await Promise.race([nextLine, interruption]);
      if (line === null) {
        output?.write('\n');
        return { kind: 'interrupt' };
      }
      nextLine = null;
      if (line.done) {
        // Ctrl-D and Ctrl-C leave the cursor behind the prompt.
        output?.write('\n');
        return text === '' ? { kind: 'end' } : { kind: 'text', text, typed: text, isPasted: false };
      }
      // Windows puts a byte order mark before what it pipes.
      const value = isFirst ? line.value.replace(/^\uFEFF/, '') : line.value;
      isFirst = false;
      if (!value.endsWith('\\')) {
        text += value;
        return { kind: 'text', text, typed: text, isPasted: false };
      }
      text += `${value.slice(0, -1)}\n`;
    }
  };
  return {
    async ask(promptText) {
      output?.write(promptText);
      try {
        return await read();
      } finally {
        interruptAsk = null;
      }
    },
    interrupt() {
      interruptAsk?.();
      return interruptAsk !== null;
    },
    // Without raw mode Ctrl-C is a signal, not a key, and the terminal itself shows what is typed.
    whileBusy: () => () => {},
    hold: () => {},
    notify: () => {},
    edit: async () => {
      throw configError('There is no terminal here to edit on.');
    },
    show: (promptText, text) => output?.write(`${promptText}${visible(text)}\n`),
    close: () => reader.close(),
  };
}
