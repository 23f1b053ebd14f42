// What became of the turns of a session file: which count, which a summary stands for, which were taken back.
import {
  type KeptTurn,
  type Replacement,
  type Summarised,
  type Summary,
  summaryLength,
} from '../session/summary.ts';
import type { Turn } from '../session/turns.ts';

type TurnLedger = {
  readonly add: (turn: Turn) => void;
  /** From here on only the first `keep` turns count, and what is in the place of the others. */
  readonly rewind: (keep: number, replacement?: Replacement) => void;
  readonly conversation: () => Summarised;
  /** Every turn there ever was, a summary behind what it stands for. */
  readonly kept: () => readonly KeptTurn[];
};

type Entry = { turn: Turn; left?: 'compacted' | 'undone' };

export function turnLedger(): TurnLedger {
  const entries: Entry[] = [];
  /** Those that count; `turns` are the same as they stand in the conversation now. */
  const counting: Entry[] = [];
  const turns: Turn[] = [];
  const summaries: Summary[] = [];

  const append = (entry: Entry, turn: Turn): void => {
    delete entry.left;
    counting.push(entry);
    turns.push(turn);
  };

  /** The entries among these that these turns had before; a turn nobody knows gets a new one. */
  const entriesOf = (replacement: readonly Turn[], candidates: readonly Entry[]): Entry[] => {
    const byMessage = new Map<string, Entry[]>();
    for (const entry of candidates) {
      const key = JSON.stringify(entry.turn.message);
      byMessage.set(key, byMessage.get(key) ?? []);
      byMessage.get(key)?.push(entry);
    }
    // From the end: of two that say the same, it is the later one that stood behind the older turns.
    return replacement
      .toReversed()
      .map((turn) => byMessage.get(JSON.stringify(turn.message))?.pop() ?? { turn })
      .reverse();
  };

  /** Puts new entries before the next one that was there already. */
  const insert = (group: readonly Entry[]): void => {
    const known = new Set(entries);
    for (const [index, entry] of group.entries()) {
      if (known.has(entry)) continue;
      const next = group.slice(index).find((other) => known.has(other));
      entries.splice(next === undefined ? entries.length : entries.indexOf(next), 0, entry);
    }
  };

  return {
    add: (turn) => {
      const entry = { turn };
      entries.push(entry);
      append(entry, turn);
    },
    rewind: (keep, replacement) => {
      const removed = counting.splice(keep);
      turns.splice(keep);
      if (replacement === undefined) {
        for (const entry of removed) entry.left = 'undone';
        if (counting.length < summaryLength) summaries.length = 0;
        return;
      }
      const newLength = replacement.isUndo ? 0 : summaryLength;
      // The summary that is taken back does not come back, whatever it says.
      const out = new Set(replacement.isUndo ? removed.slice(summaryLength) : removed);
      const candidates = entries.filter(
        (entry) => out.has(entry) || (replacement.isUndo && entry.left === 'compacted'),
      );
      const group = [
        ...replacement.turns.slice(0, newLength).map((turn): Entry => ({ turn })),
        ...entriesOf(replacement.turns.slice(newLength), candidates),
      ];
      insert(group);
      // One message object for each turn: a turn that stayed is known by it.
      for (const [index, entry] of group.entries())
        append(entry, { ...replacement.turns[index], message: entry.turn.message });
      const counts = new Set(counting);
      const gone = removed.filter((entry) => !counts.has(entry));
      const rest = removed.filter((entry) => counts.has(entry));
      for (const entry of gone) entry.left = replacement.isUndo ? 'undone' : 'compacted';
      if (replacement.isUndo) summaries.pop();
      else summaries.push({ older: gone.map(turnOf), rest: rest.map(turnOf) });
    },
    conversation: () => ({ turns, summaries }),
    kept: () => entries,
  };
}

const turnOf = ({ turn }: Entry): Turn => turn;
