// One examination, or two to compare: open the target, run, print, repair, and the exit code.
import { resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { usageError } from '../../errors.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { notifier } from '../../turn/notes.ts';
import { untilInterrupted } from '../../turn/time-limit.ts';
import { diagnose, reportTarget } from '../engine/diagnose.ts';
import type { DoctorOptions } from '../engine/probe.ts';
import type { Report } from '../engine/report.ts';
import { reportTail } from '../report/advice.ts';
import { writeReport } from '../report/formats.ts';
import { bundle, shownReport } from './bundle.ts';
import { deliver, writeTo } from './delivery.ts';
import { offerRepairs } from './fix.ts';
import { liveLines } from './live-report.ts';
import { type Target, withTarget } from './open-target.ts';
import {
  type DoctorCall,
  type DoctorCommandOptions,
  doctorOptions,
  exitCodeOf,
  formatFor,
  selectionOf,
  textOptions,
} from './options.ts';
import { reducedBeside, requestTask, writeReduced } from './request-task.ts';
import { refuseUnsendable } from './sendable-target.ts';
import { agreeToSpending, extraSpending } from './spending.ts';

/** Examines what the argument names (a profile or an address), or with `--compare` two, and prints the report. */
export async function examine(
  argument: string | undefined,
  options: DoctorCommandOptions,
  context: Context,
): Promise<ExitCode> {
  const baseline =
    options.baseline === undefined ? undefined : await keptReport(options.baseline, options, context);
  const spending = extraSpending(options);
  if (spending !== undefined) await agreeToSpending(spending, options, context);
  return untilInterrupted(context, ({ signal }) => {
    const call = { argument, options, context, signal };
    if (baseline !== undefined) return examineAgainst(call, baseline);
    return options.compare === undefined ? examineOne(call) : examineTwo(call, options.compare);
  });
}

async function examineOne(call: DoctorCall): Promise<ExitCode> {
  const { options, context } = call;
  const examine = async (target: Target): Promise<ExitCode> => {
    refuseUnsendable(target.doctor);
    const { stdout } = context.streams;
    const format = formatFor(options);
    const text = textOptions(options, context);
    const isLive = format === 'text' && stdout.isTTY && options.output === undefined && !options.redactHost;
    const startedAt = context.clock.now();
    const live = isLive
      ? liveLines(context, reportTarget(target.doctor.setup), text, options.quiet === true)
      : undefined;
    const diagnosis = await diagnose(target.doctor, selectionOf(options), live ?? {}).finally(() =>
      live?.finish(),
    );
    writeReduced(diagnosis, options);
    const report = shownReport(diagnosis, options);
    const madeAt = new Date(context.clock.wallTime()).toISOString();
    const timed = { ...text, madeAt, elapsedMs: context.clock.now() - startedAt };
    if (live !== undefined) await stdout.write(reportTail(report, timed));
    else await deliver(await writeReport(format, report, timed, context.version), options, context);
    if (options.report !== undefined)
      writeTo('--report', options.report, await writeReport('html', report, timed, context.version));
    if (options.bundle !== undefined)
      writeTo('--bundle', options.bundle, await bundle(report, diagnosis, options, context));
    if (options.fix) await offerRepairs(diagnosis, target, options, context);
    return exitCodeOf(report, options);
  };
  return withTarget(call, examine, await optionsOf(call));
}

/** What is to be done at each target; a request in a file is read before any is opened. */
const optionsOf = async ({ options, context }: DoctorCall): Promise<DoctorOptions> =>
  doctorOptions(options, await requestTask(options, context));

async function examineTwo(call: DoctorCall, other: string): Promise<ExitCode> {
  const { argument, options } = call;
  refuseOtherFormats('--compare', options);
  const doctor = await optionsOf(call);
  const first = await reportOf(call, argument, doctor);
  const second = await reportOf(call, other, { ...doctor, request: reducedBeside(doctor.request) });
  await deliverComparison([first, second], call);
  return Math.max(exitCodeOf(first, options), exitCodeOf(second, options)) as ExitCode;
}

/** Examines the target, and prints what is different from the report that was kept. */
async function examineAgainst(call: DoctorCall, baseline: Report): Promise<ExitCode> {
  const { argument, options } = call;
  const now = await reportOf(call, argument, await optionsOf(call));
  await deliverComparison([baseline, now], call);
  return exitCodeOf(now, options);
}

/** Read before anything is asked: a slip in the name must not cost a token. */
async function keptReport(path: string, options: DoctorCommandOptions, { dirs }: Context): Promise<Report> {
  refuseOtherFormats('--baseline', options);
  const { readKeptReport } = await import('../report/kept-report.ts');
  const { readFileOf } = await import('../../terminal/json-argument.ts');
  return readKeptReport(readFileOf('--baseline', resolve(dirs.working, path)), path);
}

function refuseOtherFormats(option: string, options: DoctorCommandOptions): void {
  const format = formatFor(options);
  if (format !== 'text' && format !== 'json')
    throw usageError(`${option} prints text or json, not ${format}.`, 'Next: --format json');
}

const reportOf = (call: DoctorCall, argument: string | undefined, doctor: DoctorOptions): Promise<Report> =>
  withTarget(
    { ...call, argument },
    async (target) => {
      refuseUnsendable(target.doctor);
      const diagnosis = await diagnose(target.doctor, selectionOf(call.options));
      // The table has no room for commands; where the requests are that they send is told.
      const paths = writeReduced(diagnosis, call.options);
      const report = shownReport(diagnosis, call.options);
      if (paths.length > 0)
        notifier(
          call.context,
          call.options,
        )(
          `The smallest request that ${report.target.profile ?? report.target.baseUrl} refuses: ${paths.join(', ')}`,
        );
      return report;
    },
    doctor,
  );

async function deliverComparison(
  [first, second]: readonly [Report, Report],
  { options, context }: DoctorCall,
): Promise<void> {
  const { compareReports, compareText, thenAndNow } = await import('../report/compare.ts');
  const comparison = compareReports(first, second);
  const names = options.baseline === undefined ? undefined : thenAndNow(comparison);
  const output =
    formatFor(options) === 'json'
      ? (await import('../../text/json.ts')).jsonText(comparison)
      : compareText(comparison, textOptions(options, context), names);
  await deliver(output, options, context);
}
