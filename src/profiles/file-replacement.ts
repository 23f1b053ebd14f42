// The steps around the replacing of a file: the real file, leftovers, the directory. Used under the lock.
import { closeSync, fsyncSync, openSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { configError } from '../errors.ts';
import { errnoText, isErrno } from '../text/errno.ts';
import { makePath } from './make-path.ts';

/** The file behind a symbolic link: people keep config.json in a repository of their own. */
export function followLink(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return path;
    throw error;
  }
}

/**
 * Removes half-written neighbours of a file: those of one write, or of every process that was killed, which is for
 * the holder of the lock only. At once: atomically, below conf, removes its own in the background, too late for a
 * process that ends.
 */
export function removeLeftovers(target: string, write = ''): void {
  const prefix = `.${basename(target)}.${write}`;
  for (const name of readdirSync(dirname(target))) {
    if (name.startsWith(prefix) && /\.new(\.tmp-\w+)?$/.test(name)) {
      rmSync(join(dirname(target), name), { force: true });
    }
  }
}

/**
 * Makes the directory of the files, for its owner only, if it is not there.
 * @throws MsgError `config`
 */
export function makeDirectory(directory: string): void {
  try {
    makePath(directory);
  } catch (cause) {
    throw configError(
      `${directory} cannot be made: ${errnoText(cause)}.`,
      undefined,
      { path: directory },
      cause,
    );
  }
}

/** Makes the rename itself outlast a power cut. Windows cannot open directories and does not need it. */
export function syncDirectory(directory: string): void {
  try {
    const descriptor = openSync(directory, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // The file is in place; only its survival of a power cut in this second is less certain.
  }
}
