// One search from beginning to end: what of a request is refused; where everything is, what it lacks, and what is refused of it
// then. Asks through tries. Pure.
import type { ClientRequest } from './client-request.ts';
import { clientsOf } from './clients/known-clients.ts';
import { findMissing, type MissingParts, withAddition } from './missing-parts.ts';
import { type Narrowed, narrowed } from './narrow.ts';
import type { Refusal } from './refusal.ts';
import type { Parts } from './request-parts.ts';
import { findCauses, type Search } from './search.ts';
import type { Tries } from './tries.ts';

type Found = {
  readonly search: Search;
  readonly causes: readonly Narrowed[];
  /** Those that were searched: with the addition, where something is missing. */
  readonly parts: Parts;
  readonly missing: MissingParts | null;
};

/** What of the request is refused; or what it lacks, and what is refused of it then. */
export async function searchRequest(
  request: ClientRequest,
  parts: Parts,
  refusal: Refusal,
  tries: Tries,
): Promise<Found> {
  const first = await findCauses(parts, refusal, tries);
  const model = String(request.body['model'] ?? '');
  const isShut = first.isBareRefused && first.isRestAccepted !== true;
  const missing = isShut ? await findMissing(clientsOf('all'), request, model, tries) : null;
  if (missing === null) return { search: first, causes: await details(first, parts, tries), parts, missing };
  const complete = withAddition(parts, missing.addition);
  const whole = complete.build(parts.list.map((_, index) => index));
  const answer = await tries.ask(whole);
  const search: Search =
    answer?.outcome === 'refused'
      ? await findCauses(complete, answer.refusal, tries)
      : {
          ...first,
          causes: [],
          isAlways: false,
          isRestAccepted: answer === undefined ? null : true,
          rest: answer === undefined ? null : whole,
          stop: tries.stop,
        };
  return { search, causes: await details(search, complete, tries), parts: complete, missing };
}

async function details({ causes }: Search, parts: Parts, tries: Tries): Promise<Narrowed[]> {
  const detailed = [];
  for (const cause of causes) detailed.push(await narrowed(cause, parts, tries));
  return detailed;
}
