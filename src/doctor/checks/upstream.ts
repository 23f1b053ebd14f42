// The health of what is behind the gateway: servers that fail, fail over or make no token.
import { type Check, fail, pass, remedy, unknown, warn } from '../check.ts';
import { headerLines, wireLine, wireLines } from '../evidence.ts';
import { fellSilent, owned } from '../exchanges.ts';
import type { Look } from '../observations.ts';
import { isKeyThrough } from '../probes/conditions.ts';
import { again } from '../remedy-commands.ts';
import { forHops, longerTimeouts } from '../remedy-snippets.ts';

export const upstreamChecks: readonly Check[] = [
  {
    id: 'up.5xx',
    group: 'limits',
    title: 'Nothing behind the gateway fails',
    why: '500, 502, 503, 504, 52x and 529 have different owners; only some of them are worth a retry.',
    proof: 'Who wrote the error page, and how long it took.',
    cure: 'By owner: the edge (time-outs), the gateway (its upstream), the provider (wait).',
    configuration: longerTimeouts,
    needs: ['keyless'],
    uses: ['keyed', 'count', 'message', 'stream'],
    judge(look) {
      // A stream that fails where a plain answer does not is up.failover_stream.
      const counted = owned(
        'up.5xx',
        look('keyless'),
        look('message'),
        ...(isStumble(look) ? [] : [look('keyed')]),
        ...(isMessageFine(look) ? [] : [look('stream')?.exchange]),
      );
      if (counted?.outcome !== 'answered') return pass('');
      const { kind, means, owner, server } = counted.reading;
      const evidence = [
        wireLine(counted),
        ...headerLines(counted, 'server', 'via', 'x-should-retry', 'retry-after'),
      ];
      if (kind === 'overloaded')
        return warn('Overloaded: the capacity of the provider, not this configuration. Try again later.', {
          owner: 'provider',
          evidence,
          remedy: remedy('Try again in a minute; msg send retries by itself.', [again(look)]),
        });
      // {} was refused as it should be right after: a hiccup, not a state.
      if (counted === look('keyless') && look('keyed')?.reading.kind === 'validation')
        return warn(`${means} The next request was answered.`, {
          owner,
          confidence: 'possible',
          evidence,
          remedy: remedy('Watch it: msg doctor --watch counts such answers.', [`${again(look)} --watch`]),
        });
      const seconds = Math.round(counted.times.end / 1000);
      const timeout = knownTimeout(counted.times.end, counted.status);
      return fail(
        `${means}${timeout === null ? '' : ` After ${seconds} s: ${timeout}.`}${counted.retries > 0 ? ' The same on a second try.' : ''}`,
        {
          owner: server === null ? owner : 'proxy',
          confidence: 'likely',
          evidence,
          remedy: remedy(
            counted.status === 504 || timeout !== null
              ? 'Raise the time-out of the hop, and stream long answers.'
              : 'Look into the log of the gateway: what is behind it does not answer.',
            [again(look)],
            counted.status === 504 || timeout !== null ? forHops(look, longerTimeouts) : [],
          ),
        },
      );
    },
  },
  {
    id: 'up.failover_stream',
    group: 'stream',
    title: 'Streaming works where plain answers do',
    why: 'Gateways with several upstreams fail over for plain answers but not for streams: the first upstream may be broken, and only streams show it.',
    proof: 'One token without streaming succeeds, the stream does not.',
    cure: 'The first upstream of the gateway.',
    needs: ['message', 'stream'],
    judge(look) {
      const exchange = look('stream')?.exchange;
      if (!isMessageFine(look) || exchange === undefined) return pass('');
      const isBroken = exchange.outcome === 'answered' && exchange.status >= 500;
      if (!isBroken) return pass('');
      return fail(
        `A plain answer succeeds, a stream gets ${exchange.status}: the gateway fails over for plain answers but not for streams.`,
        {
          owner: 'gateway',
          confidence: 'likely',
          evidence: wireLines(look('message'), exchange),
          remedy: remedy('Check the first upstream of the gateway. Until then: --no-stream.', [
            `msg send --no-stream hello`,
            again(look),
          ]),
        },
      );
    },
  },
  {
    id: 'up.offline',
    group: 'stream',
    title: 'A backend makes tokens',
    why: 'The gateway accepts the stream and then waits for a worker that is not there: no token, no error, no end.',
    proof: 'Early events arrive, but no delta within 30 s or five times the plain answer.',
    cure: 'A backend for the gateway. Not a proxy problem.',
    needs: ['stream'],
    judge(look) {
      const streamed = look('stream');
      const stream = streamed?.stream;
      if (streamed === undefined || stream == null || stream.deltas > 0 || !fellSilent(streamed.exchange))
        return stream == null ? unknown('There was no stream.') : pass('');
      const start = stream.times.messageStart;
      return fail(
        `Gateway accepted the stream${start === null ? '' : ` (message_start at ${Math.round(start)} ms)`} but no token came for ${Math.round(stream.endMs / 1000)} s: no backend is online or the queue is full. Not a proxy problem.`,
        {
          owner: 'gateway',
          evidence: [wireLine(streamed.exchange)],
          remedy: remedy('Start a backend, or look at the queue of the gateway.', [again(look)]),
        },
      );
    },
  },
];

/** A 500 to {} where a real request is answered, or the key at least got past: a fault of manners only. */
const isStumble = (look: Look): boolean =>
  isKeyThrough(look) && look('keyed')?.reading.kind === 'server-error';

const isMessageFine = (look: Look): boolean => look('message')?.reading.kind === 'message';

/** Whose default time-out a duration looks like. */
function knownTimeout(ms: number, status: number): string | null {
  if (status !== 504 && status !== 502 && status !== 503 && status !== 524 && status !== 408) return null;
  const near = (target: number, slack: number): boolean => Math.abs(ms - target) <= slack;
  if (near(60_000, 700)) return 'proxy_read_timeout of nginx';
  if (near(29_500, 800)) return 'the limit of API Gateway';
  if (near(15_000, 300)) return 'the route timeout of Envoy';
  if (near(10_000, 250)) return 'a 10 s limit (Higress default)';
  return null;
}
