// The text being edited: a node:readline interface that we feed key by key, with the few operations
// that readline lacks (text with newlines, a cursor set from outside).
import { createInterface, type Interface } from 'node:readline';
import { Readable, Writable } from 'node:stream';
import { visible } from '../../text/sanitize.ts';
import type { Key } from './key-names.ts';
import { columnsOf, type TerminalOutput } from './terminal-modes.ts';

export type LineBuffer = {
  readonly text: () => string;
  readonly isCompleting: () => boolean;
  readonly cursor: () => number;
  readonly set: (text: string, cursor?: number) => void;
  readonly insert: (text: string) => void;
  /** A key for readline itself. */
  readonly type: (characters: string | undefined, key: Key) => void;
  /** Draws the prompt, and the text behind it, on the line the cursor is on. Until then nothing is drawn. */
  readonly draw: (promptText: string) => void;
  readonly redraw: () => void;
  /** Leaves the text on the screen, moves below it and starts empty, unseen until the next `draw`. */
  readonly finish: () => void;
  /** Writes a line below the text and draws the prompt again under it. */
  readonly note: (line: string) => void;
  readonly close: () => void;
};

/** What a Tab offers: the candidates, and the part of the text they replace. */
export type Complete = (textBeforeCursor: string) => Promise<[candidates: string[], replaces: string]>;

/** Readline's own fields: `line` and `cursor` are documented as readable, `prevRows` is where a redraw starts. */
type Internals = { line: string; cursor: number; prevRows: number };

/** `onCompleted` is called when a Tab has been answered: keys must wait until then. */
export function lineBuffer(output: TerminalOutput, complete: Complete, onCompleted: () => void): LineBuffer {
  let isCompleting = false;
  let isDrawn = false;
  const sink = new Writable({
    decodeStrings: false,
    write: (chunk, _encoding, done) => {
      if (isDrawn) output.write(chunk);
      done();
    },
  });
  // Of an unknown width, readline would never wrap.
  Object.defineProperty(sink, 'columns', { get: () => columnsOf(output) });
  const onResize = (): boolean => sink.emit('resize');
  output.on('resize', onResize);

  // The input never speaks: keys come through `write(text, key)`, readline's documented way in, after
  // pastes and our own keys were taken out.
  const readline: Interface = createInterface({
    input: new Readable({ read: () => {} }),
    output: sink,
    terminal: true,
    historySize: 0,
    tabSize: 4,
    completer: (line: string, callback: (error: null, result: [string[], string]) => void) => {
      isCompleting = true;
      complete(line)
        .catch((): [string[], string] => [[], line])
        .then(([candidates, replaces]) => {
          isCompleting = false;
          // Readline shows them as they are: a name that cannot be shown is not offered.
          callback(null, [candidates.filter((one) => visible(one) === one), replaces]);
          onCompleted();
        });
    },
  });
  asOneText(readline);
  const internals = readline as unknown as Internals;

  const redraw = (): void => readline.prompt(true);
  const set = (text: string, cursor = text.length): void => {
    internals.line = text;
    internals.cursor = cursor;
    redraw();
  };
  const finish = (): void => {
    readline.write(null as unknown as string, { name: 'return' });
    isDrawn = false;
  };

  return {
    text: () => readline.line,
    isCompleting: () => isCompleting,
    cursor: () => readline.cursor,
    set,
    insert: (text) => {
      const { line, cursor } = readline;
      set(line.slice(0, cursor) + text + line.slice(cursor), cursor + text.length);
    },
    type: (characters, key) => readline.write(characters as string, key),
    draw: (promptText) => {
      isDrawn = true;
      internals.prevRows = 0;
      readline.setPrompt(promptText);
      redraw();
    },
    redraw,
    finish,
    note: (line) => {
      const { line: text, cursor } = readline;
      set(text);
      sink.write(`\n${line}\n`);
      internals.prevRows = 0;
      set(text, cursor);
    },
    close: () => {
      output.off('resize', onResize);
      readline.close();
    },
  };
}

/**
 * From Node 24 on, readline puts its own `| ` before further lines and moves by lines itself; how lines are shown and
 * moved in is ours. It looks at one property, which no option sets.
 */
function asOneText(editor: Interface): void {
  const property = Object.getOwnPropertySymbols(editor).find(
    ({ description }) => description === '_isMultiline',
  );
  if (property !== undefined) Object.defineProperty(editor, property, { get: () => false, set() {} });
}
