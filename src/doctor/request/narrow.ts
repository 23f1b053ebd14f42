// Inside the value of a part that is refused: which of its fields, how long a text may be, or which piece of it. Pure.
import { isObject, type Json } from '../../text/json.ts';
import type { Part } from './part.ts';
import { type Outcome, smallestCause, smallestNumber } from './reduce.ts';
import type { Parts } from './request-parts.ts';
import type { FoundCause } from './search.ts';
import { outcomeOf, type Tries } from './tries.ts';

/** What was found inside a part. */
export type Detail =
  | { readonly of: 'length'; readonly accepted: number; readonly refused: number }
  | { readonly of: 'piece'; readonly text: string }
  /** Further steps behind the path of the part. */
  | { readonly of: 'fields'; readonly steps: readonly (string | number)[] };

export type Narrowed = FoundCause & {
  /** For the last part of the cause; null where nothing more is known. */
  readonly detail: Detail | null;
  /** The value with which the part is refused still, where a smaller one is. */
  readonly smaller: Json | undefined;
};

/** Shorter texts are told whole. */
const shortText = 24;

/** Looks into the last part of a cause, as far as the tries reach. */
export async function narrowed(cause: FoundCause, parts: Parts, tries: Tries): Promise<Narrowed> {
  const unchanged = { ...cause, detail: null, smaller: undefined };
  const last = cause.parts.at(-1);
  const part = last === undefined ? undefined : parts.list[last];
  if (last === undefined || part === undefined || !cause.isMinimal || cause.limit !== null) return unchanged;
  const refuses = async (value: Json): Promise<Outcome> =>
    outcomeOf(await tries.ask(parts.build(cause.parts, new Map([[last, value]]))), cause.refusal);
  const { value } = part;
  if (typeof value === 'string' && value.length >= shortText)
    return { ...unchanged, ...(await inText(value, refuses)) };
  if (isWhole(part, last, parts)) return { ...unchanged, ...(await inFields(value, refuses)) };
  return unchanged;
}

/** Whether nothing of a part's value is a part itself. */
const isWhole = ({ value }: Part, index: number, { list }: Parts): boolean =>
  typeof value === 'object' && value !== null && !list.some(({ needs }) => needs.includes(index));

type Inside = { readonly detail: Detail | null; readonly smaller?: Json };

/** Of the same length without its words: is it the length? Else the shortest piece that is refused. */
async function inText(text: string, refuses: (value: Json) => Promise<Outcome>): Promise<Inside> {
  const blank = (length: number): string => 'x'.repeat(length);
  const isLength = await refuses(blank(text.length));
  if (isLength === 'spent') return { detail: null };
  if (isLength === 'same') {
    const isAny = await refuses(blank(1));
    // Any text is refused: that there is one, says the name of the part.
    if (isAny === 'same' || isAny === 'spent') return { detail: null, smaller: blank(1) };
    const limit = await smallestNumber(1, text.length, (length) => refuses(blank(length)));
    return { detail: { of: 'length', ...limit }, smaller: blank(limit.refused) };
  }
  const end = await smallestNumber(0, text.length, (length) => refuses(text.slice(0, length).toWellFormed()));
  const head = text.slice(0, end.refused);
  const length = await smallestNumber(0, head.length, (size) => refuses(head.slice(-size).toWellFormed()));
  const piece = head.slice(-length.refused).toWellFormed();
  return piece.length === text.length
    ? { detail: null }
    : { detail: { of: 'piece', text: piece }, smaller: piece };
}

/** The fields (or elements) that are needed; into the only one there is, again. */
async function inFields(value: Json, refuses: (value: Json) => Promise<Outcome>): Promise<Inside> {
  const steps: (string | number)[] = [];
  let inner = value;
  let around = (inside: Json): Json => inside;
  let smaller: Json | undefined;
  while (isObject(inner) || Array.isArray(inner)) {
    const entries: (readonly [string | number, Json])[] = Array.isArray(inner)
      ? inner.map((item, index) => [index, item])
      : Object.entries(inner);
    const isList = Array.isArray(inner);
    const rebuilt = (kept: readonly number[]): Json => {
      const left = entries.filter((_, index) => kept.includes(index));
      return isList ? left.map(([, item]) => item) : Object.fromEntries(left);
    };
    const outer = around;
    const ask = (kept: readonly number[]): Promise<Outcome> => refuses(outer(rebuilt(kept)));
    // Refused when it is empty, too: then nothing in it is to blame.
    if (entries.length === 0 || /^(same|spent)$/.test(await ask([]))) break;
    const { parts, isMinimal } =
      entries.length === 1
        ? { parts: [0], isMinimal: true }
        : await smallestCause(
            entries.map((_, index) => index),
            ask,
          );
    const only = parts.length === 1 ? entries[parts[0] as number] : undefined;
    if (!isMinimal || (parts.length === entries.length && entries.length > 1)) break;
    smaller = outer(rebuilt(parts));
    if (only === undefined) break;
    const [step, next] = only;
    steps.push(step);
    around = (inside) => outer(typeof step === 'number' ? [inside] : { [step]: inside });
    inner = next;
  }
  return {
    detail: steps.length === 0 ? null : { of: 'fields', steps },
    ...(smaller === undefined ? {} : { smaller }),
  };
}
