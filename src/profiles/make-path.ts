// A directory and those above it, for their owner only.
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { isErrno } from '../text/errno.ts';

/**
 * Makes a directory and what is missing above it. `recursive` of Node 20 tries for ever where a directory that exists
 * takes no entries and says "no such file" (/proc).
 * @throws the system's error
 */
export function makePath(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (cause) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
    const parent = dirname(path);
    if (!isErrno(cause, 'ENOENT') || existsSync(parent)) throw cause;
    makePath(parent);
    makePath(path);
  }
}
