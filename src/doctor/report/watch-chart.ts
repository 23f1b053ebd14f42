// Latency over time as SVG: one point a round, or where there are many the middle and the range of neighbours, over a band
// of verdicts. Time that nobody watched stays empty.
import { dayOf, timeOfDay } from '../../text/counted.ts';
import { quantile } from '../samples/quantile.ts';
import { summaryOf } from '../watch/news.ts';
import type { Round } from '../watch/round.ts';
import { fixed, html, ticks } from './html-parts.ts';

const width = 720;
const height = 280;
const plot = { left: 62, right: width - 12, top: 14, bottom: height - 62 };
const band = { top: plot.bottom + 10, height: 14 };
/** As many as can be told apart. */
const mostPoints = 160;

/** Rounds that are neighbours in time. */
type Slice = {
  readonly at: number;
  readonly p50: number | null;
  readonly least: number;
  readonly most: number;
};

/** Empty without a round. */
export function watchChart(rounds: readonly Round[]): string {
  const [first, last] = [rounds[0], rounds.at(-1)];
  if (first === undefined || last === undefined) return '';
  const spanMs = Math.max(1000, last.at - first.at);
  const x = (at: number): number => plot.left + ((at - first.at) / spanMs) * (plot.right - plot.left);
  const runs = unbroken(rounds);
  const slices = runs.map((run) => slicesOf(run, spanMs));
  const highest = Math.max(1, ...slices.flat().map(({ most }) => most));
  const y = (ms: number): number => plot.bottom - (ms / highest) * (plot.bottom - plot.top);
  const grid = ticks(highest).map(
    (ms) =>
      `<line class="grid" x1="${plot.left}" x2="${plot.right}" y1="${fixed(y(ms))}" y2="${fixed(y(ms))}"/>` +
      `<text class="label" text-anchor="end" x="${plot.left - 8}" y="${fixed(y(ms) + 5)}">${fixed(ms)}</text>`,
  );
  const lines = slices.map((run) => latencyPath(run, x, y));
  const bars = runs.flatMap((run) => verdictBars(run, x));
  const label = `${summaryOf(rounds)}, ${timeLabel(first.at, spanMs)} to ${timeLabel(last.at, spanMs)}`;
  const legend = (['healthy', 'degraded', 'broken', 'undetermined'] as const)
    .filter((verdict) => rounds.some((round) => round.verdict === verdict))
    .map((verdict) => `<span class="verdict ${verdict}">${verdict}</span>`);
  return [
    `<svg class="chart watch" viewBox="0 0 ${width} ${height}" role="img" aria-label="${html(label)}">`,
    ...grid,
    ...lines,
    ...bars,
    ...timeLabels(first.at, spanMs, x),
    '</svg>',
    `<p class="legend"><span>latency of a request without a key, in ms</span>${legend.join('')}</p>`,
  ].join('');
}

/** The rounds in stretches without a pause: three times the usual distance between two is one. */
function unbroken(rounds: readonly Round[]): Round[][] {
  const gaps = rounds.slice(1).map(({ at }, index) => at - (rounds[index]?.at ?? at));
  const longestMs = 3 * (quantile(gaps, 0.5) ?? 0) + 1000;
  const runs: Round[][] = [];
  rounds.forEach((round, index) => {
    const gapMs = gaps[index - 1] ?? Number.POSITIVE_INFINITY;
    if (gapMs > longestMs) runs.push([round]);
    else runs.at(-1)?.push(round);
  });
  return runs;
}

function slicesOf(run: readonly Round[], spanMs: number): Slice[] {
  const stepMs = spanMs / mostPoints;
  const slices = new Map<number, Round[]>();
  for (const round of run) {
    const place = Math.floor((round.at - (run[0]?.at ?? 0)) / stepMs);
    slices.set(place, [...(slices.get(place) ?? []), round]);
  }
  return [...slices.values()].map((rounds) => {
    const times = rounds.flatMap(({ latencyMs }) => latencyMs ?? []);
    return {
      at: rounds.reduce((sum, { at }) => sum + at, 0) / rounds.length,
      p50: quantile(times, 0.5),
      least: Math.min(...times),
      most: Math.max(0, ...times),
    };
  });
}

/** The middle as a line, interrupted where nothing answered, over the range; a point where there is no neighbour. */
function latencyPath(slices: readonly Slice[], x: (at: number) => number, y: (ms: number) => number): string {
  let isDown = false;
  const line = slices
    .map(({ at, p50 }) => {
      const command = isDown ? 'L' : 'M';
      isDown = p50 !== null;
      return p50 === null ? '' : `${command}${fixed(x(at))} ${fixed(y(p50))}`;
    })
    .join('');
  const answered = slices.filter(({ p50 }) => p50 !== null);
  const ranges = answered
    .filter(({ least, most }) => most > least)
    .map(
      ({ at, least, most }) =>
        `<line class="range" x1="${fixed(x(at))}" x2="${fixed(x(at))}" y1="${fixed(y(least))}" y2="${fixed(y(most))}"/>`,
    );
  const points =
    answered.length > 60
      ? []
      : answered.map(
          ({ at, p50 }) => `<circle class="point" cx="${fixed(x(at))}" cy="${fixed(y(p50 ?? 0))}" r="2.5"/>`,
        );
  return [...ranges, line === '' ? '' : `<path class="stairs" d="${line}"/>`, ...points].join('');
}

/** A bar for each verdict as long as it lasted, at least as wide as can be seen. */
function verdictBars(run: readonly Round[], x: (at: number) => number): string[] {
  const bars: { verdict: Round['verdict']; from: number; to: number }[] = [];
  for (const { verdict, at } of run) {
    const bar = bars.at(-1);
    if (bar !== undefined) bar.to = at;
    if (bar?.verdict !== verdict) bars.push({ verdict, from: at, to: at });
  }
  return bars.map(
    ({ verdict, from, to }) =>
      `<rect class="verdict ${verdict}" x="${fixed(x(from))}" y="${band.top}" width="${fixed(Math.max(3, x(to) - x(from)))}" height="${band.height}"><title>${verdict}</title></rect>`,
  );
}

/** The time of day, or where it is about days the day. */
const timeLabel = (at: number, spanMs: number): string =>
  spanMs > 36 * 3_600_000 ? dayOf(at).slice(5) : timeOfDay(at).slice(0, spanMs < 600_000 ? 8 : 5);

function timeLabels(from: number, spanMs: number, x: (at: number) => number): string[] {
  const anchors = ['start', 'middle', 'middle', 'end'] as const;
  return anchors.map((anchor, index) => {
    const at = from + (spanMs * index) / (anchors.length - 1);
    return `<text class="label" text-anchor="${anchor}" x="${fixed(x(at))}" y="${height - 6}">${timeLabel(at, spanMs)}</text>`;
  });
}
