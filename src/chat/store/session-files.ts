// The sessions of a state directory: one file each, private to the user. Finding, listing, reading, searching,
// removing; writing is session-writer.ts. The name of a session stands in the name of its file, so that it can
// be changed without touching what was written, and listed without reading.
import { existsSync, readdirSync, readSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { configError, isMsgError, usageError } from '../../errors.ts';
import { limits } from '../../http/limits.ts';
import { readRegularFile, withOpenFile } from '../../profiles/guarded-file.ts';
import { errnoText, isErrno } from '../../text/errno.ts';
import { nearestNames } from '../../text/nearest-names.ts';
import type { KeptTurn } from '../session/summary.ts';
import {
  readHeader,
  readTranscript,
  searchableText,
  type Transcript,
  type TranscriptHeader,
} from './transcript.ts';

export type SessionEntry = {
  readonly id: string;
  readonly name?: string;
  readonly path: string;
};

export type SessionSummary = SessionEntry & {
  readonly header: TranscriptHeader;
  /** Milliseconds since 1970, of the last line. */
  readonly updatedAt: number;
  readonly bytes: number;
};

export type FoundSession = Pick<KeptTurn, 'left'> & {
  readonly session: SessionSummary;
  /** The line around the place. */
  readonly excerpt: string;
};

export type SessionFiles = {
  readonly directory: string;
  /** Every session, the last used first. Reads only the head of each file. Throws `config` where it may not look. */
  list(): readonly SessionSummary[];
  /** By id, beginning of an id, or name. Throws `usage` when there is none, or more than one. */
  find(which: string): SessionEntry;
  /** The session that was used last. Throws `usage` when there is none. */
  latest(): SessionEntry;
  /** Throws `usage` when `name` cannot be a name. */
  requireName(name: string): void;
  /** The same, and when it is that of another session than `id`. */
  requireFreeName(name: string, id?: string): void;
  /** Whether `which` finds a session: by id, beginning of an id, or name. */
  isTaken(which: string): boolean;
  /** The whole session. Throws `config` when the file cannot be read. */
  read(entry: SessionEntry): Transcript;
  /** The same as it is written. */
  readText(entry: SessionEntry): string;
  /** Gives a session another name. Throws `usage` when it is taken or cannot be one, `config` when the disk refuses. */
  rename(entry: SessionEntry, name: string): SessionEntry;
  /** Throws `config` when the disk refuses. */
  remove(entry: SessionEntry): void;
  /**
   * Sessions in which `text` was said, ignoring case, with a place: one that still counts, if there is one.
   * `skipped` is told why one could not be looked into.
   */
  search(text: string, skipped: (why: string) => void): readonly FoundSession[];
};

const filePattern = /^(\d{8}-\d{6}-[0-9a-f]{4})(?:\.(.+))?\.jsonl$/;
/** Enough for a header with its preview. */
const headBytes = 4_096;
const excerptLength = 100;

const tooLongHint = 'Begin a new session: no endpoint takes as much in one request.';

/** Session names: as profile names, so that they need no quotes in a shell. */
const isSessionName = (name: string): boolean =>
  /^[A-Za-z0-9._-]{1,64}$/.test(name) && !/^[.-]/.test(name) && !/^\d{8}-\d{6}/.test(name);

/** The file of a session. */
export const sessionPath = (directory: string, id: string, name?: string): string =>
  join(directory, `${id}${name === undefined ? '' : `.${name}`}.jsonl`);

/** The sessions under `stateDirectory`, whether or not it is there yet. */
export function sessionFiles(stateDirectory: string): SessionFiles {
  const directory = join(stateDirectory, 'sessions');

  const entries = (): SessionEntry[] => {
    if (!existsSync(directory)) return [];
    return guarded(directory, 'read', () => readdirSync(directory)).flatMap((file) => {
      const [, id, name] = filePattern.exec(file) ?? [];
      return id === undefined ? [] : [{ id, ...(name && { name }), path: join(directory, file) }];
    });
  };

  /** Undefined for what is no session: a full disk leaves empty files, another msg removes one meanwhile. */
  const summaryOf = (entry: SessionEntry): SessionSummary | undefined => {
    try {
      const header = readHeader(readHead(entry.path));
      const { mtimeMs, size } = statSync(entry.path);
      return header === undefined ? undefined : { ...entry, header, updatedAt: mtimeMs, bytes: size };
    } catch (error) {
      if (isErrno(error, 'ENOENT', 'EACCES', 'ENXIO') || isMsgError(error)) return undefined;
      throw error;
    }
  };

  const list = (): SessionSummary[] =>
    entries()
      .flatMap((entry) => summaryOf(entry) ?? [])
      .sort((one, other) => other.updatedAt - one.updatedAt || other.id.localeCompare(one.id));

  const readText = ({ path }: SessionEntry): string =>
    guarded(path, 'read', () => readRegularFile(path, limits.sessionFile, tooLongHint));

  const read = (entry: SessionEntry): Transcript => {
    const { path } = entry;
    const transcript = readTranscript(readText(entry));
    if (transcript === undefined) {
      throw configError(`${path} is not a session of msg: its first line is no header.`, undefined, { path });
    }
    return transcript;
  };

  const requireName = (name: string): void => {
    if (isSessionName(name)) return;
    throw usageError(
      `"${name}" cannot be the name of a session.`,
      'Names are made of letters, digits, ".", "_" and "-", begin with a letter, a digit or "_", and are no id.',
    );
  };

  const requireFreeName = (name: string, id?: string): void => {
    requireName(name);
    if (entries().some((other) => other.name === name && other.id !== id)) {
      throw usageError(`Another session is called ${name}.`, `Next: msg sessions show ${name}`);
    }
  };

  /** By id or name, else by the beginning of an id. */
  const matchingOf = (which: string, all: readonly SessionEntry[]): readonly SessionEntry[] => {
    const exact = all.find(({ id, name }) => id === which || name === which);
    if (exact !== undefined) return [exact];
    return all.filter(({ id }) => which.length > 3 && id.startsWith(which));
  };

  return {
    directory,
    list,
    isTaken: (which) => matchingOf(which, entries()).length > 0,
    find(which) {
      const all = entries();
      const matching = matchingOf(which, all);
      const [only] = matching;
      if (only !== undefined && matching.length === 1) return only;
      if (only !== undefined)
        throw usageError(`${matching.length} sessions begin with ${which}.`, 'Give more of the id.');
      const [near] = nearestNames(
        which,
        all.flatMap(({ name }) => name ?? []),
      );
      throw usageError(
        `There is no session "${which}".`,
        near === undefined ? 'Next: msg sessions list' : `Did you mean ${near}?`,
      );
    },
    latest() {
      const newest = entries()
        .map((entry) => ({ entry, updatedAt: statSync(entry.path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
        .sort((one, other) => other.updatedAt - one.updatedAt || other.entry.id.localeCompare(one.entry.id))
        .find(({ entry }) => summaryOf(entry) !== undefined);
      if (newest === undefined) throw usageError('There is no session to continue yet.');
      return newest.entry;
    },
    requireName,
    requireFreeName,
    read,
    readText,
    rename(entry, name) {
      requireFreeName(name, entry.id);
      const path = sessionPath(directory, entry.id, name);
      guarded(entry.path, 'renamed', () => renameSync(entry.path, path));
      return { id: entry.id, name, path };
    },
    remove: ({ path }) => guarded(path, 'removed', () => rmSync(path, { force: true })),
    search(text, skipped) {
      const lowerText = text.toLowerCase();
      /** One that cannot be read is no reason not to look into the others. */
      const keptIn = (session: SessionSummary): Transcript['kept'] => {
        try {
          return read(session).kept;
        } catch (error) {
          if (!isMsgError(error)) throw error;
          skipped(error.message);
          return [];
        }
      };
      return list().flatMap((session) => {
        const places = keptIn(session).flatMap(({ turn, left }): FoundSession[] => {
          const content = searchableText(turn);
          const at = content.toLowerCase().indexOf(lowerText);
          return at < 0 ? [] : [{ session, excerpt: lineAround(content, at), ...(left && { left }) }];
        });
        const ranked = [undefined, 'compacted', 'undone'].map((left) =>
          places.find((place) => place.left === left),
        );
        return ranked.find((place) => place !== undefined) ?? [];
      });
    },
  };
}

function guarded<T>(path: string, how: 'read' | 'renamed' | 'removed', act: () => T): T {
  try {
    return act();
  } catch (cause) {
    if (isMsgError(cause)) throw cause;
    throw configError(`${path} cannot be ${how}: ${errnoText(cause)}.`, undefined, { path }, cause);
  }
}

const readHead = (path: string): string =>
  withOpenFile(path, (descriptor) => {
    const bytes = Buffer.alloc(headBytes);
    return bytes.toString('utf8', 0, readSync(descriptor, bytes, 0, headBytes, 0));
  });

function lineAround(text: string, at: number): string {
  const start = text.lastIndexOf('\n', at) + 1;
  const end = text.indexOf('\n', at);
  const line = text.slice(start, end < 0 ? undefined : end).trim();
  if (line.length <= excerptLength) return line;
  const from = Math.max(0, at - start - excerptLength / 2);
  return `${from > 0 ? '…' : ''}${line.slice(from, from + excerptLength)}…`;
}
