// A headless terminal: what a program writes to it, tests read as a screen.
// Everything waits for text on the screen; nothing waits for time.
import xterm from '@xterm/headless';

export type TestScreen = {
  /** Every line of the buffer, scrolled-off ones included, without trailing blanks. */
  readonly lines: () => string[];
  readonly text: () => string;
  /** Where the cursor is: column, and row counted from the top of the whole buffer. */
  readonly cursor: () => { column: number; line: string };
  /** Resolves when the buffer contains the text, matches, or the predicate holds; fails with the screen in its message. */
  readonly see: (what: string | RegExp | ((text: string) => boolean)) => Promise<void>;
  /** All bytes the program wrote. */
  readonly output: () => string;
};

export type ScreenSide = {
  readonly screen: TestScreen;
  readonly write: (data: string, taken?: () => void) => void;
  readonly resize: (columns: number, rows: number) => void;
  /** Nothing more is written: who waits for a text in vain fails. Resolves when all of it is on the screen. */
  readonly end: () => Promise<void>;
  readonly dispose: () => void;
};

/** `turnsLines`: a line feed goes to the first column, as the driver of a terminal has it. */
export function openScreen(columns: number, rows: number, turnsLines = false): ScreenSide {
  const terminal = new xterm.Terminal({
    cols: columns,
    rows,
    scrollback: 100_000,
    allowProposedApi: true,
    convertEol: turnsLines,
  });
  useNodeWidths(terminal);
  let output = '';
  let hasEnded = false;
  const watchers = new Set<() => void>();
  const lookAgain = (): void => {
    for (const watch of watchers) watch();
  };
  const lines = (): string[] => {
    const { active } = terminal.buffer;
    const all = Array.from(
      { length: active.length },
      (_, row) => active.getLine(row)?.translateToString().trimEnd() ?? '',
    );
    while (all.at(-1) === '') all.pop();
    return all;
  };
  const text = (): string => lines().join('\n');

  return {
    screen: {
      lines,
      text,
      cursor: () => {
        const { active } = terminal.buffer;
        return {
          column: active.cursorX,
          line: active.getLine(active.baseY + active.cursorY)?.translateToString(true) ?? '',
        };
      },
      see: (what) =>
        new Promise((resolve, reject) => {
          const holds =
            typeof what === 'string'
              ? () => text().includes(what)
              : what instanceof RegExp
                ? () => what.test(text())
                : () => what(text());
          const settle = (finish: () => void): void => {
            clearTimeout(timer);
            watchers.delete(watch);
            finish();
          };
          const fail = (why: string): void =>
            settle(() => reject(new Error(`${why}: ${what}\n--- screen ---\n${text()}\n--- end ---`)));
          const timer = setTimeout(() => fail('never seen'), 120_000);
          const watch = (): void => {
            if (holds()) settle(resolve);
            else if (hasEnded) fail('ended without');
          };
          watchers.add(watch);
          watch();
        }),
      output: () => output,
    },
    write: (data, taken) => {
      output += data;
      terminal.write(data, () => {
        lookAgain();
        taken?.();
      });
    },
    resize: (newColumns, newRows) => terminal.resize(newColumns, newRows),
    end: () =>
      new Promise((resolve) =>
        // The last bytes are still on their way to the screen.
        terminal.write('', () => {
          hasEnded = true;
          lookAgain();
          resolve();
        }),
      ),
    dispose: () => terminal.dispose(),
  };
}

/** The headless terminal counts emoji as narrow by default; modern terminals, and Node, count them as wide. */
export function useNodeWidths(terminal: InstanceType<typeof xterm.Terminal>): void {
  const wide =
    /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}])$/u;
  const zero = /^(?:\p{Mn}|\p{Me}|\p{Cf})$/u;
  const widthOf = (codePoint: number): 0 | 1 | 2 => {
    const character = String.fromCodePoint(codePoint);
    if (codePoint < 32 || zero.test(character)) return 0;
    return wide.test(character) ? 2 : 1;
  };
  terminal.unicode.register({
    version: 'node',
    wcwidth: widthOf,
    charProperties: (codePoint, preceding) => {
      const width = widthOf(codePoint);
      const precedingWidth = (preceding >> 1) & 3;
      const joins = width === 0 && preceding !== 0 && precedingWidth > 0;
      return ((joins ? precedingWidth : width) << 1) | (joins ? 1 : 0);
    },
  });
  terminal.unicode.activeVersion = 'node';
}
