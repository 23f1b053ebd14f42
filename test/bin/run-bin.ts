// Runs the built command as its users do: a process of its own, with real pipes.
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binary } from '../built.ts';

export type BinOptions = {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Options of node itself, before the script. */
  readonly node?: readonly string[];
  /** Another path to the script, e.g. a link. */
  readonly script?: string;
  readonly stdin?: string;
};

export type BinRun = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

export type Home = { readonly path: string; close(): void };

/** A directory of its own for configuration and state. */
export function newHome(): Home {
  const path = mkdtempSync(join(tmpdir(), 'msg-bin-'));
  return { path, close: () => rmSync(path, { recursive: true, force: true }) };
}

/** The environment of a process that knows nothing of whoever runs the tests. */
export const bareEnv = (home: string, env: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: home,
  MSG_CONFIG_DIR: join(home, 'config'),
  MSG_STATE_DIR: join(home, 'state'),
  LANG: 'C.UTF-8',
  ...env,
});

/** Starts the command. stdin is closed at once unless `stdin` is given. */
export function startBin(argv: readonly string[], home: string, options: BinOptions = {}): ChildProcess {
  const spawning: SpawnOptions = {
    cwd: options.cwd ?? home,
    env: bareEnv(home, options.env),
    stdio: ['pipe', 'pipe', 'pipe'],
  };
  const child = spawn(
    process.execPath,
    [...(options.node ?? []), options.script ?? binary, ...argv],
    spawning,
  );
  child.stdin?.on('error', () => {}).end(options.stdin ?? '');
  return child;
}

/** Resolves with the exit code (or null when a signal ended it) once everything was read. */
export const closed = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once('close', (code) => resolve(code)));

/** Runs the command to its end. */
export async function runBin(argv: readonly string[], options: BinOptions = {}): Promise<BinRun> {
  const home = newHome();
  try {
    const child = startBin(argv, home.path, options);
    const [stdout, stderr, code] = await Promise.all([
      textOf(child.stdout),
      textOf(child.stderr),
      closed(child),
    ]);
    return { code, stdout, stderr };
  } finally {
    home.close();
  }
}

export async function textOf(stream: AsyncIterable<unknown> | null): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream ?? []) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
