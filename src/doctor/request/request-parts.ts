// What a request is made of: the parts that can be left out by themselves so that the rest is still a whole request, each
// with what stands in for it where something has to. Pure.
import { isObject, type Json, type JsonObject } from '../../text/json.ts';
import type { ClientRequest } from './client-request.ts';
import { messageParts, rebuiltMessages } from './message-parts.ts';
import { type AddPart, extraParts, type Part, type Path } from './part.ts';
import { schemaParts } from './schema-parts.ts';
import { toolParts } from './tool-parts.ts';

export type Parts = {
  /** Those that others need stand before them. */
  readonly list: readonly Part[];
  /** Everything a set of parts needs besides itself, in the order of the list. */
  closed(parts: readonly number[]): number[];
  /**
   * The request with these parts and no others. `instead`: values to send in place of those of parts.
   */
  build(kept: readonly number[], instead?: ReadonlyMap<number, Json>): ClientRequest;
};

/** What is sent of a request in any case. */
export type PartOptions = {
  /** A model that the target surely has; null: that of the request is sent always. */
  readonly model: string | null;
  /** Whether `max_tokens` of the request is a part; otherwise every try has the fewest there can be. */
  readonly isFull: boolean;
};

const keyOf = (path: Path): string => JSON.stringify(path);

/** Takes a request apart. */
export function partsOf(request: ClientRequest, { model, isFull }: PartOptions): Parts {
  const list: Part[] = [];
  const owners = new Map<string, number>();
  const standIns = new Map<string, Json>();
  const add: AddPart = (kind, path, value, { needs = [], standIn, twin } = {}) => {
    const index = list.push({ kind, path, value, needs: needs.filter((need) => need !== undefined) }) - 1;
    for (const place of twin === undefined ? [path] : [path, twin]) owners.set(keyOf(place), index);
    if (standIn !== undefined) standIns.set(keyOf(path), standIn);
    return index;
  };
  const { headers, betas, query, body } = request;
  for (const [index, pair] of query.entries()) add('query', ['query', index], [...pair]);
  for (const [name, value] of Object.entries(headers)) add('header', ['headers', name], value);
  for (const [index, name] of betas.entries()) add('beta', ['betas', index], name);
  const { tools, messages, tool_choice: choice, ...fields } = body;
  for (const [name, value] of Object.entries(fields)) {
    const path = ['body', name];
    if (name === 'model') {
      if (model !== null && value !== model) add('model', path, value, { standIn: model });
    } else if (name === 'max_tokens') {
      if (isFull) add('max_tokens', path, value, { standIn: 1 });
    } else if (name === 'system') systemParts(value, path, add);
    else if (name === 'output_config' || name === 'output_format') formatParts(value, path, add);
    else add(name === 'cache_control' ? 'cache_control' : 'field', path, value);
  }
  const named = tools === undefined ? new Map<string, number>() : toolParts(tools, ['body', 'tools'], add);
  if (choice !== undefined) {
    const wanted = isObject(choice) ? String(choice['name'] ?? '') : '';
    add('field', ['body', 'tool_choice'], choice, { needs: [named.get(wanted) ?? [...named.values()][0]] });
  }
  const turns = messages === undefined ? [] : messageParts(messages, ['body', 'messages'], add);

  const document: JsonObject = {
    query: query.map((pair) => [...pair]),
    headers: { ...headers },
    betas: [...betas],
    body,
  };
  return {
    list,
    closed(parts) {
      const all = new Set<number>();
      const visit = (part: number): void => {
        if (all.has(part)) return;
        all.add(part);
        for (const need of list[part]?.needs ?? []) visit(need);
      };
      for (const part of parts) visit(part);
      return [...all].sort((a, b) => a - b);
    },
    build(kept, instead) {
      const isKept = new Set(this.closed(kept));
      const pruned = (value: Json, path: Path): Json | undefined => {
        const owner = owners.get(keyOf(path));
        if (owner !== undefined && !isKept.has(owner)) return standIns.get(keyOf(path));
        const other = owner === undefined ? undefined : instead?.get(owner);
        if (other !== undefined) return other;
        if (Array.isArray(value))
          return value.flatMap((item, index) => {
            const left = pruned(item, [...path, index]);
            return left === undefined ? [] : [left];
          });
        if (!isObject(value)) return value;
        const left = Object.entries(value).map(
          ([name, inner]) => [name, pruned(inner, [...path, name])] as const,
        );
        return Object.fromEntries(left.filter((entry): entry is [string, Json] => entry[1] !== undefined));
      };
      const whole = pruned(document, []) as {
        readonly query: [string, string][];
        readonly headers: Record<string, string>;
        readonly betas: string[];
        readonly body: JsonObject;
      };
      const rebuilt = { ...whole.body };
      // A list that lost everything is no list; one that was empty from the start is as the client wrote it.
      for (const name of ['tools', 'system']) if (isEmptied(body[name], rebuilt[name])) delete rebuilt[name];
      rebuilt['messages'] = rebuiltMessages(messages, rebuilt['messages'], turns, isKept);
      return { ...whole, body: isFull ? rebuilt : affordable(rebuilt) };
    },
  };
}

const isEmptied = (before: Json | undefined, after: Json | undefined): boolean =>
  Array.isArray(before) && before.length > 0 && Array.isArray(after) && after.length === 0;

/** The smallest thinking budget there is, by the API's own documentation. */
const leastBudget = 1024;

/**
 * The body with the fewest tokens it can ask for: one, or with a thinking budget the least of these and one more. A budget
 * that cannot be as it stands is left as it is: that may be what is refused.
 */
export function affordable(body: JsonObject): JsonObject {
  const { thinking, max_tokens: limit } = body;
  const budget = isObject(thinking) ? thinking['budget_tokens'] : undefined;
  if (typeof budget !== 'number' || !isObject(thinking))
    return { ...body, max_tokens: typeof limit === 'number' && limit < 1 ? limit : 1 };
  if (typeof limit === 'number' && budget >= limit) return body;
  const least = Math.min(budget, leastBudget);
  return { ...body, max_tokens: least + 1, thinking: { ...thinking, budget_tokens: least } };
}

function systemParts(system: Json, path: Path, add: AddPart): void {
  if (!Array.isArray(system)) add('system', path, system);
  else
    for (const [index, block] of system.entries()) {
      const place = [...path, index];
      const own = add('system', place, block);
      if (!isObject(block)) continue;
      const { type: _type, text, ...others } = block;
      if (text !== undefined) add('text', [...place, 'text'], text, { needs: [own], standIn: '.' });
      extraParts(others, place, own, add);
    }
}

/** `output_config` and `output_format`: the schema in them can be reduced like that of a tool. */
function formatParts(value: Json, path: Path, add: AddPart): void {
  const own = add('field', path, value);
  if (!isObject(value)) return;
  const [format, place] = isObject(value['format']) ? [value['format'], [...path, 'format']] : [value, path];
  for (const [name, inner] of Object.entries(value))
    if (format !== value && name !== 'format') add('field', [...path, name], inner, { needs: [own] });
  if (isObject(format['schema'])) schemaParts(format['schema'], [...place, 'schema'], own, add);
}
