// What a proof of --identity is: one row, which says what it proves, what it does not, and judges the answers.
import type { StepName } from '../engine/observations.ts';
import type { Look } from './identity-answers.ts';

/** `absent`: it is not offered here, and nobody said it would be; `open`: it could not be proven either way. */
export type Outcome = {
  readonly result: 'kept' | 'failed' | 'absent' | 'open';
  readonly summary: string;
  /**
   * Why it failed, if it did. `wire`: what came contradicts itself or the request; `model`: a weak model may fail at it
   * by itself; `lack`: other backends do not have it, and lack it honestly.
   */
  readonly failure?: 'wire' | 'model' | 'lack';
};

/** Proofs of one subject fail together: they count as one. */
export type Subject =
  | 'signature'
  | 'cache'
  | 'counts'
  | 'limits'
  | 'system'
  | 'stop'
  | 'tools'
  | 'picture'
  | 'document'
  | 'schema'
  | 'context';

export type Proof = {
  readonly id: string;
  readonly subject: Subject;
  /** What is true when it holds. */
  readonly title: string;
  readonly why: string;
  /** What is compared with what. */
  readonly proof: string;
  /** What it does not prove, as a sentence. */
  readonly limit: string;
  /** The exchanges it rests on, shown as evidence. */
  readonly steps: readonly StepName[];
  judge(look: Look): Outcome;
};

export const kept = (summary: string): Outcome => ({ result: 'kept', summary });
export const contradicted = (summary: string): Outcome => ({ result: 'failed', summary, failure: 'wire' });
export const missed = (summary: string): Outcome => ({ result: 'failed', summary, failure: 'model' });
export const lacking = (summary: string): Outcome => ({ result: 'failed', summary, failure: 'lack' });
export const absent = (summary: string): Outcome => ({ result: 'absent', summary });
export const open = (summary: string): Outcome => ({ result: 'open', summary });
