// The doctor's door: one examination, a comparison, a watch, a pasted error, or an explanation that needs no request.
import type { Context } from '../../context.ts';
import { usageError } from '../../errors.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { selectChecks } from '../engine/registry.ts';
import type { DoctorCommandOptions } from './options.ts';

/** Does what the options ask for, on what the argument names: a profile, an address, or nothing. */
export async function runDoctor(
  argument: string | undefined,
  options: DoctorCommandOptions,
  context: Context,
): Promise<ExitCode> {
  if (options.listChecks || options.explain !== undefined) {
    const { explanationOf, listChecks } = await import('./explain.ts');
    const { stdout } = context.streams;
    const { explain } = options;
    await stdout.write(explain === undefined ? listChecks() : explanationOf(explain, stdout.columns()));
    return 0;
  }
  for (const glob of [...(options.only ?? []), ...(options.skip ?? [])]) refuseUnknown(glob);
  if (options.fromError !== undefined)
    return (await import('./from-error.ts')).runFromError(options.fromError, options, context);
  if (options.watch !== undefined) return (await import('./watch.ts')).runWatch(argument, options, context);
  if (options.client === 'all')
    return (await import('./client-table.ts')).runClientTable(
      options.compare === undefined ? [argument] : [argument, options.compare],
      options,
      context,
    );
  return (await import('./examine.ts')).examine(argument, options, context);
}

/** A filter that matches nothing is a typo; silently checking nothing would look healthy. */
function refuseUnknown(glob: string): void {
  if (selectChecks([glob], []).length === 0)
    throw usageError(`No check matches ${JSON.stringify(glob)}.`, 'Next: msg doctor --list-checks');
}
