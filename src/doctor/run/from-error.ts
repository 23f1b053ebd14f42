// `--from-error`: a pasted text in, its diagnosis out. No settings, no request.
import type { Context } from '../../context.ts';
import { usageError } from '../../errors.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { readFileOf } from '../../terminal/json-argument.ts';
import { commandLines } from '../../text/command-lines.ts';
import { padded, wrapped } from '../../text/wrap.ts';
import { diagnosisOfFault } from '../reading/fault-diagnosis.ts';
import { diagnosePasted, type OfflineDiagnosis } from '../reading/offline-diagnosis.ts';
import { tapFaultOf, transcriptOf } from '../reading/recorded-exchange.ts';
import { isExplainedBy } from '../reading/tap-fault.ts';
import { writeReport } from '../report/formats.ts';
import type { ReportTextOptions } from '../report/line.ts';
import { plain } from '../report/parts.ts';
import { deliver } from './delivery.ts';
import { type DoctorCommandOptions, exitCodeOf, formatFor, textOptions } from './options.ts';
import { stdinText } from './request-task.ts';

/** Diagnoses the text in a file (`-`: stdin) and prints a report like that of a run. */
export async function runFromError(
  path: string,
  options: DoctorCommandOptions,
  context: Context,
): Promise<ExitCode> {
  const text = path === '-' ? await stdinText(context) : readFileOf('--from-error', path);
  if (text.trim() === '')
    throw usageError(
      'There is no error to diagnose: the text is empty.',
      'Example: msg doctor --from-error error.txt',
    );
  const found = diagnosePasted(transcriptOf(text) ?? text);
  const fault = tapFaultOf(text);
  const diagnosis =
    fault !== undefined && isExplainedBy(fault, found.check ?? '') ? diagnosisOfFault(found, fault) : found;
  const format = formatFor(options);
  const layout = textOptions(options, context);
  const output =
    format === 'text'
      ? offlineText(diagnosis, layout)
      : await writeReport(format, diagnosis.report, layout, context.version);
  await deliver(output, options, context);
  return exitCodeOf(diagnosis.report, options);
}

const nameColumn = 12;

/** A diagnosis made without a request. */
function offlineText(diagnosis: OfflineDiagnosis, { theme, width, isOnTerminal }: ReportTextOptions): string {
  const room = Math.max(24, Math.min(width, 100) - nameColumn - 1);
  const rows = (name: string, lines: readonly string[]): string[] =>
    lines.map((line, index) => `${theme.dim(padded(index === 0 ? name : '', nameColumn))} ${line}`);
  const row = (name: string, text: string): string[] => rows(name, wrapped(plain(text), room));
  return `${[
    ...row('saw', diagnosis.saw),
    ...(diagnosis.check === null
      ? []
      : row(
          'cause',
          `${diagnosis.check} (${diagnosis.report.rootCause?.confidence ?? 'possible'}, from the text alone)`,
        )),
    ...row('proves', diagnosis.proves),
    ...row('not known', diagnosis.leavesOpen),
    ...row('cure', diagnosis.cure),
    ...rows('next', isOnTerminal ? commandLines(plain(diagnosis.next), room) : [plain(diagnosis.next)]),
  ].join('\n')}\n`;
}
