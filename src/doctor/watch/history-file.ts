// The history of a watch: a line of JSON a round, private to the user, newest last, and no longer than anybody looks back.
import { appendFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { configError } from '../../errors.ts';
import { readRegularFile } from '../../profiles/guarded-file.ts';
import { errnoText, isErrno } from '../../text/errno.ts';
import { type Round, readRound, roundLine } from './round.ts';

export type History = {
  readonly path: string;
  /** Of this target, oldest first. */
  readonly rounds: readonly Round[];
  /** @throws MsgError `config` when it cannot be written */
  add(round: Round): void;
};

/** A week of rounds, one a minute. */
const mostRounds = 10_000;

/** Where the history of a target is kept when no file is named: one for each profile or address. */
export const historyPath = (stateDirectory: string, name: string): string =>
  join(
    stateDirectory,
    'watch',
    `${name.replace(/^https?:\/\//, '').replace(/[^A-Za-z0-9._-]+/g, '_')}.jsonl`,
  );

/**
 * Opens a history; a file that is not there yet is an empty one.
 * @param target only rounds of this messages URL are read; null: those of the target that was looked at last
 * @throws MsgError `config` for a file that cannot be read, or holds something else: it is not written into
 */
export function openHistory(path: string, target: string | null): History {
  const { rounds: all, isCut } = readRounds(path);
  const wanted = target ?? all.at(-1)?.target;
  const rounds = all.filter((round) => round.target === wanted);
  let lines = all.length;
  // Behind a line that a crash cut, the next one stands on a line of its own.
  let start = isCut ? '\n' : '';
  return {
    path,
    rounds,
    add(round) {
      try {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        appendFileSync(path, `${start}${roundLine(round)}\n`, { mode: 0o600 });
        start = '';
        lines += 1;
        if (lines > mostRounds * 1.2) lines = shorten(path);
      } catch (cause) {
        throw configError(
          `Cannot write ${path} (--history): ${errnoText(cause)}.`,
          undefined,
          { path },
          cause,
        );
      }
    },
  };
}

/** How a line of a round begins. */
const lineStart = '{"at":"';

function readRounds(path: string): { readonly rounds: readonly Round[]; readonly isCut: boolean } {
  let text: string;
  try {
    text = readRegularFile(path);
  } catch (cause) {
    if (isErrno(cause, 'ENOENT')) return { rounds: [], isCut: false };
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    throw configError(`${path} (--history) cannot be read: ${errnoText(cause)}.`, undefined, { path }, cause);
  }
  // A line that a crash cut is no reason to lose the others.
  const rounds = text.split('\n').flatMap((line) => readRound(line) ?? []);
  const isFirstCut = lineStart.startsWith(text) || text.startsWith(lineStart);
  if (rounds.length === 0 && text.trim() !== '' && !isFirstCut)
    throw configError(`${path} (--history) is no history of msg doctor --watch.`, undefined, { path });
  return { rounds, isCut: text !== '' && !text.endsWith('\n') };
}

/** Through a second file, so that a killed process leaves the old history or the new one. Gives what is left. */
function shorten(path: string): number {
  const kept = readRounds(path).rounds.slice(-mostRounds);
  writeFileSync(`${path}.new`, kept.map((round) => `${roundLine(round)}\n`).join(''), { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return kept.length;
}
