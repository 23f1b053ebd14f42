// Whether it is the number of turns that is refused: parts of several turns are needed, and what they say is not. Asks
// through a function. Pure.
import { isObject } from '../../text/json.ts';
import type { ClientRequest } from './client-request.ts';
import type { Part } from './part.ts';
import type { Limit, Outcome } from './reduce.ts';
import type { Parts } from './request-parts.ts';

/** Whether a part stands in a turn. */
export const isInTurn = (part: Part | undefined): boolean =>
  part?.path[0] === 'body' && part.path[1] === 'messages' && typeof part.path[2] === 'number';

/** The number of its turn. */
export const turnOf = (part: Part | undefined): number => Number(part?.path[2]);

/** Whether parts stand in several turns, and nowhere else. */
export const isOfTurns = (found: readonly number[], { list }: Parts): boolean =>
  found.every((part) => isInTurn(list[part])) && new Set(found.map((part) => turnOf(list[part]))).size > 1;

/** As many turns that say nothing, and up to three less. Null: something else is refused. */
export async function turnLimit(
  request: ClientRequest,
  ask: (request: ClientRequest) => Promise<Outcome>,
): Promise<Limit | null> {
  const turns = request.body['messages'];
  if (!Array.isArray(turns)) return null;
  const blank = turns.map((turn) => ({ role: (isObject(turn) && turn['role']) || 'user', content: '.' }));
  const first = (count: number): ClientRequest => ({
    ...request,
    body: { ...request.body, messages: blank.slice(0, count) },
  });
  if ((await ask(first(turns.length))) !== 'same') return null;
  let refused = turns.length;
  // A conversation that ends with the assistant may be refused for that, or count as the one before.
  for (let count = turns.length - 1; count >= Math.max(1, turns.length - 3); count -= 1) {
    const outcome = await ask(first(count));
    if (outcome === 'accepted') return { of: 'turns', accepted: count, refused };
    if (outcome === 'spent') return null;
    if (outcome === 'same') refused = count;
  }
  return null;
}
