// Several pieces of work at a time, no more than may be.

/** Runs `work` on every item, `limit` at a time, in order of the list; what one throws ends the wait for all. */
export async function eachOf<T>(
  items: readonly T[],
  limit: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  const queue = items.map((item, index) => ({ item, index }));
  const lane = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift())
      await work(next.item, next.index);
  };
  await Promise.all(Array.from({ length: limit }, lane));
}
