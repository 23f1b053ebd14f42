// What Enter ended while an answer streamed. Commands are inputs of their own, taken at the next prompts; messages
// are sent by nobody but the user, so they wait in the prompt, as one text.
import type { LineBuffer } from './line-buffer.ts';
import type { Pastes } from './paste.ts';

type TypeAhead = {
  /** Enter: a command is ended wherever the cursor stands, a message is cut there. */
  readonly end: () => void;
  /** The last text again, before the one being typed; nothing happens when there is none. */
  readonly takeBack: () => void;
  /** Everything as one text, before what is being typed. */
  readonly asText: (typing: string) => string;
  /**
   * Puts into the line what the next prompt begins with. `isEnded`: Enter was pressed behind it, and is taken at its
   * word. `typing` is what was being typed and stands behind an input that is not in the line yet.
   */
  readonly begin: () => { readonly isEnded: boolean; readonly typing: string };
  /** Takes out everything, oldest first. */
  readonly takeAll: () => readonly string[];
  readonly isEmpty: () => boolean;
};

type Input = { readonly text: string; readonly isCommand: boolean };

/** `isCommand` knows what ends with its line. */
export function typeAhead(
  buffer: LineBuffer,
  pastes: Pastes,
  isCommand: (text: string) => boolean,
): TypeAhead {
  const inputs: Input[] = [];
  const inputOf = (text: string): Input => ({
    text,
    isCommand: !pastes.isPasted(text) && isCommand(pastes.expand(text)),
  });
  const takeAll = (): readonly string[] => inputs.splice(0).map(({ text }) => text);

  return {
    end: () => {
      const text = buffer.text();
      const end = inputOf(text).isCommand ? text.length : buffer.cursor();
      if (inputs.length > 0 || end > 0) inputs.push(inputOf(text.slice(0, end)));
      buffer.set(text.slice(end), 0);
    },
    takeBack: () => {
      const text = inputs.pop()?.text;
      if (text !== undefined) buffer.set(text + buffer.text(), text.length);
    },
    asText: (typing) => [...inputs.map(({ text }) => text), typing].join('\n'),
    begin: () => {
      const typing = inputOf(buffer.text());
      const cursorFromEnd = typing.text.length - buffer.cursor();
      const command = [...inputs, typing].findIndex((input) => input.isCommand);
      const [first] = inputs;
      if (first === undefined) return { isEnded: false, typing: '' };
      if (command === 0) {
        inputs.shift();
        buffer.set(first.text);
        return { isEnded: true, typing: typing.text };
      }
      if (command === -1) {
        const text = draftOf([...takeAll(), typing.text]);
        buffer.set(text, Math.max(0, text.length - cursorFromEnd));
        return { isEnded: false, typing: '' };
      }
      buffer.set(draftOf(inputs.splice(0, command).map(({ text }) => text)));
      return { isEnded: false, typing: typing.text };
    },
    takeAll,
    isEmpty: () => inputs.length === 0,
  };
}

/** Enter behind the last line did not send it; in the prompt it will. */
const draftOf = (lines: readonly string[]): string => lines.join('\n').replace(/\n+$/, '');
