// What a reader that did not run makes of a stream: what came meanwhile is read at once, as if something on the way had
// held it. Pure.
import type { StreamTrace } from './stream-statistic.ts';

/** What waited for the reader is read within this after it runs again. */
const catchUpMs = 20;

/** The arrivals as they may have been: what was read right after a stall came at a steady pace during it. */
export function withoutStalls(trace: StreamTrace): StreamTrace {
  const deltas = [...trace.deltas];
  for (const { from, to } of trace.stalls) {
    const first = deltas.findIndex((at) => at >= from);
    const after = deltas.findIndex((at) => at > to + catchUpMs);
    const end = after < 0 ? deltas.length : after;
    if (first < 0 || first >= end) continue;
    const stepMs = (to - from) / (end - first);
    for (let index = first; index < end; index += 1)
      deltas[index] = Math.min(deltas[index] ?? to, from + (index - first + 1) * stepMs);
  }
  return { ...trace, deltas };
}

/** How long the reader did not run while the stream was under way. */
export const stalledMs = ({ stalls, deltas }: StreamTrace): number =>
  stalls
    .filter(({ from }) => from <= (deltas.at(-1) ?? 0))
    .reduce((total, { from, to }) => total + to - from, 0);
