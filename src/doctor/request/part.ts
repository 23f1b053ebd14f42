// One part of a request: what can be left out of it by itself, and how parts are added to a list. Types, and what all
// who add parts need.
import type { Json, JsonObject } from '../../text/json.ts';

/** What kind of thing a part is; who should change it hangs on this (area-advice.ts). */
export type PartKind =
  | 'query'
  | 'header'
  | 'beta'
  | 'model'
  | 'max_tokens'
  | 'field'
  | 'system'
  | 'tool'
  | 'schema'
  | 'block'
  | 'text'
  | 'turn'
  | 'cache_control';

export type Path = readonly (string | number)[];

export type Part = {
  readonly kind: PartKind;
  /** The place in the request; the first step is `query`, `headers`, `betas` or `body`. */
  readonly path: Path;
  /** Parts without which this one cannot be: by their index. All stand earlier in the list. */
  readonly needs: readonly number[];
  readonly value: Json;
};

/** Adds a part and gives its index. `standIn` takes its place where the part is left out; undefined: nothing does. */
export type AddPart = (
  kind: PartKind,
  path: Path,
  value: Json,
  rest?: { readonly needs?: readonly (number | undefined)[]; readonly standIn?: Json; readonly twin?: Path },
) => number;

/** Fields of something that can do without them. */
export function extraParts(fields: JsonObject, path: Path, owner: number | undefined, add: AddPart): void {
  for (const [name, value] of Object.entries(fields))
    add(name === 'cache_control' ? name : 'field', [...path, name], value, { needs: [owner] });
}
