// The drawn parts of the text report: sparkline, waterfall, hops, conformance.

import { counted, duration } from '../../text/counted.ts';
import { isAscii, type Theme } from '../../text/theme.ts';
import { textWidth } from '../../text/width.ts';
import { padded, truncated, wrapped } from '../../text/wrap.ts';
import type { Report, StreamReport } from '../engine/report.ts';
import { lineWidth, type ReportTextOptions, themed } from './line.ts';
import { bucketsOf, phasesOf, plain } from './parts.ts';

const sparkCells = 48;
const waterfallCells = 60;
const nameColumn = 16;

/** One character a bucket, as high as it had deltas. Buffering is visible at a glance. */
export function sparkline(arrivals: readonly number[], cells: number, theme: Theme): string {
  const levels = isAscii(theme) ? '_.-=+*#@' : '▁▂▃▄▅▆▇█';
  const { counts } = bucketsOf(arrivals, cells);
  const highest = Math.max(1, ...counts);
  const levelOf = (count: number): number =>
    count === 0 ? 0 : Math.max(1, Math.round((count / highest) * (levels.length - 1)));
  return counts.map((count) => levels[levelOf(count)]).join('');
}

/** A stream in its group: the sparkline, its unit, and the hop that holds it. */
export function streamLines(stream: StreamReport, room: number, { theme }: ReportTextOptions): string[] {
  const cells = Math.min(sparkCells, room);
  const spark = sparkline(stream.arrivals, cells, theme);
  const unit = `deltas in ${duration(bucketsOf(stream.arrivals, cells).bucketMs)}`;
  const hop = stream.hop === undefined ? [] : [`hop ${stream.hop} (${stream.hopConfidence ?? 'possible'})`];
  const words = themed([...(spark === '' ? [] : [unit]), ...hop].join(', '), theme);
  const fits = textWidth(spark) + textWidth(words) + 2 <= room;
  if (fits && spark !== '') return [`${theme.accent(spark)}  ${theme.dim(words)}`];
  const parts = [theme.accent(spark), ...wrapped(words, room).map((line) => theme.dim(line))];
  return parts.filter((line) => line !== '');
}

/** The phases of the streamed request, one bar a line on one scale. */
export function waterfallLines(report: Report, options: ReportTextOptions): string[] {
  const { theme } = options;
  const phases = phasesOf(report.timings);
  const totalMs = phases.at(-1)?.endMs ?? 0;
  if (totalMs === 0) return [];
  const room = Math.max(8, Math.min(waterfallCells, lineWidth(options) - nameColumn - 14));
  const [block, sliver] = isAscii(theme) ? ['#', '|'] : ['█', '▏'];
  return [
    ` ${theme.heading('TIMING')}`,
    ...phases.map(({ name, startMs, endMs }) => {
      const start = Math.min(room - 1, Math.floor((startMs / totalMs) * room));
      const length = Math.round(((endMs - startMs) / totalMs) * room);
      const bar = length === 0 ? sliver : block.repeat(Math.min(length, room - start));
      const took = duration(endMs - startMs).padStart(8);
      return `   ${padded(name, nameColumn)} ${theme.dim(took)} ${' '.repeat(start)}${theme.accent(bar)}`;
    }),
  ];
}

/** The hops in one line, or with what gave each away. */
export function hopLines({ hops }: Report, options: ReportTextOptions): string[] {
  const { theme, isVerbose } = options;
  if (hops.length === 0) return [];
  if (!isVerbose) {
    const names = hops.map(({ name }) => plain(name)).join(` ${theme.glyphs.current} `);
    return wrapped(`through ${names}`, lineWidth(options) - 1).map((line) => ` ${theme.dim(line)}`);
  }
  const room = lineWidth(options) - nameColumn - 4;
  return [
    ` ${theme.heading('HOPS')}`,
    ...hops.map(({ name, evidence, confidence }) => {
      const proof = truncated(plain(`${evidence} (${confidence})`), room, theme.glyphs.ellipsis);
      return `   ${padded(plain(name), nameColumn)} ${theme.dim(proof)}`;
    }),
  ];
}

export function conformanceLines({ conformance }: Report, options: ReportTextOptions): string[] {
  if (conformance === null) return [];
  const { theme } = options;
  const untested = conformance.items.filter(({ points }) => points === null).length;
  const note = untested === 0 ? '' : `, ${counted(untested, 'item')} untested`;
  const items = conformance.items.map(({ id, points, weight, note: why }) => {
    const score = `${points ?? theme.glyphs.skip}/${weight}`.padStart(6);
    const room = lineWidth(options) - 33;
    const line = `   ${padded(plain(id), 22)} ${score}`;
    return room < 12 ? line : `${line} ${theme.dim(truncated(plain(why), room, theme.glyphs.ellipsis))}`;
  });
  return [
    ` conformance ${theme.strong(`${conformance.score}/100`)}${theme.dim(note)}`,
    ...(options.isVerbose ? items : []),
  ];
}
