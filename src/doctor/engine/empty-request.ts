// What the answer to the empty request ({}) leaves open, and what settles it. It names no model: whatever comes back
// may be about {} alone, until a request that names one has been answered. Pure.
import type { Exchange, Observe } from './observations.ts';

/** Kinds of answers that come from something else than a Messages endpoint. */
const elsewhere: readonly string[] = ['path', 'web-page', 'redirect', 'dialect', 'empty', 'wrong-port'];

/** Whether an answer shows that the URL is not that of a Messages endpoint. */
export const isNotMessages = (exchange: Exchange | undefined): boolean =>
  exchange?.outcome === 'answered' &&
  (elsewhere.includes(exchange.reading.kind) ||
    (exchange.reading.kind === 'unexpected' && exchange.status < 500));

/** Kinds of answers that nothing but an API gives. */
const ofAnApi: readonly string[] = [
  'message',
  'stream',
  'list',
  'validation',
  'unauthorized',
  'forbidden',
  'model',
  'billing',
  'quota',
  'rate',
  'overloaded',
  'guardrail',
];

/** Whether an API answered, well or not: in its own words, not with a page. */
const isOfApi = (exchange: Exchange | undefined): boolean =>
  exchange?.outcome === 'answered' &&
  ofAnApi.includes(exchange.reading.kind) &&
  exchange.reading.shape !== 'html';

/** A page that refuses in nobody's known words. */
const isPageOfNobody = (exchange: Exchange): boolean =>
  exchange.reading.kind === 'blocked' && exchange.reading.check === null && exchange.reading.shape === 'html';

/**
 * Whether {} met what is no word of an API: silence, a closed connection, a page, nothing, "not here". Redirects, other
 * ports and other dialects speak for themselves.
 */
export function isUnclear(exchange: Exchange | undefined): boolean {
  if (exchange === undefined) return false;
  const { kind, check } = exchange.reading;
  if (exchange.outcome === 'failed') return /^(net\.(reset|timeout)|sse\.truncated)$/.test(check ?? '');
  if (kind === 'path') return check === null;
  return ['web-page', 'empty', 'unexpected'].includes(kind) || isPageOfNobody(exchange);
}

/** A failure over {} proves nothing either: gateways that choose by model have nowhere to send it. */
export const isFailure = ({ reading }: Exchange): boolean =>
  reading.kind === 'server-error' || reading.kind === 'overloaded';

/** Whether a request that names a model shows that an API is there, whatever {} met. */
export const isApiProven = (observe: Observe): boolean =>
  [observe('keylessModel'), observe('count'), observe('message')].some(isOfApi);

/** Whether the key may go there: the keyless answer, or that to a request with a model, is that of an API. */
export const isApiSeen = (observe: Observe): boolean => isOfApi(observe('keyless')) || isApiProven(observe);

/** A route for counting may be missing where the one for messages is not. */
const isNoRouteForCounting = ({ asked, reading }: Exchange): boolean =>
  asked.url.endsWith('/count_tokens') && reading.kind === 'path';

/** Whether a request with a model met the same as {}. */
const isConfirmed = (observe: Observe, first: Exchange): boolean =>
  first.reading.kind === 'path' ||
  [observe('count'), observe('message')].some((one) => one?.outcome === 'failed') ||
  [observe('keylessModel'), observe('count'), observe('message')].some(
    (one) =>
      one?.outcome === 'answered' &&
      (isNotMessages(one) || isPageOfNobody(one)) &&
      !isNoRouteForCounting(one),
  );

/** The answer to {} (or its absence) that may be about {} alone, as long as nothing else was answered or asked. */
export function openQuestion(observe: Observe): Exchange | undefined {
  const first = [observe('keyless'), observe('keyed')].find(isUnclear);
  return first === undefined || isApiProven(observe) || isConfirmed(observe, first) ? undefined : first;
}

/** The answer that shows there is no Messages endpoint at the URL, or undefined. */
export const misplaced = (observe: Observe): Exchange | undefined =>
  isApiProven(observe) || openQuestion(observe) !== undefined
    ? undefined
    : [observe('keyless'), observe('keyed'), observe('bogusKey')].find(isNotMessages);

/** Whether {} got no answer but something else did: the host lives. */
export const isAlive = (observe: Observe): boolean =>
  [observe('keyed'), observe('count'), observe('message'), observe('bogusKey')].some(
    (one) => one?.outcome === 'answered',
  );

/** Why an answer to {} is no verdict. */
export const provesNothing = (means: string): string =>
  `${means} That is the answer to an empty request, which names no model; it proves nothing.`;
