// From the stream probe and its controls to the buffering verdict. Pure; the statistic is stream-statistic.ts.

import { fellSilent } from '../engine/exchange-facts.ts';
import type { Answered, Exchange, Observe, ProbeId, Streamed } from '../engine/observations.ts';
import type { StreamReport } from '../engine/report.ts';
import { type Hop, identifyHops } from '../reading/hops.ts';
import { headerHold, isHeld, isProven, judgeStream, type StreamJudgement } from './buffering-statistic.ts';
import type { StreamTrace } from './stream-statistic.ts';
import { measureArrivals } from './stream-statistic.ts';
import { type SuspectHop, suspectHopOf } from './suspect-hop.ts';
import type { SuspectFacts } from './suspects.ts';

export type JudgedStream = {
  readonly trace: StreamTrace;
  readonly judgement: StreamJudgement;
  readonly suspect: SuspectHop | null;
};

/**
 * The verdict on the stream probe (the long one, if it was made), or undefined without a stream. Where a second stream
 * was asked for, both have to be held: what one busy moment of a machine makes, the next one does not.
 */
export function judgedStream(observe: Observe): JudgedStream | undefined {
  const first = judgedTrace(observe, observe('longStream') ?? observe('stream'));
  if (first === undefined) return undefined;
  const second = isDoubtful(first.judgement) ? judgedTrace(observe, observe('streamAgain')) : undefined;
  const { trace, judgement } = second !== undefined && isKinder(second, first) ? second : first;
  const network = observe('network');
  const proxy = observe('setup')?.proxy;
  const suspect = suspectHopOf({
    judgement,
    trace,
    hops: hopsOf(observe),
    identityVerdict: verdictOf(observe, observe('identityStream')),
    via: viaOf(observe),
    isTls: network?.isTls ?? false,
    inspector: network?.tls?.verdict?.inspector ?? null,
    proxy: proxy?.isUsed === true ? proxy : null,
  });
  return { trace, judgement, suspect };
}

type JudgedTrace = Pick<JudgedStream, 'trace' | 'judgement'>;

function judgedTrace(observe: Observe, streamed: Streamed | undefined): JudgedTrace | undefined {
  const trace = traceOf(observe, streamed);
  return trace === undefined ? undefined : { trace, judgement: judgeStream(trace) };
}

/** Whether times alone say that the stream is held, or would, had msg itself run all the time. */
const isDoubtful = (judgement: StreamJudgement): boolean =>
  judgement.reason === 'stalled' || (isHeld(judgement) && !isProven(judgement));

const kindness = ['pass', 'info', 'unknown', 'warn', 'fail'] as const;

/** Whether the second stream is the one to go by: nothing was to be told of the first, or it was held longer. */
const isKinder = (second: JudgedTrace, first: JudgedTrace): boolean =>
  first.judgement.reason === 'stalled' ||
  kindness.indexOf(second.judgement.severity) < kindness.indexOf(first.judgement.severity);

/** The second stream, where the first leaves a doubt whether it was held. */
export function doubtsOfHold(observe: Observe): readonly ProbeId[] {
  const first = judgedTrace(observe, observe('longStream') ?? observe('stream'));
  return first !== undefined && isDoubtful(first.judgement) ? ['streamAgain'] : [];
}

/** The stream as the report has it; null without one. */
export function streamReportOf(observe: Observe): StreamReport | null {
  const judged = judgedStream(observe);
  if (judged === undefined) return null;
  const { judgement, suspect } = judged;
  return {
    ...judgement.report,
    ...(suspect === null ? {} : { hop: suspect.hop, hopConfidence: suspect.confidence }),
  };
}

function viaOf(observe: Observe): SuspectFacts['via'] {
  const vantage = observe('vantage');
  const verdict = verdictOf(observe, vantage);
  if (verdict === null || vantage?.exchange.outcome !== 'answered') return null;
  return { verdict, hops: identifyHops([vantage.exchange]) };
}

const verdictOf = (observe: Observe, streamed: Streamed | undefined): StreamReport['verdict'] | null =>
  judgedTrace(observe, streamed)?.judgement.report.verdict ?? null;

function traceOf(observe: Observe, streamed: Streamed | undefined): StreamTrace | undefined {
  if (streamed?.stream == null || streamed.exchange.outcome === 'failed') return undefined;
  const { stream, exchange } = streamed;
  const tokens = stream.endUsage?.['output_tokens'];
  return {
    ...measureArrivals(stream),
    oneTokenMs: quickest([observe('message'), observe('messageAgain')]),
    headerHoldMs: headerHold(exchange.wallTimeMs, exchange.headers['date'], clockOffset(observe('keyless'))),
    hasContentLength: stream.contentLength !== null,
    ageSeconds: exchange.headers['age'] === undefined ? null : Number(exchange.headers['age']),
    cacheHit: cacheHit(exchange),
    contentEncoding: stream.contentEncoding,
    end: stream.isClean ? 'complete' : fellSilent(exchange) ? 'timeout' : 'cut',
    outputTokens: typeof tokens === 'number' ? tokens : null,
  };
}

/** How long one token takes at best. Only a whole JSON answer is a control: a stream could be held itself. */
function quickest(controls: readonly (Exchange | undefined)[]): number | null {
  const times = controls.flatMap((exchange) =>
    exchange?.outcome === 'answered' && exchange.reading.kind === 'message' ? [exchange.times.end] : [],
  );
  return times.length === 0 ? null : Math.min(...times);
}

/** Server's clock less ours, by the Date of an answer nothing held; 0 when unknown. */
export function clockOffset(exchange: Exchange | undefined): number {
  if (exchange?.outcome !== 'answered') return 0;
  const date = Date.parse(exchange.headers['date'] ?? '');
  return Number.isNaN(date) ? 0 : date - exchange.wallTimeMs;
}

function cacheHit({ headers }: Answered): string | null {
  const value =
    headers['x-cache'] ?? headers['cf-cache-status'] ?? headers['x-cache-status'] ?? headers['x-proxy-cache'];
  return value !== undefined && /\bHIT\b/i.test(value) ? value : null;
}

/** The hops that the answers so far gave away. */
export function hopsOf(observe: Observe): readonly Hop[] {
  const stream = observe('stream')?.exchange;
  const answers = [observe('keyless'), observe('keyed'), observe('count'), observe('message'), stream];
  return identifyHops(answers.filter((answer): answer is Answered => answer?.outcome === 'answered'));
}
