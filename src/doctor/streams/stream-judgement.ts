// From the stream probe and its controls to the buffering verdict. Pure; the statistic is stream-statistic.ts.

import { fellSilent } from '../engine/exchange-facts.ts';
import type { Answered, Exchange, Observe, Streamed } from '../engine/observations.ts';
import type { StreamReport } from '../engine/report.ts';
import { type Hop, identifyHops } from '../reading/hops.ts';
import { headerHold, judgeStream, type StreamJudgement } from './buffering-statistic.ts';
import type { StreamTrace } from './stream-statistic.ts';
import { measureArrivals } from './stream-statistic.ts';
import { type SuspectHop, suspectHopOf } from './suspect-hop.ts';
import type { SuspectFacts } from './suspects.ts';

export type JudgedStream = {
  readonly trace: StreamTrace;
  readonly judgement: StreamJudgement;
  readonly suspect: SuspectHop | null;
};

/** The verdict on the stream probe (the long one, if it was made), or undefined without a stream. */
export function judgedStream(observe: Observe): JudgedStream | undefined {
  const trace = traceOf(observe, observe('longStream') ?? observe('stream'));
  if (trace === undefined) return undefined;
  const judgement = judgeStream(trace);
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

function verdictOf(observe: Observe, streamed: Streamed | undefined): StreamReport['verdict'] | null {
  const trace = traceOf(observe, streamed);
  return trace === undefined ? null : judgeStream(trace).report.verdict;
}

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
