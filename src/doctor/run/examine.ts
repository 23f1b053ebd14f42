// One examination, or two to compare: open the target, run, print, repair, and the exit code.
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { configError, interrupted, usageError } from '../../errors.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { errnoText } from '../../text/errno.ts';
import { notifier } from '../../turn/notes.ts';
import { untilInterrupted } from '../../turn/time-limit.ts';
import { diagnose, reportTarget } from '../engine/diagnose.ts';
import type { DoctorOptions } from '../engine/probe.ts';
import type { Report } from '../engine/report.ts';
import { reportTail } from '../report/advice.ts';
import { writeReport } from '../report/formats.ts';
import { bundle, shownReport } from './bundle.ts';
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
import { reducedBeside, refuseUnsendable, requestTask, writeReduced } from './request-task.ts';

/** Examines what the argument names (a profile or an address), or with `--compare` two, and prints the report. */
export async function examine(
  argument: string | undefined,
  options: DoctorCommandOptions,
  context: Context,
): Promise<ExitCode> {
  const baseline =
    options.baseline === undefined ? undefined : await keptReport(options.baseline, options, context);
  await askAboutSpending(options, context);
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

/** Writes a report to `--output`, else to stdout. */
export async function deliver(text: string, options: DoctorCommandOptions, context: Context): Promise<void> {
  if (options.output === undefined) await context.streams.stdout.write(text);
  else writeTo('--output', options.output, text);
}

function writeTo(option: string, path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (cause) {
    throw configError(`Cannot write ${path} (${option}): ${errnoText(cause)}.`, undefined, { path }, cause);
  }
}

/** Rough costs of what goes beyond a default run: input and output tokens. */
const extras: readonly (readonly [keyof DoctorCommandOptions, number, number])[] = [
  ['tools', 700, 260],
  ['conformance', 1000, 600],
  ['soak', 30, 480],
  ['identity', 20_000, 4_000],
  ['via', 30, 160],
];

/** Spending more than usual needs a yes: on a terminal by asking, elsewhere by --yes. */
async function askAboutSpending(options: DoctorCommandOptions, context: Context): Promise<void> {
  if (options.context !== undefined && !options.identity)
    throw usageError('--context is one of the proofs of --identity.', 'Next: add --identity');
  const long = options.context === undefined ? [] : [['context', options.context, 100] as const];
  const paidExtras = [...extras.filter(([name]) => options[name]), ...long];
  if (paidExtras.length === 0 || options.free) return;
  const targets = options.compare === undefined ? 1 : 2;
  const [input, output] = [1, 2].map(
    (column) => targets * paidExtras.reduce((sum, row) => sum + Number(row[column]), 0),
  );
  const text = `${paidExtras.map(([name]) => `--${name}`).join(' and ')} may cost about ${input} input and ${output} output tokens more${targets === 1 ? '' : ' at both targets together'}.`;
  // The one extra whose cost is told whoever agreed to it: it is thirty times that of the rest.
  if (options.yes && options.identity) notifier(context, options)(text);
  if (options.yes) return;
  if (context.streams.stdin.kind !== 'terminal' || !context.streams.stderr.isTTY)
    throw usageError(text, 'Agree with --yes.');
  const asker = await context.asker();
  if (!(await asker.confirm(`${text} Go on?`, true))) throw interrupted('SIGINT');
}
