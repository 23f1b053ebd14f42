// What was typed into the chat, kept for the next time: one JSON string a line, private to the user, newest
// last. Lines that look like keys are not kept.
import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { limits } from '../../http/limits.ts';
import { withoutSecrets } from '../../messages/key-shapes.ts';
import { readRegularFile } from '../../profiles/guarded-file.ts';
import { makePath } from '../../profiles/make-path.ts';
import { isErrno } from '../../text/errno.ts';

type InputHistory = {
  /** Newest first, no text twice in a row; none where they cannot be read. */
  entries(): readonly string[];
  /** Keeps a text, at once. Says nothing when it cannot: history is a convenience. */
  add(text: string): void;
  /** Keeps a text that was not sent for this time only, not on the disk. */
  remember(text: string): void;
};

/** More than anybody scrolls through, and loaded in a few milliseconds. */
const mostEntries = 10_000;
/** A pasted file is not worth finding again, but in the session it was pasted into. */
const longestEntry = 20_000;

/**
 * What is no key in every text, but may well be one: long words behind a common prefix or an assignment.
 * A false alarm costs one line of history, a miss puts a key on the disk.
 */
const looseShapes: readonly RegExp[] = [
  /\b(?:api|key|token|xox[abp]|dop|shpat|npm)[-_](?=[A-Za-z0-9._-]*\d)[A-Za-z0-9._-]{16,}/,
  /\bAIza[A-Za-z0-9_-]{12,}/,
  /\b(?:bearer|basic)\s+[A-Za-z0-9+/._~=-]{16,}/i,
  /(?:key|token|secret|passw(?:or)?d|authorization)["']?\s*[:=]\s*["']?[^\s"']{12,}/i,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
];

/** Whether a text may hold a key: one in use here, or something of that shape. */
export const looksLikeKey = (text: string): boolean =>
  withoutSecrets(text) !== text || looseShapes.some((shape) => shape.test(text));

/** The history in `stateDirectory`; read when it is first asked for. */
export function inputHistory(stateDirectory: string): InputHistory {
  const path = join(stateDirectory, 'history.jsonl');
  let loaded: string[] | undefined;
  let isFile = true;

  const load = (): string[] => {
    if (loaded !== undefined) return loaded;
    const lines = readLines(path);
    isFile = lines !== undefined;
    if (lines === undefined) {
      loaded = [];
      return loaded;
    }
    loaded = lines.slice(-mostEntries).reverse();
    if (lines.length > mostEntries * 1.2) shorten(path, lines.slice(-mostEntries));
    return loaded;
  };

  /** False for what is not worth a line, or not to be kept at all. */
  const remember = (text: string): boolean => {
    const entries = load();
    const isLong = text.length > longestEntry;
    if (text.trim() === '' || entries[0] === text || (!isLong && looksLikeKey(text))) return false;
    entries.unshift(text);
    return true;
  };

  return {
    entries: load,
    remember: (text) => void remember(text),
    add(text) {
      if (!remember(text) || text.length > longestEntry || !isFile) return;
      try {
        makePath(stateDirectory);
        appendFileSync(path, `${JSON.stringify(text)}\n`, { mode: 0o600 });
      } catch {
        // The text stays findable in this session; there is nothing the user could do about the rest now.
      }
    },
  };
}

/** Undefined for what is no file of ours: it is left alone. */
function readLines(path: string): string[] | undefined {
  let text: string;
  try {
    text = readRegularFile(path, limits.sessionFile);
  } catch (error) {
    return isErrno(error, 'ENOENT') ? [] : undefined;
  }
  return text.split('\n').flatMap((line) => {
    try {
      const entry: unknown = JSON.parse(line);
      return typeof entry === 'string' ? [entry] : [];
    } catch {
      return [];
    }
  });
}

/** Through a second file, so that a killed process leaves the old history or the new one. */
function shorten(path: string, entries: readonly string[]): void {
  try {
    writeFileSync(`${path}.new`, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''), {
      mode: 0o600,
    });
    renameSync(`${path}.new`, path);
  } catch {
    // A long history is no harm.
  }
}
