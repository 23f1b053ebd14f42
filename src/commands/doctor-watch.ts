// `--watch`: free requests at an interval, changes printed, a summary when interrupted.
import type { Context } from '../context.ts';
import { diagnose } from '../doctor/engine/run-doctor.ts';
import { changesOf, type Round, summaryOf } from '../doctor/engine/watch-summary.ts';
import { verdictSentence } from '../doctor/report/parts.ts';
import { interrupted } from '../errors.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { oneLine } from '../text/sanitize.ts';
import { noteTo } from '../turn/note.ts';
import { type DoctorCommandOptions, doctorOptions } from './doctor.ts';
import { exitCodeOf } from './doctor-run.ts';
import { aimedAt, openTarget } from './doctor-target.ts';

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
  const abort = new AbortController();
  const stopListening = context.interrupts.on((signal) => abort.abort(interrupted(signal)));
  const rounds: Round[] = [];
  try {
    while (!abort.signal.aborted) {
      const round = await oneRound(argument, options, context, abort.signal);
      const time = new Date(context.clock.wallTime()).toISOString().slice(11, 19);
      for (const line of changesOf(rounds.at(-1), round)) await stdout.write(`${time} ${oneLine(line)}\n`);
      rounds.push(round);
      if (rounds.length > keptRounds) rounds.shift();
      await context.clock.sleep(everyMs, abort.signal);
    }
  } catch (error) {
    if (!abort.signal.aborted) throw error;
  } finally {
    stopListening();
  }
  await stdout.write(`${summaryOf(rounds)}\n`);
  const last = rounds.at(-1);
  return last === undefined ? exitCodes.interrupted : exitCodeOf(last.report, options);
}

async function oneRound(
  argument: string | undefined,
  options: DoctorCommandOptions,
  context: Context,
  signal: AbortSignal,
): Promise<Round> {
  const target = await openTarget({
    options: { ...options, ...aimedAt(argument, options, context) },
    context,
    note: noteTo(context, options),
    doctor: { ...doctorOptions(options), isFree: true },
    signal,
  });
  try {
    const { report, run } = await diagnose(target.doctor, {
      only: options.only ?? [],
      skip: options.skip ?? [],
    });
    const keyless = run.look('keyless');
    return {
      report,
      sentence: verdictSentence(report),
      latencyMs: keyless?.outcome === 'answered' ? keyless.times.end : null,
    };
  } finally {
    await target.close();
  }
}
