// What the HTML report is made of: text that is safe in it, and its pictures as SVG (arrival of the deltas, waterfall).

import { duration } from '../../text/counted.ts';
import { escapeMarkup } from '../../text/escape.ts';
import type { Report, StreamReport } from '../engine/report.ts';
import { phasesOf, plain, plainBlock } from './parts.ts';

/** One line of text of any origin, safe between tags and in a quoted attribute. */
export const html = (text: string): string => escapeMarkup(plain(text));

/** Several lines, for `<pre>`. */
export const htmlBlock = (text: string): string =>
  plainBlock(text)
    .map((line) => escapeMarkup(line))
    .join('\n');

/** `class` and content are ours; content is HTML already. */
export const tag = (name: string, className: string, content: string): string =>
  `<${name}${className === '' ? '' : ` class="${className}"`}>${content}</${name}>`;

const width = 720;
const height = 280;
const plot = { left: 54, right: width - 12, top: 14, bottom: height - 52 };

/** A coordinate. */
export const fixed = (value: number): string => String(Math.round(value * 10) / 10);

/** A step that gives 3 to 7 labels: 1, 2 or 5 times a power of ten. */
function niceStep(span: number): number {
  const rough = span / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
}

/** From 0, in steps that read well, no further than `last`. */
export const ticks = (last: number): number[] => {
  const step = niceStep(Math.max(last, 1));
  return Array.from({ length: Math.floor(last / step + 1e-9) + 1 }, (_, index) => index * step);
};

const seconds = (ms: number): string => (ms === 0 ? '0' : duration(ms));

/**
 * Deltas here against time, as a staircase, over a line at the pace at which a live stream would have come;
 * below it one mark an arrival. A buffer shows as cliffs, a live stream as a slope.
 */
export function arrivalChart(stream: StreamReport): string {
  const { arrivals } = stream;
  const last = arrivals.at(-1) ?? 0;
  const count = arrivals.length;
  if (count === 0 || last <= 0) return '';
  const x = (ms: number): number => plot.left + (ms / last) * (plot.right - plot.left);
  const y = (deltas: number): number => plot.bottom - (deltas / count) * (plot.bottom - plot.top);

  const stairs = arrivals.map((at, index) => `H${fixed(x(at))}V${fixed(y(index + 1))}`).join('');
  const line = `M${fixed(plot.left)} ${fixed(plot.bottom)}${stairs}`;
  const grid = ticks(count).map(
    (deltas) =>
      `<line class="grid" x1="${plot.left}" x2="${plot.right}" y1="${fixed(y(deltas))}" y2="${fixed(y(deltas))}"/>` +
      `<text class="label" text-anchor="end" x="${plot.left - 8}" y="${fixed(y(deltas) + 5)}">${fixed(deltas)}</text>`,
  );
  const times = ticks(last).map(
    (ms) =>
      `<text class="label" text-anchor="middle" x="${fixed(Math.min(x(ms), plot.right - 14))}" y="${height - 6}">${seconds(ms)}</text>`,
  );
  const rug = [...new Set(arrivals.map((at) => fixed(x(at))))].map(
    (at) => `<line class="tick" x1="${at}" x2="${at}" y1="${plot.bottom + 5}" y2="${plot.bottom + 17}"/>`,
  );
  const words = `${count} deltas over ${duration(last)}, ${stream.verdict}`;
  return [
    `<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="${html(words)}">`,
    ...grid,
    `<path class="area" d="${line}V${fixed(plot.bottom)}Z"/>`,
    steadyLine(stream, x, y),
    `<path class="stairs" d="${line}"/>`,
    ...rug,
    ...times,
    '</svg>',
  ].join('');
}

/** From where the text would have begun without the hold: as far left as the delay it adds on average. */
function steadyLine(stream: StreamReport, x: (ms: number) => number, y: (deltas: number) => number): string {
  if (stream.addedDelayMs === 0) return '';
  const { arrivals, addedDelayMs } = stream;
  const last = arrivals.at(-1) ?? 0;
  const mean = arrivals.reduce((sum, at) => sum + at, 0) / arrivals.length;
  const start = Math.max(0, 2 * (mean - addedDelayMs) - last);
  const points = `x1="${fixed(x(start))}" y1="${fixed(y(0))}" x2="${fixed(x(last))}" y2="${fixed(y(arrivals.length))}"`;
  return `<line class="steady" ${points}/>`;
}

/** One row a phase, on one scale. */
export function waterfall(report: Report): string {
  const phases = phasesOf(report.timings);
  const totalMs = phases.at(-1)?.endMs ?? 0;
  if (totalMs === 0) return '';
  const percent = (ms: number): string => `${fixed((ms / totalMs) * 100)}%`;
  const rows = phases.map(({ name, startMs, endMs }) => {
    const bar = `<i style="left:min(${percent(startMs)},100% - 3px);width:${percent(endMs - startMs)}"></i>`;
    const cells = [
      tag('span', 'phase', html(name)),
      tag('span', 'track', bar),
      tag('span', 'took', html(duration(endMs - startMs))),
    ];
    return tag('li', '', cells.join(''));
  });
  return tag('ol', 'waterfall', rows.join(''));
}
