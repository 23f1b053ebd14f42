// Measures a stream: when deltas arrived and where socket reads ended; bursts, E, m, tau, Lambda. Numbers only: events
// are told apart in stream-facts.ts, what the numbers mean is decided in buffering-statistic.ts.
import type { Stall } from '../../http/clock.ts';
import type { StreamFacts } from './stream-facts.ts';

/** A socket read: how many bytes of the (decoded) body were here after it, and whether it ended with an event. */
type ByteMark = { readonly at: number; readonly offset: number; readonly endsEvent: boolean };

export type StreamArrivals = {
  /** When each content_block_delta was complete, in milliseconds after the request. */
  readonly deltas: readonly number[];
  /** When anything of the event stream was first complete: an event or a `:` keep-alive. */
  readonly firstEventAt: number | null;
  readonly reads: readonly ByteMark[];
  /** When msg itself could not read. */
  readonly stalls: readonly Stall[];
};

/** Everything known about one streamed answer. Times are milliseconds after the request was sent. */
export type StreamTrace = StreamArrivals & {
  /** T1: how long the one-token call without streaming took. A JSON reply cannot be held event by event. */
  readonly oneTokenMs: number | null;
  /** How much older the `Date` header was than its arrival (see headerHold). */
  readonly headerHoldMs: number | null;
  /** A Content-Length on an event stream: somebody had the whole answer before sending its first byte. */
  readonly hasContentLength: boolean;
  readonly ageSeconds: number | null;
  /** The value of X-Cache or a relative, if it says HIT. */
  readonly cacheHit: string | null;
  readonly contentEncoding: string | null;
  readonly end: 'complete' | 'cut' | 'timeout';
  readonly outputTokens: number | null;
};

export type Burst = {
  readonly at: number;
  readonly deltas: number;
  readonly bytes: number;
  readonly isCut: boolean;
};

/** The numbers of section "statistic", for `-v` and for the words. */
export type StreamStatistic = {
  readonly bursts: readonly Burst[];
  readonly deltaCount: number;
  /** E */ readonly effectiveArrivals: number;
  /** m */ readonly deltasPerArrival: number;
  /** tau */ readonly flushPeriodMs: number | null;
  /** Lambda */ readonly holdIndex: number;
  /** D: from the moment the first token could have been here to the last delta. */
  readonly durationMs: number;
  /** How much later the first delta came than the one-token control; null where none was made. */
  readonly firstLagMs: number | null;
  /** From the first to the last delta. */
  readonly spanMs: number;
  /** How long before the first delta another event was here. */
  readonly leadMs: number;
  /** Share of bursts, but the last, that end inside an event: 1 for a byte buffer, 0 for a flush timer. */
  readonly cutShare: number;
  readonly isControlled: boolean;
};

/** Below two seconds the age of a `Date` header proves nothing: it counts whole seconds. */
export const headerHoldMs = 2000;

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** The last read that had arrived at `at`; `reads` is in order. */
function readAt(reads: readonly ByteMark[], at: number): ByteMark | undefined {
  let [low, high] = [0, reads.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((reads[middle]?.at ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return reads[low - 1];
}

const LF = 0x0a;
const CR = 0x0d;

type TimedStream = Pick<StreamFacts, 'raw' | 'events' | 'keepalives' | 'stalls'>;

/**
 * Reduces a recorded stream to its timing. An event counts from the moment its blank line is here, because
 * that is when a reader can act on it.
 */
export function measureArrivals({ raw, events, keepalives, stalls }: TimedStream): StreamArrivals {
  const firsts = [events[0]?.at, keepalives[0]].filter((at) => at !== undefined);
  const reads: ByteMark[] = [];
  let offset = 0;
  let tail: readonly number[] = [];
  for (const { at, bytes } of raw) {
    offset += bytes.length;
    tail = [...tail, ...bytes.subarray(-3)].slice(-3);
    reads.push({ at, offset, endsEvent: endsWithBlankLine(tail) });
  }
  return {
    deltas: events.filter(({ type }) => type === 'content_block_delta').map(({ at }) => at),
    firstEventAt: firsts.length === 0 ? null : Math.min(...firsts),
    reads,
    stalls,
  };
}

/** Whether these last bytes are a line end after a line end, in any of the three forms. */
function endsWithBlankLine(tail: readonly number[]): boolean {
  const [last, second, third] = tail.toReversed();
  const before = last === LF && second === CR ? third : second;
  return (last === LF || last === CR) && (before === LF || before === CR);
}

/** Runs of deltas whose gaps are below `gapMs`. */
export function burstsOf(trace: StreamArrivals, gapMs: number): Burst[] {
  const { deltas } = trace;
  const bursts: Burst[] = [];
  let count = 0;
  let startedAt = deltas[0] ?? 0;
  let before = 0;
  deltas.forEach((at, index) => {
    if (count === 0) startedAt = at;
    count += 1;
    const next = deltas[index + 1];
    if (next !== undefined && next - at < gapMs) return;
    const read = readAt(trace.reads, at + gapMs);
    const offset = read?.offset ?? before;
    bursts.push({ at: startedAt, deltas: count, bytes: offset - before, isCut: read?.endsEvent === false });
    before = offset;
    count = 0;
  });
  return bursts;
}

/** Must sit below the mean gap: a fixed 8 ms takes 200 healthy tokens a second for one burst. */
const burstGapMs = (durationMs: number, deltaCount: number): number =>
  clamp((0.4 * durationMs) / Math.max(1, deltaCount), 1.2, 8);

/** E: how many instants the deltas arrived at, weighted by how many came at each. */
export const effectiveArrivals = (bursts: readonly Burst[], deltaCount: number): number =>
  deltaCount === 0 ? 0 : 1 / sum(bursts.map((burst) => (burst.deltas / deltaCount) ** 2));

/** E of a stream by itself: at about how many instants its deltas came. */
export function effectiveArrivalsOf(stream: TimedStream): number {
  const arrivals = measureArrivals(stream);
  const { deltas } = arrivals;
  const spanMs = (deltas.at(-1) ?? 0) - (deltas[0] ?? 0);
  return effectiveArrivals(burstsOf(arrivals, burstGapMs(spanMs, deltas.length)), deltas.length);
}

/** tau: the usual time between bursts. The last burst is let go by the end of the stream, not by its period. */
function flushPeriod(bursts: readonly Burst[]): number | null {
  const gaps = bursts.slice(1).map((burst, index) => burst.at - (bursts[index]?.at ?? 0));
  return median(gaps.length > 1 ? gaps.slice(0, -1) : gaps);
}

/** Computes E, m, tau and Lambda over the arrivals of content deltas. */
export function measureStream(trace: StreamTrace): StreamStatistic {
  const { deltas } = trace;
  const deltaCount = deltas.length;
  const first = deltas[0] ?? 0;
  const last = deltas.at(-1) ?? 0;
  const heldHeadersMs =
    trace.headerHoldMs !== null && trace.headerHoldMs >= headerHoldMs ? trace.headerHoldMs : null;
  const control = trace.oneTokenMs ?? (heldHeadersMs === null ? null : first - heldHeadersMs);
  const start = Math.min(control ?? first, first);
  const durationMs = last - start;
  const bursts = burstsOf(trace, burstGapMs(durationMs, deltaCount));
  const effective = effectiveArrivals(bursts, deltaCount);
  const inner = bursts.slice(0, -1);
  const mean = deltaCount === 0 ? 0 : sum(deltas) / deltaCount;
  return {
    bursts,
    deltaCount,
    effectiveArrivals: effective,
    deltasPerArrival: effective === 0 ? 0 : deltaCount / effective,
    flushPeriodMs: flushPeriod(bursts),
    holdIndex: durationMs <= 0 ? 0 : (2 * (mean - (start + last) / 2)) / durationMs,
    durationMs,
    firstLagMs: control === null || deltaCount === 0 ? null : first - control,
    spanMs: last - first,
    leadMs: Math.max(0, first - (trace.firstEventAt ?? first)),
    cutShare: inner.length === 0 ? 0 : inner.filter((burst) => burst.isCut).length / inner.length,
    isControlled: control !== null,
  };
}
