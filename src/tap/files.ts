// What is written at the end of a tap, or of recordings: an archive (--har), the page with everything in it (--report).
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Context } from '../context.ts';
import { configError } from '../errors.ts';
import { errnoText } from '../text/errno.ts';
import { pathOf } from '../turn/connection/setting-sources.ts';
import { harPieces } from './har.ts';
import { allExchanges, type RowSource } from './row-source.ts';

/**
 * Writes what was asked for of all exchanges.
 * @throws MsgError `config` when a file cannot be written
 */
export async function writeFiles(
  source: RowSource,
  target: string,
  { har, report }: { readonly har?: string; readonly report?: string },
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
    throw configError(`Cannot write ${path} (${flag}): ${errnoText(cause)}.`, undefined, { path }, cause);
  }
}
