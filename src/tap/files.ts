// What is written at the end of a tap, or of recordings: an archive (--har), the page with everything in it (--report).
import { accessSync, closeSync, constants, openSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Context } from '../context.ts';
import { configError } from '../errors.ts';
import { errnoText } from '../text/errno.ts';
import { pathOf } from '../turn/connection/setting-sources.ts';
import { harPieces } from './har.ts';
import { allExchanges, type RowSource } from './row-source.ts';

type FileOptions = { readonly har?: string; readonly report?: string };

/**
 * What could not be written at the end is told at the beginning, before there is something to lose.
 * @throws MsgError `config` for a place where no file can be
 */
export function requirePlaces({ har, report }: FileOptions, { dirs }: Context): void {
  for (const [flag, name] of [
    ['--har', har],
    ['--report', report],
  ] as const) {
    if (name === undefined) continue;
    const path = pathOf(name, dirs);
    try {
      const stat = statSync(path, { throwIfNoEntry: false });
      if (stat === undefined) accessSync(`${dirname(path)}/.`, constants.W_OK);
      else if (stat.isFile() || stat.isDirectory()) closeSync(openSync(path, 'r+'));
    } catch (cause) {
      throw cannotWrite(path, flag, cause);
    }
  }
}

const cannotWrite = (path: string, flag: string, cause: unknown): Error =>
  configError(`Cannot write ${path} (${flag}): ${errnoText(cause)}.`, undefined, { path }, cause);

/**
 * Writes what was asked for of all exchanges.
 * @throws MsgError `config` when a file cannot be written
 */
export async function writeFiles(
  source: RowSource,
  target: string,
  { har, report }: FileOptions,
  context: Context,
): Promise<void> {
  const { version, clock } = context;
  if (har !== undefined) await writeFile(har, '--har', harPieces(allExchanges(source), version), context);
  if (report === undefined) return;
  const { reportPage } = await import('./page/document.ts');
  await writeFile(
    report,
    '--report',
    reportPage(source, { target, version, madeAt: clock.wallTime() }),
    context,
  );
}

/** It holds prompts: only its owner can read it. */
async function writeFile(
  name: string,
  flag: string,
  pieces: AsyncIterable<string>,
  { dirs }: Context,
): Promise<void> {
  const path = pathOf(name, dirs);
  try {
    const file = openSync(path, 'w', 0o600);
    try {
      for await (const piece of pieces) writeSync(file, piece);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw cannotWrite(path, flag, cause);
  }
}
