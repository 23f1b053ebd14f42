// What the command line of `msg doctor` asks for, and what follows from it: probes, format, layout, exit code.
import type { Context } from '../../context.ts';
import { type ExitCode, exitCodes } from '../../exit-codes.ts';
import type { CommonOptions, ConnectionOptions } from '../../profiles/flags.ts';
import type { DoctorOptions } from '../engine/probe.ts';
import type { Report } from '../engine/report.ts';
import { formatOf, type ReportFormat } from '../report/formats.ts';
import type { ReportTextOptions } from '../report/line.ts';
import type { ClientChoice } from '../request/clients/client-names.ts';

export type DoctorCommandOptions = ConnectionOptions &
  CommonOptions & {
    free?: boolean;
    tools?: boolean;
    conformance?: boolean;
    authMatrix?: boolean;
    size?: boolean;
    soak?: boolean;
    identity?: boolean;
    context?: number;
    baseline?: string;
    only?: string[];
    skip?: string[];
    compare?: string;
    via?: string;
    watch?: number | true;
    history?: string | true;
    report?: string;
    race?: number | true;
    concurrency?: number;
    fromError?: string;
    request?: string;
    client?: ClientChoice;
    full?: boolean;
    budget?: number;
    reduced?: string;
    explain?: string;
    listChecks?: boolean;
    fix?: boolean;
    bundle?: string;
    format?: ReportFormat;
    json?: boolean;
    output?: string;
    strict?: boolean;
    yes?: boolean;
    redactHost?: boolean;
  };

/** One call of the command: what to examine, how, in which world, and until when. */
export type DoctorCall = {
  /** A profile, an address, or nothing: the current profile. */
  readonly argument: string | undefined;
  readonly options: DoctorCommandOptions;
  readonly context: Context;
  readonly signal: AbortSignal;
};

/** What the flags ask of the probes. `request`: that of a client, which is then all that is looked at. */
export const doctorOptions = (
  options: DoctorCommandOptions,
  request: DoctorOptions['request'] = null,
): DoctorOptions => ({
  isFree: options.free === true,
  hasTools: options.tools === true,
  isConformance: options.conformance === true,
  isAuthMatrix: options.authMatrix === true,
  hasSize: options.size === true,
  isSoak: options.soak === true,
  isIdentity: options.identity === true,
  contextTokens: options.context ?? null,
  via: options.via ?? null,
  request,
});

/**
 * The checks that are asked for. Those of a client's request are made with one, and then alone; those of --identity
 * with the flag, or everybody would read that they were skipped.
 */
export const selectionOf = ({ only = [], skip = [], request, client, identity }: DoctorCommandOptions) =>
  request === undefined && client === undefined
    ? { only, skip: [...skip, 'request', ...(identity ? [] : ['identity'])] }
    : { only: only.length === 0 ? ['request', ...(identity ? ['identity'] : [])] : only, skip };

/** The format: asked for, or told by the ending of the file. */
export const formatFor = (options: DoctorCommandOptions): ReportFormat =>
  options.json ? 'json' : (options.format ?? formatOf(options.output));

/** How a report is laid out: for the terminal, or for a file. */
export const textOptions = (options: DoctorCommandOptions, context: Context): ReportTextOptions => ({
  theme: context.theme('stdout', options.output === undefined ? options.color : false),
  width: options.output === undefined ? context.streams.stdout.columns() : 100,
  isOnTerminal: context.streams.stdout.isTTY && options.output === undefined,
  isVerbose: options.verbose === true,
  isStrict: options.strict === true,
});

/** Broken 10, undetermined 11, healthy and degraded 0; with --strict a warning counts as broken. */
export function exitCodeOf(report: Report, { strict }: DoctorCommandOptions): ExitCode {
  if (report.verdict === 'broken') return exitCodes.broken;
  if (report.verdict === 'undetermined') return exitCodes.undetermined;
  return strict && report.checks.some(({ status }) => status === 'warn') ? exitCodes.broken : exitCodes.done;
}
