// A prompt as the cache of an endpoint sees it: one part after the other, tools first, then the system prompt, then the
// messages (documentation of prompt caching). Pure.
import { isObject } from '../text/json.ts';

type Fields = Readonly<Record<string, unknown>>;

/** One part of a prompt, in the order in which the cache sees it: tools, system, messages. */
export type Part = {
  /** `system.0`, `messages.3.content.1`. */
  readonly place: string;
  readonly text: string;
  readonly isMarked: boolean;
};

const known = new WeakMap<Fields, readonly Part[]>();

/** The parts of a request, made once for each. */
export function promptParts(request: Fields): readonly Part[] {
  const parts = known.get(request) ?? partsOf(request);
  known.set(request, parts);
  return parts;
}

/** The prefix is cached in this order (prompt caching: tools, then system, then messages). */
function partsOf(request: Fields): readonly Part[] {
  return [
    ...listOf(request['tools']).map((tool, index) => partOf(`tools.${index}`, tool)),
    ...blocksOf(request['system']).map((block, index) => partOf(`system.${index}`, block)),
    ...listOf(request['messages']).flatMap((message, at) => {
      const { role, content } = isObject(message) ? message : {};
      return blocksOf(content).map((block, index) =>
        partOf(`messages.${at}.content.${index}`, block, typeof role === 'string' ? role : ''),
      );
    }),
  ];
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
/** A text stands for one block of text. */
export const blocksOf = (value: unknown): readonly unknown[] =>
  typeof value === 'string' ? [{ type: 'text', text: value }] : listOf(value);

function partOf(place: string, value: unknown, role = ''): Part {
  if (!isObject(value)) return { place, text: `${role}${JSON.stringify(value)}`, isMarked: false };
  const { cache_control: mark, ...rest } = value;
  return { place, text: `${role}${JSON.stringify(rest)}`, isMarked: mark !== undefined && mark !== null };
}

/** How many parts two prompts have in common from their beginning. */
export function commonParts(before: readonly Part[], now: readonly Part[]): number {
  const end = Math.min(before.length, now.length);
  for (let index = 0; index < end; index += 1) if (before[index]?.text !== now[index]?.text) return index;
  return end;
}
