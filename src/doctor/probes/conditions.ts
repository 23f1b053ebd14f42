// When a probe is worth making: the conditions probes have in common.

import type { Endpoint } from '../../messages/endpoint.ts';
import { isApiSeen, isFailure, isUnclear } from '../engine/empty-request.ts';
import { isLate, isMessageFine, isThrough } from '../engine/exchange-facts.ts';
import { sentDefects } from '../engine/key-facts.ts';
import type { Exchange, Observe } from '../engine/observations.ts';
import type { DoctorContext, Go, Hindrance } from '../engine/probe.ts';

/** The endpoint of a probe whose `when` made sure there is one. */
export function endpointOf({ endpoint }: DoctorContext): Endpoint {
  if (endpoint === null) throw new Error('a probe that needs an endpoint was made without one');
  return endpoint;
}

/** The model of a probe whose `when` made sure there is one. */
export function modelOf({ model }: DoctorContext): string {
  if (model === null) throw new Error('a probe that needs a model was made without one');
  return model;
}

/** True, or that the probe is only made with this flag. */
export const needsFlag = (isGiven: boolean, flag: string): true | string =>
  isGiven || `not asked for (${flag})`;

/** Whether the key got past the door: {} is not refused for it, or a request with a model is answered. */
export const isKeyThrough = (observe: Observe): boolean =>
  isThrough(observe('keyed')) || isStatus(observe('keyed'), 200) || isMessageFine(observe);

const isStatus = (exchange: Exchange | undefined, status: number): boolean =>
  exchange?.outcome === 'answered' && exchange.status === status;

/** True, or why no keyed request can be made. */
export function canUseKey(_: Observe, { endpoint, setup }: DoctorContext): Go {
  if (endpoint === null) return noUrl;
  if (endpoint.auth === 'none') return true;
  if (setup.key === null || endpoint.key === undefined) return { reason: 'there is no key', by: 'setup' };
  if (sentDefects(setup.key, setup.keySource).some(({ kind }) => kind !== 'quote'))
    return { reason: 'the key cannot be sent', by: 'setup' };
  return true;
}

/** True, or why a generation is pointless: the key did not get through, no model, or no tokens may be spent. */
export function canGenerate(observe: Observe, context: DoctorContext): Go {
  if (context.options.isFree) return 'it spends tokens (--free)';
  return canAskForModel(observe, context);
}

/** True, or why a request that names a model is pointless. */
export function canAskForModel(observe: Observe, context: DoctorContext): Go {
  if (context.model === null) return 'no model is configured (-m MODEL)';
  const keyed = observe('keyed');
  if (keyed === undefined) return { reason: 'no keyed request was possible', by: 'keyed' };
  if (keyed.outcome === 'failed')
    return isUnclear(keyed) || { reason: 'the keyed request got no answer', by: 'keyed' };
  if (!isKeyThrough(observe) && !isFailure(keyed) && !(isUnclear(keyed) && isApiSeen(observe)))
    return { reason: `the keyed request was answered with ${keyed.status}`, by: 'keyed' };
  return true;
}

/** What a stream is given where a plain answer did not come: its first events are looked at, no more. */
export const firstEventsMs = 20_000;

/** How long a stream may bring no text: five times what one token took, at least 30 s. */
export function patience(observe: Observe): number {
  const one = observe('message');
  if (isLate(one)) return firstEventsMs;
  return Math.max(30_000, 5 * (one?.times.end ?? 0));
}

/** {} told nothing, so whatever is asked with it again tells nothing. */
export const emptyTellsNothing = 'an empty request is not answered here as an API does';

export const noUrl: Hindrance = { reason: 'there is no URL to ask', by: 'setup' };
export const unreachable: Hindrance = { reason: 'the host cannot be reached', by: 'network' };
/** What follows a stream needs one. */
export const noStream: Hindrance = { reason: 'there was no stream', by: 'stream' };

/** True, or why no stream is worth asking for. */
export const canStream = (observe: Observe, context: DoctorContext): Go => {
  const one = observe('message');
  if (one === undefined) return canGenerate(observe, context);
  // The first events of a stream tell where it hangs.
  if (isLate(one)) return canGenerate(observe, context);
  if (one.outcome === 'failed') return { reason: 'the request for one token got no answer', by: 'message' };
  if (one.reading.kind !== 'message' && one.reading.kind !== 'stream')
    return { reason: `the request for one token was answered with ${one.status}`, by: 'message' };
  return canGenerate(observe, context);
};
