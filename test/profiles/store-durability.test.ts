// Many writers at once, writers killed at any moment, and a disk that is full: nothing that was reported as
// written may be lost, and the files are whole at every moment.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { pbkdf2 } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createStore, type Store } from '../../src/profiles/store.ts';
import { processes } from '../../src/terminal/processes.ts';
import { bundle } from './bundle.ts';

let writer: string;
beforeAll(() => {
  writer = bundle('./writer.ts');
});

const newStore = (directory: string): Store =>
  createStore({ directory, userId: process.getuid?.(), processes, note: () => {} });
const newDirectory = () => join(mkdtempSync(join(tmpdir(), 'msg-durable-')), 'msg');

type Writer = { readonly child: ChildProcess; readonly done: Promise<{ names: string[]; stderr: string }> };

function startWriter(directory: string, prefix: string, count: number): Writer {
  const child = spawn(process.execPath, [writer, directory, prefix, String(count)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const done = new Promise<{ names: string[]; stderr: string }>((resolve) => {
    child.on('close', () => resolve({ names: stdout.split('\n').slice(0, -1), stderr }));
  });
  return { child, done };
}

/** Profiles and keys that were reported as written and are not there now. */
function lostFrom(store: Store, names: readonly string[]): string[] {
  const view = store.read();
  return names.filter(
    (name) =>
      view.profile(name)?.baseUrl !== `https://${name}.example` ||
      store.readStoredKey(name) !== `key-${name}`,
  );
}

test('8 processes writing at once: 96 rounds, 0 lost', async () => {
  const directory = newDirectory();
  const writers = Array.from({ length: 8 }, (_, index) => startWriter(directory, `w${index}-`, 12));
  const ends = await Promise.all(writers.map(({ done }) => done));
  expect(ends.map((end) => end.stderr).join('')).toBe('');
  const names = ends.flatMap((end) => end.names);
  expect(names).toHaveLength(96);
  expect(lostFrom(newStore(directory), names)).toEqual([]);
  expect(readdirSync(directory).sort()).toEqual(['config.json', 'credentials.json']);
});

/** The proof makes more of them. */
const rounds = Number(process.env['KILL_ROUNDS'] ?? 12);

test(`kill -9 at any moment, with two others writing: ${rounds} rounds, 0 lost`, async () => {
  // Most of a round is a wait for the lock of the dead one: three stores at once.
  await Promise.all(
    [0, 1, 2].map(async (first) => {
      const directory = newDirectory();
      const store = newStore(directory);
      const reported: string[] = [];
      for (let round = first; round < rounds; round += 3) {
        const victim = startWriter(directory, `v${round}-`, 1_000);
        const others = [startWriter(directory, `a${round}-`, 3), startWriter(directory, `b${round}-`, 3)];
        // The moment depends on what the victim is doing, not on a clock: its nth report, then a few turns more.
        const reports = (round % 4) + 1;
        let seen = 0;
        const moment = new Promise<void>((resolve) => {
          victim.child.stdout?.on('data', () => {
            seen += 1;
            if (seen === reports) spin(round * 15, resolve);
          });
        });
        // One that gives up by itself says why, and is not waited for.
        await Promise.race([moment, victim.done.then(({ stderr }) => expect(stderr).toBe(''))]);
        victim.child.kill('SIGKILL');
        reported.push(...(await victim.done).names);
        // Whole at this very moment, whatever the dead one left lying and the others are doing.
        expect(lostFrom(store, reported)).toEqual([]);
        // They take over the lock of the dead one.
        for (const end of await Promise.all(others.map(({ done }) => done))) {
          expect([end.stderr, end.names.length]).toEqual(['', 3]);
          reported.push(...end.names);
        }
        expect(lostFrom(store, reported)).toEqual([]);
      }
      await store.update((draft) => draft.put('after', {}));
      expect(readdirSync(directory).sort()).toEqual(['config.json', 'credentials.json']);
    }),
  );
});

function spin(turns: number, then: () => void): void {
  if (turns === 0) then();
  else setImmediate(spin, turns - 1, then);
}

const isRoot = process.getuid?.() === 0;
let disk: string | undefined;
afterAll(() => {
  if (disk !== undefined) execFileSync('umount', [disk]);
});

/** A file system of 256 kB, or why there cannot be one. */
function mountSmallDisk(): string | undefined {
  if (process.platform !== 'linux' || !isRoot) return 'mounting needs root on Linux';
  const path = mkdtempSync(join(tmpdir(), 'msg-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k,mode=0700', 'tmpfs', path], { stdio: 'pipe' });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  disk = path;
  return undefined;
}

/** What is removed in the background now is removed late: all threads for it have work of some milliseconds. */
function occupyThreads(): void {
  for (let thread = 0; thread < 4; thread += 1) pbkdf2('', '', 5_000, 64, 'sha512', () => {});
}

test('a full disk (skipped where no small disk can be mounted): 60 rounds, 0 lost', async (context) => {
  const obstacle = mountSmallDisk();
  if (obstacle !== undefined || disk === undefined) {
    if (process.env['CI'] === 'true') throw new Error(`A full disk must be tested here: ${obstacle}`);
    context.skip(obstacle);
    return;
  }
  const directory = join(disk, 'msg');
  mkdirSync(directory, { mode: 0o700 });
  const store = newStore(directory);
  const long = 'x'.repeat(9_000);
  await store.update((draft) => draft.put('first', { system: long, model: '0' }));
  let written = '0';
  let refusals = 0;
  for (let round = 1; round <= 60; round += 1) {
    // Leave 0, 1, 2 ... pages: the disk runs full at another step of the write each time.
    rmSync(join(disk, 'filler'), { force: true });
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(join(disk, 'filler'), Buffer.alloc(Math.max(0, (bavail - (round % 6)) * bsize)));
    const before = readFileSync(store.configPath, 'utf8');
    const listings: string[][] = [];
    try {
      await store.update((draft) => {
        draft.put('first', { system: long, model: String(round) });
        occupyThreads();
        queueMicrotask(() => listings.push(readdirSync(directory).sort()));
      });
      written = String(round);
    } catch (error) {
      refusals += 1;
      expect((error as Error).message).toMatch(/no space left on the device\. Nothing was changed\.$/);
      expect(readFileSync(store.configPath, 'utf8')).toBe(before);
    }
    expect(store.read().profile('first')).toEqual({ system: long, model: written });
    for (const listing of listings) expect(listing).toEqual(['.lock', 'config.json']);
    expect(readdirSync(directory)).toEqual(['config.json']);
  }
  expect(refusals).toBeGreaterThan(10);
  expect(refusals).toBeLessThan(60);
});
