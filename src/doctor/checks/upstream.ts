// The health of what is behind the gateway: servers that fail, fail over or make no token.

import { counted } from '../../text/counted.ts';
import { checksOf, degrade, type Finding, fail, pass, remedy, unknown } from '../engine/check.ts';
import { answersOf, fellSilent, isLate, isMessageFine, owned, ranOut } from '../engine/exchange-facts.ts';
import type { Observe, Streamed } from '../engine/observations.ts';
import { again, sendPlain } from '../engine/remedy-commands.ts';
import { longerTimeouts } from '../engine/remedy-snippets.ts';
import { wireLine, wireLines } from '../engine/wire-lines.ts';
import type { Reading } from '../reading/classify.ts';
import type { StreamFacts } from '../streams/stream-facts.ts';
import { judgeEmpty, judgeFailure, judgeKeyless } from './server-failure.ts';

export const upstreamChecks = checksOf({ group: 'stream', needs: ['keyless'] }, [
  {
    id: 'up.5xx',
    group: 'limits',
    title: 'Nothing behind the gateway fails',
    why: '500, 502, 503, 504, 52x and 529 have different owners; only some of them are worth a retry.',
    proof: 'Who wrote the error page, and how long it took.',
    cure: 'By owner: the edge (time-outs), the gateway (its upstream), the provider (wait).',
    configuration: longerTimeouts,
    uses: ['keyed', 'count', 'message', 'stream'],
    judge(observe) {
      const flaky = comesAndGoes(observe);
      if (flaky !== null)
        return (flaky.hurts ? fail : degrade)(flaky.text, {
          owner: 'gateway',
          confidence: 'likely',
          evidence: flaky.evidence,
          remedy: remedy(
            'Look into the log of the gateway: one of several servers behind it may be down. --watch counts how often.',
            [`${again(observe)} --watch`],
          ),
        });
      // A stream that fails where a plain answer does not is up.failover_stream.
      const failure = owned(
        'up.5xx',
        observe('message'),
        ...(isMessageFine(observe) ? [] : [observe('stream')?.exchange]),
        ...[observe('keyless')].filter((one) => one?.reading.kind === 'blocked'),
      );
      if (failure?.outcome === 'answered') return judgeFailure(observe, failure);
      return observe('message') === undefined ? judgeEmpty(observe) : judgeKeyless(observe);
    },
  },
  {
    id: 'up.failover_stream',
    title: 'Streaming works where plain answers do',
    why: 'Plain answers and streams often take different ways inside a gateway (another upstream, another worker, fail-over for the one and not for the other): one may work while the other fails.',
    proof: 'One token without streaming succeeds, the stream gets a 5xx.',
    cure: 'The log of the gateway for the streamed request; until then --no-stream.',
    needs: ['message', 'stream'],
    judge(observe) {
      const exchange = observe('stream')?.exchange;
      if (!isMessageFine(observe) || exchange === undefined || comesAndGoes(observe) !== null)
        return pass('');
      const isBroken = exchange.outcome === 'answered' && exchange.status >= 500;
      if (!isBroken) return pass('');
      return fail(`A plain answer succeeds, a stream gets ${exchange.status}: ${exchange.reading.means}`, {
        owner: 'gateway',
        confidence: 'likely',
        evidence: wireLines(observe('message'), exchange),
        remedy: remedy(
          'Have whoever runs the gateway look into its log for the streamed request. Until then ask without: --no-stream.',
          [sendPlain(observe), again(observe)],
        ),
      });
    },
  },
  {
    id: 'up.offline',
    title: 'A backend makes tokens',
    why: 'The gateway accepts the stream and then waits for a worker that is not there: no token, no error, no end.',
    proof: 'The host answers {}, but neither a plain request nor a stream brings a token in its time.',
    cure: 'A backend for the gateway. Not a proxy problem.',
    needs: ['stream'],
    uses: ['message', 'keyed', 'setup'],
    judge(observe) {
      const streamed = observe('stream');
      const stream = streamed?.stream;
      if (isLate(observe('message'))) return hanging(observe, streamed);
      const isSilent = fellSilent(streamed?.exchange) || ranOut(streamed?.exchange);
      if (streamed === undefined || stream == null || stream.deltas > 0 || !isSilent)
        return stream == null ? unknown('There was no stream.') : pass('');
      const start = stream.times.messageStart;
      return fail(
        `Gateway accepted the stream${start === null ? '' : ` (message_start at ${Math.round(start)} ms)`} but no token came for ${Math.round(stream.endMs / 1000)} s: no backend is online or the queue is full. Not a proxy problem.`,
        {
          owner: 'gateway',
          evidence: [wireLine(streamed.exchange)],
          remedy: remedy(`Start a backend, or look at the queue of the gateway.${backendNote(observe)}`, [
            again(observe),
          ]),
        },
      );
    },
  },
]);

/** A plain request that got no answer, and what a stream brought then. The host itself answers. */
function hanging(observe: Observe, streamed: Streamed | undefined): Finding {
  const [message, keyed] = [observe('message'), observe('keyed')];
  const waited = Math.round((message?.times.end ?? 0) / 1000);
  const host = observe('setup')?.url.host ?? 'The host';
  const stream = streamed?.stream;
  const problem = {
    owner: 'gateway',
    confidence: 'likely',
    evidence: wireLines(message, streamed?.exchange),
  } as const;
  if (stream != null && stream.deltas > 0)
    return fail(`A plain answer does not come within ${waited} s, a stream does: only plain answers hang.`, {
      ...problem,
      remedy: remedy('Ask for streams (msg does by default), and look into the log of the gateway.', [
        again(observe),
      ]),
    });
  const quick =
    keyed?.outcome === 'answered' ? ` (${keyed.status} in ${Math.round(keyed.times.end)} ms)` : '';
  const began =
    stream == null
      ? streamed?.exchange.outcome === 'answered'
        ? `a stream is answered with ${streamed.exchange.status}`
        : 'a stream does not begin either'
      : `a stream begins (${beginning(stream)}) and then brings nothing`;
  return fail(
    `${host} itself answers${quick}, but a request to the model gets no answer within ${waited} s, and ${began}: what is behind it is offline, busy or hangs.`,
    {
      ...problem,
      remedy: remedy(
        `Have whoever runs ${host} look at what is behind it: is a backend online, is its queue full?${backendNote(observe)}`,
        [again(observe)],
      ),
    },
  );
}

/** What came before the silence: `message_start at 3 ms, 1 ping`. */
function beginning({ times, keepalives }: StreamFacts): string {
  const pings = keepalives.length;
  const parts = [
    ...(times.messageStart === null ? [] : [`message_start at ${Math.round(times.messageStart)} ms`]),
    ...(pings === 0 ? [] : [counted(pings, 'ping')]),
  ];
  return parts.join(', ') || 'its headers';
}

/** What the preset knows of the backends of this product. */
const backendNote = (observe: Observe): string => {
  const note = observe('setup')?.backendNote ?? null;
  return note === null ? '' : ` ${note}`;
};

/**
 * Whether a server behind the gateway comes and goes: a request failed there, and the same request was answered when
 * it was sent again. Null: nothing of the kind was seen.
 */
function comesAndGoes(observe: Observe): { text: string; evidence: string[]; hurts: boolean } | null {
  const answers = answersOf(observe).filter((one) => one !== undefined);
  const isFailing = (reading: Reading | undefined): boolean => reading?.kind === 'server-error';
  const recovered = answers.filter(
    ({ retriedAfter, reading }) => isFailing(retriedAfter) && !isFailing(reading),
  );
  if (recovered.length === 0) return null;
  const failing = answers.filter(({ reading }) => isFailing(reading));
  const retried = answers.filter(({ retriedAfter }) => isFailing(retriedAfter)).length;
  const count = failing.length + retried;
  const [first] = failing;
  const words = first?.reading.means ?? recovered[0]?.retriedAfter?.means ?? '';
  return {
    text: `${count} of ${answers.length + retried} requests failed on and off, the others were answered: ${words}`,
    evidence: wireLines(...(first === undefined ? recovered.slice(0, 1) : [first])),
    hurts: first !== undefined,
  };
}
