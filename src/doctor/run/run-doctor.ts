// The doctor's door: one examination, a comparison, a race, a watch, a pasted error, or an explanation that needs no request.
import type { Context } from '../../context.ts';
import { usageError } from '../../errors.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { selectChecks } from '../engine/registry.ts';
import type { DoctorCommandOptions } from './options.ts';

/** Does what the options ask for, on what the arguments name: profiles, addresses, or nothing. */
export async function runDoctor(
  targets: readonly string[],
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
  for (const glob of options.only ?? []) refuseUnasked(glob, options);
  if (options.race !== undefined)
    return (await import('./race-command.ts')).runRace(targets, options, context);
  refuseRaceParts(targets, options);
  const [argument] = targets;
  if (options.fromError !== undefined)
    return (await import('./from-error.ts')).runFromError(options.fromError, options, context);
  if (options.watch !== undefined) return (await import('./watch.ts')).runWatch(argument, options, context);
  if (options.history !== undefined)
    return (await import('./kept-history.ts')).runHistory(argument, options, context);
  if (options.client === 'all' && options.identity)
    throw usageError(
      '--identity asks the target, not its clients.',
      'Next: one of the two, --client all or --identity',
    );
  if (options.client === 'all' && options.report !== undefined)
    throw usageError(
      'The table of clients is text or json: --report draws one examination.',
      'Next: --client NAME',
    );
  if (options.client === 'all')
    return (await import('./client-table.ts')).runClientTable(
      options.compare === undefined ? [argument] : [argument, options.compare],
      options,
      context,
    );
  return (await import('./examine.ts')).examine(argument, options, context);
}

/** Several targets, and what tells how to ask them, mean a race only. */
function refuseRaceParts(targets: readonly string[], { concurrency }: DoctorCommandOptions): void {
  if (concurrency !== undefined) throw usageError('--concurrency is a part of --race.', 'Next: add --race');
  if (targets.length > 1)
    throw usageError(
      `One target at a time, not ${targets.length}.`,
      'Next: --race to see which is best, or --compare TARGET',
    );
}

/** A filter that matches nothing is a typo; silently checking nothing would look healthy. */
function refuseUnknown(glob: string): void {
  if (selectChecks([glob], []).length === 0)
    throw usageError(`No check matches ${JSON.stringify(glob)}.`, 'Next: msg doctor --list-checks');
}

/** Groups that are made with an option only, and the options that ask for them. */
const askedFor: Readonly<
  Record<string, { readonly by: readonly (keyof DoctorCommandOptions)[]; readonly next: string }>
> = {
  request: { by: ['request', 'client'], next: 'add --request FILE, or --client NAME' },
  identity: { by: ['identity'], next: 'add --identity' },
};

/** A filter that matches only what is not asked for checks nothing, too. */
function refuseUnasked(glob: string, options: DoctorCommandOptions): void {
  const groups = [...new Set(selectChecks([glob], []).map(({ group }) => group))];
  const [group = ''] = groups;
  const needed = groups.length === 1 ? askedFor[group] : undefined;
  if (needed?.by.every((name) => options[name] === undefined))
    throw usageError(
      `--only ${glob} matches checks of the group ${group}, which are not made by themselves.`,
      `Next: ${needed.next}`,
    );
}
