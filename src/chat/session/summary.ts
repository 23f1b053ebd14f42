// What /compact leaves: two turns in the place of older ones. The older ones are kept, to be read and to come back.
import { isQuestion, summaryHeading, type Turn } from './turns.ts';

export type Summary = {
  /** The turns it stands for; they may begin with an earlier summary. */
  readonly older: readonly Turn[];
  /** Those behind them, as they were before. */
  readonly rest: readonly Turn[];
};

/** A conversation whose first two turns, if there are summaries, are the last of these. */
export type Summarised = { readonly turns: readonly Turn[]; readonly summaries: readonly Summary[] };

/** A turn of a session, and why it does not count any more. */
export type KeptTurn = { readonly turn: Turn; readonly left?: 'compacted' | 'undone' };

/** What an answer took, of whom, and under which profile. */
export type Paid = Required<Pick<Turn, 'madeBy' | 'usage'>> & Pick<Turn, 'profile' | 'servedBy'>;

/**
 * What comes into the place of turns: a summary, with what making it took, and the turns behind it, or (`isUndo`) what
 * a summary stood for.
 */
export type Replacement = { readonly turns: readonly Turn[]; readonly isUndo?: true; readonly paid?: Paid };

/** Question and answer that a summary consists of. */
export const summaryLength = 2;

/** All but the last `restLength` turns become a summary. */
export function withSummary({ turns, summaries }: Summarised, text: string, restLength: number): Summarised {
  const older = turns.slice(0, turns.length - restLength);
  const rest = turns.slice(turns.length - restLength);
  const first: Turn = { message: { role: 'user', content: `${summaryHeading}\n\n${text}` } };
  const second: Turn = { message: { role: 'assistant', content: 'Understood. Let us go on from there.' } };
  // What came before them changed: nobody vouches for their thinking any more, and the context is not that large.
  const changed = rest.map(({ madeBy: _author, usage: _usage, ...turn }) => turn);
  return { turns: [first, second, ...changed], summaries: [...summaries, { older, rest }] };
}

/** With the older turns in the place of the last summary; undefined where there is none. */
export function withoutSummary({ turns, summaries }: Summarised): Summarised | undefined {
  const last = summaries.at(-1);
  if (last === undefined) return undefined;
  // An answer made under the summary is bound to that.
  const rest = turns
    .slice(summaryLength)
    .map(({ madeBy: _author, ...turn }) => last.rest.find(({ message }) => message === turn.message) ?? turn);
  return { turns: [...last.older, ...rest], summaries: summaries.slice(0, -1) };
}

/** What one /undo takes back; undefined when there is nothing. */
export function undone(before: Summarised): Summarised | undefined {
  const { turns, summaries } = before;
  const questions = turns.slice(summaries.length === 0 ? 0 : summaryLength).filter(isQuestion).length;
  // A summary leaves one question behind it: what was asked since goes first, then the summary.
  if (questions <= 1 && summaries.length > 0) return withoutSummary(before);
  return questions === 0 ? undefined : { turns: turns.slice(0, turns.findLastIndex(isQuestion)), summaries };
}

/** The whole conversation: what counts, and what summaries stand for. */
export const keptTurns = ({ turns, summaries }: Summarised): KeptTurn[] => [
  ...summaries.flatMap(({ older }) => older.map((turn): KeptTurn => ({ turn, left: 'compacted' }))),
  ...turns.map((turn) => ({ turn })),
];
