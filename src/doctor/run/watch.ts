// `--watch`: free requests at an interval, changes printed, a summary when interrupted.
import type { Context } from '../../context.ts';
import { type ExitCode, exitCodes } from '../../exit-codes.ts';
import { counted } from '../../text/counted.ts';
import { oneLine } from '../../text/sanitize.ts';
import { untilInterrupted } from '../../turn/time-limit.ts';
import { diagnose } from '../engine/diagnose.ts';
import type { CheckResult, Report, Verdict } from '../engine/report.ts';
import { verdictSentence } from '../report/parts.ts';
import { withTarget } from './open-target.ts';
import {
  type DoctorCall,
  type DoctorCommandOptions,
  doctorOptions,
  exitCodeOf,
  selectionOf,
} from './options.ts';

const defaultSeconds = 60;
/** Memory of a watch that runs for weeks: the latest rounds are summed up. */
const keptRounds = 10_000;

/** Examines again and again until interrupted, then sums up; the exit code is that of the last round. */
export async function runWatch(
  argument: string | undefined,
  options: DoctorCommandOptions,
  context: Context,
): Promise<ExitCode> {
  const { stdout } = context.streams;
  const everyMs =
    1000 * (options.watch === true || options.watch === undefined ? defaultSeconds : options.watch);
  const rounds: Round[] = [];
  await untilInterrupted(context, async ({ signal }) => {
    try {
      while (!signal.aborted) {
        const round = await oneRound({ argument, options, context, signal });
        const time = new Date(context.clock.wallTime()).toISOString().slice(11, 19);
        for (const line of changesOf(rounds.at(-1), round)) await stdout.write(`${time} ${oneLine(line)}\n`);
        rounds.push(round);
        if (rounds.length > keptRounds) rounds.shift();
        await context.clock.sleep(everyMs, signal);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  });
  await stdout.write(`${summaryOf(rounds)}\n`);
  const last = rounds.at(-1);
  return last === undefined ? exitCodes.interrupted : exitCodeOf(last.report, options);
}

const oneRound = (call: DoctorCall): Promise<Round> =>
  withTarget(
    call,
    async (target) => {
      const { report, run } = await diagnose(target.doctor, selectionOf(call.options));
      const keyless = run.observe('keyless');
      return {
        report,
        sentence: verdictSentence(report),
        latencyMs: keyless?.outcome === 'answered' ? keyless.times.end : null,
      };
    },
    { ...doctorOptions(call.options), isFree: true },
  );

type Round = {
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
