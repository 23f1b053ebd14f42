// Runs a program in the place of msg: our terminal is its terminal, Ctrl-C is its own to handle, its exit code is ours.
import { spawn } from 'node:child_process';
import { configError } from '../errors.ts';
import type { ExitCode } from '../exit-codes.ts';
import { errnoText, isErrno } from '../text/errno.ts';
import { onExitSignal } from './exit-signals.ts';

type Surroundings = {
  readonly platform: string;
  readonly interrupts: { on(listener: (signal: 'SIGINT' | 'SIGTERM') => void): () => void };
};

/** The child's exit code, 128 + n for a signal; Ctrl-C is the child's to handle. */
export function runChild(
  [program = '', ...argv]: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  { interrupts, platform }: Surroundings,
): Promise<ExitCode> {
  const stopListening = interrupts.on((signal) => {
    // A terminal tells the whole group of Ctrl-C; a plain `kill` told us alone.
    if (signal === 'SIGTERM') child.kill(signal);
  });
  const stopGuarding = onExitSignal(['SIGHUP'], (signal) => child.kill(signal));
  // npm's shims on Windows are .cmd files, which only the shell can start.
  const isWindows = platform === 'win32';
  const child = isWindows
    ? spawn([program, ...argv].map(quoteForCmd).join(' '), { env, stdio: 'inherit', shell: true })
    : spawn(program, argv, { env, stdio: 'inherit' });
  return new Promise<ExitCode>((resolve, reject) => {
    child.on('error', (cause) => {
      const how = isErrno(cause, 'ENOENT') ? 'was not found' : `could not be started: ${errnoText(cause)}`;
      reject(configError(`${program} ${how}.`, 'The words behind -- are run without a shell.', {}, cause));
    });
    child.on('close', (code, signal) => {
      const signalNumbers: Readonly<Record<string, number>> = {
        SIGHUP: 1,
        SIGINT: 2,
        SIGKILL: 9,
        SIGTERM: 15,
      };
      // Whatever the child says is passed on, also numbers that are none of ours.
      resolve((code ?? 128 + (signalNumbers[signal ?? ''] ?? 0)) as ExitCode);
    });
  }).finally(() => {
    stopListening();
    stopGuarding();
  });
}

const quoteForCmd = (word: string): string =>
  /^[\w.:\\/=-]+$/.test(word) ? word : `"${word.replaceAll('"', '""').replaceAll('%', '^%')}"`;
