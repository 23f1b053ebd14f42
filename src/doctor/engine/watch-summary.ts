// What `--watch` says: changes from one round to the next, and the summary at the end. Pure.
import type { CheckResult, Report, Verdict } from './report.ts';

export type Round = { readonly report: Report; readonly latencyMs: number | null };

/** Lines for everything that is different from the round before; the first round says how things stand. */
export function changesOf(before: Round | undefined, now: Round): string[] {
  const cause = now.report.rootCause;
  const state = cause === null ? now.report.verdict : `${now.report.verdict}: ${cause.id}: ${cause.summary}`;
  if (before === undefined) return [state];
  const earlier = new Map(before.report.checks.map((result) => [result.id, result]));
  const changed = now.report.checks.filter((result) => isNews(earlier.get(result.id), result));
  const isTurned = before.report.verdict !== now.report.verdict || before.report.rootCause?.id !== cause?.id;
  return [
    ...(isTurned ? [state] : []),
    ...changed.map(({ id, status, summary }) => `${id}: ${earlier.get(id)?.status} -> ${status}: ${summary}`),
  ];
}

/** Skips follow from failures and are not news of their own. */
const isNews = (before: CheckResult | undefined, now: CheckResult): boolean =>
  before !== undefined && before.status !== now.status && now.status !== 'skip' && before.status !== 'skip';

/** `12 rounds, 11 healthy, latency p50 31 ms, p95 48 ms`. */
export function summaryOf(rounds: readonly Round[]): string {
  const count = (verdict: Verdict): number =>
    rounds.filter(({ report }) => report.verdict === verdict).length;
  const degraded = count('degraded');
  const times = rounds
    .flatMap(({ latencyMs }) => (latencyMs === null ? [] : [latencyMs]))
    .sort((a, b) => a - b);
  const latency =
    times.length === 0 ? '' : `, latency p50 ${percentile(times, 0.5)} ms, p95 ${percentile(times, 0.95)} ms`;
  return `${rounds.length} round${rounds.length === 1 ? '' : 's'}, ${count('healthy')} healthy${degraded === 0 ? '' : `, ${degraded} degraded`}${latency}`;
}

/** Nearest rank. */
function percentile(sorted: readonly number[], share: number): number {
  return Math.round(sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0);
}
