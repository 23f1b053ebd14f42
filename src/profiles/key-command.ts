// Running the command that prints a key: no shell, a time limit, its own words when it fails, and nothing of it
// left behind.
import { type ChildProcess, type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { configError, type DeadlySignal, interrupted, isMsgError, type MsgError } from '../errors.ts';
import type { Clock } from '../http/clock.ts';
import type { Secret } from '../messages/secret.ts';
import { errnoText, isErrno } from '../text/errno.ts';
import { keyInBytes } from './key-lint.ts';

const noticeAfterMs = 10_000;
const defaultTimeoutMs = 60_000;
/** What is kept of either output; more than any key or any message. */
const keptBytes = 65_536;

/** How long a command that is to end may take to tidy up before it is killed. */
const graceMs = 1_000;

export type CommandSources = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Told what the user should know although it is no failure; one sentence, no key in it. */
  readonly note: (text: string) => void;
  /** Tells what to do when a signal ends the process; the function it gives takes that back. */
  readonly onExitSignal: (
    signals: readonly DeadlySignal[],
    act: (signal: DeadlySignal) => void,
  ) => () => void;
  /** Sends a signal to a process; one that is gone does not matter. */
  readonly sendSignal: (pid: number, signal: 'SIGTERM' | 'SIGKILL') => void;
  /** How long a key command may run. Default 60 s: some ask for a fingerprint. */
  readonly commandTimeoutMs?: number;
};

/**
 * Runs `argv` and returns what it printed on stdout, one line. It gets no stdin (that is the prompt's).
 * Throws `config` with the last lines of its stderr, and the signal's reason when aborted; stdout is shown nowhere.
 */
export async function runKeyCommand(
  argv: readonly string[],
  profileName: string,
  { env, clock, note, onExitSignal, sendSignal, commandTimeoutMs = defaultTimeoutMs }: CommandSources,
  signal?: AbortSignal,
): Promise<Secret> {
  const [program = '', ...rest] = argv;
  const subject = `The key command of the profile ${profileName} (${program})`;
  signal?.throwIfAborted();
  const isOver = new AbortController();
  const later = (ms: number, act: () => void): void =>
    void clock
      .sleep(ms, isOver.signal)
      .then(act)
      .catch(() => {});
  const child = spawn(program, rest, { env, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
  let reason: unknown;
  let hasTimedOut = false;
  const end = (how: 'SIGTERM' | 'SIGKILL'): void => {
    for (const pid of processTree(child)) sendSignal(pid, how);
    if (how === 'SIGTERM') return;
    // What it left in the background may hold its pipes open for ever.
    child.stdout.destroy();
    child.stderr.destroy();
  };
  const abort = (why: unknown): void => {
    reason ??= why;
    // It may have to tidy up: a question it asked on the terminal, for one.
    end('SIGTERM');
    later(graceMs, () => end('SIGKILL'));
  };
  const stopGuarding = onExitSignal(['SIGINT', 'SIGTERM', 'SIGHUP'], (deadly) =>
    abort(interrupted(deadly === 'SIGINT' ? deadly : 'SIGTERM')),
  );
  const onAbort = (): void => abort(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  later(noticeAfterMs, () => note(`${subject} is still running. It may be waiting for you; Ctrl-C ends it.`));
  later(commandTimeoutMs, () => {
    hasTimedOut = true;
    end('SIGKILL');
  });
  try {
    const { status, stdout, stderr } = await outputOf(child, program);
    if (reason !== undefined) throw reason;
    if (hasTimedOut)
      throw failure(`${subject} did not finish within ${commandTimeoutMs / 1000} s.`, stderr, stdout);
    if (status !== 'exited 0') throw failure(`${subject} ${status}.`, stderr, stdout);
    try {
      return keyInBytes(stdout, subject);
    } catch (error) {
      throw isMsgError(error, 'config') ? failure(error.message, stderr, stdout) : error;
    }
  } finally {
    isOver.abort();
    stopGuarding();
    signal?.removeEventListener('abort', onAbort);
  }
}

/**
 * A process and all that came of it. It has no group of its own, because then it could ask nothing on the
 * terminal; so a shell that is ended would leave behind what it runs.
 */
function processTree({ pid, exitCode, signalCode }: ChildProcess): number[] {
  // Once it has ended, its number may be that of another process.
  const isRunning = exitCode === null && signalCode === null;
  const tree = pid === undefined || !isRunning ? [] : [pid];
  for (const parent of tree) tree.push(...childrenOf(parent));
  return tree;
}

function childrenOf(pid: number): number[] {
  const numbers = (text: string): number[] => text.split(/\s+/).filter(Boolean).map(Number);
  try {
    // A child belongs to the thread that started it.
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      numbers(readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')),
    );
  } catch {
    // No Linux, or gone.
  }
  return numbers(spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' }).stdout ?? '');
}

type End = { readonly status: string; readonly stdout: Uint8Array; readonly stderr: string };

function outputOf(child: ChildProcessByStdio<null, Readable, Readable>, program: string): Promise<End> {
  return new Promise((resolve, reject) => {
    const stdout: Uint8Array[] = [];
    const stderr: Uint8Array[] = [];
    collect(child.stdout, stdout);
    collect(child.stderr, stderr);
    child.on('error', (cause) => {
      const how = isErrno(cause, 'ENOENT') ? 'was not found' : `could not be started: ${errnoText(cause)}`;
      reject(
        configError(
          `The key command ${program} ${how}.`,
          'It is run without a shell: give the program and its arguments one by one.',
          {},
          cause,
        ),
      );
    });
    // A killed child may leave grandchildren that hold its pipes open: then its exit is the end.
    child.on('exit', (code, signal) => {
      if (signal === null && code !== null) return;
      child.stdout.destroy();
      child.stderr.destroy();
    });
    child.on('close', (code, signal) => {
      const status = signal === null ? `exited ${code}` : `was ended by ${signal}`;
      resolve({ status, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString('utf8') });
    });
  });
}

function collect(stream: NodeJS.ReadableStream, chunks: Uint8Array[]): void {
  let size = 0;
  stream.on('data', (chunk: Uint8Array) => {
    if (size < keptBytes) chunks.push(chunk);
    size += chunk.length;
  });
}

/** Some programs say the secret on both outputs: what stands on stdout is taken out of the message. */
function failure(message: string, stderr: string, stdout: Uint8Array): MsgError {
  const printed = Buffer.from(stdout).toString('utf8').trim();
  const clean = printed.length >= 4 ? stderr.replaceAll(printed, '…') : stderr;
  const lines = clean
    .replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '')
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '')
    .trim()
    .split('\n')
    .slice(-5)
    .join('\n');
  return configError(
    lines === '' ? `${message} It said nothing on stderr.` : `${message} It said:\n${lines}`,
  );
}
