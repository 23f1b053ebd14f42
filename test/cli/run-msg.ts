// Runs a whole msg command in this process, against a real mock server, with streams made of buffers.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Context, type Env, systemContext } from '../../src/context.ts';
import { main } from '../../src/main.ts';
import { type Mock, type MockOptions, startMock } from '../../src/mock/index.ts';
import type { SeenRequest } from '../../src/mock/received-request.ts';
import { createGuard } from '../../src/terminal/output/guard.ts';
import type { Input, Output } from '../../src/terminal/output/streams.ts';
import { createTheme } from '../../src/terminal/output/terminal-theme.ts';
import { hasStyles } from '../../src/text/theme.ts';

export type Control = {
  readonly mock: Mock;
  readonly context: Context;
  /** As if Ctrl-C (or kill) had come. */
  interrupt(signal?: 'SIGINT' | 'SIGTERM'): void;
  /** Resolves once stdout (or stderr) holds the text. */
  shows(text: string, stream?: 'stdout' | 'stderr'): Promise<void>;
  /** What stdout (or stderr) holds so far. */
  printed(stream?: 'stdout' | 'stderr'): string;
  /** As if the reader of stdout had gone away. */
  closeStdout(): void;
};

export type RunOptions = {
  /** Options of the mock; `{url}` in argv and env stands for its base URL. */
  readonly mock?: MockOptions;
  /** A mock that is already running; it is left running. */
  readonly on?: Mock;
  /** Replaces MSG_BASE_URL, MSG_API_KEY and MSG_MODEL, which otherwise point at the mock. */
  readonly env?: Env;
  /** What is piped in; undefined: stdin is a terminal. */
  readonly stdin?: string | Uint8Array;
  /** Whether stdout and stderr are terminals. */
  readonly tty?: boolean;
  readonly width?: number;
  /** Kept between runs when given; otherwise a fresh one that is removed. */
  readonly home?: string;
  readonly cwd?: string;
  /** Runs while the command does. */
  readonly during?: (control: Control) => Promise<void>;
  /** The last word on the context. */
  readonly adapt?: (context: Context) => Context;
};

export type Run = {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly requests: readonly SeenRequest[];
};

export const testKey = 'sk-test-canary-0123456789abcdef';

export async function runMsg(argv: readonly string[], options: RunOptions = {}): Promise<Run> {
  const mock = options.on ?? (await startMock(options.mock));
  const home = options.home ?? mkdtempSync(join(tmpdir(), 'msg-test-'));
  const fill = (text: string): string => text.replaceAll('{url}', mock.url);
  const env: Record<string, string | undefined> = {};
  const standard = { MSG_BASE_URL: '{url}', MSG_API_KEY: testKey, MSG_MODEL: 'test-model' };
  for (const [name, value] of Object.entries(options.env ?? standard)) {
    env[name] = value === undefined ? undefined : fill(value);
  }
  const isStyled = { stdout: false, stderr: false };
  const stdout = bufferOutput(options, () => isStyled.stdout);
  const stderr = bufferOutput(options, () => isStyled.stderr);
  const listeners = new Set<(signal: 'SIGINT' | 'SIGTERM') => void>();
  const system = systemContext('0.0.0-test');
  const plain: Context = {
    ...system,
    env,
    platform: 'linux',
    streams: { stdin: bufferInput(options.stdin), stdout: stdout.output, stderr: stderr.output },
    dirs: { config: join(home, 'config'), state: join(home, 'state'), home, working: options.cwd ?? home },
    interrupts: {
      on(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    theme(stream, color) {
      const theme = createTheme({
        env,
        platform: 'linux',
        isTTY: options.tty === true,
        color: color ?? false,
      });
      isStyled[stream] ||= hasStyles(theme);
      return theme;
    },
    spinner: async () => () => ({ update() {}, stop() {} }),
  };
  const context = options.adapt?.(plain) ?? plain;
  try {
    const running = main(argv.map(fill), context);
    await options.during?.({
      mock,
      context,
      interrupt: (signal = 'SIGINT') => {
        for (const listener of listeners) listener(signal);
      },
      shows: (text, stream = 'stdout') => (stream === 'stdout' ? stdout : stderr).shows(text),
      printed: (stream = 'stdout') => (stream === 'stdout' ? stdout : stderr).text(),
      closeStdout: stdout.close,
    });
    const code = await running;
    return { code, stdout: stdout.text(), stderr: stderr.text(), requests: [...mock.requests] };
  } finally {
    if (options.on === undefined) await mock.close();
    if (options.home === undefined) rmSync(home, { recursive: true, force: true });
  }
}

type BufferOutput = { output: Output; text(): string; shows(text: string): Promise<void>; close(): void };

function bufferOutput({ tty = false, width = 80 }: RunOptions, isStyled: () => boolean): BufferOutput {
  let text = '';
  let isClosed = false;
  const closeListeners: (() => void)[] = [];
  const waiting: { text: string; resolve: () => void }[] = [];
  const guard = createGuard(isStyled);
  const add = (more: string): undefined => {
    if (!isClosed) text += more;
    for (const one of waiting) if (text.includes(one.text)) one.resolve();
  };
  return {
    text: () => text,
    shows: (wanted) =>
      new Promise((resolve) => {
        if (text.includes(wanted)) resolve();
        else waiting.push({ text: wanted, resolve });
      }),
    close() {
      isClosed = true;
      for (const listener of closeListeners) listener();
    },
    output: {
      isTTY: tty,
      columns: () => width,
      write: (more) => add(tty ? guard(more) : more),
      unguarded: add,
      onClose: (listener) => void closeListeners.push(listener),
      settled: async () => {},
    },
  };
}

function bufferInput(content: string | Uint8Array | undefined): Input {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return {
    kind: content === undefined ? 'terminal' : 'pipe',
    readAll: async () => bytes ?? new Uint8Array(),
  };
}
