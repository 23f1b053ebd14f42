// The ways a text is spelled inside other texts: JSON (at any depth), URL, HTML, shell. Servers, logs and files
// quote what they were sent; a key is to be found in all of it, so it is looked for in the plain spelling.

/** A text without its escapes, and where its characters stand in the text as it is. */
export type Plain = {
  readonly text: string;
  /** Where the character begins, escape included. */
  start(index: number): number;
  /** Where it ends. */
  end(index: number): number;
};

type Escape = {
  readonly index: number;
  readonly length: number;
  readonly start: number;
  readonly end: number;
};

const named: Readonly<Record<string, string>> = { quot: '"', apos: "'", lt: '<', gt: '>', amp: '&' };

/** At most 16 levels each: more come from no nesting of quotes, and without a bound matching could take long. */
const quotes =
  /&(?:amp;){0,16}(?:#0{0,16}\d{1,7};|#x0{0,16}[0-9a-f]{1,6};|(?:quot|apos|lt|gt|amp);)|'\\''|\\{1,16}[^\w\\%&]|\\+/gi;
const codes = /%(?:25){0,16}[0-9a-f]{2}|\\{1,16}u[0-9a-f]{4}/gi;

/**
 * Whether `%61` and `\u0061` are read as the characters they stand for, or as they are: in front of a key, `%2` and
 * `\u` take its first letters with them.
 */
export type Reading = 'codes' | 'no codes';
const escapes: Readonly<Record<Reading, RegExp>> = {
  codes: new RegExp(`${codes.source}|${quotes.source}`, 'gi'),
  'no codes': quotes,
};

/** The readings in which the plain spelling of a text differs. */
export const readingsOf = (text: string): readonly Reading[] =>
  text.search(codes) === -1 ? ['codes'] : ['codes', 'no codes'];

/** The end of a text that may be the beginning of an escape, or of one that goes on. */
const unfinished =
  /(?:%(?:25){0,16}[0-9a-f]?|\\{1,16}(?:u[0-9a-f]{0,3})?|&(?:amp;){0,16}[#a-z\d]{0,24}|'(?:\\'?)?)$/i;
const longestUnfinished = 128;

/**
 * The plain spelling of a text. Backslashes are left out of it altogether, for nobody knows how many levels of
 * quoting they belong to: a text that holds some is to be compared with others in its plain spelling, too.
 */
export function plainSpelling(text: string, reading: Reading = 'codes'): Plain {
  const escapesInText: Escape[] = [];
  let plain = '';
  let done = 0;
  for (const { 0: spelled, index: start } of text.matchAll(escapes[reading])) {
    const character = meaningOf(spelled).replace('\\', '');
    plain += text.slice(done, start);
    done = start + spelled.length;
    escapesInText.push({ index: plain.length, length: character.length, start, end: done });
    plain += character;
  }
  plain += text.slice(done);
  /** The last escape at or before a character. */
  const escapeBefore = (index: number): Escape | undefined => {
    let [low, high] = [0, escapesInText.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((escapesInText[middle]?.index ?? 0) <= index) low = middle + 1;
      else high = middle;
    }
    return escapesInText[low - 1];
  };
  return {
    text: plain,
    start(index) {
      const one = escapeBefore(index);
      if (one === undefined) return index;
      const behind = index - one.index - one.length;
      return behind < 0 ? one.start : one.end + behind;
    },
    end(index) {
      const one = escapeBefore(index);
      if (one === undefined) return index + 1;
      const behind = index - one.index - one.length;
      return behind < 0 ? one.end : one.end + behind + 1;
    },
  };
}

/** Where the end of a text begins that may be part of an escape; its length when there is none. */
export function unfinishedFrom(text: string): number {
  const from = Math.max(0, text.length - longestUnfinished);
  const at = text.slice(from).search(unfinished);
  return at === -1 ? text.length : from + at;
}

function meaningOf(spelled: string): string {
  if (spelled.startsWith('%')) return String.fromCharCode(Number.parseInt(spelled.slice(-2), 16));
  if (spelled === "'\\''") return "'";
  if (spelled.startsWith('&')) return characterOf(/(#?)(x?)(\w+);$/i.exec(spelled) ?? []);
  const [, code] = /^\\+u([0-9a-f]{4})$/i.exec(spelled) ?? [];
  if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
  return spelled.replace(/^\\+/, '');
}

function characterOf([, hash, hexadecimal, word = '']: readonly string[]): string {
  if (!hash) return named[word.toLowerCase()] ?? '';
  const code = Number.parseInt(word, hexadecimal ? 16 : 10);
  return code <= 0x10ffff ? String.fromCodePoint(code) : '';
}
