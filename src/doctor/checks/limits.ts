// Group H: limits, money, and the health of what is behind the gateway.
import { type Check, fail, info, pass, remedy, unknown, warn } from '../check.ts';
import { headerLines, wireLine } from '../evidence.ts';
import type { Answered, Exchange, Look } from '../observations.ts';
import { isKeyThrough } from '../probes/conditions.ts';
import { again, forHops, longerTimeouts, owned } from '../remedies.ts';

const answersOf = (look: Look): (Exchange | undefined)[] => [
  look('keyless'),
  look('keyed'),
  look('count'),
  look('message'),
  look('stream')?.exchange,
];

const later = ['keyed', 'count', 'message', 'stream'] as const;

const isLimitHeader = (name: string): boolean => /ratelimit|^retry-after/.test(name);

/** The latest answer that carries limit headers. */
function limitsOf(look: Look): Answered | undefined {
  return answersOf(look)
    .filter(
      (one): one is Answered => one?.outcome === 'answered' && Object.keys(one.headers).some(isLimitHeader),
    )
    .at(-1);
}

/** "in 12 s", "at 14:05 UTC", or null: when a limit is over, by whichever header says so. */
function resetText(exchange: Answered): string | null {
  const { headers } = exchange;
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  if (!Number.isNaN(seconds)) return `in ${spoken(seconds)}`;
  const date = Object.entries(headers).find(
    ([name, value]) =>
      /reset$|^retry-after$/.test(name) && !Number.isNaN(Date.parse(value)) && /[T ]/.test(value),
  )?.[1];
  if (date !== undefined) return `at ${date}`;
  const left = Object.entries(headers).find(
    ([name, value]) => /ratelimit.*reset/.test(name) && /^\d+(\.\d+)?s?$/.test(value),
  )?.[1];
  return left === undefined ? null : `in ${spoken(Number.parseFloat(left))}`;
}

function spoken(seconds: number): string {
  // Some count in epoch seconds.
  if (seconds > 1e9) return `time (${new Date(seconds * 1000).toISOString()})`;
  if (seconds < 120) return `${Math.ceil(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

export const limitChecks: readonly Check[] = [
  {
    id: 'rate.headers',
    group: 'limits',
    title: 'The limits are known',
    why: 'Limits are told in anthropic-ratelimit-*, x-ratelimit-* or not at all; knowing what remains avoids a 429.',
    proof: 'The headers of every answer.',
    cure: 'Nothing to cure.',
    needs: ['keyless'],
    uses: later,
    judge(look) {
      const answer = limitsOf(look);
      if (answer === undefined) return info('No answer tells them.');
      const evidence = Object.entries(answer.headers)
        .filter(([name]) => isLimitHeader(name))
        .map(([name, value]) => `${name}: ${value}`);
      const low = evidence.find((line) => /remaining: [0-2]$/.test(line));
      const find = (pattern: RegExp): string | undefined =>
        Object.entries(answer.headers).find(([name]) => pattern.test(name))?.[1];
      const [remaining, limit] = [
        find(/ratelimit-(requests-)?remaining|ratelimit-remaining/),
        find(/ratelimit-(requests-)?limit|ratelimit-limit/),
      ];
      const text =
        remaining === undefined
          ? `${evidence.length} headers tell them.`
          : `${remaining}${limit === undefined ? '' : ` of ${limit}`} requests remain.`;
      if (low === undefined) return info(text, { evidence });
      return warn(`Almost nothing remains: ${low}.`, {
        owner: 'you',
        evidence,
        remedy: remedy(
          `Wait${resetText(answer) === null ? '' : ` until it resets ${resetText(answer)}`}, or use --free.`,
          [`${again(look)} --free`],
        ),
      });
    },
  },
  {
    id: 'bill.balance',
    group: 'limits',
    title: 'The balance covers a request',
    why: 'No credit is told as 402, as 400 "credit balance is too low" or as 403 "insufficient quota"; some charge max_tokens in advance, so that one token passes and 32,000 do not.',
    proof: 'The words of the refusal.',
    cure: 'Top up.',
    needs: ['keyless'],
    uses: later,
    judge(look) {
      const answer = owned('bill.balance', ...answersOf(look));
      if (answer === undefined) return pass('');
      return fail(
        `The balance does not cover the request: "${answer.reading.errorMessage ?? ''}". The key itself is fine.`,
        {
          owner: 'you',
          evidence: [wireLine(answer)],
          remedy: remedy('Top up at the provider.', [again(look)]),
        },
      );
    },
  },
  {
    id: 'rate.quota',
    group: 'limits',
    title: 'No quota is used up',
    why: 'Daily, five-hourly and weekly windows and budgets are told as 429 too, but waiting a moment does not help.',
    proof: 'Words such as quota, budget, daily; a missing or very long retry-after.',
    cure: 'Wait for the window to end, or raise the plan.',
    needs: ['keyless'],
    uses: later,
    judge(look) {
      const answer = owned('rate.quota', ...answersOf(look));
      if (answer?.outcome !== 'answered') return pass('');
      const resets = resetText(answer);
      return fail(
        `Quota, not speed: "${answer.reading.errorMessage ?? answer.reading.means}"${resets === null ? '' : ` resets ${resets}`}. Retrying will not help.`,
        {
          owner: 'you',
          evidence: [wireLine(answer), ...headerLines(answer, 'retry-after')],
          remedy: remedy(
            resets === null
              ? 'Look up the window of the plan, or raise it.'
              : `Wait until it resets ${resets}, or raise the plan.`,
            [again(look)],
          ),
        },
      );
    },
  },
  {
    id: 'rate.limited',
    group: 'limits',
    title: 'Requests are not limited right now',
    why: 'Too many requests in a short time; the doctor stops asking.',
    proof: '429 with a short retry-after.',
    cure: 'Wait.',
    needs: ['keyless'],
    uses: later,
    judge(look) {
      const answer = owned('rate.limited', ...answersOf(look));
      if (answer?.outcome !== 'answered') return pass('');
      const resets = resetText(answer);
      return warn(
        `Too many requests right now${resets === null ? '' : `; again ${resets}`}. The rest could not be determined.`,
        {
          owner: 'you',
          evidence: [wireLine(answer), ...headerLines(answer, 'retry-after')],
          remedy: remedy(`Wait${resets === null ? '' : ` (${resets})`}, then run it again.`, [again(look)]),
        },
      );
    },
  },
  {
    id: 'up.5xx',
    group: 'limits',
    title: 'Nothing behind the gateway fails',
    why: '500, 502, 503, 504, 52x and 529 have different owners; only some of them are worth a retry.',
    proof: 'Who wrote the error page, and how long it took.',
    cure: 'By owner: the edge (time-outs), the gateway (its upstream), the provider (wait).',
    configuration: longerTimeouts,
    needs: ['keyless'],
    uses: later,
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
          evidence: [look('message'), exchange].filter((one) => one !== undefined).map(wireLine),
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
      const isSilent =
        streamed?.exchange.outcome === 'answered' && streamed.exchange.breakage?.code === 'MSG_NO_TOKEN';
      if (stream == null || stream.deltas > 0 || !isSilent)
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
