// What several measurements of one thing come to. Pure.

/** Nearest rank, so always a value that was measured; null without any. With fewer than 20 of them, p95 is the largest. */
export function quantile(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

/** The middle, and how bad it gets. */
export type Spread = { readonly p50: number; readonly p95: number };

/** Both to a tenth; null without a value. */
export function spreadOf(values: readonly number[]): Spread | null {
  const [p50, p95] = [quantile(values, 0.5), quantile(values, 0.95)];
  return p50 === null || p95 === null ? null : { p50: tenth(p50), p95: tenth(p95) };
}

/** To one place behind the point. */
export const tenth = (value: number): number => Math.round(value * 10) / 10;
