// Whether what a search found is still so when it is asked again: a server that refuses by chance, or one of several
// behind one address, leads any search to a cause that is none.
import type { ClientRequest } from './client-request.ts';
import type { RequestFindings } from './examination.ts';
import type { Parts } from './request-parts.ts';
import type { Answer, Tries } from './search.ts';

/** So many at least, and each of them once. */
const fewest = 5;

/**
 * Makes the decisive requests again, one by one, as far as the tries reach: what is refused, and what is accepted without
 * it. Where half of all requests are refused by chance, one search in 32 passes.
 */
export async function isSteady(
  { causes, isAlways, rest }: Pick<RequestFindings, 'causes' | 'isAlways' | 'rest'>,
  parts: Parts,
  tries: Tries,
): Promise<boolean> {
  const refused = isAlways ? [parts.build([])] : causes.map(({ reduced }) => reduced);
  const decisive: (readonly [ClientRequest, Answer['outcome']])[] = [
    ...refused.map((request) => [request, 'refused'] as const),
    ...(rest === null ? [] : [[rest, 'accepted'] as const]),
  ];
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
