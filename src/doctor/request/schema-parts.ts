// The keywords of a JSON Schema as parts of a request. Pure.
import { isObject, type Json, type JsonObject } from '../../text/json.ts';
import type { AddPart, Path } from './part.ts';

/** Keywords whose value maps names to schemas, is one schema, or a list of schemas (JSON Schema 2020-12, section 10). */
const maps: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
]);
const single: ReadonlySet<string> = new Set(
  'items additionalProperties not if then else contains propertyNames unevaluatedProperties unevaluatedItems'.split(
    ' ',
  ),
);
const lists: ReadonlySet<string> = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems']);

/** What is defined comes before what refers to it, and what is required behind what there is. */
const order = (name: string): number =>
  /^(\$defs|definitions)$/.test(name) ? 0 : name === 'required' ? 2 : 1;

/** Each keyword is a part, and so are those inside it. A schema without any is `{}`; the root keeps its type. */
export function schemaParts(
  schema: JsonObject,
  path: Path,
  owner: number,
  add: AddPart,
  isRoot = true,
): void {
  const keywords = Object.entries(schema).sort(([a], [b]) => order(a) - order(b));
  for (const [name, value] of keywords) {
    if (isRoot && name === 'type' && value === 'object') continue;
    const place = [...path, name];
    const standIn = isRoot && name === 'type' ? { standIn: 'object' } : {};
    const own = add('schema', place, value, { needs: [owner], ...standIn });
    for (const [step, inner] of within(name, value))
      if (isObject(inner)) {
        const there = maps.has(name) ? add('schema', [...place, ...step], inner, { needs: [own] }) : own;
        schemaParts(inner, [...place, ...step], there, add, false);
      }
  }
}

/** The schemas in the value of a keyword, and where they stand in it. */
function within(name: string, value: Json): [Path, Json][] {
  if (maps.has(name) && isObject(value)) return Object.entries(value).map(([key, inner]) => [[key], inner]);
  if (single.has(name) && isObject(value)) return [[[], value]];
  if (lists.has(name) && Array.isArray(value)) return value.map((inner, index) => [[index], inner]);
  return [];
}
