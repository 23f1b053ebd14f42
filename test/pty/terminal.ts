// A real PTY with a headless terminal behind it: tests type into it and read its screen.
// Everything waits for text on the screen; nothing waits for time.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IPty, spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { buildSync } from 'esbuild';

export type TestTerminal = {
  readonly type: (text: string) => void;
  /** Every line of the buffer, scrolled-off ones included, without trailing blanks. */
  readonly lines: () => string[];
  readonly text: () => string;
  /** Where the cursor is: column, and row counted from the top of the whole buffer. */
  readonly cursor: () => { column: number; line: string };
  /** Resolves when the buffer contains the text, matches, or the predicate holds; fails with the screen in its message. */
  readonly see: (what: string | RegExp | ((text: string) => boolean)) => Promise<void>;
  /** All bytes the program wrote. */
  readonly output: () => string;
  readonly resize: (columns: number, rows: number) => void;
  readonly signal: (name: NodeJS.Signals) => void;
  readonly pid: number;
  /** Closes the terminal's side, as a closed window does. */
  readonly vanish: () => void;
  /** Resolves when the program ended. */
  readonly ended: Promise<{ exitCode: number; signal: number | undefined }>;
  readonly close: () => void;
};

const folder = mkdtempSync(join(tmpdir(), 'msg-pty-'));

/** Bundles a TypeScript entry so that plain node can run it in a terminal; lazy doors stay lazy. */
export function bundleFor(entry: string): string {
  const name = entry.replace(/\W+/g, '-');
  const outdir = join(folder, name);
  buildSync({
    entryPoints: [{ in: entry, out: name }],
    outdir,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    logLevel: 'error',
    external: ['@napi-rs/keyring'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  return join(outdir, `${name}.mjs`);
}

export function openTerminal(
  argv: readonly string[],
  {
    columns = 80,
    rows = 24,
    env = {},
  }: { columns?: number; rows?: number; env?: Record<string, string> } = {},
): TestTerminal {
  const [program = '', ...args] = argv;
  const pty: IPty = spawn(program, args, {
    cols: columns,
    rows,
    // node-pty sets TERM to this name.
    name: env['TERM'] ?? 'xterm-256color',
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      TERM: 'xterm-256color',
      LANG: 'C.UTF-8',
      ...env,
    } as Record<string, string>,
  });
  const terminal = new xterm.Terminal({
    cols: columns,
    rows,
    scrollback: 100_000,
    allowProposedApi: true,
  });
  useNodeWidths(terminal);
  let output = '';
  const watchers = new Set<() => void>();
  pty.onData((data) => {
    output += data;
    terminal.write(data, () => {
      for (const watch of watchers) watch();
    });
  });
  let hasEnded = false;
  const ended = new Promise<{ exitCode: number; signal: number | undefined }>((resolve) =>
    pty.onExit(({ exitCode, signal }) =>
      // The last bytes are still on their way to the screen.
      terminal.write('', () => {
        hasEnded = true;
        for (const watch of watchers) watch();
        resolve({ exitCode, signal });
      }),
    ),
  );

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
    type: (input) => pty.write(input),
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
    resize: (newColumns, newRows) => {
      terminal.resize(newColumns, newRows);
      pty.resize(newColumns, newRows);
    },
    signal: (name) => process.kill(pty.pid, name),
    pid: pty.pid,
    vanish: () => (pty as unknown as { destroy: () => void }).destroy(),
    ended,
    close: () => {
      try {
        pty.kill('SIGKILL');
      } catch {
        // Ended by itself.
      }
      terminal.dispose();
    },
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
