// Decides whether a stream is live, buffered, cut into blocks, flushed on a timer or held.
// Pure: a trace in, a verdict out. The numbers are made in stream-statistic.ts, the words in buffering-words.ts.
import type { Confidence, StreamReport, StreamVerdict } from '../engine/report.ts';
import { withoutStalls } from './stalls.ts';
import {
  type Burst,
  burstsOf,
  effectiveArrivals,
  headerHoldMs,
  measureStream,
  type StreamStatistic,
  type StreamTrace,
} from './stream-statistic.ts';

/** `info` is a batching nobody feels; `unknown` claims nothing. */
type Severity = 'pass' | 'info' | 'warn' | 'fail' | 'unknown';

export type StreamJudgement = {
  readonly report: StreamReport;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly statistic: StreamStatistic;
  /** Which rule decided, for the words. */
  readonly reason: Reason;
};

export type Reason =
  | 'no-delta'
  | 'stated-length'
  | 'cached'
  | 'single-event'
  | 'start-held'
  | 'too-short'
  | 'too-fast'
  | 'no-control'
  | 'own-batches'
  | 'stalled'
  | 'statistic';

// A client that waits less than this for a batch sees steady text; nothing below is ever an alarm.
const feltMs = 140;
const slowFlushMs = 300;
// Batches closer than this look like a steady flow, and fast models make them.
const visibleMs = 50;
// Below this there is no telling, and nothing to gain.
const measurableMs = 300;
const minimumDeltas = 8;
const togetherMs = 5;
const bufferSizes = [1024, 2048, 4096, 8192, 16384, 32768, 65536];
// The first block of a proxy also holds the response header of its upstream.
const upstreamHeaderBytes = 1100;
const sameSizeBytes = 64;

/**
 * The size of the byte buffer the bursts give away, or null. Bursts between the first and the last hold
 * exactly one buffer; the first holds the upstream's header as well, so alone it only counts if it is a
 * common size less such a header.
 */
function blockSize(bursts: readonly Burst[]): number | null {
  const [first, ...middle] = bursts.slice(0, -1);
  if (first === undefined) return null;
  const cut = middle.filter((burst) => burst.isCut).map((burst) => burst.bytes);
  const largest = Math.max(0, ...cut);
  const alike = cut.filter((bytes) => largest - bytes <= sameSizeBytes).length;
  if (alike > 0 && alike * 2 >= middle.length && first.bytes <= largest + sameSizeBytes) {
    const common = bufferSizes.find((size) => Math.abs(size - largest) <= sameSizeBytes);
    if (common !== undefined) return common;
    if (alike >= 2) return largest;
  }
  if (middle.length > 0 || !first.isCut || first.bytes < 3000) return null;
  const lessHeader = (size: number): boolean =>
    first.bytes <= size && size - first.bytes <= upstreamHeaderBytes;
  return bufferSizes.find(lessHeader) ?? null;
}

/**
 * Whether the beginning was held until some buffer was full, and the rest flowed: a first burst of at least a
 * quarter of the text, as large as the pace of the rest makes it in the time it was late.
 */
function isStartHeld(
  trace: StreamTrace,
  { bursts, deltaCount, durationMs, spanMs, isControlled }: StreamStatistic,
): boolean {
  const held = bursts[0]?.deltas ?? 0;
  const lateMs = durationMs - spanMs;
  if (!isControlled || trace.deltas.length - held < 8 || held * 4 < deltaCount || lateMs < measurableMs)
    return false;
  const paceMs = spanMs / (deltaCount - held);
  return held * paceMs >= lateMs / 2;
}

/** Gaps of the same arrivals with the finest useful grain: a fast model differs from a dump only here. */
const isFinelySpread = (trace: StreamTrace, statistic: StreamStatistic): boolean =>
  effectiveArrivals(burstsOf(trace, 1.2), statistic.deltaCount) > 4 && statistic.spanMs >= 20;

/**
 * How the first token came, as whoever makes the batches has it. A hop that waits adds its period to the first token
 * as to any other; an origin that makes several at once adds nothing, and its first batch is as large as the others.
 * A small first one is either's: the segment that the head had filled, or a first token that was made alone. A first
 * token that is late or early by anything else tells nothing: it takes as long as it takes.
 */
function batchMaker(statistic: StreamStatistic): 'hop' | 'origin' | 'unknown' {
  const { firstLagMs, flushPeriodMs, bursts, deltasPerArrival } = statistic;
  const periodMs = flushPeriodMs ?? 0;
  if (firstLagMs === null) return 'unknown';
  if (Math.abs(firstLagMs) <= periodMs / 3)
    return (bursts[0]?.deltas ?? 0) * 2 >= deltasPerArrival ? 'origin' : 'unknown';
  return firstLagMs >= periodMs / 2 && firstLagMs <= periodMs * 1.5 ? 'hop' : 'unknown';
}

type Decision = { verdict: StreamVerdict; reason: Reason; confidence: Confidence; blockBytes?: number };

const decided = (verdict: StreamVerdict, confidence: Confidence, reason: Reason = 'statistic'): Decision => ({
  verdict,
  reason,
  confidence,
});

function decide(trace: StreamTrace, statistic: StreamStatistic): Decision {
  const { deltaCount, durationMs, spanMs, holdIndex, cutShare, bursts } = statistic;
  const [E, m, tau] = [statistic.effectiveArrivals, statistic.deltasPerArrival, statistic.flushPeriodMs ?? 0];
  const isLong = deltaCount >= minimumDeltas;

  if (deltaCount === 0) {
    const isOffline = trace.end === 'timeout' && trace.firstEventAt !== null;
    return decided(isOffline ? 'offline' : 'unknown', isOffline ? 'likely' : 'possible', 'no-delta');
  }
  // Each delta by itself, long enough to see: nothing a header says can outweigh that.
  if (isLong && spanMs >= measurableMs && m < 2.5) return decided('live', 'certain');
  if (trace.cacheHit !== null) return decided('buffered', 'certain', 'cached');
  if (trace.hasContentLength || (trace.ageSeconds ?? 0) >= 1)
    return decided('buffered', 'certain', 'stated-length');
  if (deltaCount <= 3 && (trace.outputTokens ?? 0) >= 24 && durationMs >= 2 * measurableMs)
    return decided('held-by-app', 'likely', 'single-event');
  if (!isLong) return decided('unknown', 'possible', 'too-short');
  if (durationMs < measurableMs) {
    return decided('unknown', 'possible', statistic.isControlled ? 'too-fast' : 'no-control');
  }

  const size = trace.contentEncoding === null ? blockSize(bursts) : null;
  const isRepeated = bursts.length > 2;
  // Equal blocks that end inside events are proof at any pace; a single one only when it is long enough to be felt.
  if (size !== null && m >= 2.5 && cutShare >= 0.4 && (isRepeated || tau >= feltMs))
    return { ...decided('block', isRepeated ? 'certain' : 'likely'), blockBytes: size };
  if (E < 1.6 || (holdIndex >= 0.75 && E <= 4)) {
    if (isFinelySpread(trace, statistic)) return decided('unknown', 'possible', 'too-fast');
    if (statistic.leadMs >= 0.3 * durationMs) return decided('held-by-app', 'likely');
    return decided('buffered', durationMs >= 1000 && E < 1.6 ? 'certain' : 'likely');
  }
  if (m >= 5 && tau >= visibleMs && cutShare >= 0.4) return decided('block', 'likely');
  if (m >= 2.5 && tau >= visibleMs && spanMs >= measurableMs && batchMaker(statistic) === 'origin')
    return decided('live', 'likely', 'own-batches');
  const isHops = batchMaker(statistic) === 'hop';
  if (m >= 5 && tau >= slowFlushMs) return decided('timed-flush', isHops ? 'likely' : 'possible');
  // Few at a time, or often, may be the provider's own batches; held together with the head of the stream, not.
  if (m >= 2.5 && tau >= feltMs) {
    const isHeld = isHops && (m >= 5 || statistic.leadMs < togetherMs);
    return decided('coalesced', isHeld ? 'likely' : 'possible');
  }
  if (m >= 5 && tau >= visibleMs) return decided('coalesced', 'possible');
  if (isStartHeld(trace, statistic)) return decided('buffered', 'likely', 'start-held');
  if (deltaCount < 24 || spanMs < 2 * measurableMs)
    return decided('unknown', 'possible', deltaCount < 24 ? 'too-short' : 'too-fast');
  return decided('live', 'likely');
}

/** By the longest wait a reader feels: the whole answer when it is held, one period when it is flushed. */
function severityOf(decision: Decision, statistic: StreamStatistic): Severity {
  switch (decision.verdict) {
    case 'live':
      return 'pass';
    case 'unknown':
      return 'unknown';
    case 'offline':
      return 'fail';
    case 'buffered':
    case 'held-by-app':
      return statistic.durationMs >= 1000 ? 'fail' : statistic.durationMs >= 200 ? 'warn' : 'info';
    case 'block':
    case 'timed-flush':
    case 'coalesced': {
      const periodMs = statistic.flushPeriodMs ?? 0;
      // Small aligned batches are as often the provider's own packets as a proxy's timer.
      if (decision.confidence === 'possible') return 'info';
      return periodMs >= 1000 ? 'fail' : periodMs >= feltMs ? 'warn' : 'info';
    }
  }
}

/** What the hold adds to each token, on average: Lambda * D / 2, or half a period of a timer or without a control. */
function addedDelay(decision: Decision, statistic: StreamStatistic): number {
  if (['live', 'unknown', 'offline'].includes(decision.verdict)) return 0;
  // What a timer of a hop adds is known; Lambda has the whims of one stream in it as well.
  const isTimer =
    ['coalesced', 'timed-flush'].includes(decision.verdict) && decision.confidence !== 'possible';
  if (isTimer || !statistic.isControlled) return Math.round((statistic.flushPeriodMs ?? 0) / 2);
  return Math.max(0, Math.round((statistic.holdIndex * statistic.durationMs) / 2));
}

/**
 * Judges one streamed answer. Never says `live` of a stream too short or too fast to tell; says `unknown`
 * where a claim would need the one-token control and there is none.
 */
export function judgeStream(trace: StreamTrace): StreamJudgement {
  const judgement = judgementOf(trace, decide);
  if (trace.stalls.length === 0 || !isHeld(judgement) || isProven(judgement)) return judgement;
  // What msg slept through may have made this: only what shows without it is something on the way.
  const isOwn = !isHeld(judgementOf(withoutStalls(trace), decide));
  return isOwn ? judgementOf(trace, () => decided('unknown', 'possible', 'stalled')) : judgement;
}

function judgementOf(trace: StreamTrace, decideBy: typeof decide): StreamJudgement {
  const statistic = measureStream(trace);
  const decision = decideBy(trace, statistic);
  const hasPeriod = ['block', 'timed-flush', 'coalesced'].includes(decision.verdict);
  return {
    report: {
      verdict: decision.verdict,
      effectiveArrivals: statistic.effectiveArrivals,
      deltasPerArrival: statistic.deltasPerArrival,
      flushPeriodMs: hasPeriod ? Math.round(statistic.flushPeriodMs ?? 0) : null,
      holdIndex: statistic.holdIndex,
      addedDelayMs: addedDelay(decision, statistic),
      ...(decision.blockBytes === undefined ? {} : { blockBytes: decision.blockBytes }),
      arrivals: trace.deltas,
    },
    severity: severityOf(decision, statistic),
    confidence: decision.confidence,
    statistic,
    reason: decision.reason,
  };
}

/** Whether a reader feels batches whose maker, a hop or the origin, only the time of the one-token control tells. */
export const isControlDecisive = ({ report, reason, statistic }: StreamJudgement): boolean =>
  (reason === 'own-batches' || report.verdict === 'coalesced' || report.verdict === 'timed-flush') &&
  (statistic.flushPeriodMs ?? 0) >= feltMs;

/** Whether something on the way holds the stream so that a reader feels it. */
export const isHeld = ({ severity }: StreamJudgement): boolean => severity === 'warn' || severity === 'fail';

/** Whether it rests on what was sent, not on when it came: a machine that is starved changes times only. */
export const isProven = ({ reason }: StreamJudgement): boolean =>
  reason === 'stated-length' || reason === 'cached';

/**
 * How long the headers were under way: their arrival less their `Date`, both on the server's clock.
 * `clockOffsetMs` is server minus ours, from an exchange that nothing held. Null below two seconds, as
 * `Date` counts whole seconds and the offset is no better.
 */
export function headerHold(
  arrivedAtEpochMs: number,
  date: string | undefined,
  clockOffsetMs: number,
): number | null {
  const sentAt = Date.parse(date ?? '');
  if (Number.isNaN(sentAt)) return null;
  const holdMs = arrivedAtEpochMs + clockOffsetMs - sentAt;
  return holdMs >= headerHoldMs ? holdMs : null;
}
