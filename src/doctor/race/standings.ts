// What the requests of a race come to: each target's figures, who is best at what, and what has to be known besides. Pure.
import { isServed } from '../../messages/closest-models.ts';
import { plus } from '../../profiles/prices.ts';
import { counted, duration } from '../../text/counted.ts';
import { scrub } from '../engine/wire-lines.ts';
import { quantile, spreadOf } from '../samples/quantile.ts';
import { chanceOf, fewestFor } from '../samples/rank-sum.ts';
import type { Cost, RaceRun, RaceTarget, Ranking, Trouble } from './race.ts';

/** Who takes part, or would have. */
export type Entrant = Pick<RaceTarget, 'name' | 'baseUrl' | 'modelAsked' | 'out'>;

/** The figures of one target out of all runs. */
export function standingOf(entrant: Entrant, all: readonly RaceRun[]): RaceTarget {
  const runs = all.filter(({ target }) => target === entrant.name);
  const answered = runs.filter(({ trouble }) => trouble === null);
  const served = [...new Set(answered.flatMap(({ modelServed }) => modelServed ?? []))];
  const gaps = answered.flatMap(({ gapMs }) => gapMs ?? []);
  return {
    ...entrant,
    baseUrl: scrub(entrant.baseUrl),
    modelsServed: served,
    isModelServed:
      served.length === 0 ? null : served.every((model) => isServed(entrant.modelAsked ?? '', model)),
    runs: runs.length,
    failed: runs.length - answered.length,
    causes: causesOf(runs),
    firstTextMs: spreadOf(answered.flatMap(({ firstTextMs }) => firstTextMs ?? [])),
    tokensPerSecond: spreadOf(answered.flatMap(({ tokensPerSecond }) => tokensPerSecond ?? [])),
    gapMs:
      gaps.length === 0
        ? null
        : {
            p50:
              quantile(
                gaps.map(({ p50 }) => p50),
                0.5,
              ) ?? 0,
            p95:
              quantile(
                gaps.map(({ p95 }) => p95),
                0.5,
              ) ?? 0,
            longest: Math.max(...gaps.map(({ longest }) => longest)),
          },
    totalMs: spreadOf(answered.map(({ totalMs }) => totalMs)),
    cost: runs.length === 0 ? null : sumOf(runs.map(({ cost }) => cost)),
  };
}

/** The sum; null where a part is not known. */
export const sumOf = (costs: readonly Cost[]): Cost =>
  costs.reduce<Cost>((sum, cost) => (sum === null || cost === null ? null : cost.reduce(plus, sum)), []);

/** Each cause once, with how often it came. */
function causesOf(runs: readonly RaceRun[]): RaceTarget['causes'] {
  const causes = new Map<string, Trouble & { count: number }>();
  for (const { trouble } of runs) {
    if (trouble === null) continue;
    const name = trouble.check ?? trouble.means;
    const same = causes.get(name);
    if (same === undefined) causes.set(name, { ...trouble, count: 1 });
    else same.count += 1;
  }
  return [...causes.values()].sort((a, b) => b.count - a.count);
}

/** The most that chance may explain of all comparisons of one figure together. */
const chance = 0.05;
/** Medians that are closer than this share of the better one are told apart by nobody. */
const smallest = 0.05;

export const raceRule =
  'A winner has to beat each of the others by more than chance explains (exact rank-sum test of their runs, p at most 0.05 over all pairs, a failed run as the slowest) and by 5 % in the middle (p50).';

type Metric = {
  readonly name: Ranking['metric'];
  readonly title: string;
  /** How slow one run was, so that less is better; null where it cannot be told. */
  readonly slowness: (run: RaceRun) => number | null;
  /** The middle of a target, as the table has it. */
  readonly middle: (target: RaceTarget) => string;
};

const metrics: readonly Metric[] = [
  {
    name: 'first_text',
    title: 'First text',
    slowness: ({ firstTextMs }) => firstTextMs,
    middle: ({ firstTextMs }) => duration(firstTextMs?.p50 ?? 0),
  },
  {
    name: 'tokens_per_second',
    title: 'Tokens a second',
    slowness: ({ tokensPerSecond }) => (tokensPerSecond === null ? null : 1 / tokensPerSecond),
    middle: ({ tokensPerSecond }) => speedText(tokensPerSecond?.p50 ?? 0),
  },
];

type Sample = {
  /** The target and its middle: `work 210 ms`. */
  readonly words: string;
  readonly name: string;
  readonly values: readonly number[];
  readonly p50: number;
};

/** `8.4`, `120` */
export const speedText = (tokensPerSecond: number): string =>
  tokensPerSecond.toFixed(tokensPerSecond < 10 ? 1 : 0);

/** For each figure the winner, or why there is none. Nothing where there is nothing to compare. */
export function rankingsOf(targets: readonly RaceTarget[], runs: readonly RaceRun[]): Ranking[] {
  const raced = targets.filter(({ out, runs: count, failed }) => out === null && count > failed);
  return raced.length < 2 ? [] : metrics.map((metric) => rankingOf(metric, raced, runs));
}

function rankingOf(
  { name: metric, title, slowness, middle }: Metric,
  raced: readonly RaceTarget[],
  runs: readonly RaceRun[],
): Ranking {
  const samples: Sample[] = [];
  const untold: string[] = [];
  for (const target of raced) {
    const { name } = target;
    const own = runs.filter((run) => run.target === name);
    const values = own.flatMap((run) =>
      run.trouble === null ? (slowness(run) ?? []) : Number.POSITIVE_INFINITY,
    );
    // One that came in a lump says nothing of the others; where most do, nothing is known.
    if (values.length * 2 <= own.length) untold.push(name);
    else
      samples.push({
        name,
        words: `${name} ${middle(target)}`,
        values,
        p50: quantile(values, 0.5) ?? Number.POSITIVE_INFINITY,
      });
  }
  const none = (because: string): Ranking => ({
    metric,
    winner: null,
    because: `${title}: no winner, ${because}.`,
  });
  const [best, ...others] = samples.sort((a, b) => a.p50 - b.p50);
  const [next] = others;
  if (best === undefined || next === undefined || untold.length > 0)
    return none(`it cannot be told for ${untold.join(', ')}`);
  const allowed = chance / ((samples.length * (samples.length - 1)) / 2);
  const fewest = Math.min(...samples.map(({ values }) => values.length));
  const needed = fewestFor(allowed);
  if (fewest < needed)
    return none(
      `${counted(fewest, 'round')} cannot tell ${counted(samples.length, 'target')} from chance, ${needed} can (${best.words}, ${next.words})`,
    );
  const close = others.find(
    ({ values, p50 }) => chanceOf(best.values, values) > allowed || p50 < best.p50 * (1 + smallest),
  );
  if (close !== undefined)
    return none(`${best.name} and ${close.name} are closer than the noise (${best.words}, ${close.words})`);
  return {
    metric,
    winner: best.name,
    because: `${title}: ${best.name} is best (p50 ${best.words}, ${next.words}).`,
  };
}

/** What else has to be known before these figures are believed. */
export function notesOf(targets: readonly RaceTarget[], { rounds }: { readonly rounds: number }): string[] {
  const raced = targets.filter(({ runs, failed }) => runs > failed);
  const models = [...new Set(raced.flatMap(({ modelsServed }) => modelsServed))].filter(
    (model, index, all) => !all.slice(0, index).some((other) => isServed(other, model)),
  );
  const currencies = [
    ...new Set(targets.flatMap(({ cost }) => (cost ?? []).map(({ currency }) => currency))),
  ];
  const mapped = raced.filter(({ isModelServed }) => isModelServed === false);
  const held = raced.filter(
    ({ tokensPerSecond, firstTextMs }) => firstTextMs !== null && tokensPerSecond === null,
  );
  return [
    ...(targets.length === 1
      ? ['One target: there is nothing to compare; the figures say how steady it is.']
      : []),
    ...(raced.length > 1 && models.length > 1
      ? [
          `Not one model answered but ${models.length} (${models.join(', ')}): speeds are those of model and provider together.`,
        ]
      : []),
    ...mapped.map(
      ({ name, modelAsked, modelsServed }) =>
        `${name} was asked for ${modelAsked} and answered as ${modelsServed.join(' and ')}.`,
    ),
    ...(currencies.length > 1
      ? [`Prices are in ${currencies.join(' and ')}: what it cost is not compared.`]
      : []),
    ...(held.length === 0
      ? []
      : [
          `Tokens a second cannot be told for ${held.map(({ name }) => name).join(', ')}: the text comes too fast or in one piece, or its tokens are not counted.`,
        ]),
    ...(rounds < 20 && raced.length > 0 ? [`With ${counted(rounds, 'round')}, p95 is the slowest one.`] : []),
  ];
}
