// Starts programs of the system in the foreground, for one test file, and ends them by their own pid.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { remove } from '../temporary-files.ts';

const listenOn = async (port: number): Promise<Server | undefined> => {
  const server = createServer().listen(port, '127.0.0.1');
  return once(server, 'listening').then(
    () => server,
    () => undefined,
  );
};

const worker = Number(process.env['VITEST_POOL_ID'] ?? 0);
let nextPort = 10_000 + ((process.ppid * 16 + worker) % 220) * 100;

/**
 * `count` different ports nobody listens on. None is given twice: the program that gets it listens only later. None
 * is one that the system gives to other programs (from 32768 on), nor one that another worker of this run looks at,
 * nor, as good as ever, one of another run beside it.
 */
export async function freePorts(count: number): Promise<number[]> {
  const held: Server[] = [];
  while (held.length < count) {
    const port = nextPort;
    nextPort += 1;
    const server = await listenOn(port);
    if (server !== undefined) held.push(server);
  }
  const ports = held.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(held.map((server) => once(server.close(), 'close')));
  return ports;
}

const versionFlags: Readonly<Record<string, string>> = {
  caddy: 'version',
  traefik: 'version',
  varnishd: '-V',
};

export const isInstalled = (program: string): boolean =>
  spawnSync(program, [versionFlags[basename(program)] ?? '-v']).error === undefined;

export type Running = { readonly stop: () => Promise<void> };

/** Runs `program` with a configuration file in a directory of its own; resolves when every port answers. */
export async function run(
  program: string,
  argumentsFor: (file: string) => readonly string[],
  configure: (directory: string) => string,
  ports: readonly number[],
  variables: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const directory = mkdtempSync(join(tmpdir(), `msg-real-${basename(program)}-`));
  const file = join(directory, 'config');
  const configuration = configure(directory);
  writeFileSync(file, configuration);
  const child = spawn(program, argumentsFor(file), {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: directory,
      TMPDIR: directory,
      XDG_CONFIG_HOME: directory,
      XDG_DATA_HOME: directory,
      ...variables,
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (said += chunk));
  const stop = async (): Promise<void> => {
    await ended(child);
    // What it started (Apache, Varnish) ends after it.
    await remove(directory, 100);
  };
  try {
    await Promise.all(ports.map((port) => answers(port, () => child.exitCode === null)));
  } catch {
    await stop();
    throw new Error(`${program} did not start:\n${said}\n${configuration}`);
  }
  return { stop };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const over = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await over;
  clearTimeout(timer);
}

/** Resolves when somebody accepts on `port`; rejects when the program is gone or five minutes have passed. */
async function answers(port: number, isRunning: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 6_000 && isRunning(); attempt += 1) {
    const socket = connect(port, '127.0.0.1');
    const isUp = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (isUp) return;
    await sleep(50);
  }
  throw new Error(`nothing listens on ${port}`);
}
