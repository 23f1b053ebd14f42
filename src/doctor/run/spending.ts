// Spending more than usual needs a yes, and is told before.
import type { Context } from '../../context.ts';
import { interrupted, usageError } from '../../errors.ts';
import { notifier } from '../../turn/notes.ts';
import type { DoctorCommandOptions } from './options.ts';

/** Rough costs of what goes beyond a default run: input and output tokens. */
const extras: readonly (readonly [keyof DoctorCommandOptions, number, number])[] = [
  ['tools', 700, 260],
  ['conformance', 1000, 600],
  ['soak', 30, 480],
  ['identity', 22_000, 4_000],
  ['via', 30, 160],
];

/** What is going to be spent, in words, and whether that is told even to who agreed to it beforehand. */
type Spending = { readonly words: string; readonly isAlwaysTold: boolean };

/**
 * What the flags cost beyond a default run; undefined where that is nothing.
 * @throws MsgError `usage` for a part of --identity without it
 */
export function extraSpending(options: DoctorCommandOptions): Spending | undefined {
  if (options.context !== undefined && !options.identity)
    throw usageError('--context is one of the proofs of --identity.', 'Next: add --identity');
  const long = options.context === undefined ? [] : [['context', options.context, 100] as const];
  const paidExtras = [...extras.filter(([name]) => options[name]), ...long];
  if (paidExtras.length === 0 || options.free) return undefined;
  const targets = options.compare === undefined ? 1 : 2;
  const [input, output] = [1, 2].map(
    (column) => targets * paidExtras.reduce((sum, row) => sum + Number(row[column]), 0),
  );
  return {
    words: `${paidExtras.map(([name]) => `--${name}`).join(' and ')} may cost about ${input} input and ${output} output tokens more${targets === 1 ? '' : ' at both targets together'}.`,
    // It is thirty times the rest.
    isAlwaysTold: options.identity === true,
  };
}

/**
 * A yes to spending more than usual: on a terminal by asking, elsewhere by --yes.
 * @throws MsgError `usage` without one, `interrupted` for a no
 */
export async function agreeToSpending(
  { words, isAlwaysTold }: Spending,
  options: DoctorCommandOptions,
  context: Context,
): Promise<void> {
  if (options.yes) {
    if (isAlwaysTold) notifier(context, options)(words);
    return;
  }
  if (context.streams.stdin.kind !== 'terminal' || !context.streams.stderr.isTTY)
    throw usageError(words, 'Agree with --yes.');
  const asker = await context.asker();
  if (!(await asker.confirm(`${words} Go on?`, true))) throw interrupted('SIGINT');
}
