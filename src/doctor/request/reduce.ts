// Delta debugging: the smallest set of parts with which a request is refused as it was. Knows parts by their number only,
// and asks through a function, so that it can be tested without a server. Pure.

/** How a try ended. `spent`: it was not made, because the budget is used up, or nothing can be told any more. */
export type Outcome = 'same' | 'other' | 'accepted' | 'spent';

/** Where a number decides: of bytes of the whole request, of its turns, or of parts of a kind. */
export type Limit = {
  readonly of: 'bytes' | 'turns' | 'parts';
  readonly accepted: number;
  readonly refused: number;
};

/** Whether a request with these parts and no others is refused, and in the same words. */
export type Refuses = (kept: readonly number[]) => Promise<Outcome>;

export type Cause = {
  /** Parts that are all needed for the refusal, in the order of the request. */
  readonly parts: readonly number[];
  /** Whether they alone were seen to be refused, and were not with any part less that was tried. */
  readonly isMinimal: boolean;
  /** The smallest set that was seen to be refused: where the search ended early, more than `parts`. */
  readonly seen: readonly number[];
};

/**
 * The smallest set among `parts` that is refused in the same words, by bisection: the shortest beginning of the list that
 * is refused ends in a part that is needed; with that one kept, the next is looked for before it. About log2(n) + 1 tries
 * for each part of the cause, as QuickXplain has it (Junker 2004), against n^2 at worst for ddmin.
 * @param parts all together are known to be refused; what a part needs stands before it
 * @param isEnough asked after each part that was found: whether to look for no more of them
 */
export async function smallestCause(
  parts: readonly number[],
  refuses: Refuses,
  isEnough: (found: readonly number[]) => boolean = () => false,
): Promise<Cause> {
  const found: number[] = [];
  let end = parts.length;
  let seen = parts;
  while (end > 0) {
    // The first `low` parts are too few, the first `high` are enough.
    let [low, high] = [0, end];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      const outcome = await refuses([...parts.slice(0, middle), ...found]);
      if (outcome === 'spent')
        return { parts: [...parts.slice(low, high), ...found], isMinimal: false, seen };
      if (outcome === 'same') {
        high = middle;
        seen = [...parts.slice(0, high), ...found];
      } else low = middle;
    }
    found.unshift(parts[high - 1] as number);
    end = high - 1;
    const alone = end === 0 ? 'same' : await refuses(found);
    if (alone === 'same') return { parts: found, isMinimal: true, seen: found };
    if (alone === 'spent' || isEnough(found)) break;
  }
  return { parts: found, isMinimal: false, seen };
}

/** The least number from `low` (known not to be refused) to `high` (known to be) that is refused, as near as tries allow. */
export async function smallestNumber(
  low: number,
  high: number,
  refuses: (size: number) => Promise<Outcome>,
): Promise<{ readonly accepted: number; readonly refused: number }> {
  let [accepted, refused] = [low, high];
  while (refused - accepted > 1) {
    const middle = Math.floor((accepted + refused) / 2);
    const outcome = await refuses(middle);
    if (outcome === 'spent') break;
    if (outcome === 'same') refused = middle;
    else accepted = middle;
  }
  return { accepted, refused };
}
