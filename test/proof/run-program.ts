// Runs a program to its end and keeps what it said.
import { spawn } from 'node:child_process';

export type ProgramRun = {
  /** Null when a signal ended it, and when it could not be started. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

export type ProgramOptions = {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Milliseconds after which it is ended; without it, never. */
  readonly limitMs?: number;
};

export function runProgram(
  [program = '', ...argv]: readonly string[],
  { env, cwd, limitMs }: ProgramOptions,
): Promise<ProgramRun> {
  const child = spawn(program, argv, {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
    ...(limitMs === undefined ? {} : { timeout: limitMs }),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    stdout += piece;
  });
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    stderr += piece;
  });
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, stdout, stderr: error.message }));
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
