// What ends a wait from this side: Ctrl-C, and `--timeout`, the limit of a whole exchange with its retries.
import type { Context } from '../context.ts';
import { interrupted, MsgError } from '../errors.ts';
import { after } from '../http/clock.ts';

/** Aborts after `ms`; the returned function calls that off. */
export const limitTime = (ms: number, abort: AbortController, { clock }: Context): (() => void) =>
  after(ms, clock, () =>
    abort.abort(
      new MsgError('network', `No complete answer within ${ms / 1000} s.`, {
        hint: 'Allow more with --timeout.',
        details: { code: 'TIMEOUT', isRetryable: false },
      }),
    ),
  );

/** Runs something that Ctrl-C and SIGTERM end. */
export async function untilInterrupted<T>(
  { interrupts }: Context,
  run: (abort: AbortController) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const stopListening = interrupts.on((signal) => abort.abort(interrupted(signal)));
  try {
    return await run(abort);
  } finally {
    stopListening();
  }
}

/** Runs something within so many seconds; undefined and 0 set no limit. */
export async function withTimeLimit<T>(
  seconds: number | undefined,
  context: Context,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const stop = seconds ? limitTime(seconds * 1000, abort, context) : () => {};
  try {
    return await run(abort.signal);
  } finally {
    stop();
  }
}
