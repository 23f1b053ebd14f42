// Holds a contest: interleaved runs, medians, and the verdict on every figure.
import { median, type Sample } from './child.ts';
import type { Contest, Figure } from './contests.ts';
import type { Stage } from './stage.ts';
import type { Result } from './table.ts';

/** Every player once a round, so that whatever else the machine does hits all of them alike. */
export async function hold(contest: Contest, runs: number, on: Stage): Promise<Result[]> {
  const reason = contest.missing?.(on);
  if (reason !== undefined) return contest.figures.map((figure) => skipped(contest, figure, reason));
  const players = Object.entries(contest.players);
  const samples = new Map<string, Sample[]>(players.map(([name]) => [name, []]));
  for (let round = 0; round < runs; round++) {
    if (process.stderr.isTTY) process.stderr.write(`\r${contest.name} ${round + 1}/${runs}   \r`);
    for (const [name, play] of players) {
      try {
        samples.get(name)!.push(await play(on));
      } catch (error) {
        // A command that is not built yet, or a peer that is not installed.
        return contest.figures.map((figure) => skipped(contest, figure, String((error as Error).message)));
      }
    }
  }
  return contest.figures.map((figure) => resultOf(contest, figure, samples));
}

function resultOf(contest: Contest, figure: Figure, samples: ReadonlyMap<string, readonly Sample[]>): Result {
  const series = (source: string): { player: string; values: number[] } => {
    const at = source.lastIndexOf(' ');
    const player = source.slice(0, at);
    return {
      player,
      values: samples.get(player)!.map((sample) => sample[source.slice(at + 1)] ?? Number.NaN),
    };
  };
  const own = series(figure.of);
  const other = figure.over === undefined ? undefined : series(figure.over);
  const value = median(
    other === undefined ? own.values : own.values.map((one, round) => one / other.values[round]!),
  );
  const absolute = [own, ...(other === undefined ? [] : [other])].map(({ player, values }) => [
    player,
    median(values),
  ]);
  return {
    ...bounds(contest, figure),
    value,
    verdict: verdictOf(value, figure),
    absolute: Object.fromEntries(absolute),
  };
}

const bounds = ({ name }: Contest, { title, over, unit, must, aim }: Figure) => ({
  contest: name,
  title,
  unit,
  ...(must === undefined ? {} : { must }),
  ...(aim === undefined ? {} : { aim }),
  absoluteUnit: unit === 'x' && over !== undefined ? 'ms' : unit,
});

const skipped = (contest: Contest, figure: Figure, reason: string): Result => ({
  ...bounds(contest, figure),
  verdict: 'skipped',
  absolute: {},
  reason,
});

function verdictOf(value: number, { must, aim }: Figure): Result['verdict'] {
  if (must === undefined) return 'none';
  if (!(value <= must)) return 'over';
  return aim === undefined || value <= aim ? 'aim' : 'must';
}
