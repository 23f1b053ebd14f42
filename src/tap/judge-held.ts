// Streams that something on their way holds. The statistic, the suspects and their cures are those of the doctor.
import { identifyHops } from '../doctor/reading/hops.ts';
import {
  headerHold,
  isHeld,
  isProven,
  judgeStream,
  type StreamJudgement,
} from '../doctor/streams/buffering-statistic.ts';
import { describeStream, type StreamWords } from '../doctor/streams/buffering-words.ts';
import { stalledMs } from '../doctor/streams/stalls.ts';
import type { StreamFacts } from '../doctor/streams/stream-facts.ts';
import type { StreamTrace } from '../doctor/streams/stream-statistic.ts';
import { measureArrivals } from '../doctor/streams/stream-statistic.ts';
import { suspectHopOf } from '../doctor/streams/suspect-hop.ts';
import { counted, duration } from '../text/counted.ts';
import { isObject } from '../text/json.ts';
import type { Evidence } from './evidence.ts';
import type { TapVerdict } from './exchange.ts';
import { type Rule, verdict } from './rule.ts';

/** Something on the way collects the stream. */
export const heldStream: Rule = ({ evidence, tap }) => {
  const { stream, entry } = evidence;
  if (stream === null || stream.times.stop === null || evidence.isPartial) return undefined;
  const trace = traceOf(evidence, stream);
  const judgement = judgeStream(trace);
  const words = describeStream(judgement, trace);
  if (!isHeld(judgement))
    return suspicious(sinceAsked(trace, entry.times.requestEnd), judgement, words, tap.doctorCommand);
  if (isDoubtful(trace, judgement)) return undefined;
  const hops = identifyHops([{ status: 200, headers: evidence.headers, body: '' }]);
  const suspect = suspectHopOf({
    judgement,
    trace,
    hops,
    identityVerdict: null,
    via: null,
    isTls: entry.url.startsWith('https:'),
    inspector: null,
    proxy: tap.proxy,
  });
  const [cure] = suspect?.cures ?? [];
  return verdict(heldIds[judgement.report.verdict] ?? 'sse.buffered', {
    severity: judgement.severity === 'fail' ? 'fail' : 'warn',
    summary:
      suspect === null
        ? words.summary
        : `${words.summary.replace(/\.$/, '')} (${suspect.confidence === 'certain' ? '' : `${suspect.confidence}: `}${suspect.hop}).`,
    owner: judgement.report.verdict === 'held-by-app' ? 'gateway' : 'proxy',
    // A Date alone is no proof: clocks go wrong.
    confidence: suspect?.confidence ?? (trace.headerHoldMs === null ? judgement.confidence : 'likely'),
    cure: cure?.advice ?? 'Let every hop pass events on as they come.',
    commands: [tap.doctorCommand],
    evidence: [...words.evidence, ...(suspect?.reasons ?? []), ...(cure === undefined ? [] : [cure.text])],
  });
};

/**
 * What a busy machine makes, too: the tap did not run for much of the stream, which also delays what is read in between;
 * or the server paused for less than a reader feels. There is no control to tell that from a hop.
 */
const isDoubtful = (trace: StreamTrace, judgement: StreamJudgement): boolean =>
  !isProven(judgement) && (stalledMs(trace) * 4 >= judgement.statistic.durationMs || isBrief(judgement));

const isBrief = ({ report, statistic }: StreamJudgement): boolean =>
  report.verdict === 'buffered' && !statistic.isControlled && statistic.durationMs < longestWaitMs;

/** The checks of the doctor that own a way of holding. */
const heldIds: Readonly<Record<string, string>> = {
  block: 'sse.block',
  coalesced: 'sse.coalesced',
  'timed-flush': 'sse.coalesced',
  'held-by-app': 'sse.held_by_app',
};

/** The times of a trace since the last byte of the request: a large one takes its own. */
const sinceAsked = (trace: StreamTrace, requestEnd: number | null): StreamTrace => ({
  ...trace,
  deltas: trace.deltas.map((at) => at - (requestEnd ?? 0)),
  firstEventAt: trace.firstEventAt === null ? null : trace.firstEventAt - (requestEnd ?? 0),
  stalls: trace.stalls.map(({ from, to }) => ({
    from: from - (requestEnd ?? 0),
    to: to - (requestEnd ?? 0),
  })),
});

/** More text than a model makes in so short a time, behind a wait that a reader feels. */
const longestWaitMs = 1000;
const leastTokens = 24;
const fastestTokenMs = 2;

/** Without a control request, all text at once may also be a model that is that fast, or a tap that did not run. */
function suspicious(
  { deltas, outputTokens, firstEventAt, hasContentLength, stalls }: StreamTrace,
  { reason, statistic }: StreamJudgement,
  words: StreamWords,
  doctorCommand: string,
): TapVerdict | undefined {
  const first = deltas[0] ?? 0;
  if (reason !== 'no-control' && reason !== 'stated-length') return undefined;
  const tokens = outputTokens ?? deltas.length;
  if (deltas.length < 8 || tokens < leastTokens || first < longestWaitMs) return undefined;
  if (!hasContentLength && stalls.some(({ from }) => from < first)) return undefined;
  if (!hasContentLength && statistic.spanMs > tokens * fastestTokenMs) return undefined;
  const openedAt = firstEventAt ?? first;
  const isByApp = first - openedAt >= longestWaitMs;
  const all = `All ${counted(tokens, 'token')} came at once`;
  return verdict(isByApp ? 'sse.held_by_app' : 'sse.buffered', {
    severity: 'warn',
    summary: isByApp
      ? `The stream opened after ${duration(openedAt)}, and ${all.charAt(0).toLowerCase()}${all.slice(1)} ${duration(first - openedAt)} later: the gateway holds it, not a proxy.`
      : hasContentLength
        ? `${all} after ${duration(first)}, with a Content-Length: some hop collects the whole answer before it sends any of it.`
        : `${all} after ${duration(first)}: the stream is held on its way, or the model is that fast.`,
    owner: isByApp ? 'gateway' : 'proxy',
    confidence: isByApp ? 'likely' : hasContentLength ? 'certain' : 'possible',
    cure: 'The doctor tells who holds it, with a control request.',
    commands: [doctorCommand],
    evidence: words.evidence,
  });
}

/** How long the head was held, by its Date. A server that wrote it before it was asked has a clock that is wrong. */
function heldHead({ startedAt, times }: Evidence['entry'], date: string | undefined): number | null {
  const head = times.head ?? 0;
  const holdMs = headerHold(startedAt + head, date, 0);
  return holdMs !== null && holdMs <= head - (times.requestEnd ?? 0) + dateGrainMs ? holdMs : null;
}

/** Date counts whole seconds. */
const dateGrainMs = 1000;

function traceOf({ entry, headers, facts }: Evidence, stream: StreamFacts): StreamTrace {
  const age = headers['age'];
  const cache = headers['x-cache'] ?? headers['cf-cache-status'] ?? headers['x-cache-status'];
  return {
    ...measureArrivals({ ...stream, events: stream.events.filter(isWritten) }),
    oneTokenMs: null,
    headerHoldMs: heldHead(entry, headers['date']),
    hasContentLength: stream.contentLength !== null,
    ageSeconds: age === undefined ? null : Number(age),
    cacheHit: cache !== undefined && /\bHIT\b/i.test(cache) ? cache : null,
    contentEncoding: stream.contentEncoding,
    end: entry.ending === 'complete' ? 'complete' : 'cut',
    outputTokens: facts.outputTokens,
  };
}

/** The input of tools comes as the model finishes each part of it, in bursts that nobody on the way makes. */
const isWritten = ({ json }: StreamFacts['events'][number]): boolean =>
  !isObject(json?.['delta']) || json['delta']['type'] !== 'input_json_delta';
