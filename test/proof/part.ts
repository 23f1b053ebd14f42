// What a part of the proof is: a claim, how it is tried, and what came of it.
import type { Places } from '../bench/stage.ts';

export type Trial = Places & {
  /** A taste of it, to see that the part works; no proof. */
  readonly isSmall: boolean;
  /** Tells who waits how far it is. */
  progress(text: string): void;
};

export type Outcome = {
  /** One sentence with the counts: "24,312 cuts, 0 wrong verdicts". */
  readonly result: string;
  /** How many of what was tried came out other than it must; 0 where nothing is right or wrong. */
  readonly wrong: number;
  /** Markdown. */
  readonly details: string;
};

export type Part = {
  /** For the command line. */
  readonly name: string;
  readonly title: string;
  /** What is done, for who reads the results. */
  readonly about: string;
  run(trial: Trial): Promise<Outcome>;
};

/** 24,312 */
export const count = (value: number): string => Math.round(value).toLocaleString('en-US');

/** A Markdown table; numbers stand on the right. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const line = (cells: readonly (string | number)[]): string =>
    `| ${cells.map((cell) => (typeof cell === 'number' ? count(cell) : cell.replaceAll('|', '\\|'))).join(' | ')} |`;
  const rule = head.map((_, column) => (typeof rows[0]?.[column] === 'number' ? '---:' : '---'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/** Does all of it, so many at a time. */
export async function inParallel<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const next = items.values();
  await Promise.all(
    Array.from({ length: limit }, async () => {
      for (const item of next) await work(item);
    }),
  );
}
