// What `--watch` says: changes from one round to the next, and the summary at the end. Pure.
import { counted } from '../../text/counted.ts';
import type { CheckResult, Report, Verdict } from './report.ts';

export type Round = {
  readonly report: Report;
  /** The verdict in a sentence, as every format of a report has it. */
  readonly sentence: string;
  readonly latencyMs: number | null;
};

/** Lines for everything that is different from the round before; the first round says how things stand. */
export function changesOf(before: Round | undefined, now: Round): string[] {
  const cause = now.report.rootCause;
  const state = `${now.report.verdict}: ${now.sentence}`;
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

const verdicts: readonly Verdict[] = ['healthy', 'degraded', 'broken', 'undetermined'];

/** `12 rounds, 11 healthy, 1 degraded, latency p50 31 ms, p95 48 ms`: only what there was. */
export function summaryOf(rounds: readonly Round[]): string {
  const counts = verdicts.flatMap((verdict) => {
    const count = rounds.filter(({ report }) => report.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${verdict}`];
  });
  const times = rounds
    .flatMap(({ latencyMs }) => (latencyMs === null ? [] : [latencyMs]))
    .sort((a, b) => a - b);
  const latency =
    times.length === 0
      ? []
      : [`latency p50 ${percentile(times, 0.5)} ms`, `p95 ${percentile(times, 0.95)} ms`];
  return [counted(rounds.length, 'round'), ...counts, ...latency].join(', ');
}

/** Nearest rank. */
function percentile(sorted: readonly number[], share: number): number {
  return Math.round(sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0);
}
