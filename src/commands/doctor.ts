// `msg doctor`: one root cause, proven on the wire, with the command that fixes it.
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { DoctorOptions } from '../doctor/engine/probe.ts';
import { selectChecks } from '../doctor/engine/registry.ts';
import { usageError } from '../errors.ts';
import type { ExitCode } from '../exit-codes.ts';
import {
  type CommonOptions,
  type ConnectionOptions,
  collect,
  commonFlags,
  connectionFlags,
  numberParser,
} from '../profiles/flags.ts';
import { nearestNames } from '../text/nearest-names.ts';
import { formatOf, type ReportFormat, reportFormats } from './doctor-formats.ts';

export type DoctorCommandOptions = ConnectionOptions &
  CommonOptions & {
    free?: boolean;
    tools?: boolean;
    conformance?: boolean;
    authMatrix?: boolean;
    size?: boolean;
    soak?: boolean;
    only?: string[];
    skip?: string[];
    compare?: string;
    via?: string;
    watch?: number | true;
    fromError?: string;
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

const description = `Find what is wrong with an endpoint: one cause, its proof, and what fixes it.
Asks without the key first, follows no redirect, and sends the key only to
the configured URL. A healthy endpoint costs 7 to 9 requests, 2 of them paid
(at most about 100 input and 161 output tokens).
healthy, degraded (all works, at a cost: a stream held back), broken or
undetermined: exit 0, 0, 10, 11; --strict gives 10 for degraded too.

Examples:
  # the current profile
  msg doctor
  # no token spent
  msg doctor work --free
  # looks for the right base URL, too
  msg doctor https://host
  # what an error means; no request
  pbpaste | msg doctor --from-error -
  # one page to attach to a ticket
  msg doctor work -o report.html
  # what a check means
  msg doctor --explain sse.buffered`;

/** Groups and ids, for `--only` and `--skip`. */
const splitGlobs = (value: string, previous: string[] = []): string[] =>
  collect(value, previous)
    .flatMap((text) => text.split(','))
    .filter(Boolean);

export function declare(command: Command, context: Context, finish: (code: ExitCode) => void): void {
  command
    .description(description)
    .argument('[target]', 'profile or URL (default: the current profile)')
    .optionsGroup('What to examine:')
    .option('--free', 'spend no tokens; streaming stays unknown')
    .option('--tools', 'a tool call and its result as well')
    .option('--conformance', 'everything that tells native from nearly native, with a score')
    .option('--auth-matrix', 'both headers, and which of two credentials wins')
    .option('--size', 'bodies up to 9 MiB, without the key')
    .option('--soak', 'a longer stream, and a connection left idle for 70 s')
    .option('--only <glob>', 'only checks whose id matches, e.g. "sse.*"; repeatable', splitGlobs)
    .option('--skip <glob>', 'all but these; repeatable', splitGlobs)
    .option('--compare <target>', 'examine another profile or URL too, and print the differences')
    .option('--via <url>', 'a second address of the same service, to find the hop that holds the stream')
    .option(
      '--watch [seconds]',
      'free requests again and again, printing changes (default: 60)',
      numberParser('--watch', { min: 1 }),
    )
    .optionsGroup('Without a request:')
    .option('--from-error <file>', 'diagnose an error message, a log line or curl -v output; - reads stdin')
    .option('--explain <id>', 'what a check means and what cures it')
    .option('--list-checks', 'every check')
    .optionsGroup('Afterwards:')
    .option('--fix', 'correct the profile: base URL, auth, model, stray characters in the key; asks first')
    .option('--yes', 'do not ask: neither before spending more than usual nor before --fix')
    .option('--bundle <file>', 'report, JSON and wire trace in one Markdown file, redacted')
    .addOption(command.createOption('--format <format>', 'how to print the report').choices(reportFormats))
    .addOption(command.createOption('--json', 'the same as --format json').conflicts('format'))
    .option('-o, --output <file>', 'write the report there; the ending names the format')
    .option('--strict', 'exit 10 where the target is degraded, and for any other warning')
    .option('--redact-host', 'leave host names and addresses out');
  commonFlags(connectionFlags(command, 'each request (default: 10; 60 for tokens, 180 for streams)')).action(
    async (target: string | undefined, options: DoctorCommandOptions) => {
      finish(await run(target, options, context));
    },
  );
}

async function run(
  target: string | undefined,
  options: DoctorCommandOptions,
  context: Context,
): Promise<ExitCode> {
  const { stdout } = context.streams;
  if (options.listChecks || options.explain !== undefined) {
    await stdout.write(
      options.explain === undefined
        ? (await import('../doctor/engine/explain.ts')).listChecks()
        : await fitted(await explained(options.explain), stdout.columns()),
    );
    return 0;
  }
  for (const glob of [...(options.only ?? []), ...(options.skip ?? [])]) refuseUnknown(glob);
  if (options.fromError !== undefined)
    return (await import('./doctor-offline.ts')).runFromError(options.fromError, options, context);
  if (options.watch !== undefined)
    return (await import('./doctor-watch.ts')).runWatch(target, options, context);
  return (await import('./doctor-run.ts')).runDoctor(target, options, context);
}

/** Wraps indented paragraphs to the terminal. */
async function fitted(text: string, columns: number): Promise<string> {
  const { wrapped } = await import('../doctor/report/wrap.ts');
  const width = Math.min(columns, 100);
  return text
    .split('\n')
    .flatMap((line) => {
      const indent = /^ */.exec(line)?.[0] ?? '';
      // Tables keep their columns, and configuration its lines.
      if (/\S {2,}\S/.test(line) || indent.length >= 4 || line === '') return [line];
      return wrapped(line.trim(), width - indent.length).map((part) => indent + part);
    })
    .join('\n');
}

async function explained(id: string): Promise<string> {
  const { explain, explainedIds } = await import('../doctor/engine/explain.ts');
  const text = explain(id);
  if (text !== undefined) return text;
  const near = nearestNames(id, explainedIds());
  throw usageError(
    `There is no check ${JSON.stringify(id)}.${near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : ''}`,
    'Next: msg doctor --list-checks',
  );
}

/** A filter that matches nothing is a typo; silently checking nothing would look healthy. */
function refuseUnknown(glob: string): void {
  if (selectChecks([glob], []).length === 0)
    throw usageError(`No check matches ${JSON.stringify(glob)}.`, 'Next: msg doctor --list-checks');
}

/** What the flags ask of the probes. */
export const doctorOptions = (options: DoctorCommandOptions): DoctorOptions => ({
  isFree: options.free === true,
  hasTools: options.tools === true,
  isConformance: options.conformance === true,
  isAuthMatrix: options.authMatrix === true,
  hasSize: options.size === true,
  isSoak: options.soak === true,
  via: options.via ?? null,
});

/** The format: asked for, or told by the ending of the file. */
export const formatFor = (options: DoctorCommandOptions): ReportFormat =>
  options.json ? 'json' : (options.format ?? formatOf(options.output));
