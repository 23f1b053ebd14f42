// `--from-error`: a pasted text in, its diagnosis out. No settings, no request.
import type { Context } from '../../context.ts';
import { usageError } from '../../errors.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { readFileOf } from '../../terminal/json-argument.ts';
import { diagnosePasted } from '../reading/offline-diagnosis.ts';
import { transcriptOf } from '../reading/recorded-exchange.ts';
import { writeReport } from '../report/formats.ts';
import { deliver } from './examine.ts';
import { type DoctorCommandOptions, exitCodeOf, formatFor, textOptions } from './options.ts';

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
  const diagnosis = diagnosePasted(transcriptOf(text) ?? text);
  const format = formatFor(options);
  const layout = textOptions(options, context);
  const output =
    format === 'text'
      ? (await import('../report/offline-text.ts')).offlineText(diagnosis, layout)
      : await writeReport(format, diagnosis.report, layout, context.version);
  await deliver(output, options, context);
  return exitCodeOf(diagnosis.report, options);
}

async function stdinText({ streams: { stdin } }: Context): Promise<string> {
  return new TextDecoder().decode((await stdin.readAll()) ?? new Uint8Array());
}
