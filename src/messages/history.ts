// The turns of a request as plain JSON, and how a repair walks over them. What nothing is wrong with stays the
// very same object, so that it is sent byte for byte as it was.
import { isObject, type Json, type JsonObject } from '../text/json.ts';

/** A turn of a request. `--body` may bring anything: what is no turn of the user or the assistant is left alone. */
export type HistoryTurn = Json;

export const isTurnOf = (role: 'user' | 'assistant', turn: HistoryTurn | undefined): turn is JsonObject =>
  isObject(turn) && turn['role'] === role && isContent(turn['content']);

const isContent = (content: Json | undefined): boolean =>
  content === null || content === undefined || typeof content === 'string' || Array.isArray(content);

/** The blocks of a turn; a plain string is one text block, nothing is no block. */
export function blocksIn(turn: HistoryTurn | undefined): readonly Json[] {
  const content = isObject(turn) ? turn['content'] : undefined;
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return Array.isArray(content) ? content : [];
}

export const isOfType = (block: Json | undefined, ...types: readonly string[]): block is JsonObject =>
  isObject(block) && types.includes(String(block['type']));

/** The same turn with other blocks. */
export const withBlocks = (turn: JsonObject, content: readonly Json[]): JsonObject => ({
  ...turn,
  content: [...content],
});

/**
 * Every element through `mend`; the same list when it left all of them as they were (`undefined`). Long histories
 * go through here a dozen times for every request, so that nothing is made before there is something to change.
 */
export function mended<T>(
  list: readonly T[],
  mend: (element: T, index: number) => readonly T[] | undefined,
): readonly T[] {
  let result: T[] | undefined;
  for (let index = 0; index < list.length; index++) {
    const element = list[index] as T;
    const instead = mend(element, index);
    if (instead !== undefined) {
      result ??= list.slice(0, index);
      result.push(...instead);
    } else result?.push(element);
  }
  return result ?? list;
}

/** A walk over the turns of both roles: `mend` gives the blocks to send instead, or `undefined`. */
export const eachTurn =
  <Telling>(
    mend: (
      blocks: readonly Json[],
      role: 'user' | 'assistant',
      tell: Telling,
      place: { readonly turns: readonly HistoryTurn[]; readonly index: number },
    ) => readonly Json[] | undefined,
  ) =>
  (turns: readonly HistoryTurn[], tell: Telling): readonly HistoryTurn[] =>
    mended(turns, (turn, index) => {
      const role = isTurnOf('user', turn) ? 'user' : isTurnOf('assistant', turn) ? 'assistant' : undefined;
      if (role === undefined) return undefined;
      const before = blocksIn(turn);
      const after = mend(before, role, tell, { turns, index });
      return after === undefined || after === before ? undefined : [withBlocks(turn as JsonObject, after)];
    });

/** A walk over every block: `mend` gives what is sent instead of it, or `undefined`. */
export const eachBlock = <Telling>(
  mend: (block: Json, role: 'user' | 'assistant', tell: Telling) => readonly Json[] | undefined,
) => eachTurn<Telling>((blocks, role, tell) => mended(blocks, (block) => mend(block, role, tell)));
