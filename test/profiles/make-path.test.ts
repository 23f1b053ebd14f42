import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makePath } from '../../src/profiles/make-path.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'msg-path-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('makes what is missing, for its owner only, and leaves what is there', () => {
  const path = join(directory, 'a', 'b', 'c');
  makePath(path);
  makePath(path);
  for (const made of [path, join(directory, 'a')]) expect(statSync(made).mode & 0o777).toBe(0o700);
});

test('says why it cannot, instead of trying for ever', () => {
  writeFileSync(join(directory, 'file'), '');
  expect(() => makePath(join(directory, 'file'))).toThrow(/EEXIST/);
  expect(() => makePath(join(directory, 'file', 'x'))).toThrow(/ENOTDIR/);
});

test.runIf(process.platform === 'linux')('a directory that takes no entries is told as that', () => {
  expect(() => makePath('/proc/x')).toThrow(/ENOENT/);
  expect(() => makePath('/proc/x/y/z')).toThrow(/ENOENT/);
});
