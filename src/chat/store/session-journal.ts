// Where the turns of a chat are kept: a session file that begins with the first turn, or nowhere (--no-save).

import type { Context } from '../../context.ts';
import { usageError } from '../../errors.ts';
import type { Replacement } from '../session/summary.ts';
import type { Turn } from '../session/turns.ts';
import { type SessionEntry, type SessionFiles, sessionFiles } from './session-files.ts';
import {
  beginSession,
  continueSession,
  copySession,
  type SessionWriter,
  type WriterOptions,
} from './session-writer.ts';
import type { Transcript } from './transcript.ts';

export type Journal = {
  readonly files: SessionFiles;
  /** Appends a turn at once. */
  record(turn: Turn): void;
  /** From here on only the first `keep` turns count, and what replaces the others. */
  rewind(keep: number, replacement?: Replacement): void;
  /** Begins a new session; the old one stays. */
  startOver(): Promise<void>;
  /** Goes on with an earlier session, or in a copy of it. @throws MsgError when its file cannot be read */
  resume(entry: SessionEntry, isFork: boolean): Promise<Transcript>;
  /**
   * Goes on in a copy of this session; gives what both are found by.
   * @throws MsgError `usage` when there is nothing to copy, or the name is taken or is none
   */
  fork(name: string | undefined): Promise<{ readonly from: string; readonly to: string }>;
  /** @throws MsgError `usage` when the name is taken or is none */
  name(name: string): void;
  /** What to resume this session by; undefined before its first turn. */
  which(): string | undefined;
  close(): Promise<void>;
};

type JournalOptions = {
  readonly isSaved: boolean;
  /** What a new session says of its beginning. */
  readonly facts: () => WriterOptions['facts'];
  readonly note: (text: string) => void;
};

export function openJournal(
  { dirs, clock, processes }: Context,
  { isSaved, facts, note }: JournalOptions,
): Journal {
  const files = sessionFiles(dirs.state);
  const options = (): WriterOptions => ({
    files,
    facts: facts(),
    wallTime: clock.wallTime,
    processes,
    isBrief: false,
    note,
  });
  let writer: SessionWriter | undefined;
  const writing = (): SessionWriter => {
    writer ??= beginSession(options());
    return writer;
  };
  const close = async (): Promise<void> => {
    const closing = writer;
    writer = undefined;
    await closing?.close();
  };

  return {
    files,
    record: (turn) => {
      if (isSaved) writing().record(turn);
    },
    rewind: (keep, replacement) => {
      if (isSaved) writing().rewind(keep, replacement);
    },
    startOver: close,
    async resume(entry, isFork) {
      if (!isSaved) return files.read(entry);
      const used = isFork ? copySession(entry, files.read(entry), options()) : entry;
      await close();
      const resumed = await continueSession(used, options());
      writer = resumed.writer;
      return resumed.transcript;
    },
    async fork(name) {
      if (!isSaved) throw notSaved();
      const entry = writer?.entry();
      if (entry === undefined) throw usageError('There is nothing to copy yet.');
      const copy = copySession(entry, files.read(entry), options(), name);
      await close();
      writer = (await continueSession(copy, options())).writer;
      return { from: titleOf(entry), to: titleOf(copy) };
    },
    name: (name) => {
      if (!isSaved) throw notSaved();
      writing().name(name);
    },
    which: () => {
      const entry = writer?.entry();
      return entry && titleOf(entry);
    },
    close,
  };
}

const titleOf = ({ id, name }: SessionEntry): string => name ?? id;

const notSaved = (): Error => usageError('This session is not saved (--no-save).');
