// msg in this process on a terminal that is made of objects: the real command, the real editor, keys and a screen.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Context, type Env, systemContext } from '../src/context.ts';
import { main } from '../src/main.ts';
import { startSpinner } from '../src/terminal/output/spinner.ts';
import { createOutput } from '../src/terminal/output/streams.ts';
import { createTheme } from '../src/terminal/output/terminal-theme.ts';
import { createAsker } from '../src/terminal/prompt/ask.ts';
import { openPrompt } from '../src/terminal/prompt/open-prompt.ts';
import { hasStyles, unicodeGlyphs } from '../src/text/theme.ts';
import { type FakeTerminal, type FakeTerminalOptions, fakeTerminal } from './fake-terminal.ts';

export type MsgTerminal = Omit<FakeTerminal, 'streams' | 'end' | 'dispose'> & {
  /** As if Ctrl-C (or kill) had come. */
  readonly signal: (name: 'SIGINT' | 'SIGTERM') => void;
  readonly ended: Promise<{ readonly exitCode: number }>;
  /** Ends what still runs. */
  readonly close: () => Promise<void>;
};

export type MsgTerminalOptions = Pick<FakeTerminalOptions, 'columns' | 'rows' | 'stdin' | 'onStdout'> & {
  readonly env?: Readonly<Record<string, string>>;
  /** Where the command is started; a fresh directory if left out. */
  readonly working?: string;
  /** How much faster time goes by for the command: what it says after seconds is there in a fraction of one. */
  readonly speed?: number;
  /** The last word on the context. */
  readonly adapt?: (context: Context) => Context;
};

/** Starts a command, as `msg` with these arguments would. */
export function openMsg(argv: readonly string[], options: MsgTerminalOptions = {}): MsgTerminal {
  const home = options.working ?? mkdtempSync(join(tmpdir(), 'msg-terminal-'));
  const listeners = new Set<(signal: 'SIGINT' | 'SIGTERM') => void>();
  const signal = (name: 'SIGINT' | 'SIGTERM'): void => {
    for (const listener of listeners) listener(name);
  };
  const terminal = fakeTerminal({ ...options, onInterrupt: () => signal('SIGINT') });
  const context = contextOn(terminal, home, options, listeners);
  const running = main(argv, options.adapt?.(context) ?? context);
  const ended = running.then(async (exitCode) => {
    await terminal.end();
    return { exitCode };
  });
  const { streams, end: _end, dispose, ...screen } = terminal;
  return {
    ...screen,
    signal,
    ended,
    close: async () => {
      signal('SIGTERM');
      streams.stdin.emit('end');
      await ended;
      dispose();
    },
  };
}

/** The world of this process, but for streams, environment, signals and directories. */
function contextOn(
  { streams }: FakeTerminal,
  home: string,
  { env: extraEnv = {}, speed = 1 }: MsgTerminalOptions,
  listeners: Set<(signal: 'SIGINT' | 'SIGTERM') => void>,
): Context {
  const env: Env = {
    PATH: process.env['PATH'],
    HOME: home,
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    ...extraEnv,
  };
  const isStyled = { stdout: false, stderr: false };
  const { stdin, stdout, stderr } = streams;
  const system = systemContext('0.0.0-test');
  return {
    ...system,
    clock: {
      ...system.clock,
      now: () => system.clock.now() * speed,
      sleep: (ms, stop) => system.clock.sleep(ms / speed, stop),
    },
    env,
    platform: 'linux',
    streams: {
      stdin: { kind: stdin.isTTY ? 'terminal' : 'pipe', readAll: async () => new Uint8Array() },
      stdout: createOutput(
        () => stdout,
        'stdout',
        () => isStyled.stdout,
      ),
      stderr: createOutput(
        () => stderr,
        'stderr',
        () => isStyled.stderr,
      ),
    },
    dirs: {
      config: env['MSG_CONFIG_DIR'] ?? join(home, 'config'),
      state: env['MSG_STATE_DIR'] ?? join(home, 'state'),
      home,
      working: home,
    },
    interrupts: {
      on(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    theme(stream, color) {
      const theme = createTheme({ env, platform: 'linux', isTTY: streams[stream].isTTY, color });
      isStyled[stream] ||= hasStyles(theme);
      return theme;
    },
    spinner: async () => (text) => {
      const { glyphs } = createTheme({ env, platform: 'linux', isTTY: true });
      return startSpinner(stderr, text, env, glyphs === unicodeGlyphs);
    },
    asker: async () => createAsker(stdin, stderr),
    prompt: async (options) => openPrompt(options, streams, env),
  };
}
