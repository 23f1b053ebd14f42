// Runs one declared tool command as a child process: no shell, no terminal, a time limit, bounded output.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { onExitSignal, sendSignal } from './exit-signals.ts';

/** How a command ended. `output` is what it printed, cut by the runner at `maxOutputBytes`. */
export type CommandOutcome =
  | {
      readonly kind: 'exited';
      readonly exitCode: number;
      readonly output: string;
      readonly errorOutput: string;
      readonly wasCut: boolean;
    }
  | { readonly kind: 'timed-out'; readonly afterMs: number; readonly output: string }
  | { readonly kind: 'not-started'; readonly reason: string };

/** Runs one command with `input` on its stdin. Throws the signal's reason when aborted, nothing else. */
export type RunCommand = (
  argv: readonly string[],
  options: { readonly input: string; readonly timeoutMs: number; readonly signal?: AbortSignal },
) => Promise<CommandOutcome>;

/** A tool result is read by a model: beyond this it is a mistake (1 MB is about 250,000 tokens). */
const maxOutputBytes = 1_000_000;
/** How long a command may take to obey SIGTERM before it is killed. */
const graceMs = 1_000;

/**
 * The runner behind the tool loop. The child leads its own process group, so that a time limit or Ctrl-C
 * also ends what it started, and so that it cannot ask questions on our terminal.
 */
export const runCommand: RunCommand = (argv, { input, timeoutMs, signal }) =>
  new Promise<CommandOutcome>((resolve, reject) => {
    signal?.throwIfAborted();
    const [program = '', ...args] = argv;
    const child = spawn(program, args, { shell: false, stdio: 'pipe', detached: true, windowsHide: true });
    const output = collect(child.stdout);
    const errorOutput = collect(child.stderr);
    let hasTimedOut = false;

    const timer = setTimeout(() => {
      hasTimedOut = true;
      stop(child);
    }, timeoutMs);
    const onAbort = (): void => stop(child);
    signal?.addEventListener('abort', onAbort, { once: true });
    // In a group of its own, the child would not even notice that the terminal is gone.
    const stopGuarding = onExitSignal(['SIGTERM', 'SIGHUP'], () => signalGroup(child, 'SIGTERM'));
    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      stopGuarding();
      signal?.removeEventListener('abort', onAbort);
      finish();
    };

    child.on('error', (error: NodeJS.ErrnoException) =>
      settle(() => resolve({ kind: 'not-started', reason: startFailure(program, error) })),
    );
    child.on('close', (code, killedBy) =>
      settle(() => {
        if (signal?.aborted) return reject(signal.reason);
        if (hasTimedOut) return resolve({ kind: 'timed-out', afterMs: timeoutMs, output: output.text() });
        const exitCode = code ?? 128;
        const note = killedBy === null ? '' : `\nended by ${killedBy}`;
        resolve({
          kind: 'exited',
          exitCode,
          output: output.text(),
          errorOutput: errorOutput.text() + note,
          wasCut: output.wasCut(),
        });
      }),
    );
    // A command may end without reading its input: a broken pipe here is no failure of the tool.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });

function collect(stream: NodeJS.ReadableStream): { text: () => string; wasCut: () => boolean } {
  const chunks: Buffer[] = [];
  let total = 0;
  stream.on('data', (chunk: Buffer) => {
    if (total < maxOutputBytes) chunks.push(chunk.subarray(0, maxOutputBytes - total));
    total += chunk.length;
  });
  return {
    text: () => Buffer.concat(chunks).toString('utf8'),
    wasCut: () => total > maxOutputBytes,
  };
}

function stop(child: ChildProcessWithoutNullStreams): void {
  signalGroup(child, 'SIGTERM');
  const timer = setTimeout(() => {
    signalGroup(child, 'SIGKILL');
    // What left the group may hold the pipes open for ever.
    child.stdout.destroy();
    child.stderr.destroy();
  }, graceMs);
  child.once('close', () => clearTimeout(timer));
}

/** Windows has no process groups: there only the command itself is ended. */
function signalGroup({ pid }: ChildProcessWithoutNullStreams, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (pid !== undefined) sendSignal(process.platform === 'win32' ? pid : -pid, signal);
}

function startFailure(program: string, error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return `${program}: command not found`;
  if (error.code === 'EACCES') return `${program}: not executable`;
  return `${program}: could not be started (${error.message})`;
}
