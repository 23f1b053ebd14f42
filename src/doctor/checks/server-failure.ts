// What a failure of a server means: of one that was asked for a model, over an empty request, or without the key.
import { type Finding, fail, info, pass, remedy, unknown, warn } from '../engine/check.ts';
import { isApiProven, provesNothing } from '../engine/empty-request.ts';
import { isThrough, owned } from '../engine/exchange-facts.ts';
import type { Answered, Exchange, Observe } from '../engine/observations.ts';
import { again, askWithModel } from '../engine/remedy-commands.ts';
import { forHops, longerTimeouts } from '../engine/remedy-snippets.ts';
import { headerLines, wireLine } from '../engine/wire-lines.ts';

const evidenceOf = (exchange: Exchange): string[] => [
  wireLine(exchange),
  ...headerLines(exchange, 'server', 'via', 'x-should-retry', 'retry-after'),
];

/** A failure of a request that named a model, or of whoever stands before the server. */
export function judgeFailure(observe: Observe, failure: Answered): Finding {
  const { kind, means, owner, cure, isRetryable } = failure.reading;
  const evidence = evidenceOf(failure);
  if (cure !== null && isRetryable && failure.status === 503)
    return warn(means, { owner, evidence, remedy: remedy(cure, [again(observe)]) });
  if (kind === 'overloaded')
    return warn('Overloaded: the capacity of the provider, not this configuration. Try again later.', {
      owner: 'provider',
      evidence,
      remedy: remedy('Try again in a minute; msg send retries by itself.', [again(observe)]),
    });
  const seconds = Math.round(failure.times.end / 1000);
  const timeout = knownTimeout(failure.times.end, failure.status);
  const isTimeout = failure.status === 504 || timeout !== null;
  return fail(
    `${means}${timeout === null ? '' : ` After ${seconds} s: ${timeout}.`}${failure.retries > 0 ? ' The same on a second try.' : ''}`,
    {
      owner,
      confidence: 'likely',
      evidence,
      remedy: remedy(
        cure ??
          (isTimeout
            ? 'Raise the time-out of the hop, and stream long answers.'
            : `Look into the log of ${failure.reading.server ?? 'the server'}: it says why.`),
        [again(observe)],
        isTimeout ? forHops(observe, longerTimeouts) : [],
      ),
    },
  );
}

/** A page that a known hop has for what is behind it, whatever was asked: 502 and beyond. */
const isPageOfHop = ({ status, reading }: Answered): boolean =>
  reading.shape === 'html' && reading.kind === 'server-error' && reading.server !== null && status > 500;

/** No message was asked for. The page of a hop is its word; any other failure may be about {}. */
export function judgeEmpty(observe: Observe): Finding {
  const failure = owned('up.5xx', observe('keyed'), observe('keyless'));
  if (failure?.outcome !== 'answered' || isThrough(observe('keyed')) || isApiProven(observe))
    return judgeKeyless(observe);
  if (isPageOfHop(failure)) return judgeFailure(observe, failure);
  return unknown(provesNothing(failure.reading.means), {
    owner: failure.reading.owner,
    evidence: evidenceOf(failure),
    remedy: askWithModel(observe),
  });
}

/** A failure without the key, where the request with it is judged as it should be. */
export function judgeKeyless(observe: Observe): Finding {
  const keyless = owned('up.5xx', observe('keyless'));
  if (keyless?.outcome !== 'answered' || !isThrough(observe('keyed'))) return pass('');
  if (keyless.status === 500)
    return info(
      `A request without a key is answered with 500 instead of 401; with the key all is as it should be.`,
      {
        evidence: evidenceOf(keyless),
      },
    );
  return warn(`${keyless.reading.means} The next request was answered.`, {
    owner: keyless.reading.owner,
    confidence: 'possible',
    evidence: evidenceOf(keyless),
    remedy: remedy('Watch it: msg doctor --watch counts such answers.', [`${again(observe)} --watch`]),
  });
}

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
