// Text that can be sent: half of a surrogate pair is no character, and strict JSON readers refuse the whole body
// for it ("no low surrogate in string"). Pure.
import { isObject, type Json } from '../text/json.ts';

/** The value with U+FFFD for every lone surrogate, in keys too; the very same value when there is none. */
export const wellFormed = (value: Json, tell: () => void): Json =>
  isWellFormed(value) ? value : mendedValue(value, tell);

function isWellFormed(value: Json): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (Array.isArray(value)) return value.every(isWellFormed);
  if (!isObject(value)) return true;
  for (const key in value) if (!key.isWellFormed() || !isWellFormed(value[key] as Json)) return false;
  return true;
}

function mendedValue(value: Json, tell: () => void): Json {
  if (typeof value === 'string') return mendedText(value, tell);
  if (Array.isArray(value)) return value.map((element) => mendedValue(element, tell));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [mendedText(key, tell), mendedValue(inner, tell)]),
  );
}

function mendedText(text: string, tell: () => void): string {
  if (text.isWellFormed()) return text;
  tell();
  return text.toWellFormed();
}
