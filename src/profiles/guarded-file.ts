// Reading files of the user's: never what is no file, never one that is larger than its kind can be, and what is
// private with an eye on who owns it and who else may read it.
import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  type Stats,
  statSync,
} from 'node:fs';
import { configError, isMsgError } from '../errors.ts';
import { limits, tooLargeFile } from '../http/limits.ts';
import { errnoText, isErrno } from '../text/errno.ts';

export type FileGuard = {
  /** The user msg runs as; undefined where files have no such owner (Windows). */
  readonly userId: number | undefined;
  /** Told what was repaired. */
  readonly note: (text: string) => void;
};

/**
 * Runs `work` with an open regular file. A pipe is not waited for and a device not read, whatever put them, or links
 * to them, in the place of a file.
 * @throws MsgError `config` for what is no file, and what Node throws for what cannot be opened
 */
export function withOpenFile<T>(path: string, work: (descriptor: number, stats: Stats) => T): T {
  // Windows has neither the flag nor such pipes.
  const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile())
      throw configError(`${path} is ${kindOfFile(stats)}, not a file: it was not read.`, undefined, { path });
    return work(descriptor, stats);
  } finally {
    closeSync(descriptor);
  }
}

/** What lies there that is no regular file. */
export const kindOfFile = (stats: Stats): string =>
  stats.isDirectory() ? 'a directory' : stats.isFIFO() ? 'a named pipe' : 'a device';

/**
 * The text of a regular file. `hint`: what to do about one that is too large.
 * @throws MsgError `config` for what is no file or larger than `largest`, and what Node throws for what cannot be
 *   opened
 */
export const readRegularFile = (path: string, largest: number = limits.settingsFile, hint?: string): string =>
  withOpenFile(path, (descriptor, { size }) => textWithin(path, descriptor, size, largest, hint));

function textWithin(path: string, descriptor: number, size: number, largest: number, hint?: string): string {
  if (size > largest) throw tooLargeFile(path, largest, hint);
  return readFileSync(descriptor, 'utf8');
}

/**
 * The text of a private file (0600), or undefined when there is none. A file others may read is closed to
 * them, with a note; one that belongs to another user than us (or root) is refused with `config`, and so is
 * one that cannot be closed. Only a file without secrets may stay readable then: some people's config.json is
 * a link into a store that is read-only and root's.
 */
export function readPrivateFile(path: string, guard: FileGuard, holdsSecrets: boolean): string | undefined {
  try {
    return withOpenFile(path, (descriptor, stats) => {
      refuseForeign(path, stats, guard);
      closeToOthers(path, stats, 0o077, guard, holdsSecrets ? 0o077 : 0o022);
      return textWithin(path, descriptor, stats.size, limits.settingsFile);
    });
  } catch (cause) {
    if (isErrno(cause, 'ENOENT')) return undefined;
    if (isMsgError(cause)) throw cause;
    throw configError(`${path} cannot be read: ${errnoText(cause)}.`, undefined, { path }, cause);
  }
}

/**
 * Checks the directory our files lie in, when it is there: it must be ours (or root's), and nobody else may
 * put files into it. It stays readable if it was: it may be a folder of the user's own choosing.
 */
export function checkDirectory(path: string, guard: FileGuard): void {
  let stats: Stats;
  try {
    stats = statSync(path);
  } catch (cause) {
    if (isErrno(cause, 'ENOENT')) return;
    throw configError(`${path} cannot be read: ${errnoText(cause)}.`, undefined, { path }, cause);
  }
  if (!stats.isDirectory()) throw configError(`${path} is not a directory.`, undefined, { path });
  refuseForeign(path, stats, guard);
  // A sticky directory such as /tmp is shared on purpose; nobody can replace another's file in it.
  if ((stats.mode & 0o1000) === 0) closeToOthers(path, stats, 0o022, guard, 0o022);
}

function refuseForeign(path: string, stats: Stats, { userId }: FileGuard): void {
  if (userId === undefined || stats.uid === userId || stats.uid === 0) return;
  throw configError(
    `${path} belongs to another user (id ${stats.uid}, you are ${userId}): it was not read.`,
    'Take it over with chown, or point MSG_CONFIG_DIR to a directory of your own.',
    { path },
  );
}

/** Takes the `unwanted` bits away; where that fails, the `forbidden` ones are a reason to stop. */
function closeToOthers(
  path: string,
  stats: Stats,
  unwanted: number,
  { userId, note }: FileGuard,
  forbidden: number,
): void {
  if (userId === undefined || (stats.mode & unwanted) === 0) return;
  const mode = stats.mode & 0o7777 & ~unwanted;
  try {
    chmodSync(path, mode);
  } catch (cause) {
    if ((stats.mode & forbidden) === 0) return;
    throw configError(
      `${path} is open to other users (mode ${octal(stats.mode)}), and that cannot be changed: ${errnoText(cause)}.`,
      `Next: chmod ${octal(mode)} ${path}`,
      { path },
      cause,
    );
  }
  // Some file systems (FAT, Windows drives under WSL) keep no modes and say nothing.
  if ((statSync(path).mode & unwanted) !== 0) return;
  note(`${path} was open to other users (mode ${octal(stats.mode)}); it is ${octal(mode)} now.`);
}

const octal = (mode: number): string => (mode & 0o777).toString(8).padStart(4, '0');
