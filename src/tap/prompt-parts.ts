// A prompt as the cache of an endpoint sees it: one part after the other, tools first, then the system prompt, then the
// messages (documentation of prompt caching). Pure.
import { atOnce, type Steps } from '../doctor/streams/in-steps.ts';
import { isObject } from '../text/json.ts';

type Fields = Readonly<Record<string, unknown>>;

/** One part of a prompt, in the order in which the cache sees it: tools, system, messages. */
export type Part = {
  /** `system.0`, `messages.3.content.1`. */
  readonly place: string;
  /** `text`, `tool_use`, `tool_result` ...; empty where it says none. */
  readonly type: string;
  readonly text: string;
  readonly isMarked: boolean;
};

const known = new WeakMap<Fields, readonly Part[]>();

/** The parts of a request, made once for each. */
export const promptParts = (request: Fields): readonly Part[] => atOnce(promptPartsInSteps(request));

/** The same, for a long prompt beside which others must go on. */
export function* promptPartsInSteps(request: Fields): Steps<readonly Part[]> {
  const parts = known.get(request) ?? (yield* partsOf(request));
  known.set(request, parts);
  return parts;
}

/** Characters of one step. */
const stepSize = 512 * 1024;

/** The prefix is cached in this order (prompt caching: tools, then system, then messages). */
function* partsOf(request: Fields): Steps<readonly Part[]> {
  const parts: Part[] = [];
  let size = 0;
  for (const { place, value, role } of blocksIn(request)) {
    const part = partOf(place, value, role);
    parts.push(part);
    size += part.text.length;
    if (size < stepSize) continue;
    size = 0;
    yield;
  }
  // A mark on the request itself stands on its last block.
  const last = parts.at(-1);
  if (isMark(request['cache_control']) && last !== undefined)
    parts[parts.length - 1] = { ...last, isMarked: true };
  return parts;
}

type Block = { readonly place: string; readonly value: unknown; readonly role?: string };

const blocksIn = (request: Fields): readonly Block[] => [
  ...listOf(request['tools']).map((value, index) => ({ place: `tools.${index}`, value })),
  ...blocksOf(request['system']).map((value, index) => ({ place: `system.${index}`, value })),
  ...listOf(request['messages']).flatMap((message, at) => {
    const { role, content } = isObject(message) ? message : {};
    return blocksOf(content).map((value, index) => ({
      place: `messages.${at}.content.${index}`,
      value,
      role: typeof role === 'string' ? role : '',
    }));
  }),
];

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
/** A text stands for one block of text. */
export const blocksOf = (value: unknown): readonly unknown[] =>
  typeof value === 'string' ? [{ type: 'text', text: value }] : listOf(value);

function partOf(place: string, value: unknown, role = ''): Part {
  if (!isObject(value)) return { place, type: '', text: `${role}${JSON.stringify(value)}`, isMarked: false };
  const { cache_control: mark, ...rest } = value;
  const type = typeof value['type'] === 'string' ? value['type'] : '';
  return { place, type, text: `${role}${JSON.stringify(rest)}`, isMarked: isMark(mark) };
}

const isMark = (value: unknown): boolean => value !== undefined && value !== null;

/** How many parts two prompts have in common from their beginning. */
export function commonParts(before: readonly Part[], now: readonly Part[]): number {
  const end = Math.min(before.length, now.length);
  for (let index = 0; index < end; index += 1) if (before[index]?.text !== now[index]?.text) return index;
  return end;
}
