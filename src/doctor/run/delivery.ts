// Where a report goes: to a file that was named, else to stdout.
import { writeFileSync } from 'node:fs';
import type { Context } from '../../context.ts';
import { configError } from '../../errors.ts';
import { errnoText } from '../../text/errno.ts';
import type { DoctorCommandOptions } from './options.ts';

/** Writes a report to `--output`, else to stdout. */
export async function deliver(text: string, options: DoctorCommandOptions, context: Context): Promise<void> {
  if (options.output === undefined) await context.streams.stdout.write(text);
  else writeTo('--output', options.output, text);
}

/** @throws MsgError `config` that names the option and the file */
export function writeTo(option: string, path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (cause) {
    throw configError(`Cannot write ${path} (${option}): ${errnoText(cause)}.`, undefined, { path }, cause);
  }
}
