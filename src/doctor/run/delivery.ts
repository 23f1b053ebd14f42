// Where a report goes: to a file that was named, else to stdout.
import { accessSync, constants, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
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

/**
 * Looks whether a file can be written, before anything is spent on what is to stand in it.
 * @throws MsgError `config` that names the option and the file
 */
export function refuseUnwritable(option: string, path: string | undefined): void {
  if (path === undefined) return;
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    accessSync(stats === undefined || stats.isDirectory() ? dirname(path) : path, constants.W_OK);
    if (stats?.isDirectory()) throw Object.assign(new Error('EISDIR'), { code: 'EISDIR' });
  } catch (cause) {
    throw configError(`Cannot write ${path} (${option}): ${errnoText(cause)}.`, undefined, { path }, cause);
  }
}
