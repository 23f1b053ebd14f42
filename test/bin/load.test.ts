// What V8 compiled is kept for the next start: used when whole and our own, left aside otherwise.
import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { binary } from '../built.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'msg-load-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const run = promisify(execFile);
const dryRun = async (env: Record<string, string> = {}, node: string[] = []): Promise<string> => {
  const argv = [...node, binary, 'send', '-P', 'demo', 'hello', '--dry-run'];
  const running = run(process.execPath, argv, { env: { HOME: home, TMPDIR: home, ...env } });
  running.child.stdin?.end();
  return (await running).stdout;
};
const folder = (): string =>
  join(home, readdirSync(home).find((name) => name.startsWith('msg-code-cache-')) ?? '');
const kept = (): string[] =>
  readdirSync(folder())
    .sort()
    .map((name) => join(folder(), name));
const isWhole = (file: string): boolean => {
  const bytes = readFileSync(file);
  return bytes.length > 4 && bytes.readUInt32LE(0) === bytes.length;
};
/** A file that was written anew has another inode: it is renamed into its place. */
const inodes = (): number[] => kept().map((file) => statSync(file).ino);

it('is written by the first runs, for nobody else, and taken by V8 from then on', async () => {
  const first = await dryRun();
  expect(JSON.parse(first)).toHaveProperty('request');
  expect(kept().length).toBeGreaterThanOrEqual(1);
  for (const path of [folder(), ...kept()]) expect(statSync(path).mode & 0o077).toBe(0);
  for (let run = 2; run <= 8; run++) expect(await dryRun()).toBe(first);
  const before = inodes();
  expect(await dryRun()).toBe(first);
  expect(inodes()).toEqual(before);
});

it('is left aside and made anew when it was cut off', async () => {
  const whole = await dryRun();
  const damages = [
    (bytes: Buffer) => bytes.subarray(0, -1),
    (bytes: Buffer) => bytes.subarray(0, 3),
    () => Buffer.alloc(0),
  ];
  for (const damage of damages) {
    for (const file of kept()) writeFileSync(file, damage(readFileSync(file)));
    expect(kept().map(isWhole)).not.toContain(true);
    expect(await dryRun()).toBe(whole);
    expect(kept().map(isWhole)).not.toContain(false);
  }
});

it('is neither read nor written where others could have written it', async () => {
  const whole = await dryRun();
  for (const file of kept()) rmSync(file);
  chmodSync(folder(), 0o777);
  expect(await dryRun()).toBe(whole);
  expect(kept()).toEqual([]);
});

it('is not asked for with NODE_DISABLE_COMPILE_CACHE, and goes where NODE_COMPILE_CACHE says', async () => {
  await dryRun({ NODE_DISABLE_COMPILE_CACHE: '1' });
  expect(readdirSync(home).filter((name) => name.startsWith('msg-code'))).toEqual([]);
  await dryRun({ NODE_COMPILE_CACHE: join(home, 'chosen') });
  expect(readdirSync(join(home, 'chosen/msg')).length).toBeGreaterThanOrEqual(1);
});

it('costs nothing but time where nothing can be written', async () => {
  const whole = await dryRun();
  writeFileSync(join(home, 'file'), '');
  expect(await dryRun({ NODE_COMPILE_CACHE: join(home, 'file') })).toBe(whole);
});

it('makes no TMPDIR that is missing', async () => {
  const whole = await dryRun();
  expect(await dryRun({ TMPDIR: join(home, 'missing') })).toBe(whole);
  expect(existsSync(join(home, 'missing'))).toBe(false);
});

it('is kept apart for other flags of Node, which V8 would refuse', async () => {
  const whole = await dryRun();
  const count = kept().length;
  expect(await dryRun({ NODE_OPTIONS: '--max-old-space-size=900' })).toBe(whole);
  expect(kept()).toHaveLength(2 * count);
});
