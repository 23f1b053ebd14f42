// Who answers, and under what: what thinking blocks are bound to. Pure.
import { originOf } from '../../messages/endpoint.ts';
import type { GenerationOptions } from '../../messages/request.ts';
import type { Maker } from './turns.ts';

/** The maker of what an endpoint answers under these options. */
export function makerAt(baseUrl: string, { system, tools, model }: GenerationOptions): Maker {
  const context = system === undefined && tools === undefined ? '' : digest(JSON.stringify([system, tools]));
  return { model, endpoint: originOf(baseUrl), context };
}

/** FNV-1a: enough to tell two contexts apart; node:crypto would cost a fifth of the start. */
function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return `${text.length}-${(hash >>> 0).toString(16)}`;
}
