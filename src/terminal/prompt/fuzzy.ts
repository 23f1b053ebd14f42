// Which entries of a list fit what was typed, and where: each word of the query letter by letter, in order. Pure.

/** An entry that fits: its place in the list, and where (in UTF-16 units) the characters of it begin that were found. */
export type Fit = { readonly index: number; readonly found: ReadonlySet<number> };

/**
 * The entries that hold every word of the query, the best first: a word as a whole before one with gaps, the start
 * of a word before its midst. What is equally good stays in its order; an empty query fits all.
 */
export function fitting(entries: readonly string[], query: string): readonly Fit[] {
  const words = query.split(/\s+/).filter((word) => word !== '');
  const fits = entries.flatMap((entry, index) => {
    const places = words.map((word) => placeOf(word, entry));
    if (places.some((place) => place === null)) return [];
    const all = places.filter((place) => place !== null);
    const score = all.reduce((sum, place) => sum + place.score, 0);
    return [{ index, score, found: new Set(all.flatMap(({ found }) => found)) }];
  });
  return fits.sort((one, other) => other.score - one.score);
}

type Place = { readonly score: number; readonly found: readonly number[] };

const wholeScore = 1_000;
const wordStartScore = 100;

/** The best place of one word in an entry. Small letters match capitals too; a capital asks for itself. */
function placeOf(word: string, entry: string): Place | null {
  const isExact = word !== word.toLowerCase();
  const same = (character: string): string => (isExact ? character : character.toLowerCase());
  const letters = Array.from(word, same);
  const characters = Array.from(entry, same);
  const whole = wholePlace(letters, characters);
  const found = whole ?? gappedPlace(letters, characters);
  if (found === null) return null;
  const [first = 0] = found;
  const gaps = (found.at(-1) ?? 0) - first + 1 - found.length;
  const isWordStart = startsWord(characters, first);
  const score =
    (whole === null ? 0 : wholeScore) +
    (isWordStart ? wordStartScore : 0) -
    Math.min(gaps, wordStartScore - 1);
  return { score, found: unitsOf(Array.from(entry), found) };
}

/** All letters side by side: where a word begins, if they stand at one, else the first place. */
function wholePlace(letters: readonly string[], characters: readonly string[]): readonly number[] | null {
  let best: number | null = null;
  for (let start = 0; start + letters.length <= characters.length; start++) {
    if (!letters.every((letter, offset) => characters[start + offset] === letter)) continue;
    if (startsWord(characters, start)) return letters.map((_, offset) => start + offset);
    best ??= start;
  }
  const start = best;
  return start === null ? null : letters.map((_, offset) => start + offset);
}

/** The letters in their order, as near together as they end first. */
function gappedPlace(letters: readonly string[], characters: readonly string[]): readonly number[] | null {
  let at = -1;
  for (const letter of letters) {
    at = characters.indexOf(letter, at + 1);
    if (at === -1) return null;
  }
  // Back from the end: of several places of a letter the last one is the nearest.
  return letters
    .toReversed()
    .map((letter, index) => {
      at = characters.lastIndexOf(letter, index === 0 ? at : at - 1);
      return at;
    })
    .reverse();
}

const startsWord = (characters: readonly string[], at: number): boolean =>
  at === 0 || /[^\p{L}\p{N}]/u.test(characters[at - 1] ?? '');

/** Places of characters as places in the string. */
function unitsOf(characters: readonly string[], places: readonly number[]): number[] {
  const units: number[] = [];
  let unit = 0;
  for (const [index, character] of characters.entries()) {
    if (places.includes(index)) units.push(unit);
    unit += character.length;
  }
  return units;
}
