// A real PTY with a headless terminal behind it: tests type into it and read its screen.
import { closeSync, constants, mkdtempSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReadStream } from 'node:tty';
import { type IPty, spawn } from '@lydell/node-pty';
import { buildSync } from 'esbuild';
import { openScreen, type TestScreen } from '../terminal-screen.ts';

export type TestTerminal = TestScreen & {
  readonly type: (text: string) => void;
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
  const vanish = readToTheEnd(pty);
  const { screen, write, resize, end, dispose } = openScreen(columns, rows);
  pty.onData((data) => write(data));
  const ended = new Promise<{ exitCode: number; signal: number | undefined }>((resolve) =>
    pty.onExit(({ exitCode, signal }) => void end().then(() => resolve({ exitCode, signal }))),
  );

  return {
    ...screen,
    type: (input) => pty.write(input),
    resize: (newColumns, newRows) => {
      resize(newColumns, newRows);
      pty.resize(newColumns, newRows);
    },
    signal: (name) => process.kill(pty.pid, name),
    pid: pty.pid,
    vanish,
    ended,
    close: () => {
      try {
        pty.kill('SIGKILL');
      } catch {
        // Ended by itself.
      }
      dispose();
    },
  };
}

/**
 * Keeps the terminal until all was read. When nobody holds its other side it has ended to Node, although the system still
 * delivers, and 200 ms after the end of the program node-pty closes it, whatever was read: until then the other side is
 * held here, and then it ends by itself. Gives what closes it at once.
 */
function readToTheEnd(pty: IPty): () => void {
  const terminal = pty as unknown as {
    readonly _socket: ReadStream;
    readonly _pty: string;
    destroy(): void;
  };
  const { _socket: socket, _pty: path } = terminal;
  let side: number | undefined = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
  const letGo = (): void => {
    if (side !== undefined) closeSync(side);
    side = undefined;
  };
  const close = socket.destroy.bind(socket);
  socket.destroy = (error) => {
    letGo();
    return error === undefined && !socket.readableEnded ? socket : close(error);
  };
  return () => {
    letGo();
    socket.destroy = close;
    terminal.destroy();
  };
}
