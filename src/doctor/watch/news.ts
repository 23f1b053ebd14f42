// What changed between rounds of a watch: the verdict, single checks, and the latency where chance does not explain it. Pure.
import { counted, duration } from '../../text/counted.ts';
import { type CheckResult, verdicts } from '../engine/report.ts';
import { type Spread, spreadOf } from '../samples/quantile.ts';
import { chanceOf } from '../samples/rank-sum.ts';
import type { Round } from './round.ts';

/** `healthy: 52 checks made, no warnings`. */
export const stateOf = ({ verdict, sentence }: Round): string => `${verdict}: ${sentence}`;

/** Whether a target is in another state than before. */
export const isTurned = (before: Round, now: Round): boolean =>
  before.verdict !== now.verdict || before.cause !== now.cause;

/** A line for each check that came to something else. Skips follow from failures and are no news of their own. */
export function checkChanges(before: readonly CheckResult[], now: readonly CheckResult[]): string[] {
  const earlier = new Map(before.map(({ id, status }) => [id, status]));
  return now.flatMap(({ id, status, summary }) => {
    const was = earlier.get(id);
    const isNews = was !== undefined && was !== status && was !== 'skip' && status !== 'skip';
    return isNews ? [`${id}: ${was} -> ${status}: ${summary}`] : [];
  });
}

/** The latest rounds, which are compared with those before them. */
const recentRounds = 6;
/** Fewer than this before them say nothing of what is usual. */
const fewestBefore = 15;
/** What is usual is what was lately. */
const mostBefore = 50;
/** It is asked anew every round, 1,440 times a day: this makes a false alarm in about a week. */
const chance = 0.0001;
/** As for reports that are compared: less than a quarter, or than 20 ms, nobody feels. */
const share = 0.25;
const leastMs = 20;

export type LatencyShift = { readonly before: Spread; readonly now: Spread };

/** How the latency changed with the last of these rounds (milliseconds, oldest first), since it last did; else undefined. */
export function latencyShift(latencies: readonly number[]): LatencyShift | undefined {
  const recent = latencies.slice(-recentRounds);
  const usual = latencies.slice(-recentRounds - mostBefore, -recentRounds);
  const [before, now] = [spreadOf(usual), spreadOf(recent)];
  if (before === null || now === null || usual.length < fewestBefore) return undefined;
  const differenceMs = Math.abs(now.p50 - before.p50);
  const isFelt = differenceMs >= Math.max(leastMs, share * Math.max(now.p50, before.p50));
  return isFelt && chanceOf(usual, recent) <= chance ? { before, now } : undefined;
}

/** `latency: p50 31 ms -> 82 ms, p95 48 ms -> 90 ms, in the last 5 rounds`. */
export const shiftText = ({ before, now }: LatencyShift): string =>
  `latency: p50 ${duration(before.p50)} -> ${duration(now.p50)}, p95 ${duration(before.p95)} -> ${duration(now.p95)}, in the last ${recentRounds} rounds`;

/** What is to be told of a round, in the order of time. */
export type Change = { readonly round: Round; readonly words: string; readonly isLatency: boolean };

/** Follows rounds as they come; what it gives is told once. */
export function createFollower(): (round: Round) => Change[] {
  let before: Round | undefined;
  let latencies: number[] = [];
  return (round) => {
    const changes: Change[] = [];
    if (before === undefined || isTurned(before, round))
      changes.push({ round, words: stateOf(round), isLatency: false });
    before = round;
    if (round.latencyMs === null) return changes;
    latencies = [...latencies, round.latencyMs].slice(-recentRounds - mostBefore);
    const shift = latencyShift(latencies);
    if (shift !== undefined) {
      changes.push({ round, words: shiftText(shift), isLatency: true });
      latencies = latencies.slice(-recentRounds);
    }
    return changes;
  };
}

/** Every change of a history. */
export function changesIn(rounds: readonly Round[]): Change[] {
  return rounds.flatMap(createFollower());
}

/** `12 rounds, 11 healthy, 1 degraded, latency p50 31 ms, p95 48 ms`: only what there was. */
export function summaryOf(rounds: readonly Pick<Round, 'verdict' | 'latencyMs'>[]): string {
  const counts = verdicts.flatMap((verdict) => {
    const count = rounds.filter((round) => round.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${verdict}`];
  });
  const latency = spreadOf(rounds.flatMap(({ latencyMs }) => latencyMs ?? []));
  return [
    counted(rounds.length, 'round'),
    ...counts,
    ...(latency === null ? [] : [`latency p50 ${duration(latency.p50)}`, `p95 ${duration(latency.p95)}`]),
  ].join(', ');
}
