// Two prompts as the cache of an endpoint compares them: how far they are the same, what of that is kept at a mark, and
// whether one is the other with something changed. Pure.
import { commonParts, type Part } from './prompt-parts.ts';

/** So many places are looked at from a mark backwards, itself the first (prompt caching page). */
export const lookback = 20;

/** A picture has about as many tokens as this much text, however many characters of base64. */
const pictureCharacters = 6_400;

/** How many characters so many parts have, as tokens are shared out among them. */
export const charactersOf = (parts: readonly Part[], count: number): number =>
  parts
    .slice(0, count)
    .map(({ text }) =>
      text.includes('"type":"base64"') ? Math.min(text.length, pictureCharacters) : text.length,
    )
    .reduce((total, characters) => total + characters, 0);

/** The last mark among so many parts, or -1. */
export const lastMark = (parts: readonly Part[], count = parts.length): number =>
  parts.findLastIndex(({ isMarked }, index) => isMarked && index < count);

/** The last mark among so many parts of the prompt before that a mark of the one now reaches, or -1. */
export function reachedMark(before: readonly Part[], now: readonly Part[], count: number): number {
  const places = placesOf(now);
  const marks = [...now.keys()].filter((index) => now[index]?.isMarked);
  return before.findLastIndex(
    ({ isMarked }, index) =>
      isMarked &&
      index < count &&
      marks.some((mark) => mark >= index && (places[mark] ?? 0) - (places[index] ?? 0) < lookback),
  );
}

/** The place of each part as the cache counts them: a run of tool calls is one, and so is a run of results. */
function placesOf(parts: readonly Part[]): readonly number[] {
  let place = 0;
  return parts.map(({ type }, index) => {
    const isRun = /^tool_(use|result)$/.test(type) && parts[index - 1]?.type === type;
    if (!isRun) place += 1;
    return place;
  });
}

/** Two texts of which this much is the same were one. */
const leastAlike = 500;

/**
 * Whether the prompt before comes again with something changed in what it had cached, rather than another one: what
 * stands behind the first difference is mostly the same, or what differs is.
 */
export function isChanged(before: readonly Part[], now: readonly Part[]): boolean {
  const common = commonParts(before, now);
  if (common > lastMark(before)) return false;
  const [restBefore, restNow] = [before.slice(common), now.slice(common)];
  const [old = '', fresh = ''] = [restBefore[0]?.text, restNow[0]?.text];
  if (isAlike(old, fresh)) return true;
  const known = new Set(restBefore.map(({ text }) => text));
  const shared = restNow.filter(({ text }) => known.has(text)).map(({ text }) => text);
  // Two prompts that are asked the same are no one prompt: what they share is short beside what they do not.
  const isLittle = old.length >= leastAlike && shared.join('').length < old.length;
  return (
    !isLittle && shared.length > 0 && shared.length * 2 >= Math.min(restBefore.length, restNow.length) - 1
  );
}

function isAlike(before: string, now: string): boolean {
  const shortest = Math.min(before.length, now.length);
  let start = 0;
  while (start < shortest && before[start] === now[start]) start += 1;
  let end = 0;
  while (end < shortest - start && before.at(-1 - end) === now.at(-1 - end)) end += 1;
  return start + end >= leastAlike && (start + end) * 2 >= Math.max(before.length, now.length);
}
