// A terminal without a process behind it: standard streams as objects, keys as bytes, and a screen. What only a real
// one does (job control, signals, a window that closes) is tested in test/pty.
import { clearLine, cursorTo, moveCursor } from 'node:readline';
import { PassThrough, Writable } from 'node:stream';
import type { StandardStreams } from '../src/terminal/prompt/open-prompt.ts';
import { openScreen, type TestScreen } from './terminal-screen.ts';

export type FakeTerminal = TestScreen & {
  readonly streams: StandardStreams;
  readonly type: (keys: string) => void;
  readonly resize: (columns: number, rows: number) => void;
  /** The program is over: who waits for more fails. */
  readonly end: () => Promise<void>;
  readonly dispose: () => void;
};

export type FakeTerminalOptions = {
  /** 0, as terminals say that do not know theirs, leaves the screen at 80. */
  readonly columns?: number;
  readonly rows?: number;
  /** What comes from a file or pipe in the place of keys. */
  readonly stdin?: string;
  /** Where stdout goes, when not to the screen. */
  readonly onStdout?: (text: string) => void;
  /** Ctrl-C where keys are not read one by one. */
  readonly onInterrupt?: () => void;
};

export function fakeTerminal({
  columns = 80,
  rows = 24,
  stdin: piped,
  onStdout,
  onInterrupt,
}: FakeTerminalOptions = {}): FakeTerminal {
  const { screen, write, resize, end, dispose } = openScreen(columns || 80, rows, true);
  let width = columns;
  let height = rows;
  const outputs: Writable[] = [];
  const output = (isTTY: boolean, onText: (text: string) => void): NodeJS.WriteStream => {
    const stream = new Writable({
      decodeStrings: false,
      write: (chunk: string | Buffer, _encoding, done) => {
        onText(String(chunk));
        done();
      },
    });
    outputs.push(stream);
    Object.defineProperty(stream, 'columns', { configurable: true, get: () => width });
    Object.defineProperty(stream, 'rows', { configurable: true, get: () => height });
    return Object.assign(stream, {
      isTTY,
      cursorTo: (x: number) => cursorTo(stream, x),
      moveCursor: (x: number, y: number) => moveCursor(stream, x, y),
      clearLine: (direction: -1 | 0 | 1) => clearLine(stream, direction),
    }) as unknown as NodeJS.WriteStream;
  };
  let isRaw = false;
  const keys = new PassThrough();
  const stdin = Object.assign(keys, {
    isTTY: piped === undefined,
    setRawMode: (next: boolean) => {
      isRaw = next;
    },
  }) as unknown as NodeJS.ReadStream;
  if (piped !== undefined) keys.end(piped);

  /** What a terminal driver does with keys that are not read one by one: it shows them, and gives whole lines. */
  let line = '';
  const typeCooked = (key: string): void => {
    if (key === '\x03') {
      line = '';
      write('^C');
      onInterrupt?.();
    } else if (key === '\x04') {
      if (line === '') keys.end();
    } else {
      write(key.replace('\r', '\n'));
      line += key.replace('\r', '\n');
      if (!line.endsWith('\n')) return;
      keys.write(line);
      line = '';
    }
  };

  return {
    ...screen,
    streams: {
      stdin,
      stdout: output(onStdout === undefined, onStdout ?? write),
      stderr: output(true, write),
    },
    type: (text) => {
      if (isRaw) keys.write(text);
      else for (const key of text) typeCooked(key);
    },
    resize: (newColumns, newRows) => {
      width = newColumns;
      height = newRows;
      resize(newColumns, newRows);
      for (const one of outputs) one.emit('resize');
    },
    end,
    dispose,
  };
}
