// One examination, or two to compare: open the target, run, print, repair, and the exit code.
import { writeFileSync } from 'node:fs';
import type { Context } from '../context.ts';
import { compareReports } from '../doctor/engine/compare.ts';
import { hostNames, textWithoutHosts, withoutHosts } from '../doctor/engine/redact-report.ts';
import type { Report } from '../doctor/engine/report.ts';
import { type Diagnosis, diagnose } from '../doctor/engine/run-doctor.ts';
import { wireTrace } from '../doctor/engine/wire-trace.ts';
import { reportTail } from '../doctor/report/advice.ts';
import type { ReportTextOptions } from '../doctor/report/line.ts';
import { configError, interrupted, usageError } from '../errors.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { errnoText } from '../text/errno.ts';
import { noteTo } from '../turn/note.ts';
import { type DoctorCommandOptions, doctorOptions, formatFor } from './doctor.ts';
import { offerRepairs } from './doctor-fix.ts';
import { writeReport } from './doctor-formats.ts';
import { liveLines } from './doctor-live.ts';
import { aimedAt, openTarget, type Target } from './doctor-target.ts';

/** Examines what the argument names (a profile or an address), or with `--compare` two, and prints the report. */
export async function runDoctor(
  argument: string | undefined,
  options: DoctorCommandOptions,
  context: Context,
): Promise<ExitCode> {
  await askAboutSpending(options, context);
  const abort = new AbortController();
  const stopListening = context.interrupts.on((signal) => abort.abort(interrupted(signal)));
  try {
    return options.compare === undefined
      ? await examineOne(argument, options, context, abort.signal)
      : await examineTwo(argument, options.compare, options, context, abort.signal);
  } finally {
    stopListening();
  }
}

/** Opens a target, runs `work` on it, and closes it whatever happens. */
async function withTarget<T>(
  argument: string | undefined,
  options: DoctorCommandOptions,
  context: Context,
  signal: AbortSignal,
  work: (target: Target) => Promise<T>,
): Promise<T> {
  const target = await openTarget({
    options: { ...options, ...aimedAt(argument, options, context) },
    context,
    note: noteTo(context, options),
    doctor: doctorOptions(options),
    signal,
  });
  try {
    return await work(target);
  } finally {
    await target.close();
  }
}

async function examineOne(
  argument: string | undefined,
  options: DoctorCommandOptions,
  context: Context,
  signal: AbortSignal,
): Promise<ExitCode> {
  return withTarget(argument, options, context, signal, async (target) => {
    const { stdout } = context.streams;
    const format = formatFor(options);
    const text = textOptions(options, context);
    const isLive = format === 'text' && stdout.isTTY && options.output === undefined && !options.redactHost;
    const startedAt = context.clock.now();
    const live = isLive ? liveLines(context, headOf(target), text, options.quiet === true) : undefined;
    const diagnosis = await diagnose(target.doctor, selection(options), live ?? {}).finally(() =>
      live?.finish(),
    );
    const report = told(diagnosis, options);
    const madeAt = new Date(context.clock.wallTime()).toISOString();
    const timed = { ...text, madeAt, elapsedMs: context.clock.now() - startedAt };
    if (live !== undefined) await stdout.write(reportTail(report, timed));
    else await deliver(await writeReport(format, report, timed, context.version), options, context);
    if (options.bundle !== undefined)
      writeTo('--bundle', options.bundle, await bundle(report, diagnosis, options, context));
    if (options.fix) await offerRepairs(diagnosis, target, options, context);
    return exitCodeOf(report, options);
  });
}

async function examineTwo(
  argument: string | undefined,
  other: string,
  options: DoctorCommandOptions,
  context: Context,
  signal: AbortSignal,
): Promise<ExitCode> {
  const format = formatFor(options);
  if (format !== 'text' && format !== 'json')
    throw usageError(`--compare prints text or json, not ${format}.`, 'Next: --format json');
  const examine = (name: string | undefined): Promise<Report> =>
    withTarget(name, options, context, signal, async (target) =>
      told(await diagnose(target.doctor, selection(options)), options),
    );
  const [first, second] = [await examine(argument), await examine(other)];
  const comparison = compareReports(first, second);
  const { compareText } = await import('../doctor/report/compare-text.ts');
  const output =
    format === 'json'
      ? (await import('../text/json-text.ts')).jsonText(comparison)
      : compareText(comparison, textOptions(options, context));
  await deliver(output, options, context);
  return Math.max(exitCodeOf(first, options), exitCodeOf(second, options)) as ExitCode;
}

const selection = (options: DoctorCommandOptions) => ({ only: options.only ?? [], skip: options.skip ?? [] });

const headOf = ({ doctor: { setup } }: Target): Report['target'] => ({
  profile: setup.profile,
  baseUrl: setup.url.input,
  messagesUrl: setup.url.messagesUrl,
  auth: setup.auth,
  model: setup.model,
});

/** The report as it may be shown. */
const told = ({ report, run }: Diagnosis, { redactHost }: DoctorCommandOptions): Report =>
  redactHost ? withoutHosts(report, hostNames(run.look)) : report;

export const textOptions = (options: DoctorCommandOptions, context: Context): ReportTextOptions => ({
  theme: context.theme('stdout', options.output === undefined ? options.color : false),
  width: options.output === undefined ? context.streams.stdout.columns() : 100,
  isVerbose: options.verbose === true,
});

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

async function bundle(
  report: Report,
  { run }: Diagnosis,
  options: DoctorCommandOptions,
  context: Context,
): Promise<string> {
  const text = textOptions(options, context);
  const trace = textWithoutHosts(wireTrace(run.look), options.redactHost ? hostNames(run.look) : []);
  const [markdown, json] = [
    await writeReport('md', report, text, context.version),
    await writeReport('json', report, text, context.version),
  ];
  return `${markdown}\n## Wire trace\n\n\`\`\`\`text\n${trace}\`\`\`\`\n\n## JSON\n\n\`\`\`\`json\n${json}\`\`\`\`\n`;
}

/** Broken 10, undetermined 11, healthy and degraded 0; with --strict a warning counts as broken. */
export function exitCodeOf(report: Report, { strict }: DoctorCommandOptions): ExitCode {
  if (report.verdict === 'broken') return exitCodes.broken;
  if (report.verdict === 'undetermined') return exitCodes.undetermined;
  return strict && report.checks.some(({ status }) => status === 'warn') ? exitCodes.broken : exitCodes.done;
}

/** Rough costs of what goes beyond a default run: input and output tokens. */
const extras: readonly (readonly [keyof DoctorCommandOptions, number, number])[] = [
  ['tools', 700, 260],
  ['conformance', 1000, 600],
  ['soak', 30, 480],
  ['via', 30, 160],
];

/** Spending more than usual needs a yes: on a terminal by asking, elsewhere by --yes. */
async function askAboutSpending(options: DoctorCommandOptions, context: Context): Promise<void> {
  const wanted = extras.filter(([name]) => options[name]);
  if (wanted.length === 0 || options.free || options.yes) return;
  const [input, output] = [1, 2].map((column) => wanted.reduce((sum, row) => sum + Number(row[column]), 0));
  const text = `${wanted.map(([name]) => `--${name}`).join(' and ')} may cost about ${input} input and ${output} output tokens more.`;
  if (context.streams.stdin.kind !== 'terminal' || !context.streams.stderr.isTTY)
    throw usageError(text, 'Agree with --yes.');
  const asker = await context.asker();
  if (!(await asker.confirm(`${text} Go on?`, true))) throw interrupted('SIGINT');
}
