// An error that another one quotes: JSON in the middle of words, and the status of the hop that issued it. Pure.

import { isObject } from '../text/json.ts';
import { parseJson } from './parse-json.ts';

/** JSON and the words around it. */
type Quotation = { readonly before: string; readonly value: unknown; readonly after: string };

/** Words hold one quotation; texts that open brace after brace are not searched to their end. */
const mostTries = 6;
const longestSearched = 64 * 1024;

/**
 * The first object in a text, also as the only entry of a list, in quotes, or with its quotes escaped once more
 * (`{\"error\":...}`), as it comes out of languages that print values.
 */
export function quotationIn(text: string): Quotation | undefined {
  const searched = text.slice(0, longestSearched);
  const whole = searched.startsWith('"') ? parseJson(searched) : undefined;
  if (typeof whole === 'string') return quotationIn(whole);
  const starts = placesOf(searched, /(?:\[\s*)?\{\s*\\?"/g).slice(0, mostTries);
  const ends = placesOf(searched, /\}\s*\]?/g, true)
    .reverse()
    .slice(0, mostTries);
  for (const start of starts) {
    for (const end of ends) {
      if (end <= start) break;
      const value = objectIn(searched.slice(start, end));
      if (value !== undefined) return { before: text.slice(0, start), value, after: text.slice(end) };
    }
  }
  return undefined;
}

function objectIn(piece: string): unknown {
  const value = parseJson(piece) ?? unescaped(piece);
  return isObject(value) || (Array.isArray(value) && isObject(value[0])) ? value : undefined;
}

function unescaped(piece: string): unknown {
  if (!/^(?:\[\s*)?\{\s*\\"/.test(piece)) return undefined;
  const text = parseJson(`"${piece}"`);
  return typeof text === 'string' ? parseJson(text) : undefined;
}

/** Where a pattern begins, or ends. */
const placesOf = (text: string, pattern: RegExp, isEnd = false): number[] =>
  [...text.matchAll(pattern)].map((match) => match.index + (isEnd ? match[0].trimEnd().length : 0));

/** The last HTTP status of a failure in a text: `HTTP 401`, `Error code: 529 - `. */
export function statusIn(text: string): number | undefined {
  const status = [...text.matchAll(/(?<![\d.])[45]\d\d(?![\d.]*\d)/g)].at(-1)?.[0];
  return status === undefined ? undefined : Number(status);
}

/** The status that words say another hop answered: `upstream returned 529`, `chat server responded with HTTP 401`. */
export function statusOfHop(text: string): number | undefined {
  const status =
    /\b(?:upstream|backend|provider|server)\b[^.]{0,40}?\b(?:returned|responded|answered|replied|status)\b\D{0,20}([45]\d\d)\b/i.exec(
      text,
    )?.[1];
  return status === undefined ? undefined : Number(status);
}
