// The prompt where there is nothing to edit on: stdin is a file or pipe (each line a turn), or the
// terminal is "dumb" and its own line discipline does the editing.
import { createInterface } from 'node:readline';
import { configError } from '../errors.ts';
import type { Input, Prompt } from './prompt-types.ts';

/**
 * Reads lines as turns. A line that ends in a backslash continues on the next one. `output` shows the
 * prompts; undefined when nobody is there to see them.
 */
export function createLinePrompt(
  input: NodeJS.ReadableStream,
  output: { write: (text: string) => unknown } | undefined,
): Prompt {
  const reader = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY, terminal: false });
  const lines = reader[Symbol.asyncIterator]();
  const read = async (): Promise<Input> => {
    let text = '';
    for (;;) {
      const { value, done } = await lines.next();
      if (done) {
        // Ctrl-D and Ctrl-C leave the cursor behind the prompt.
        output?.write('\n');
        return text === '' ? { kind: 'end' } : { kind: 'text', text };
      }
      if (!value.endsWith('\\')) return { kind: 'text', text: text + value };
      text += `${value.slice(0, -1)}\n`;
    }
  };
  return {
    ask: (promptText) => {
      output?.write(promptText);
      return read();
    },
    // Without raw mode Ctrl-C is a signal, not a key, and the terminal itself shows what is typed.
    whileBusy: () => () => {},
    edit: async () => {
      throw configError('There is no terminal here to edit on.');
    },
    close: () => reader.close(),
  };
}
