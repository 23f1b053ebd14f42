// What Enter ended while an answer streamed: inputs that are taken one by one at the next prompts, messages and commands
// alike. After Ctrl-C, or an answer that failed, they are drafts: sent by nobody but the user.
import type { LineBuffer } from './line-buffer.ts';
import type { Pastes } from './paste.ts';

type TypeAhead = {
  /** Enter: what is typed is queued; nothing is when it is blank. */
  readonly queue: () => void;
  /** Up: the last one again, before what is being typed; nothing happens when there is none. */
  readonly takeBack: () => void;
  /** What is queued waits to be sent by hand. */
  readonly hold: () => void;
  /** What is queued, oldest first. */
  readonly texts: () => readonly string[];
  /**
   * Puts into the line what the next prompt begins with. `isEnded`: Enter was pressed behind it, and is taken at its
   * word. `typing` is what was being typed and stands behind an input that is not in the line yet.
   */
  readonly begin: () => { readonly isEnded: boolean; readonly typing: string };
  /** Takes out everything, oldest first. */
  readonly takeAll: () => readonly string[];
};

type Input = { readonly text: string; readonly isCommand: boolean };

/** `isCommand` knows what ends with its line. */
export function typeAhead(
  buffer: LineBuffer,
  pastes: Pastes,
  isCommand: (text: string) => boolean,
): TypeAhead {
  const inputs: Input[] = [];
  let isHeld = false;
  const inputOf = (text: string): Input => ({
    text,
    isCommand: !pastes.isPasted(text) && isCommand(pastes.expand(text)),
  });
  const take = (count: number): readonly string[] => inputs.splice(0, count).map(({ text }) => text);
  const takeAll = (): readonly string[] => take(inputs.length);

  return {
    queue: () => {
      const text = buffer.text();
      if (text.trim() !== '') inputs.push(inputOf(text));
      buffer.set('');
    },
    takeBack: () => {
      const text = inputs.pop()?.text;
      const typing = buffer.text();
      if (text !== undefined) buffer.set(typing === '' ? text : `${text}\n${typing}`, text.length);
    },
    hold: () => {
      isHeld = inputs.length > 0;
    },
    texts: () => inputs.map(({ text }) => text),
    begin: () => {
      const typing = inputOf(buffer.text());
      const cursorFromEnd = typing.text.length - buffer.cursor();
      const [first] = inputs;
      isHeld &&= first !== undefined;
      if (first === undefined) return { isEnded: false, typing: '' };
      if (!isHeld || first.isCommand) {
        buffer.set(take(1).join());
        return { isEnded: !isHeld, typing: typing.text };
      }
      // Messages in a row are one draft, up to a command.
      const command = [...inputs, typing].findIndex((input) => input.isCommand);
      if (command !== -1) {
        buffer.set(take(command).join('\n'));
        return { isEnded: false, typing: typing.text };
      }
      const text = [...takeAll(), ...(typing.text === '' ? [] : [typing.text])].join('\n');
      buffer.set(text, Math.max(0, text.length - cursorFromEnd));
      return { isEnded: false, typing: '' };
    },
    takeAll,
  };
}
