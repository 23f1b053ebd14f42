// Writing one session: each turn is appended at once, in one write, so that a killed process loses at most the
// line it was writing. One process a session: a second one goes on in a copy.
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { configError, isMsgError } from '../../errors.ts';
import { redact } from '../../messages/secret.ts';
import { type Hold, holdLock, type Processes } from '../../profiles/lock.ts';
import { makePath } from '../../profiles/make-path.ts';
import { errnoText, isErrno } from '../../text/errno.ts';
import type { Replacement } from '../session/summary.ts';
import type { Turn } from '../session/turns.ts';
import { type SessionEntry, type SessionFiles, sessionPath } from './session-files.ts';
import {
  lineOf,
  previewOf,
  type Transcript,
  type TranscriptHeader,
  type TranscriptLine,
} from './transcript.ts';

export type SessionWriter = {
  /** The file; undefined before the first turn (sessions without turns leave nothing behind), or once it was deleted. */
  entry(): SessionEntry | undefined;
  /**
   * Appends a turn. Never throws: a full disk must not end a conversation; it is told once, and what it did not
   * take is written as soon as it takes more.
   */
  record(turn: Turn): void;
  /** From here on only the first `keep` turns count, and what replaces the others: one line, so that both count or none. */
  rewind(keep: number, replacement?: Replacement): void;
  /** Names the session, now or when it begins. Throws `usage` when the name is taken or cannot be one. */
  name(name: string): void;
  /** Resolves once other processes see that the session is open here: a moment after its first turn. */
  ready(): Promise<void>;
  /** Lets other processes write the session. */
  close(): Promise<void>;
};

export type WriterOptions = {
  readonly files: SessionFiles;
  /** What the header of a new session says of its beginning. */
  readonly facts: Pick<TranscriptHeader, 'profile' | 'model' | 'endpoint'>;
  /** Milliseconds since 1970. */
  readonly wallTime: () => number;
  readonly processes: Processes;
  /** Whether the session is open for one prompt only, so that others wait for its end. */
  readonly isBrief: boolean;
  /** Told what the user should know: repairs, copies, a disk that is full. */
  readonly note: (text: string) => void;
};

/** A session that begins with its first turn. */
export function beginSession(options: WriterOptions, name?: string): SessionWriter {
  return writerOf(options, { name });
}

/**
 * The same under a name that nobody else begins a session by meanwhile; undefined when somebody has just done so.
 * Throws `usage` when the name cannot be one.
 */
export async function beginNamedSession(
  options: WriterOptions,
  name: string,
): Promise<SessionWriter | undefined> {
  const { files } = options;
  files.requireName(name);
  let hold: Hold | undefined;
  try {
    makePath(files.directory);
    hold = await holdSession(name, name, options);
  } catch {
    // Where no lock can be had, nothing can be written either, which the writer will tell.
  }
  if (files.isTaken(name)) {
    await hold?.release();
    return undefined;
  }
  const writer = beginSession(options, name);
  return {
    ...writer,
    async close() {
      await writer.close();
      await hold?.release();
    },
  };
}

/**
 * Goes on with a session. Waits while another process has it for one prompt; when one has it open, the turns are
 * copied to a new session. `note` is told either way. Throws `config` when the file cannot be read.
 */
export async function continueSession(
  entry: SessionEntry,
  options: WriterOptions,
): Promise<{ readonly transcript: Transcript; readonly writer: SessionWriter }> {
  const { files, note } = options;
  // Where no lock can be had, nothing can be written either: reading and talking still works.
  const title = entry.name ?? entry.id;
  const hold = await holdSession(entry.id, title, options).catch((error: unknown) => {
    note(`Session ${title} is not being saved: ${errnoText(error)}.`);
    return null;
  });
  let transcript: Transcript;
  try {
    transcript = files.read(entry);
  } catch (error) {
    await hold?.release();
    throw error;
  }
  if (hold === null) return { transcript, writer: writerOf(options, { entry }) };
  if (hold === undefined) {
    const copy = copySession(entry, transcript, options);
    note(`Session ${title} is open in another msg: going on in a copy, ${copy.id}.`);
    return { transcript, writer: writerOf(options, { entry: copy, hold: holdQuietly(copy.id, options) }) };
  }
  repair(entry, transcript, note);
  return { transcript, writer: writerOf(options, { entry, hold: Promise.resolve(hold) }) };
}

/** Takes the lock of a session, by its id, or of a name that is to be one; `title` is what the user calls it. */
const holdSession = (
  which: string,
  title: string,
  { files, processes, isBrief, note }: WriterOptions,
): Promise<Hold | undefined> =>
  holdLock(`${files.directory}/${which}.lock`, {
    processes,
    isBrief,
    onWait: () => note(`Session ${title} is in use by another msg: waiting for its answer.`),
  });

/** A new session needs its lock only so that others leave it alone: not getting it is no reason to stop. */
const holdQuietly = (id: string, options: WriterOptions): Promise<Hold | undefined> =>
  holdSession(id, id, options).catch(() => undefined);

type Start = {
  readonly entry?: SessionEntry;
  readonly hold?: Promise<Hold | undefined>;
  readonly name?: string | undefined;
};

function writerOf(options: WriterOptions, start: Start): SessionWriter {
  const { files, facts, wallTime, note } = options;
  let { entry, name } = start;
  let holding = start.hold;
  let hold: Hold | undefined;
  void holding?.then((taken) => {
    hold = taken;
  });
  /** What the disk did not take: it goes first next time, for a line that is missing shifts what `rewind` counts. */
  let unwritten = '';
  let isDeleted = false;

  const begin = (turn: Turn): SessionEntry => {
    makePath(files.directory);
    const id = newId(wallTime());
    const preview = previewOf(turn);
    const path = sessionPath(files.directory, id, name);
    const created = new Date(wallTime()).toISOString();
    writeFileSync(path, lineOf({ type: 'session', version: 1, id, created, ...facts, preview }), newFile);
    holding = holdQuietly(id, options);
    return { id, path, ...(name !== undefined && { name }) };
  };

  const append = (line: TranscriptLine, turn?: Turn): void => {
    if (entry === undefined && turn === undefined && unwritten === '') return;
    const isFirstFailure = unwritten === '';
    unwritten += lineOf(line);
    try {
      if (entry === undefined) {
        if (turn === undefined) return;
        entry = begin(turn);
      } else if (hold?.isHeld() === false) {
        const copy = copySession(entry, files.read(entry), options);
        note(`Another msg took session ${entry.name ?? entry.id} over: going on in a copy, ${copy.id}.`);
        entry = copy;
        hold = undefined;
        holding = holdQuietly(copy.id, options);
      }
      entry = appendLines(entry, unwritten, files);
      unwritten = '';
    } catch (error) {
      // Looked for by its id, and not found.
      isDeleted = isMsgError(error, 'usage');
      const reason = isDeleted ? 'its file was deleted' : errnoText(error);
      if (isFirstFailure) note(`The session is not being saved: ${reason}.`);
    }
  };
  const at = (): string => new Date(wallTime()).toISOString();

  return {
    entry: () => (isDeleted ? undefined : entry),
    record: (turn) => append({ type: 'turn', at: at(), ...turn }, turn),
    rewind: (keep, replacement) => append({ type: 'rewind', at: at(), keep, ...replacement }),
    name(next) {
      if (entry === undefined) files.requireFreeName(next);
      else entry = files.rename(entry, next);
      name = next;
    },
    async ready() {
      await holding;
    },
    async close() {
      await (await holding)?.release();
    },
  };
}

/**
 * Appends in one write, all or nothing: a full disk may take a part. A file that was renamed meanwhile is found by
 * its id; one that is gone stays gone.
 */
function appendLines(entry: SessionEntry, lines: string, files: SessionFiles): SessionEntry {
  let current = entry;
  let descriptor: number;
  try {
    descriptor = openSync(current.path, constants.O_WRONLY | constants.O_APPEND);
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
    current = files.find(entry.id);
    descriptor = openSync(current.path, constants.O_WRONLY | constants.O_APPEND);
  }
  try {
    const { size } = fstatSync(descriptor);
    try {
      writeFileSync(descriptor, lines);
    } catch (error) {
      ftruncateSync(descriptor, size);
      throw error;
    }
  } finally {
    closeSync(descriptor);
  }
  return current;
}

const newFile = { mode: 0o600, flag: 'wx' } as const;

/** Copies a session to a new one. Throws `usage` when the name is taken or cannot be one, `config` when the disk refuses. */
export function copySession(
  entry: SessionEntry,
  transcript: Transcript,
  { files, wallTime }: Pick<WriterOptions, 'files' | 'wallTime'>,
  name?: string,
): SessionEntry {
  if (name !== undefined) files.requireFreeName(name);
  const id = newId(wallTime());
  const path = sessionPath(files.directory, id, name);
  const { header } = transcript;
  const whole = readFileSync(entry.path).subarray(0, transcript.wholeBytes).toString('utf8');
  // What was kept before this key was known is masked too.
  const lines = redact(whole.slice(whole.indexOf('\n') + 1));
  const created = new Date(wallTime()).toISOString();
  const copied = lines === '' || lines.endsWith('\n') ? lines : `${lines}\n`;
  try {
    writeFileSync(path, lineOf({ ...header, id, created, forkedFrom: header.id }) + copied, newFile);
  } catch (cause) {
    throw configError(`${path} cannot be written: ${errnoText(cause)}.`, undefined, { path }, cause);
  }
  return { id, path, ...(name !== undefined && { name }) };
}

/** Takes away what a killed process left of its last line, or gives a whole line its end. */
function repair(entry: SessionEntry, transcript: Transcript, note: (text: string) => void): void {
  const text = readFileSync(entry.path);
  if (text.length > transcript.wholeBytes) {
    truncateSync(entry.path, transcript.wholeBytes);
    note('The last line of the session was cut off when msg was killed; it was removed.');
  } else if (text.at(-1) !== 0x0a) appendFileSync(entry.path, '\n');
  if (transcript.brokenLines > 0)
    note(`${transcript.brokenLines} lines of the session cannot be read; they are left out.`);
}

/** Sorts by time, is short enough to type, and two made in one second differ. */
function newId(wallTimeMs: number): string {
  const [date = '', time = ''] = new Date(wallTimeMs).toISOString().replace(/[-:]/g, '').split(/[T.]/);
  return `${date}-${time}-${randomBytes(2).toString('hex')}`;
}
