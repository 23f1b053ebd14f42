// Running the command that prints a key: no shell, a time limit, and its own words when it fails.
import { spawn } from 'node:child_process';
import { configError, interrupted, isMsgError, type MsgError } from '../errors.ts';
import type { Secret } from '../messages/secret.ts';
import { errnoText, isErrno } from './guarded-file.ts';
import { type KeySources, keyInBytes } from './keys.ts';

const noticeAfterMs = 10_000;
const defaultTimeoutMs = 60_000;
/** What is kept of either output; more than any key or any message. */
const keptBytes = 65_536;

/**
 * Runs `argv` and returns what it printed on stdout, one line. It gets no stdin (that is the prompt's).
 * Throws `config` with the last lines of its stderr; stdout is shown nowhere.
 */
export async function runKeyCommand(
  argv: readonly string[],
  profileName: string,
  { env, clock, note, beforeDeath, commandTimeoutMs = defaultTimeoutMs }: KeySources,
): Promise<Secret> {
  const [program = '', ...rest] = argv;
  const subject = `The key command of the profile ${profileName} (${program})`;
  const isOver = new AbortController();
  clock
    .sleep(noticeAfterMs, isOver.signal)
    .then(() => note(`${subject} is still running. It may be waiting for you; Ctrl-C ends it.`))
    .catch(() => {});
  const stop = new AbortController();
  const stopGuarding = beforeDeath(['SIGINT', 'SIGTERM', 'SIGHUP'], (signal) =>
    stop.abort(interrupted(signal === 'SIGINT' ? signal : 'SIGTERM')),
  );
  try {
    const end = await run(program, rest, env, commandTimeoutMs, stop.signal);
    stop.signal.throwIfAborted();
    if (end.status !== 'exited 0') throw failure(`${subject} ${end.status}.`, end.stderr, end.stdout);
    try {
      return keyInBytes(end.stdout, subject);
    } catch (error) {
      throw isMsgError(error, 'config') ? failure(error.message, end.stderr, end.stdout) : error;
    }
  } finally {
    isOver.abort();
    stopGuarding();
  }
}

type End = { readonly status: string; readonly stdout: Uint8Array; readonly stderr: string };

function run(
  program: string,
  argv: readonly string[],
  env: KeySources['env'],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<End> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, argv, {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      windowsHide: true,
    });
    // It may have to tidy up: a question it asked on the terminal, for one.
    signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
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
      const status =
        signal === 'SIGKILL' && child.killed
          ? `did not finish within ${timeoutMs / 1000} s`
          : signal !== null
            ? `was ended by ${signal}`
            : `exited ${code}`;
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
