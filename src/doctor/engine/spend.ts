// The ledger of a run: every request and every token it cost, as the answers told it.
import type { Report } from './report.ts';

export type Entry = {
  readonly label: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly isPaid: boolean;
};

export type Ledger = {
  request(entry: Entry): void;
  entries(): readonly Entry[];
  total(): Report['spend'];
};

/** An empty ledger for one run. */
export function openLedger(): Ledger {
  const entries: Entry[] = [];
  const sum = (pick: (entry: Entry) => number): number =>
    entries.reduce((total, entry) => total + pick(entry), 0);
  return {
    request: (entry) => {
      entries.push(entry);
    },
    entries: () => entries,
    total: () => ({
      requests: entries.length,
      inputTokens: sum(({ inputTokens }) => inputTokens),
      outputTokens: sum(({ outputTokens }) => outputTokens),
    }),
  };
}
