// The door to proper-lockfile: one writer at a time for a file or a directory of ours. The package keeps a lock
// fresh while it is held; here stands who holds it, so that a process that is only slow is never taken for dead.
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { configError } from '../errors.ts';
import { errnoText, isErrno } from '../text/errno.ts';

/** The processes of this machine, as far as a lock has to know them. */
export type Processes = {
  /** The number of this one. */
  readonly own: number;
  isAlive(id: number): boolean;
};

/**
 * A lock nobody refreshed for so long is taken over, whoever holds it: a process that was suspended, or one of another
 * machine. Long enough for a process that gets no processor on a busy machine.
 */
const staleMs = 30_000;
const refreshMs = 5_000;

/** One round of waiting: about two and a half seconds, at first with short pauses. */
const waitingRound = { retries: 20, factor: 1.2, minTimeout: 10, maxTimeout: 200, randomize: true };
/** A holder that is on another machine, or unknown, is waited for as many rounds. */
const mostRounds = 20;

export type Lock = {
  /** False once another process has taken the lock over, e.g. because this one was suspended. Looked up when asked. */
  isHeld(): boolean;
};

/** A lock that is kept for long. */
export type Hold = Lock & { release(): Promise<void> };

type LockOptions = {
  readonly processes: Processes;
  /** Whether it is held for one piece of work, so that it is worth waiting for, or for as long as somebody likes. */
  readonly isBrief: boolean;
  /** Told once when somebody else holds it and is waited for. */
  readonly onWait?: () => void;
};

/** What stands in a lock. */
type Holder = {
  readonly process: number;
  readonly machine: string;
  readonly token: string;
  readonly isBrief: boolean;
};

/**
 * Takes the lock at `path` and keeps it fresh until it is released. Waits for a holder whose work is brief as long as
 * it lives; takes over what a dead one left. Undefined when another process holds it for long, or one that cannot be
 * looked at does not finish. Throws what the file system throws.
 */
export async function holdLock(path: string, options: LockOptions): Promise<Hold | undefined> {
  // The package is CommonJS: bundled, it has a default export only.
  const { lock } = (await import('proper-lockfile')).default;
  const { processes, isBrief } = options;
  const own: Holder = { process: processes.own, machine: thisMachine(), token: randomUUID(), isBrief };
  const isHeld = (): boolean => holderOf(path)?.token === own.token;
  const take = (retries: typeof waitingRound | 0): Promise<() => Promise<void>> =>
    lock(path, {
      lockfilePath: path,
      realpath: false,
      stale: staleMs,
      update: refreshMs,
      retries,
      fs: lockFiles(own),
      // Whoever holds it asks.
      onCompromised: () => {},
    });
  let retries: typeof waitingRound | 0 = 0;
  let before: Holder | undefined;
  let rounds = 0;
  for (;;) {
    try {
      const release = await take(retries);
      // Released only while it is ours: it may be another's by now.
      return { isHeld, release: async () => (isHeld() ? release().catch(() => {}) : undefined) };
    } catch (cause) {
      // Two that find a dead one's lock may take it over one after the other: the second takes it from the first, in
      // the moment before that has it for good.
      if (isErrno(cause, 'ENOENT') && fs.existsSync(dirname(path))) continue;
      if (!isErrno(cause, 'ELOCKED')) throw cause;
    }
    const holder = holderOf(path);
    const isHere = holder?.machine === own.machine;
    if (holder !== undefined && isHere && !processes.isAlive(holder.process)) {
      letGo(path, holder);
      retries = 0;
      continue;
    }
    if (holder?.isBrief === false) return undefined;
    rounds = holder !== undefined && holder.token === before?.token ? rounds + 1 : 0;
    if (rounds > mostRounds && !isHere) return undefined;
    if (before === undefined && holder !== undefined) options.onWait?.();
    before = holder ?? before;
    retries = waitingRound;
  }
}

/**
 * Runs `work` while no other process that asks for the same directory does. Waits as long as others that have it live
 * and finish. Throws `config` when it cannot be had.
 */
export async function withLock<T>(
  directory: string,
  processes: Processes,
  work: (lock: Lock) => Promise<T>,
): Promise<T> {
  const path = join(directory, '.lock');
  let hold: Hold | undefined;
  try {
    hold = await holdLock(path, { processes, isBrief: true });
  } catch (cause) {
    throw configError(
      `${directory} cannot be written: ${errnoText(cause)}. Nothing was changed.`,
      undefined,
      { path: directory },
      cause,
    );
  }
  if (hold === undefined) {
    throw configError(
      `Another msg is writing in ${directory} and does not finish.`,
      `If none is running, remove ${path}`,
      { path: directory },
    );
  }
  try {
    return await work(hold);
  } finally {
    await hold.release();
  }
}

/** This machine, and the space its process numbers are of: a container has its own and may share the name. */
function thisMachine(): string {
  try {
    return `${hostname()} ${fs.readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

/** Who holds a lock; undefined when nobody does. One that says nothing is of an older msg. */
function holderOf(path: string): Holder | undefined {
  try {
    const { process, machine, token, isBrief } = JSON.parse(textIn(path)) as Holder;
    return { process, machine, token, isBrief };
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    return { process: 0, machine: '', token: '', isBrief: true };
  }
}

/** Where no link could be made, it is a file. */
function textIn(path: string): string {
  try {
    return fs.readlinkSync(path);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) throw error;
    return fs.readFileSync(path, 'utf8');
  }
}

/** Ages the lock of a dead process, so that whoever comes next takes it over. */
function letGo(path: string, dead: Holder): void {
  try {
    if (holderOf(path)?.token === dead.token) fs.lutimesSync(path, 0, 0);
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
  }
}

/**
 * What proper-lockfile does with a directory, done with a link whose text is its holder: it is there with what stands
 * in it or not at all, whenever its maker is killed. A file that a dead process left empty would be nobody's.
 */
function lockFiles(own: Holder): object {
  /** Whose lock was looked at, to see whether it is stale. */
  let staleToken: string | undefined;
  return {
    utimes: fs.lutimes,
    stat(path: string, done: (error: Error | null, stats: fs.Stats) => void) {
      staleToken = holderOf(path)?.token;
      fs.lstat(path, done);
    },
    mkdir(path: string, done: fs.NoParamCallback) {
      const text = JSON.stringify(own);
      fs.symlink(text, path, (error) => {
        // Windows makes links for few, some network drives for nobody.
        if (error === null || !['EPERM', 'EACCES', 'ENOSYS', 'EOPNOTSUPP'].includes(error.code ?? ''))
          done(error);
        else fs.writeFile(path, text, { flag: 'wx', mode: 0o600 }, done);
      });
    },
    rmdir(path: string, done: fs.NoParamCallback) {
      const token = holderOf(path)?.token;
      // Another one that found it stale may hold it by now.
      if (token !== own.token && token !== staleToken)
        done(Object.assign(new Error('held'), { code: 'ELOCKED' }));
      // The lock of an older msg is a directory.
      else fs.rm(path, { recursive: true }, done);
    },
    rmdirSync(path: string) {
      if (holderOf(path)?.token === own.token) fs.rmSync(path);
    },
  };
}
