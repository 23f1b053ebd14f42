// The door to proper-lockfile: one writer at a time for a directory of ours.
import { join } from 'node:path';
import { configError } from '../errors.ts';
import { errnoText, isErrno } from './guarded-file.ts';

/** A lock whose holder was killed is taken over after this long (the least proper-lockfile allows). Holding one
 * takes milliseconds, and a holder that was suspended notices before it replaces anything. */
const staleMs = 2_000;

export type Lock = {
  /** False once another process has taken the lock over, e.g. because this one was suspended. */
  isHeld(): boolean;
};

/** A lock that is kept for long. */
export type Hold = Lock & { release(): Promise<void> };

/**
 * Takes the lock at `path` and keeps it fresh until it is released. Undefined when another process holds it;
 * waits long enough to find out that its holder is dead, and says so before. Throws what the file system throws.
 */
export async function holdLock(path: string, onWait: () => void): Promise<Hold | undefined> {
  // The package is CommonJS: bundled, it has a default export only.
  const { lock } = (await import('proper-lockfile')).default;
  let isLost = false;
  const take = (retries: number): Promise<() => Promise<void>> =>
    lock(path, {
      lockfilePath: path,
      realpath: false,
      stale: staleMs,
      retries: { retries, factor: 1, minTimeout: 200, maxTimeout: 200 },
      onCompromised: () => {
        isLost = true;
      },
    });
  try {
    const release = await take(0).catch((cause: unknown) => {
      if (!isErrno(cause, 'ELOCKED')) throw cause;
      onWait();
      // proper-lockfile dates a new lock up to a second ahead: a dead holder's is stale that much later.
      return take(Math.ceil((staleMs + 1_400) / 200));
    });
    return { isHeld: () => !isLost, release: () => release().catch(() => {}) };
  } catch (cause) {
    if (isErrno(cause, 'ELOCKED')) return undefined;
    throw cause;
  }
}

/**
 * Runs `work` while no other process that asks for the same directory does. Waits up to about fifteen
 * seconds, longer than a dead holder can keep it. Throws `config` when it cannot be had.
 */
export async function withLock<T>(directory: string, work: (lock: Lock) => Promise<T>): Promise<T> {
  // The package is CommonJS: bundled, it has a default export only.
  const { lock } = (await import('proper-lockfile')).default;
  let isLost = false;
  let release: () => Promise<void>;
  try {
    release = await lock(directory, {
      lockfilePath: join(directory, '.lock'),
      realpath: false,
      stale: staleMs,
      retries: { retries: 100, factor: 1.2, minTimeout: 10, maxTimeout: 200, randomize: true },
      onCompromised: () => {
        isLost = true;
      },
    });
  } catch (cause) {
    if (isErrno(cause, 'ELOCKED')) {
      throw configError(
        `Another msg is writing in ${directory} and does not finish.`,
        `If none is running, remove ${join(directory, '.lock')}`,
        { path: directory },
        cause,
      );
    }
    throw configError(
      `${directory} cannot be written: ${errnoText(cause)}. Nothing was changed.`,
      undefined,
      { path: directory },
      cause,
    );
  }
  try {
    return await work({ isHeld: () => !isLost });
  } finally {
    // Releasing fails only when the lock is no longer ours; then there is nothing to release.
    await release().catch(() => {});
  }
}
