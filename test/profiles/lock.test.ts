// Who holds a lock: waited for while it lives and its work is brief, taken over when it is dead, left alone otherwise.
import { type ChildProcess, spawn } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Hold, holdLock } from '../../src/profiles/lock.ts';
import { processes } from '../../src/terminal/processes.ts';

let directory: string;
let path: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'msg-lock-'));
  path = join(directory, '.lock');
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

const hold = (isBrief: boolean, onWait?: () => void): Promise<Hold | undefined> =>
  holdLock(path, { processes, isBrief, ...(onWait && { onWait }) });

/** The number of a process that lives until it is killed. */
async function bystander(): Promise<{ id: number; kill(): Promise<void> }> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  children.push(child);
  await new Promise((resolve) => child.once('spawn', resolve));
  return {
    id: child.pid ?? 0,
    kill: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGKILL');
      }),
  };
}

/** A lock as another process of this machine leaves it. */
async function heldBy(id: number, isBrief: boolean): Promise<void> {
  const own = await hold(isBrief);
  const text = readlinkSync(path).replace(`"process":${process.pid}`, `"process":${id}`);
  await own?.release();
  symlinkSync(text.replace(/"token":"[^"]*"/, '"token":"theirs"'), path);
}

describe('a lock', () => {
  it('is held until it is released, and leaves nothing behind', async () => {
    const lock = await hold(true);
    expect(lock?.isHeld()).toBe(true);
    await lock?.release();
    expect(lock?.isHeld()).toBe(false);
    expect(lstatSync(path, { throwIfNoEntry: false })).toBeUndefined();
  });

  it('of a brief piece of work is waited for, by all in turn', async () => {
    const order: number[] = [];
    let isInside = false;
    await Promise.all(
      [1, 2, 3, 4, 5].map(async (which) => {
        const lock = await hold(true);
        expect(isInside).toBe(false);
        isInside = true;
        await new Promise((resolve) => setImmediate(resolve));
        order.push(which);
        isInside = false;
        await lock?.release();
      }),
    );
    expect(order.toSorted()).toEqual([1, 2, 3, 4, 5]);
  });

  it('that is held for long is not waited for', async () => {
    const { id } = await bystander();
    await heldBy(id, false);
    expect(await hold(true, () => expect.fail('it waits'))).toBe(undefined);
  });

  it('of a process that is alive stays its own, and is told to who waits', async () => {
    const { id, kill } = await bystander();
    await heldBy(id, true);
    let waits = 0;
    let isTold = (): void => {};
    const told = new Promise<void>((resolve) => {
      isTold = resolve;
    });
    const waiting = hold(true, () => {
      waits += 1;
      isTold();
    });
    await told;
    expect(readlinkSync(path)).toContain('theirs');
    await kill();
    const lock = await waiting;
    expect(lock?.isHeld()).toBe(true);
    expect(waits).toBe(1);
    await lock?.release();
  });

  it.each([true, false])('of a dead process is taken over at once (brief: %s)', async (isBrief) => {
    const { id, kill } = await bystander();
    await kill();
    await heldBy(id, isBrief);
    const lock = await hold(true, () => expect.fail('it waits'));
    expect(lock?.isHeld()).toBe(true);
    await lock?.release();
  });

  it('of another machine, or of an older msg, is taken over when nobody has refreshed it', async () => {
    writeFileSync(path, JSON.stringify({ process: 1, machine: 'other', token: 'theirs', isBrief: false }));
    expect(await hold(true)).toBe(undefined);
    utimesSync(path, 0, 0);
    await (await hold(true))?.release();
    mkdirSync(path);
    utimesSync(path, 0, 0);
    const lock = await hold(true);
    expect(lock?.isHeld()).toBe(true);
    await lock?.release();
    expect(lstatSync(path, { throwIfNoEntry: false })).toBeUndefined();
  });

  it('is a link whose text is its holder: there is no moment at which it is nobody’s', async () => {
    const lock = await hold(true);
    expect(JSON.parse(readlinkSync(path))).toMatchObject({ process: process.pid, isBrief: true });
    await lock?.release();
  });

  it('that was taken over is known to be lost at that moment, and is not taken back', async () => {
    const slow = await hold(true);
    await heldByOthers();
    expect(slow?.isHeld()).toBe(false);
    await slow?.release();
    expect(readFileSync(path, 'utf8')).toContain('theirs');

    async function heldByOthers(): Promise<void> {
      rmSync(path);
      writeFileSync(path, JSON.stringify({ process: 1, machine: 'other', token: 'theirs', isBrief: true }));
    }
  });
});
