// Whether two samples differ, or chance made them so: the rank-sum test (Mann and Whitney, 1947). It asks nothing of how
// the values are spread, so that a few slow answers do not decide. Pure.

/** So many values in all are counted out exactly; more are close enough to a normal distribution. */
const mostExact = 60;

/**
 * The probability (0 to 1) that two samples of one and the same thing are at least as far apart as these, to either
 * side. Infinity is a value like any other: the slowest. 1 where one of them is empty.
 */
export function chanceOf(a: readonly number[], b: readonly number[]): number {
  if (a.length === 0 || b.length === 0) return 1;
  const ranks = doubledRanks([...a, ...b]);
  const sum = total(ranks.slice(0, a.length));
  return ranks.length <= mostExact ? exact(ranks, a.length, sum) : normal(ranks, a.length, sum);
}

/** The fewest values in each of two samples for which the test can give `chance` at all. */
export function fewestFor(chance: number): number {
  let size = 1;
  // Of all ways to deal 2n ranks to two samples, two are the furthest apart.
  for (let ways = 2; 2 / ways > chance; size += 1) ways = (ways * (4 * size + 2)) / (size + 1);
  return size;
}

/** Ranks times two, so that those of equal values, which share the mean, are whole numbers. */
function doubledRanks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return 2 * below + equal + 1;
  });
}

/** Counts, for every sum, the ways to choose so many of the ranks. */
function exact(ranks: readonly number[], size: number, sum: number): number {
  const highest = total(ranks);
  const ways = Array.from({ length: size + 1 }, () => new Float64Array(highest + 1));
  const [none] = ways;
  if (none !== undefined) none[0] = 1;
  for (const rank of ranks)
    for (let chosen = size; chosen > 0; chosen -= 1) {
      const [fewer, more] = [ways[chosen - 1], ways[chosen]];
      if (fewer === undefined || more === undefined) continue;
      for (let at = highest; at >= rank; at -= 1) more[at] = (more[at] ?? 0) + (fewer[at - rank] ?? 0);
    }
  const middle = (highest * size) / ranks.length;
  const distance = Math.abs(sum - middle);
  let [all, asFar] = [0, 0];
  for (const [at, count] of (ways[size] ?? new Float64Array()).entries()) {
    all += count;
    if (Math.abs(at - middle) >= distance - 1e-9) asFar += count;
  }
  return asFar / all;
}

/** The normal approximation, corrected for ties and for the step between two sums. */
function normal(ranks: readonly number[], size: number, sum: number): number {
  const count = ranks.length;
  const mean = total(ranks) / count;
  const variance =
    (total(ranks.map((rank) => (rank - mean) ** 2)) * size * (count - size)) / (count * (count - 1));
  if (variance === 0) return 1;
  const distance = Math.max(0, Math.abs(sum - mean * size) - 1) / Math.sqrt(variance);
  return Math.min(1, 2 * upperTail(distance));
}

/** Above `z` of a standard normal distribution (Abramowitz and Stegun 26.2.17; wrong by 7.5e-8 at most). */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
