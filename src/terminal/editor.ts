// Opens the user's editor on a text and reads back what was saved.
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isatty } from 'node:tty';
import { configError } from '../errors.ts';
import { errnoText } from '../text/errno.ts';
import { onExitSignal } from './exit-signals.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Writes the text to a private file, runs $VISUAL or $EDITOR (vi, or notepad on Windows) on it, and gives
 * the saved text without the final newline editors add. Throws a config error when the editor could not
 * be started or reported a failure; the text is then unchanged.
 */
export async function editText(text: string, env: Environment): Promise<string> {
  const draft = await openDraft('message.md', text);
  try {
    return (await draft.edit(env)).replace(/\r\n/g, '\n').replace(/\n$/, '');
  } finally {
    await draft.remove();
  }
}

/** A private file with a text in it, for the editor. */
export type Draft = {
  readonly path: string;
  /** Opens the editor on it and gives what was saved. Throws a config error, as `editFile`. */
  edit(env: Environment): Promise<string>;
  remove(): Promise<void>;
};

/** A draft under a name, in a folder of its own. Throws a config error when it cannot be written. */
export async function openDraft(name: string, text: string): Promise<Draft> {
  const folder = await mkdtemp(join(tmpdir(), 'msg-edit-')).catch(refuse);
  const path = join(folder, name);
  await writeFile(path, text, { mode: 0o600 }).catch(refuse);
  return {
    path,
    async edit(env) {
      await editFile(path, env);
      return readFile(path, 'utf8').catch(refuse);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function refuse(cause: unknown): never {
  throw configError(
    `The text for the editor cannot be kept in ${tmpdir()}: ${errnoText(cause)}.`,
    'Set TMPDIR to a directory of yours.',
    {},
    cause,
  );
}

/**
 * Runs $VISUAL or $EDITOR on a file and resolves when it was closed. The variable may hold arguments
 * ("code --wait") and quotes: by convention a shell reads it. Throws `config`.
 */
function editFile(path: string, env: Environment): Promise<void> {
  const fallback = process.platform === 'win32' ? 'notepad' : 'vi';
  const command = env['VISUAL'] || env['EDITOR'] || fallback;
  return new Promise((resolve, reject) => {
    const isWindows = process.platform === 'win32';
    const terminal = isWindows ? undefined : openTerminal();
    const child = isWindows
      ? spawn(`${command} "${path}"`, { shell: true, stdio: 'inherit' })
      : spawn('/bin/sh', ['-c', `${inPlace(command)} "$1"`, 'sh', path], {
          stdio: [isatty(0) ? 0 : (terminal ?? 0), isatty(1) ? 1 : (terminal ?? 1), 2],
        });
    if (terminal !== undefined) closeSync(terminal);
    const stopGuarding = onExitSignal(['SIGTERM', 'SIGHUP'], (signal) => child.kill(signal));
    // Ctrl-C in an editor is the editor's.
    process.on('SIGINT', ignore);
    child.on('error', (cause) =>
      reject(configError(`The editor "${command}" could not be started.`, setEditor, {}, cause)),
    );
    child.on('close', (code) => {
      stopGuarding();
      process.off('SIGINT', ignore);
      if (code === 0) resolve();
      else if (code === 127) reject(configError(`The editor "${command}" was not found.`, setEditor));
      else reject(configError(`The editor "${command}" ended with code ${code}; the text is unchanged.`));
    });
  });
}

const setEditor = 'Name another in $EDITOR, e.g. export EDITOR=nano';

/** One command replaces the shell that read it, so that a signal reaches the editor itself. */
const inPlace = (command: string): string =>
  /^[^\s=]+(\s[^;&|]*)?$/.test(command) ? `exec ${command}` : command;

const ignore = (): void => {};

/** Between pipes, an editor would read our stdin and draw into our stdout: it gets the terminal itself. */
function openTerminal(): number | undefined {
  if (isatty(0) && isatty(1)) return undefined;
  try {
    return openSync('/dev/tty', 'r+');
  } catch {
    return undefined;
  }
}
