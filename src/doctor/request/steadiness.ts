// Whether what a search found is still so when it is asked again: a server that refuses by chance, or one of several
// behind one address, leads any search to a cause that is none.
import type { ClientRequest } from './client-request.ts';
import type { Answer, Tries } from './tries.ts';

/** A request on which a finding rests, and how it was answered. */
export type Decisive = readonly [request: ClientRequest, outcome: Answer['outcome']];

/** So many at least, and each of them once. */
const fewest = 5;

/**
 * Makes the decisive requests again, one by one, as far as the tries reach. Where half of all requests are refused by
 * chance, one search in 32 passes.
 */
export async function isSteady(decisive: readonly Decisive[], tries: Tries): Promise<boolean> {
  const [first] = decisive;
  const most = Math.max(fewest, decisive.length);
  for (let at = 0; first !== undefined && at < most; at += 1) {
    const [request, outcome] = decisive[at % decisive.length] ?? first;
    const answer = await tries.askAnew(request);
    if (answer === undefined) return true;
    if (answer.outcome !== outcome) return false;
  }
  return true;
}
