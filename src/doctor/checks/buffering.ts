// The timing of a stream: does text arrive as it is made? The statistic is in streams/buffering-statistic, the words in
// streams/buffering-words.

import { checksOf, degrade, type Finding, info, pass, remedy, unknown, warn } from '../engine/check.ts';
import type { Observe } from '../engine/observations.ts';
import { again, askBehind, askBehindWords, withoutProxy } from '../engine/remedy-commands.ts';
import type { Owner, Remedy, Snippets, StreamVerdict } from '../engine/report.ts';
import { isHeld, type StreamJudgement } from '../streams/buffering-statistic.ts';
import { describeStream } from '../streams/buffering-words.ts';
import { type Cure, cures } from '../streams/cures.ts';
import { doubtsOfHold, type JudgedStream, judgedStream } from '../streams/stream-judgement.ts';
import type { SuspectHop } from '../streams/suspect-hop.ts';
import { noStream } from './stream-wire.ts';

/** Configuration to paste; the advice of a cure goes into the sentence of the remedy. */
function snippetsOf(chosen: readonly Cure[]): Snippets {
  return chosen.map(({ server, text }) => ({ server, text }));
}

const compressionCures = snippetsOf([
  cures.nginxGzip,
  cures.caddyEncode,
  cures.apacheDeflate,
  cures.traefik,
  cures.express,
  cures.cloudflare,
]);

const holdCures = snippetsOf(Object.values(cures));

/** Judges the stream where the verdict is one of these; any other verdict belongs to another check. */
function judgeAs(verdicts: readonly StreamVerdict[], owner: Owner): (observe: Observe) => Finding {
  return (observe) => {
    const judged = judgedStream(observe);
    if (judged === undefined) return noStream;
    const { verdict } = judged.judgement.report;
    if (verdict === 'unknown' || verdict === 'offline')
      return unknown(describeStream(judged.judgement, judged.trace).summary, {
        evidence: describeStream(judged.judgement, judged.trace).evidence,
      });
    if (!verdicts.includes(verdict))
      return pass(verdict === 'live' ? describeStream(judged.judgement, judged.trace).summary : '');
    return findingOf(observe, judged, owner);
  };
}

function findingOf(observe: Observe, { trace, judgement, suspect }: JudgedStream, owner: Owner): Finding {
  const words = describeStream(judgement, trace);
  return byCost(judgement)(`${words.summary}${hopWords(suspect)}`, {
    owner,
    confidence: judgement.confidence,
    evidence: words.evidence,
    remedy: holdRemedy(observe, suspect),
  });
}

function hopWords(suspect: SuspectHop | null): string {
  if (suspect === null) return '';
  const { hop, confidence, reasons } = suspect;
  const kind = { certain: 'The hop', likely: 'Likely hop', possible: 'Possible hop' }[confidence];
  return ` ${kind}: ${hop} (${reasons.join(', ')}).`;
}

/** What is surely or likely the cause is changed first; of what is merely possible, the next address tells. */
function holdRemedy(observe: Observe, suspect: SuspectHop | null): Remedy {
  const [first] = suspect?.cures ?? [];
  const isFound = suspect !== null && first !== undefined;
  const isOpen = suspect?.confidence === 'possible';
  const step = !isFound
    ? `Find the hop: ${askBehindWords}.`
    : isOpen
      ? `See whether it is ${suspect.hop}: ${askBehindWords}. If so: ${first.advice}`
      : first.advice;
  // A configured proxy can be left out to compare, or for good.
  const isProxy = suspect?.cures.includes(cures.forwardProxy) === true;
  const verifying = isProxy ? withoutProxy(observe) : isFound ? [again(observe)] : [];
  return remedy(
    `${step} Until then use --no-stream.`,
    [...verifying, ...(isFound && !isOpen ? [] : [askBehind(observe)])],
    snippetsOf(suspect?.cures ?? []),
  );
}

/**
 * What is added to every token that everybody who reads along feels. The timers of hops (190 ms and more) add 95 and
 * more: well above it, so that what one run measures a little less of is judged as the next.
 */
const feltDelayMs = 75;

/** A stream that is held brings its whole text: late, so it is never broken for that. */
function byCost({ severity, report }: StreamJudgement): typeof degrade {
  const isFlushed = report.verdict === 'coalesced' || report.verdict === 'timed-flush';
  if (severity === 'fail' || severity === 'warn')
    return isFlushed && report.addedDelayMs < feltDelayMs ? warn : degrade;
  return severity === 'unknown' ? unknown : info;
}

export const bufferingChecks = checksOf({ group: 'stream', needs: ['stream'], blocks: 'nothing' }, [
  {
    id: 'sse.buffered',
    title: 'The stream is not held back to its end',
    why: 'A hop that collects the whole answer before sending it: nothing for seconds, then everything at once.',
    proof:
      'When each delta arrives, against the time one token takes: how many come at one moment, and the usual time from one moment to the next. A stream is held 0 % where text came as steadily as it was made, 100 % where all of it came at the end. Held back is one whose deltas came at hardly more than one moment (an effective 1.6), or at less than 4 and held 75 % or more; and one that states its length, its age or a cache.',
    cure: 'The directive for the hop that is named.',
    configuration: holdCures,
    uses: ['message', 'network', 'messageAgain', 'identityStream', 'longStream', 'vantage'],
    doubts: doubtsOfHold,
    judge: judgeAs(['buffered'], 'proxy'),
  },
  {
    id: 'sse.block',
    title: 'The stream is not cut into blocks of bytes',
    why: 'A byte buffer lets text through only when it is full: blocks of 4 or 8 KB, cut in the middle of events.',
    proof: 'Bursts of the same size that end inside an event.',
    cure: 'nginx: proxy_http_version 1.1; proxy_buffering off;',
    configuration: holdCures,
    uses: ['message', 'network'],
    doubts: doubtsOfHold,
    judge: judgeAs(['block'], 'proxy'),
  },
  {
    id: 'sse.coalesced',
    title: 'Tokens arrive one by one, not in batches',
    why: 'A timer or coalescing hop sends every 200 ms what came meanwhile: text jumps.',
    proof: 'Bursts at a steady period that end between events.',
    cure: 'HAProxy: option http-no-delay',
    configuration: holdCures,
    uses: ['message', 'network'],
    doubts: doubtsOfHold,
    judge: judgeAs(['coalesced', 'timed-flush'], 'proxy'),
  },
  {
    id: 'sse.held_by_app',
    title: 'The gateway does not hold the text',
    why: 'An output guardrail or fake streaming: the stream opens on time, pings come, all text comes at the end. Proxies are innocent.',
    proof: 'The first event is early, all deltas come together at the end.',
    cure: "The gateway's policy.",
    uses: ['message', 'network'],
    doubts: doubtsOfHold,
    judge(observe) {
      const finding = judgeAs(['held-by-app'], 'gateway')(observe);
      return finding.remedy === null
        ? finding
        : {
            ...finding,
            remedy: remedy(
              'Change the gateway policy: output guardrails and moderation hold text until it is checked.',
              [again(observe)],
            ),
          };
    },
  },
  {
    id: 'sse.compressed',
    title: 'Compression does not hold the stream',
    why: 'SDKs accept compression and curl does not: a hop that compresses event streams without flushing "works in curl".',
    proof: 'The same stream with and without Accept-Encoding.',
    cure: 'Leave text/event-stream out of compression.',
    configuration: compressionCures,
    uses: ['message', 'network', 'identityStream'],
    doubts: doubtsOfHold,
    judge(observe) {
      const judged = judgedStream(observe);
      const stream = observe('stream')?.stream;
      if (judged === undefined || stream == null) return noStream;
      if (stream.contentEncoding === null) return pass('');
      if (judged.judgement.report.verdict === 'live')
        return pass(`${stream.contentEncoding}, flushed for every event.`);
      const identity = observe('identityStream');
      if (identity?.stream == null)
        return isHeld(judged.judgement)
          ? unknown('The stream is compressed; it could not be compared.')
          : info(`${stream.contentEncoding}; nothing shows that it holds the stream.`);
      const without = judgedStream((id) =>
        id === 'stream'
          ? (identity as never)
          : ['longStream', 'identityStream', 'streamAgain'].includes(id)
            ? undefined
            : observe(id),
      );
      const verdict = without?.judgement.report.verdict;
      if (verdict !== 'live') return pass(`It is held without compression too (${verdict ?? 'unknown'}).`);
      const directives = judged.suspect?.cures ?? [];
      return (judged.judgement.severity === 'info' ? info : degrade)(
        `With compression (${stream.contentEncoding}) the stream is ${judged.judgement.report.verdict}, without it live: "works in curl". Exclude text/event-stream from compression.`,
        {
          owner: 'proxy',
          confidence: 'likely',
          evidence: [`content-encoding: ${stream.contentEncoding}`],
          remedy: remedy(
            'Exclude text/event-stream from compression.',
            [again(observe)],
            directives.length > 0 ? snippetsOf(directives) : compressionCures,
          ),
        },
      );
    },
  },
]);
