// Finds keys in texts: whole, in pieces, in other spellings, in base64 and in hexadecimal. A server that takes
// a prefix off, cuts the end or decodes a header shows as good as the key.
import { type Plain, plainSpelling, readingsOf, unfinishedFrom } from './spellings.ts';

/** Part of a text that is a key, or a piece of one. */
type KeySpan = { readonly start: number; readonly end: number; readonly key: string };

export type KeySearch = {
  /** Every place, from the left, none within another. */
  find(text: string): readonly KeySpan[];
  /** Where the end of a text begins that may become part of a key as the text goes on. */
  openFrom(text: string): number;
};

/** Shorter values are too common as plain words to be searched for in other texts. */
export const shortestKey = 8;
/** Pieces shorter than this are what servers show on purpose, to tell which key they mean. */
const shortestPiece = 12;
/** The same in base64: what two bytes share with those beside the piece does not count. */
const shortestBase64 = Math.floor((shortestPiece * 8) / 6) - 2;
/** A piece that reads like words is hidden when it is this long, and at least half of the key. */
const shortestWords = 20;
/** Places of one beginning that are looked at: more have only keys that repeat themselves. */
const mostPlaces = 16;

/**
 * What keys of one vendor have in common, and no secret: `sk-ant-api03-`, `user.`, the head of a JSON Web Token.
 * It does not count towards the length of a piece.
 */
const publicStart = /^(?:eyJ[\w-]+\.|AIza|(?:(?:[a-z]{1,10}|(?:api|oat|v)\d{1,2})[-_.]){1,3})/;
/** Random rather than words: digits, capitals inside, or a run of consonants that no word has. */
const randomness = /\d|[a-z][A-Z]|[A-Z]{2}[a-z]|[bcdfghjklmnpqrstvwxz]{5}/;

/** A form in which a key can stand in a text. */
type Needle = {
  readonly key: string;
  /** In plain spelling, lower case. */
  readonly text: string;
  readonly isPiece: (from: number, to: number) => boolean;
  /** Its last character is left out in plain spelling. */
  readonly endsInBackslash: boolean;
};
type Place = { readonly needle: Needle; readonly at: number };

/** A search for these keys. Takes time for the length of the text, whatever stands in it. */
export function keySearch(keys: readonly string[]): KeySearch {
  const needles = keys.flatMap(needlesOf);
  const places = new Map<string, Place[]>();
  const beginnings = new Uint8Array(0x10000);
  for (const needle of needles) {
    for (let at = 0; at + shortestKey <= needle.text.length; at += 1) {
      const beginning = needle.text.slice(at, at + shortestKey);
      const sites = places.get(beginning);
      if (sites === undefined) places.set(beginning, [{ needle, at }]);
      else if (sites.length < mostPlaces) sites.push({ needle, at });
      let hash = 0;
      for (let index = 0; index < hashed; index += 1) hash = nextHash(hash, beginning.charCodeAt(index));
      beginnings[hash] = 1;
    }
  }

  /** The longest key or piece that begins here. */
  const longestAt = (text: string, start: number): { needle: Needle; end: number } | undefined => {
    let longest: { needle: Needle; end: number } | undefined;
    for (const { needle, at } of places.get(text.slice(start, start + shortestKey)) ?? []) {
      let length = shortestKey;
      while (
        at + length < needle.text.length &&
        needle.text.charCodeAt(at + length) === text.charCodeAt(start + length)
      )
        length += 1;
      if (start + length > (longest?.end ?? 0) && needle.isPiece(at, at + length))
        longest = { needle, end: start + length };
    }
    return longest;
  };

  /** The keys in one reading of a text; `plain` says where its characters stand in it. */
  const spansIn = (text: string, plain: Plain): KeySpan[] => {
    const folded = lowerCase(plain.text);
    const spans: KeySpan[] = [];
    let free = 0;
    let hash = 0;
    for (let index = 0; index < folded.length; index += 1) {
      hash = nextHash(hash, folded.charCodeAt(index));
      const start = index - hashed + 1;
      if (beginnings[hash] === 0 || start < free) continue;
      const match = longestAt(folded, start);
      if (match === undefined) continue;
      const { needle, end } = match;
      free = end;
      const behind = plain.end(end - 1);
      const backslashes =
        needle.endsInBackslash && folded.startsWith(needle.text.slice(-shortestKey), end - shortestKey)
          ? (/^\\{0,2}/.exec(text.slice(behind, behind + 2))?.[0].length ?? 0)
          : 0;
      spans.push({ start: plain.start(start), end: behind + backslashes, key: needle.key });
    }
    return spans;
  };
  /** Where the end of one reading of a text begins that may become part of a key. */
  const openIn = (plain: Plain): number => {
    const folded = lowerCase(plain.text);
    let length = 0;
    while (length < folded.length && isInside(folded.slice(folded.length - length - 1))) length += 1;
    return length === 0 ? Number.POSITIVE_INFINITY : plain.start(folded.length - length);
  };

  return {
    find(text) {
      if (needles.length === 0) return [];
      return merged(readingsOf(text).flatMap((reading) => spansIn(text, plainSpelling(text, reading))));
    },
    openFrom(text) {
      const settled = unfinishedFrom(text);
      const decided = text.slice(0, settled);
      return Math.min(
        settled,
        ...readingsOf(decided).map((reading) => openIn(plainSpelling(decided, reading))),
      );
    },
  };

  function isInside(text: string): boolean {
    return needles.some((needle) => needle.text.includes(text));
  }
}

/** Spans from the left; those that overlap are one. */
function merged(spans: readonly KeySpan[]): KeySpan[] {
  const apart: KeySpan[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = apart.at(-1);
    if (last === undefined || span.start >= last.end) apart.push(span);
    else if (span.end > last.end) apart[apart.length - 1] = { ...last, end: span.end };
  }
  return apart;
}

/** The characters that the hash of a place stands for: each moves those before it by 4 of its 16 bits. */
const hashed = 4;
const nextHash = (hash: number, code: number): number => ((hash << 4) ^ code) & 0xffff;

function needlesOf(key: string): Needle[] {
  const bytes = Buffer.from(key, 'utf8');
  // A server that reads UTF-8 as Latin-1, and percent signs, give the bytes one by one.
  const forms = [key, bytes.toString('latin1')].flatMap((form) =>
    readingsOf(form).map((reading) => plainSpelling(form, reading).text),
  );
  const spelled = [...new Set(forms)].map((form) => spelledNeedle(key, form));
  const encoded =
    key.length < shortestPiece
      ? []
      : [
          encodedNeedle(key, bytes.toString('hex'), 2 * shortestPiece),
          ...[0, 1, 2].flatMap((shift) => base64Needles(key, bytes, shift)),
        ];
  return [...spelled, ...encoded].filter(({ text }) => text.length >= shortestKey);
}

function spelledNeedle(key: string, text: string): Needle {
  const secretFrom = publicStart.exec(text)?.[0].length ?? 0;
  return {
    key,
    text: lowerCase(text),
    endsInBackslash: key.endsWith('\\'),
    isPiece(from, to) {
      if (from === 0 && to === text.length) return true;
      const length = to - from;
      if (length >= shortestWords && 2 * length >= text.length) return true;
      const secret = text.slice(Math.max(from, secretFrom), to);
      const isRest = from <= secretFrom && to === text.length;
      return secret.length >= (isRest ? shortestKey : shortestPiece) && randomness.test(secret);
    },
  };
}

const encodedNeedle = (key: string, text: string, shortest: number): Needle => ({
  key,
  text: lowerCase(text),
  endsInBackslash: false,
  isPiece: (from, to) => to - from >= shortest,
});

/** The key as it stands in base64 of something that begins so many bytes (modulo 3) before it. */
function base64Needles(key: string, bytes: Uint8Array, shift: number): Needle[] {
  const padded = Buffer.concat([Buffer.alloc(shift), bytes]);
  // What a character shares with the bytes before or behind the key depends on them.
  const [first, last] = [Math.ceil((shift * 8) / 6), Math.floor((padded.length * 8) / 6)];
  const forms = [padded.toString('base64'), padded.toString('base64url')].map((text) =>
    text.slice(first, last),
  );
  return [...new Set(forms)].map((form) => encodedNeedle(key, form, shortestBase64));
}

/** Lower case, every character in its place. */
function lowerCase(text: string): string {
  const lower = text.toLowerCase();
  return lower.length === text.length ? lower : text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
