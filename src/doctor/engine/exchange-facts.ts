// What checks ask of the exchanges of a run: which of them a check owns, what the one token brought. Pure.

import { modelIds } from '../../messages/closest-models.ts';
import { notRouted } from '../../messages/error-words.ts';
import { isObject } from '../../text/json.ts';
import { neverEnding } from '../probes/exchange-record.ts';
import { isOk } from '../reading/answer-rows/row.ts';
import type { BlockFact } from '../streams/stream-sequence.ts';
import { isFailure, isUnclear } from './empty-request.ts';
import type { Exchange, Observe } from './observations.ts';

/** The requests every target gets, in the order they are made: without key, with it, counted, answered, streamed. */
export const answersOf = (observe: Observe): (Exchange | undefined)[] => [
  observe('keyless'),
  observe('keyed'),
  observe('count'),
  observe('message'),
  observe('stream')?.exchange,
];

/** The first exchange of these that a check owns. */
export const owned = (id: string, ...exchanges: readonly (Exchange | undefined)[]): Exchange | undefined =>
  exchanges.find((exchange) => exchange?.reading.check === id);

/** Whether an answer was given up because nothing came any more: no token (pings do not count), or no byte. */
export const fellSilent = (exchange: Exchange | undefined): boolean =>
  exchange?.outcome === 'answered' &&
  ['MSG_NO_TOKEN', 'UND_ERR_BODY_TIMEOUT'].includes(exchange.breakage?.code ?? '');

/** Whether the answer began and msg's own limit of time ended it. */
export const ranOut = (exchange: Exchange | undefined): boolean =>
  exchange?.outcome === 'answered' && exchange.breakage?.code === 'ETIMEDOUT';

/** Whether a request was taken, and no answer came within its time: no head, or a head and not one byte. */
export const isLate = (exchange: Exchange | undefined): boolean =>
  exchange?.outcome === 'failed'
    ? /^(ETIMEDOUT|UND_ERR_HEADERS_TIMEOUT)$/.test(exchange.failure.code ?? '') &&
      exchange.reading.check === 'net.timeout'
    : exchange?.outcome === 'answered' &&
      exchange.bodyBytes === 0 &&
      /^(ETIMEDOUT|UND_ERR_BODY_TIMEOUT)$/.test(exchange.breakage?.code ?? '');

/** Whether it was given up because it went on and on. */
export const neverEnded = (exchange: Exchange | undefined): boolean =>
  exchange?.outcome === 'answered' && exchange.breakage?.code === neverEnding.code;

/** Whether the connection closed, or broke, before the body had come to the end that HTTP asks for. */
export const brokeOff = (exchange: Exchange | undefined): boolean =>
  exchange?.outcome === 'answered' &&
  /^(ECONNRESET|UND_ERR_SOCKET|UND_ERR_RES_CONTENT_LENGTH_MISMATCH)$/.test(exchange.breakage?.code ?? '');

/** Whether two requests got the same answer, to the letter. */
export const isSameAnswer = (a: Exchange | undefined, b: Exchange | undefined): boolean =>
  a?.outcome === 'answered' && b?.outcome === 'answered' && a.status === b.status && a.body === b.body;

/** Whether the request got past the judging of the key, if the key was judged at all. */
export const isThrough = (exchange: Exchange | undefined): boolean =>
  exchange?.outcome === 'answered' &&
  ['validation', 'open', 'message', 'list'].includes(exchange.reading.kind);

/** Whether an answer refuses the key, in whatever words. */
export const isKeyRefusal = (exchange: Exchange | undefined): boolean =>
  exchange?.reading.kind === 'unauthorized';

/** Whether a made-up key is refused where the configured one is not: the one proof that the key is judged and good. */
export const hasControl = (observe: Observe): boolean =>
  isKeyRefusal(observe('bogusKey')) && !isKeyRefusal(observe('keyed'));

/** Kinds of answers that have nothing to do with how the key is sent. */
const ofOtherCauses: readonly string[] = ['model', 'rate', 'quota', 'billing', 'overloaded', 'too-large'];

/** The answer that may mean two credentials in one request: {} forbidden, or a request with a model not answered. */
export function refusalOfBoth(observe: Observe): Exchange | undefined {
  const [keyed, message] = [observe('keyed'), observe('message')];
  if (isKeyRefusal(keyed) || keyed?.reading.kind === 'forbidden') return keyed;
  return isMessageFine(observe) || ofOtherCauses.includes(message?.reading.kind ?? '') ? undefined : message;
}

/** The header the key was tried in instead of the configured one; instead of both, each alone. */
export const otherSchemeOf = (auth: string, { asked }: Exchange): 'bearer' | 'x-api-key' =>
  auth === 'both'
    ? asked.keyHeader === 'Authorization'
      ? 'bearer'
      : 'x-api-key'
    : auth === 'bearer'
      ? 'x-api-key'
      : 'bearer';

/**
 * The requests that named a model and may have been refused: none where a message was answered, for a route for
 * counting that is not there, or not for this key, then hurts nobody.
 */
export const withModel = (observe: Observe): (Exchange | undefined)[] =>
  isMessageFine(observe) ? [] : [observe('message'), observe('count')];

/** Whether {} met something that may be about {} alone. */
export const isStumble = (exchange: Exchange | undefined): boolean =>
  exchange !== undefined && (isFailure(exchange) || isUnclear(exchange));

/**
 * The answer to a request with a model that refuses the key although {} was not refused for it. Where no control
 * proves the key good, the body was only read first.
 */
export const lateRefusal = (observe: Observe): Exchange | undefined =>
  isThrough(observe('keyed')) || isStumble(observe('keyed'))
    ? withModel(observe).find(isKeyRefusal)
    : undefined;

/** Whether a framework says that it has no such path, in its standard words. */
export const isRouteMissing = (exchange: Exchange | undefined): boolean =>
  exchange?.outcome === 'answered' && notRouted.test(exchange.reading.errorMessage?.trim() ?? '');

/** Whether the model answered a plain request. */
export const isMessageFine = (observe: Observe): boolean => observe('message')?.reading.kind === 'message';

/** The message the one-token probe got, parsed. */
export function messageOf(observe: Observe): Record<string, unknown> | null {
  const exchange = observe('message');
  if (exchange?.outcome !== 'answered' || !isOk(exchange)) return null;
  try {
    const json: unknown = JSON.parse(exchange.body);
    return isObject(json) ? json : null;
  } catch {
    return null;
  }
}

/** The ids of the list of models; none when there is no list. */
export const listedModels = (observe: Observe): string[] => {
  const models = observe('models');
  return models?.outcome === 'answered' && isOk(models) ? modelIds(models.body) : [];
};

/** The calls of tools in the answer to the probe that asks for two. */
export const toolCalls = (observe: Observe): readonly BlockFact[] =>
  (observe('toolCall')?.stream?.blocks ?? []).filter(({ type }) => type === 'tool_use');
