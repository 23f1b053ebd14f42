// Says a stream's verdict in words, with the numbers that prove it. Names no hop: that is suspect-hop.ts.
import { counted, duration } from '../../text/counted.ts';
import type { StreamJudgement } from './buffering-statistic.ts';
import { stalledMs } from './stalls.ts';
import type { StreamTrace } from './stream-statistic.ts';

export type StreamWords = {
  /** One sentence, such as "Tokens wait 570 ms on average". */
  readonly summary: string;
  /** What was seen, one line each. */
  readonly evidence: readonly string[];
};

function summaryOf(judgement: StreamJudgement, trace: StreamTrace): string {
  const { report, statistic, reason } = judgement;
  const added = `tokens wait ${duration(report.addedDelayMs)} on average`;
  const period = duration(report.flushPeriodMs ?? 0);
  switch (report.verdict) {
    case 'live':
      if (reason === 'own-batches')
        return `Tokens arrive as they are made, ${statistic.deltasPerArrival.toFixed(0)} at a time every ${duration(statistic.flushPeriodMs ?? 0)}: none waits on the way.`;
      return `Tokens arrive as they are made: ${statistic.deltaCount} deltas over ${duration(statistic.spanMs)}.`;
    case 'buffered':
      if (reason === 'cached') return 'The answer came from a cache, all at once; nobody generated it.';
      if (reason === 'stated-length')
        return `The whole answer was collected before its first byte was sent; ${added}.`;
      if (reason === 'start-held') {
        const held = `${statistic.bursts[0]?.deltas ?? 0} of ${counted(statistic.deltaCount, 'delta')}`;
        const late = duration(statistic.durationMs - statistic.spanMs);
        return `The first ${held} arrive together, up to ${late} late, then the rest flows: ${added}.`;
      }
      return `The stream arrives all at once, ${duration(statistic.durationMs)} late: ${added}.`;
    case 'block': {
      const size = report.blockBytes === undefined ? '' : ` of ${report.blockBytes} bytes`;
      const blocks = counted(statistic.bursts.length, 'block');
      return `Tokens arrive in ${blocks}${size}, one every ${period}, cut inside events: a byte buffer. Here ${added}.`;
    }
    case 'timed-flush':
      return `Tokens arrive in batches every ${period}: a flush timer. Here ${added}.`;
    case 'coalesced':
      return `Tokens arrive ${statistic.deltasPerArrival.toFixed(0)} at a time, every ${period}; ${added}.`;
    case 'held-by-app':
      if (reason === 'single-event')
        return `The whole answer came in ${counted(statistic.deltaCount, 'event')}: the gateway does not stream.`;
      return `The stream opened on time but all text came ${duration(statistic.leadMs)} later at once: the gateway holds it, not a proxy.`;
    case 'offline':
      return 'The stream was opened, then no token came: no backend is online, or its queue is full. Not a proxy problem.';
    case 'unknown':
      return unknownSummary(judgement, trace);
  }
}

function unknownSummary({ statistic, reason }: StreamJudgement, trace: StreamTrace): string {
  if (reason === 'no-delta') {
    const what = trace.firstEventAt === null ? 'no event came at all' : 'no text came';
    return `Nothing to measure: ${what}.`;
  }
  if (reason === 'too-short')
    return `Too short to tell: ${counted(statistic.deltaCount, 'delta')} in ${duration(statistic.durationMs)}.`;
  if (reason === 'stalled')
    return `msg itself could not read for ${duration(stalledMs(trace))} while the text came (a busy or halted machine): whether anything else held it cannot be told.`;
  if (reason === 'no-control')
    return 'All text came at once, but without the one-token control that may have been its pace.';
  return statistic.durationMs < 300
    ? 'The answer finished too fast to measure, and too fast to matter.'
    : `The text came ${duration(statistic.durationMs)} after a one-token answer would have, but then too fast to tell a hold from a fast model.`;
}

/** The hold index as people read it. */
export const holdWords = (holdIndex: number): string =>
  `held ${Math.round(100 * holdIndex)} % (0 % is steady, 100 % all at the end)`;

/** The verdict in a sentence, and the lines that prove it. */
export function describeStream(judgement: StreamJudgement, trace: StreamTrace): StreamWords {
  const { report, statistic } = judgement;
  const evidence: string[] = [];
  if (trace.hasContentLength) evidence.push('Content-Length on an event stream');
  if (trace.cacheHit !== null) evidence.push(`cache: ${trace.cacheHit}`);
  if ((trace.ageSeconds ?? 0) >= 1) evidence.push(`Age: ${trace.ageSeconds}`);
  if (statistic.deltaCount > 0) {
    const control =
      trace.oneTokenMs === null ? 'no one-token control' : `one token took ${duration(trace.oneTokenMs)}`;
    const first = duration(trace.deltas[0] ?? 0);
    evidence.push(
      `${counted(statistic.deltaCount, 'delta')} in ${counted(statistic.bursts.length, 'burst')}, first after ${first}; ${control}`,
    );
    const period =
      statistic.flushPeriodMs === null ? '' : `, a burst every ${duration(statistic.flushPeriodMs)}`;
    evidence.push(
      `${report.deltasPerArrival.toFixed(1)} deltas a burst${period}; ${holdWords(report.holdIndex)}`,
    );
  }
  if (report.verdict === 'block') {
    const sizes = statistic.bursts.map((burst) => burst.bytes).slice(0, 6);
    evidence.push(
      `burst sizes ${sizes.join(', ')} bytes; ${Math.round(statistic.cutShare * 100)} % end inside an event`,
    );
  }
  if (trace.headerHoldMs !== null)
    evidence.push(`headers arrived ${duration(trace.headerHoldMs)} after their Date`);
  if (trace.contentEncoding !== null) evidence.push(`Content-Encoding: ${trace.contentEncoding}`);
  return { summary: summaryOf(judgement, trace), evidence };
}
