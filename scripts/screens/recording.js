// A scene played in a real terminal: the built msg, a mock behind it, and what the terminal was told, as a recording.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const { startMock, streamReply } = await import(pathToFileURL(join(root, 'dist/mock.cjs')).href);

const longestWaitMs = 60_000;
const rows = 60;
const pace = { tokensPerSecond: 400, ttftMs: 50 };

/** Shaped like a real one: the doctor knows a placeholder when it sees one. */
export const key = 'sk-gw-4f7c2a9be1d0473c8a55';

/** Of the profile `work`. */
export const model = 'claude-sonnet-4-6';

/** What msg is run with: nothing of who draws the pictures. */
export const environment = (home) => ({
  PATH: process.env.PATH,
  HOME: home,
  LANG: 'C.UTF-8',
  COLORTERM: 'truecolor',
  WORK_KEY: key,
});

/** A profile `work`, as its user makes it. */
export function addProfile(msg, home, url) {
  const argv = ['profiles', 'add', 'work', '--base-url', url, '--key-env', 'WORK_KEY', '-m', model];
  execFileSync(process.execPath, [msg, ...argv], { env: environment(home), stdio: 'pipe' });
}

/**
 * Plays a scene (scenes.js, pictures.js) in a terminal of so many columns.
 * @returns what the terminal was told, in one text
 */
export async function recordingOf(
  { argv, answers = [], steps = [], until, files = {}, hasProfile = false, mock: options, front },
  columns,
  msg,
) {
  const home = mkdtempSync(join(tmpdir(), 'msg-screens-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), text);
  }
  const queue = [...answers];
  const mock = await startMock(
    options ?? {
      // Chat asks for other things, too: the models, to say how full the context is.
      respond: ({ path }) =>
        path.endsWith('/v1/messages') ? streamReply(queue.shift() ?? '', {}, pace) : undefined,
    },
  );
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 1_000, allowProposedApi: true });
  let server;
  let pty;
  try {
    server = await front?.(mock.port);
    const url = server?.url ?? mock.url;
    if (hasProfile) addProfile(msg, home, url);
    const env = hasProfile
      ? {}
      : {
          ...(argv.includes('--base-url') ? {} : { MSG_BASE_URL: url }),
          MSG_AUTH: 'none',
          MSG_MODEL: 'claude-sonnet-5',
        };
    pty = spawn(process.execPath, [msg, ...argv], {
      cols: columns,
      rows,
      cwd: home,
      name: 'xterm-256color',
      env: { ...environment(home), ...env },
    });
    let recording = '';
    let look = () => {};
    pty.onData((data) => {
      recording += data;
      terminal.write(data, () => look());
    });
    const seen = (what) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`never seen: ${what}\n${textOf(terminal)}`)),
          longestWaitMs,
        );
        look = () => {
          const text = textOf(terminal);
          if (
            !(typeof what === 'string'
              ? text.replace(/\s/g, '').includes(what.replace(/\s/g, ''))
              : what.test(text))
          )
            return;
          look = () => {};
          clearTimeout(timer);
          resolve();
        };
        look();
      });
    for (const step of steps) {
      await seen(step.until);
      pty.write(step.type);
    }
    await seen(until);
    if (argv[0] === 'chat') await seen(/▸\s*$/);
    return recording;
  } finally {
    pty?.kill('SIGKILL');
    terminal.dispose();
    await server?.stop();
    await mock.close();
    rmSync(home, { recursive: true, force: true });
  }
}

/** A terminal that was told all of a recording. */
export async function terminalOf(recording, columns) {
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 1_000, allowProposedApi: true });
  await new Promise((resolve) => terminal.write(recording, resolve));
  return terminal;
}

/** The screen and all above it, as a text. */
export function textOf(terminal) {
  const { active } = terminal.buffer;
  const lines = Array.from(
    { length: active.length },
    (_, row) => active.getLine(row)?.translateToString(true) ?? '',
  );
  return lines.join('\n').trimEnd();
}
