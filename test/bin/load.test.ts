// The compiled code beside the bundle: used when whole, left aside when damaged or missing.
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
let folder: string;
let caches: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'msg-load-'));
  for (const name of ['bin', 'dist', 'package.json'])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  caches = readdirSync(join(folder, 'dist'))
    .filter((name) => name.endsWith('.cache'))
    .map((name) => join(folder, 'dist', name));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const send = async (): Promise<string> => {
  const argv = [join(folder, 'bin/msg.js'), 'send', '-P', 'demo', 'hello', '--dry-run'];
  return (await promisify(execFile)(process.execPath, argv, { env: { HOME: folder } })).stdout;
};
const rejected = async (): Promise<string> => {
  const script = `const {load, scripts} = require('./bin/load.js'); load('msg.cjs'); console.log([...scripts.values()].map(({cachedDataRejected}) => cachedDataRejected))`;
  return (await promisify(execFile)(process.execPath, ['-e', script], { cwd: folder })).stdout.trim();
};

it('is there after a build, and V8 takes it', async () => {
  expect(caches.length).toBeGreaterThan(0);
  expect(await rejected()).toBe('[ false ]');
});

it('is left aside when a byte of it is damaged, cut off or gone', async () => {
  const whole = await send();
  expect(JSON.parse(whole)).toHaveProperty('request');
  for (const cache of caches) {
    const bytes = readFileSync(cache);
    bytes[Math.floor(bytes.length / 2)] = (bytes[Math.floor(bytes.length / 2)] ?? 0) ^ 0xff;
    writeFileSync(cache, bytes);
  }
  // No cache is offered to V8 then, so it has nothing to reject.
  expect(await rejected()).toBe('[ undefined ]');
  expect(await send()).toBe(whole);
  for (const cache of caches) writeFileSync(cache, readFileSync(cache).subarray(0, 3));
  expect(await send()).toBe(whole);
  for (const cache of caches) rmSync(cache);
  expect(await send()).toBe(whole);
});
