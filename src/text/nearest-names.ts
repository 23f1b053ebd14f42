// The names somebody may have meant: small edit distance, or one a part of the other.

/** At most three of `names`: those that are nearest, if they are near at all. Case does not matter. */
export function nearestNames(typo: string, names: readonly string[]): string[] {
  const word = typo.toLowerCase();
  const limit = Math.min(Math.max(2, Math.floor(word.length / 3)), Math.floor(word.length / 2));
  const measured = names.map((name) => ({ name, distance: nameDistance(word, name.toLowerCase()) }));
  const best = Math.min(limit, ...measured.map(({ distance }) => distance));
  return measured
    .filter(({ distance }) => distance === best)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** ` Did you mean a or b?`, to follow the sentence that refuses `wanted`; empty when nothing is near. */
export const didYouMean = (name: string, names: readonly string[]): string =>
  suggestionText(nearestNames(name, names));

/** The same for names that are known to be meant. */
export const suggestionText = (names: readonly string[]): string =>
  names.length > 0 ? ` Did you mean ${names.join(' or ')}?` : '';

/** How far apart two names are: 1 where one is a part of the other (three letters at least), else the number of edits. */
export function nameDistance(a: string, b: string): number {
  if (Math.min(a.length, b.length) >= 3 && (b.startsWith(a) || a.startsWith(b))) return 1;
  const [wanted, words] = [wordsOf(a), wordsOf(b)];
  return isAmong(wanted, words) || isAmong(words, wanted) ? 1 : editDistance(a, b);
}

const wordsOf = (name: string): string[] => name.split(/[-_.]/).filter((word) => word !== '');

const isAmong = (some: readonly string[], all: readonly string[]): boolean =>
  some.length > 0 && some.every((word) => all.includes(word));

/** Levenshtein with one row. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [line, letter] of [...a].entries()) {
    const next = [line + 1];
    for (const [column, other] of [...b].entries()) {
      const above = row[column + 1] ?? 0;
      const left = next[column] ?? 0;
      const diagonal = row[column] ?? 0;
      next.push(letter === other ? diagonal : 1 + Math.min(above, left, diagonal));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
