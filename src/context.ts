// The world as a value: streams, environment, clock, signals, directories, and the doors that open late.
// systemContext() is the only code besides bin that names `process`; tests build the same type from buffers.
import { homedir, release, userInfo } from 'node:os';
import { join } from 'node:path';
import { isatty } from 'node:tty';
import { type Clock, type WatchStalls, watchStalls } from './http/clock.ts';
import type { TransportOptions } from './http/transport.ts';
import type { Transport } from './http/wire.ts';
import type { Processes } from './profiles/lock.ts';
import { createStore, type Store } from './profiles/store.ts';
import type { Spinner } from './terminal/output/spinner.ts';
import { createInput, createOutput, type Streams } from './terminal/output/streams.ts';
import { createTheme } from './terminal/output/terminal-theme.ts';
import { processes } from './terminal/processes.ts';
import type { Asker } from './terminal/prompt/ask.ts';
import type { ChatPromptOptions, OpenPrompt } from './terminal/prompt/open-prompt.ts';
import { hasStyles, type Theme, unicodeGlyphs } from './text/theme.ts';

export type Env = Readonly<Record<string, string | undefined>>;

export type Interrupts = {
  /** Calls back on SIGINT and SIGTERM until the returned function is called. */
  on(listener: (signal: 'SIGINT' | 'SIGTERM') => void): () => void;
};

export type Dirs = {
  /** config.json and credentials.json. */
  readonly config: string;
  /** Sessions and history. */
  readonly state: string;
  readonly home: string;
  /** Where the command was started. */
  readonly working: string;
};

/** A running demo endpoint. */
export type Demo = { readonly url: string; close(): Promise<void> };

export type Context = {
  readonly version: string;
  readonly platform: string;
  /** What the doctor says about where it runs. */
  readonly runtime: { readonly node: string; readonly osRelease: string };
  readonly env: Env;
  readonly streams: Streams;
  readonly clock: Clock;
  readonly watchStalls: WatchStalls;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly interrupts: Interrupts;
  readonly processes: Processes;
  readonly dirs: Dirs;
  theme(stream: 'stdout' | 'stderr', color?: boolean): Theme;
  /** The files of msg in a directory (`dirs.config`). Tells `note` what was repaired while reading. */
  store(directory: string, note: (text: string) => void): Store;
  transport(options: Omit<TransportOptions, 'now' | 'userAgent' | 'beforeConnecting'>): Promise<Transport>;
  /** Starts the mock server inside this process. */
  demo(): Promise<Demo>;
  /** Loads the spinner. What it gives starts one at once: between the two, the answer may have come. */
  spinner(): Promise<(text: string) => Spinner>;
  /** Questions; only where stdin and stderr are terminals. */
  asker(): Promise<Asker>;
  /** The prompt of a chat, on stdin: it takes the terminal over until it is closed. */
  prompt(options: ChatPromptOptions): Promise<OpenPrompt>;
};

/** The real thing. */
export function systemContext(version: string): Context {
  const { env, platform } = process;
  const descriptors = { stdout: 1, stderr: 2 };
  // A stream nobody asked a theme for has no style of ours: none passes.
  const isStyled = { stdout: false, stderr: false };
  const clock: Clock = {
    // Rather than performance.now(), whose module takes half a millisecond to load.
    now: () => Number(process.hrtime.bigint()) / 1e6,
    wallTime: () => Date.now(),
    sleep,
  };
  return {
    version,
    platform,
    runtime: { node: process.versions.node, osRelease: release() },
    env,
    clock,
    watchStalls: () => watchStalls(clock),
    random: Math.random,
    processes,
    dirs: systemDirs(env, platform),
    streams: {
      stdin: createInput(0, () => process.stdin),
      stdout: createOutput(
        () => process.stdout,
        'stdout',
        () => isStyled.stdout,
      ),
      stderr: createOutput(
        () => process.stderr,
        'stderr',
        () => isStyled.stderr,
      ),
    },
    interrupts: {
      on(listener) {
        process.on('SIGINT', listener).on('SIGTERM', listener);
        return () => process.off('SIGINT', listener).off('SIGTERM', listener);
      },
    },
    theme(stream, color) {
      const theme = createTheme({ env, platform, isTTY: isatty(descriptors[stream]), color });
      isStyled[stream] ||= hasStyles(theme);
      return theme;
    },
    store: (directory, note) => createStore({ directory, userId: process.getuid?.(), processes, note }),
    async transport(options) {
      const { createTransport } = await import('./http/transport.ts');
      return createTransport({
        ...options,
        proxyFor: (url) => quietAboutSocks(options.proxyFor?.(url)),
        now: clock.now,
        userAgent: `msg/${version}`,
        beforeConnecting: calmOptimisers,
      });
    },
    async demo() {
      const { startMock } = await import('./mock/server.ts');
      return startMock({ speed: 80, ttftMs: 150, keepsRequests: false });
    },
    async spinner() {
      const { startSpinner } = await import('./terminal/output/spinner.ts');
      const { glyphs } = createTheme({ env, platform, isTTY: true });
      return (text) => startSpinner(process.stderr, text, env, glyphs === unicodeGlyphs);
    },
    async asker() {
      const { createAsker } = await import('./terminal/prompt/ask.ts');
      return createAsker(process.stdin, process.stderr);
    },
    async prompt(options) {
      const { openPrompt } = await import('./terminal/prompt/open-prompt.ts');
      return openPrompt(options, process, env);
    },
  };
}

/** undici calls its SOCKS support experimental, on stderr: that means nothing to who needs such a proxy. */
function quietAboutSocks(proxy: string | undefined): string | undefined {
  if (proxy?.startsWith('socks')) process.removeAllListeners('warning');
  return proxy;
}

/**
 * Holds V8's optimising compilers back on Node 20, where they cost a short-lived client more than they bring.
 * undici parses HTTP in WebAssembly, whose second tier keeps the process alive for 75 ms after the work is done
 * and costs 35 MB. The one for JavaScript starts later (by default at 132 kB of executed bytecode): in the midst of
 * an answer it held up single deltas by 1 to 3 ms. To be set after all imports: V8 then rejects Node's own code
 * cache, and loading node:tls would take longer.
 */
async function calmOptimisers(): Promise<void> {
  if (!process.versions.node.startsWith('20.')) return;
  const { setFlagsFromString } = await import('node:v8');
  setFlagsFromString('--wasm-tiering-budget=2000000000');
  setFlagsFromString('--interrupt-budget=1000000');
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}

/** Where the command was started; the folder may have been deleted since, and then has a name only. */
function workingDirectory(env: Env, home: string): string {
  try {
    return process.cwd();
  } catch {
    return env['PWD'] || home;
  }
}

/** XDG on Linux and the BSDs, the platform's own places elsewhere. MSG_CONFIG_DIR and MSG_STATE_DIR override. */
function systemDirs(env: Env, platform: string): Dirs {
  // An empty HOME would put the files wherever the command is started.
  const home = homedir() || userInfo().homedir;
  const native = {
    darwin: [join(home, 'Library/Preferences/msg'), join(home, 'Library/Application Support/msg')],
    win32: [
      join(env['APPDATA'] ?? join(home, 'AppData/Roaming'), 'msg', 'Config'),
      join(env['LOCALAPPDATA'] ?? join(home, 'AppData/Local'), 'msg', 'State'),
    ],
  }[platform] ?? [
    join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'msg'),
    join(env['XDG_STATE_HOME'] || join(home, '.local/state'), 'msg'),
  ];
  const [config = '', state = ''] = native;
  return {
    config: env['MSG_CONFIG_DIR'] || config,
    state: env['MSG_STATE_DIR'] || state,
    home,
    working: workingDirectory(env, home),
  };
}
