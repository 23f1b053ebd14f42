// The turns of a request as parts: each block, its text and what else it has; a call goes together with its result. And
// the turns put together again so that their order stays what a strict server takes. Pure.

import { requestBlocks } from '../../messages/request-blocks.ts';
import { isObject, type Json, type JsonObject } from '../../text/json.ts';
import { type AddPart, extraParts, type Path } from './part.ts';

/** What stands where a text was left out. */
const filler = '.';

/** Adds the parts of `messages`; gives for each turn the parts that stand in it. */
export function messageParts(messages: Json, path: Path, add: AddPart): readonly (readonly number[])[] {
  if (!Array.isArray(messages) || messages.length === 0) {
    add('turn', path, messages);
    return [];
  }
  const results = resultPlaces(messages, path);
  const pairs = new Map<string, number>();
  return messages.map((turn, index) => {
    const inside: number[] = [];
    const note: AddPart = (...part) => {
      const own = add(...part);
      inside.push(own);
      return own;
    };
    const place = [...path, index];
    if (isOnePart(turn)) {
      note('turn', place, turn);
      return inside;
    }
    const { role: _role, content, ...others } = turn;
    if (Array.isArray(content) && content.length > 0)
      for (const [at, block] of content.entries())
        blockParts(block, [...place, 'content', at], note, results, pairs, inside);
    else
      note(
        content === '' || typeof content !== 'string' ? 'turn' : 'text',
        [...place, 'content'],
        content ?? null,
      );
    extraParts(others, place, undefined, note);
    return inside;
  });
}

/** Whether a turn goes or stays as a whole: what is none of the user or the assistant, or has no content. */
const isOnePart = (turn: Json): turn is Exclude<Json, JsonObject> =>
  !isObject(turn) || !/^(user|assistant)$/.test(String(turn['role'])) || turn['content'] === undefined;

/** Where the result of each call stands. */
function resultPlaces(messages: readonly Json[], path: Path): Map<string, Path> {
  const places = new Map<string, Path>();
  for (const [index, turn] of messages.entries())
    if (isObject(turn) && Array.isArray(turn['content']))
      for (const [at, block] of turn['content'].entries())
        if (isObject(block) && typeof block['tool_use_id'] === 'string')
          places.set(block['tool_use_id'], [...path, index, 'content', at]);
  return places;
}

function blockParts(
  block: Json,
  place: Path,
  add: AddPart,
  results: ReadonlyMap<string, Path>,
  pairs: Map<string, number>,
  inside: number[],
): void {
  if (!isObject(block)) {
    add('block', place, block);
    return;
  }
  const { type } = block;
  const pair = pairs.get(String(block['tool_use_id']));
  const twin =
    typeof block['id'] === 'string' && /tool_use$/.test(String(type)) ? results.get(block['id']) : undefined;
  // The result of a call is there because the call is.
  const own = pair ?? add('block', place, block, twin === undefined ? {} : { twin });
  if (pair !== undefined) inside.push(pair);
  if (twin !== undefined) pairs.set(String(block['id']), own);
  const { text, input, content, cache_control: mark, ...others } = block;
  if (typeof text === 'string' && type === 'text')
    add('text', [...place, 'text'], text, { needs: [own], standIn: filler });
  if (input !== undefined) add('block', [...place, 'input'], input, { needs: [own], standIn: {} });
  if (type === 'tool_result' && content !== undefined) resultParts(content, [...place, 'content'], own, add);
  const known = requestBlocks.get(String(type))?.fields;
  const optional = ([name]: [string, Json]): boolean =>
    /^(citations|title|context|is_error|caller|toolset_name)$/.test(name) || known?.includes(name) === false;
  extraParts(
    {
      ...Object.fromEntries(Object.entries(others).filter(optional)),
      ...(mark === undefined ? {} : { cache_control: mark }),
    },
    place,
    own,
    add,
  );
}

/** A result is a text, or a list of blocks: some backends refuse the list, whatever stands in it. */
function resultParts(content: Json, place: Path, owner: number, add: AddPart): void {
  const whole = add(Array.isArray(content) ? 'block' : 'text', place, content, {
    needs: [owner],
    standIn: filler,
  });
  if (!Array.isArray(content)) return;
  for (const [index, block] of content.entries()) {
    const own = add('block', [...place, index], block, { needs: [whole] });
    if (isObject(block) && typeof block['text'] === 'string')
      add('text', [...place, index, 'text'], block['text'], { needs: [own], standIn: filler });
  }
}

/**
 * The turns that are left. Where some were taken out between two of the same role, one word of the other stands; the
 * first and the last are of the role they were. Nothing left: one word of the user.
 */
export function rebuiltMessages(
  before: Json | undefined,
  after: Json | undefined,
  turns: readonly (readonly number[])[],
  isKept: ReadonlySet<number>,
): Json {
  const hello: JsonObject = { role: 'user', content: 'hi' };
  if (!Array.isArray(before) || before.length === 0) return after ?? [hello];
  // A turn that is no object goes as a whole, so that those left are counted on.
  let next = 0;
  const left = before.flatMap((turn, index) => {
    const inside = turns[index] ?? [];
    const isLeft = inside.some((part) => isKept.has(part));
    if (isOnePart(turn) && !isLeft) return [];
    const own = (after as Json[])[next];
    next += 1;
    return isLeft ? [{ index, turn: filled(own ?? hello, turn) }] : [];
  });
  const rebuilt: Json[] = [];
  let last = -1;
  for (const { index, turn } of left) {
    const isGap = index > last + 1;
    const previous = rebuilt.at(-1);
    if (isGap && previous === undefined && roleOf(turn) === 'assistant') rebuilt.push(hello);
    if (isGap && previous !== undefined && roleOf(turn) === roleOf(previous))
      rebuilt.push({ role: roleOf(turn) === 'user' ? 'assistant' : 'user', content: filler });
    rebuilt.push(turn);
    last = index;
  }
  const end = rebuilt.at(-1);
  if (end === undefined) return [hello];
  if (last < before.length - 1 && roleOf(end) === 'assistant')
    rebuilt.push({ role: 'user', content: filler });
  return rebuilt;
}

const roleOf = (turn: Json | undefined): Json | undefined => (isObject(turn) ? turn['role'] : undefined);

/** A turn whose blocks were all taken out still says something. */
function filled(turn: Json, before: Json | undefined): Json {
  if (!isObject(turn) || !isObject(before)) return turn;
  const { content } = turn;
  const hadBlocks = Array.isArray(before['content']) && before['content'].length > 0;
  const isLost =
    content === undefined
      ? before['content'] !== undefined
      : hadBlocks && Array.isArray(content) && content.length === 0;
  return isLost ? { ...turn, content: filler } : turn;
}
