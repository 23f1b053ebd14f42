// `--watch`: free requests at an interval, changes printed, every round kept, a summary when interrupted.
import type { Context } from '../../context.ts';
import { usageError } from '../../errors.ts';
import { type ExitCode, exitCodes } from '../../exit-codes.ts';
import { durationText } from '../../messages/wait-text.ts';
import { counted, localTime, timeOfDay } from '../../text/counted.ts';
import { oneLine } from '../../text/sanitize.ts';
import { notifier } from '../../turn/notes.ts';
import { untilInterrupted } from '../../turn/time-limit.ts';
import { diagnose } from '../engine/diagnose.ts';
import type { Report } from '../engine/report.ts';
import { checkChanges, createFollower, isTurned, stateOf, summaryOf } from '../watch/news.ts';
import { type Round, roundLine, roundOf } from '../watch/round.ts';
import { shownReport } from './bundle.ts';
import { openKeptHistory } from './kept-history.ts';
import { withTarget } from './open-target.ts';
import {
  type DoctorCall,
  type DoctorCommandOptions,
  doctorOptions,
  exitCodeOf,
  formatFor,
  selectionOf,
} from './options.ts';
import { openProgress } from './progress.ts';

const defaultSeconds = 60;
/** Memory of a watch that runs for weeks: the latest rounds are summed up. */
const keptRounds = 10_000;

/** Examines again and again until interrupted, then sums up; the exit code is that of the last round. */
export async function runWatch(
  argument: string | undefined,
  options: DoctorCommandOptions,
  context: Context,
): Promise<ExitCode> {
  const format = formatFor(options);
  if ((format !== 'text' && format !== 'json') || options.output !== undefined)
    throw usageError('A watch prints text or json as it goes on.', 'Next: --report FILE.html draws it');
  const { clock, streams } = context;
  const everyMs =
    1000 * (options.watch === true || options.watch === undefined ? defaultSeconds : options.watch);
  const { name, history, keep } = openKeptHistory(argument, options, context);
  const progress = openProgress(context, options);
  const newsOf = createNews(history.rounds, clock.wallTime());
  const rounds: Round[] = [];
  let last: Report | undefined;
  await untilInterrupted(context, async ({ signal }) => {
    try {
      while (!signal.aborted) {
        progress.tell(() => `asking, round ${rounds.length + 1}`);
        const seen = await oneRound({ argument, options, context, signal });
        const now = clock.wallTime();
        const round = roundOf(seen.shown, now, seen.latencyMs);
        await progress.pause();
        if (format === 'json') await streams.stdout.write(`${roundLine(round)}\n`);
        else
          for (const words of newsOf(round, seen.shown))
            await streams.stdout.write(`${timeOfDay(now)} ${oneLine(words)}\n`);
        last = seen.shown;
        rounds.push(round);
        if (rounds.length > keptRounds) rounds.shift();
        await keep(roundOf(seen.report, now, seen.latencyMs));
        const until = clock.now() + everyMs;
        progress.tell(
          () => `${summaryOf(rounds)}; again in ${durationText(Math.max(0, until - clock.now()))}`,
        );
        await clock.sleep(everyMs, signal);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      await progress.pause();
    }
  });
  if (format === 'text') await streams.stdout.write(`${summaryOf(rounds)}\n`);
  notifier(
    context,
    options,
  )(
    `${counted(history.rounds.length + rounds.length, 'round')} kept in ${history.path}; msg doctor ${name} --history tells them.`,
  );
  return last === undefined ? exitCodes.interrupted : exitCodeOf(last, options);
}

/** What is new in each round; the first one says how things stand, and how they stood when it was last watched. */
function createNews(
  kept: readonly Round[],
  now: number,
): (round: Round, report: Report) => readonly string[] {
  const follow = createFollower();
  for (const round of kept) follow(round);
  const before = kept.at(-1);
  let earlier: Report | undefined;
  return (round, report) => {
    const changes = follow(round);
    const latency = changes.filter(({ isLatency }) => isLatency).map(({ words }) => words);
    const checks = earlier === undefined ? [] : checkChanges(earlier.checks, report.checks);
    const isFirst = earlier === undefined;
    earlier = report;
    if (!isFirst) return [...changes.map(({ words }) => words), ...checks];
    const was =
      before !== undefined && isTurned(before, round)
        ? [`it was ${before.verdict} at ${localTime(before.at, now)}`]
        : [];
    return [stateOf(round), ...was, ...latency];
  };
}

type Seen = {
  readonly report: Report;
  /** As it may be printed. */
  readonly shown: Report;
  readonly latencyMs: number | null;
};

const oneRound = (call: DoctorCall): Promise<Seen> =>
  withTarget(
    call,
    async (target) => {
      const diagnosis = await diagnose(target.doctor, selectionOf(call.options));
      const keyless = diagnosis.run.observe('keyless');
      return {
        report: diagnosis.report,
        shown: shownReport(diagnosis, call.options),
        latencyMs: keyless?.outcome === 'answered' ? keyless.times.end : null,
      };
    },
    { ...doctorOptions(call.options), isFree: true },
  );
