// What every format of a race says: the figures of a target in words, what was spent, what is wrong with whom. No layout.
import { costText, moneyText } from '../../profiles/prices.ts';
import { counted, duration } from '../../text/counted.ts';
import type { Owner } from '../engine/report.ts';
import type { Race, RaceTarget } from '../race/race.ts';
import { speedText } from '../race/standings.ts';
import { sideText } from './parts.ts';

/** A figure of each target, in the order of the table; `rank` is its importance where room is short. */
export type RaceColumn = {
  readonly title: string;
  readonly rank: number;
  readonly text: (target: RaceTarget) => string;
};

const ms = (value: number | undefined): string => (value === undefined ? '-' : duration(value));
const speed = (value: number | undefined): string => (value === undefined ? '-' : speedText(value));

/** In the order of the table. */
export const raceColumns: readonly RaceColumn[] = [
  { title: 'first text', rank: 1, text: ({ firstTextMs }) => ms(firstTextMs?.p50) },
  { title: 'p95', rank: 1, text: ({ firstTextMs }) => ms(firstTextMs?.p95) },
  { title: 'tokens/s', rank: 1, text: ({ tokensPerSecond }) => speed(tokensPerSecond?.p50) },
  { title: 'max gap', rank: 1, text: ({ gapMs }) => ms(gapMs?.longest) },
  { title: 'errors', rank: 1, text: ({ failed, runs }) => (runs === 0 ? '-' : `${failed} of ${runs}`) },
  {
    title: 'cost',
    rank: 1,
    text: ({ cost }) => (cost ?? []).map(moneyText).join(' + '),
  },
  { title: 'model', rank: 2, text: modelText },
];

/** `claude-x`, or `claude-x -> other` where the answers name another. */
function modelText({ modelAsked, modelsServed, isModelServed }: RaceTarget): string {
  if (modelAsked === null) return '-';
  if (isModelServed === null) return modelAsked;
  return isModelServed ? `${modelAsked}, as asked` : `${modelAsked} → ${modelsServed.join(', ')}`;
}

/** `Race of 3 targets, 5 rounds, one at a time`. */
export const raceTitle = ({ targets, rounds, concurrency, isComplete, runs }: Race): string =>
  [
    `Race of ${counted(targets.length, 'target')}`,
    counted(rounds, 'round'),
    concurrency === 1 ? 'one request at a time' : `${concurrency} requests at a time`,
    ...(isComplete ? [] : [`interrupted after ${counted(runs.length, 'answer')}`]),
  ].join(', ');

/** `18 requests, 15 of them paid, 450 in + 1800 out tokens, est. $0.02`. */
export const raceSpend = ({ spend }: Race): string =>
  [
    `${counted(spend.requests, 'request')}, ${spend.paidRequests} of them paid`,
    `${spend.inputTokens} in + ${spend.outputTokens} out tokens`,
    ...(spend.cost?.length ? [costText(spend.cost)] : []),
  ].join(' · ');

/** One for each thing that went wrong: whose, in the doctor's words, and what to do. */
export type RaceTrouble = {
  readonly name: string;
  readonly isOut: boolean;
  readonly text: string;
  readonly next: string | null;
};

export const raceTroubles = ({ targets }: Race): RaceTrouble[] =>
  targets.flatMap(({ name, out, causes, runs }): RaceTrouble[] => [
    ...(out === null
      ? []
      : [{ name, isOut: true, text: `out of the race: ${causeWords(out)}`, next: out.next }]),
    ...causes
      .filter((cause) => out === null || cause.means !== out.means)
      .map((cause) => ({
        name,
        isOut: false,
        text: `${cause.count} of ${runs} failed: ${causeWords(cause)}`,
        next: null,
      })),
  ]);

const causeWords = ({
  check,
  means,
  owner,
}: {
  readonly check: string | null;
  readonly means: string;
  readonly owner: Owner;
}): string => `${check === null ? '' : `${check} `}(${sideText[owner]}): ${means}`.trim();
