// What a race is, as a value: every request of it, what each target came to, and who is best at what. `--json` prints
// it as it is, in snake_case.
import type { Money } from '../../profiles/prices.ts';
import type { Owner } from '../engine/report.ts';
import type { Spread } from '../samples/quantile.ts';

/** Why a request brought no answer that counts: one cause, as the doctor reads it. */
export type Trouble = {
  /** The check that explains it; null where its words say all. */
  readonly check: string | null;
  readonly means: string;
  readonly owner: Owner;
  /** Whether the same request can succeed later. */
  readonly isRetryable: boolean;
};

/** What was paid, a currency apart from the other: empty where nothing was; null where a price is not known. */
export type Cost = readonly Money[] | null;

/** One request. Times are milliseconds after it was handed over; null is what was not seen, or cannot be told. */
export type RaceRun = {
  /** From 1. */
  readonly round: number;
  readonly target: string;
  readonly firstTextMs: number | null;
  /** Until the last byte. */
  readonly totalMs: number;
  /** From the first to the last piece of the text. */
  readonly tokensPerSecond: number | null;
  /** Silences between two pieces of the text. */
  readonly gapMs: (Spread & { readonly longest: number }) | null;
  readonly modelServed: string | null;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cost: Cost;
  readonly trouble: Trouble | null;
};

/** What the requests to one target came to; failed ones count in nothing but `failed` and the cost. */
export type RaceTarget = {
  readonly name: string;
  readonly baseUrl: string;
  readonly modelAsked: string | null;
  readonly modelsServed: readonly string[];
  /** Whether every answer names the model that was asked for; null where none names any. */
  readonly isModelServed: boolean | null;
  /** Why it was asked no more, or not at all; null for who came to the end. */
  readonly out: (Trouble & { readonly next: string }) | null;
  readonly runs: number;
  readonly failed: number;
  readonly causes: readonly (Trouble & { readonly count: number })[];
  readonly firstTextMs: Spread | null;
  readonly tokensPerSecond: Spread | null;
  readonly gapMs: (Spread & { readonly longest: number }) | null;
  readonly totalMs: Spread | null;
  /** Of all its requests. */
  readonly cost: Cost;
};

/** Who is best at one thing; nobody where chance could have made the difference. */
export type Ranking = {
  readonly metric: 'first_text' | 'tokens_per_second';
  readonly winner: string | null;
  /** A sentence. */
  readonly because: string;
};

export type Race = {
  readonly schemaVersion: 1;
  readonly madeAt: string;
  readonly elapsedMs: number;
  readonly rounds: number;
  readonly concurrency: number;
  readonly prompt: string;
  readonly maxTokens: number;
  /** False where Ctrl-C ended it. */
  readonly isComplete: boolean;
  readonly targets: readonly RaceTarget[];
  readonly rankings: readonly Ranking[];
  /** How a winner is found. */
  readonly rule: string;
  readonly notes: readonly string[];
  readonly spend: {
    readonly requests: number;
    readonly paidRequests: number;
    readonly inputTokens: number;
    readonly outputTokens: number;
    readonly cost: Cost;
  };
  /** In the order in which they ended. */
  readonly runs: readonly RaceRun[];
};
