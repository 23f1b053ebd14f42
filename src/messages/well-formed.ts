// Text that can be sent: half of a surrogate pair is no character, and strict JSON readers refuse the whole body
// for it ("no low surrogate in string"). Pure.
import { isObject, type Json } from './types.ts';

/** The value with U+FFFD for every lone surrogate, in keys too; the very same value when there is none. */
export function wellFormed(value: Json, tell: () => void): Json {
  if (typeof value === 'string') return wellFormedText(value, tell);
  if (Array.isArray(value)) {
    const list = value.map((element) => wellFormed(element, tell));
    return list.some((element, index) => element !== value[index]) ? list : value;
  }
  if (!isObject(value)) return value;
  let isSame = true;
  const entries = Object.entries(value).map(([key, inner]) => {
    const entry = [wellFormedText(key, tell), wellFormed(inner, tell)] as const;
    isSame &&= entry[0] === key && entry[1] === inner;
    return entry;
  });
  return isSame ? value : Object.fromEntries(entries);
}

function wellFormedText(text: string, tell: () => void): string {
  if (text.isWellFormed()) return text;
  tell();
  return text.toWellFormed();
}
