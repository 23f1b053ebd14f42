// What a sentence is that people paste: the words of an API or of a client whose cause is known from them alone.
import type { Owner } from '../../engine/report.ts';

export type Sentence = {
  /** The check that finds the same on the wire, or a name of its own, which `--explain` knows too. */
  readonly id: string;
  readonly pattern: RegExp;
  /** Where the text holds this too, it means something else. */
  readonly unless?: RegExp;
  /** What it says in plain words. */
  readonly means: string;
  readonly proves: string;
  readonly leavesOpen: string;
  readonly cure: string;
  readonly owner: Owner;
  /** It passes by itself, or concerns nothing that an answer needs. */
  readonly isHarmless?: true;
};
