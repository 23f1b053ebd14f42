// What to do about a limit that ended an answer. The doctor would not help: its requests count too.
import { MsgError } from '../errors.ts';
import { longestHonouredWaitMs } from '../http/retry.ts';
import { mostRetries } from '../profiles/flags.ts';

/**
 * The same error with the next command: again, later, for longer, or elsewhere. With `hasShown`, something of the
 * answer was shown, after which nothing is sent again; `maxRetries` is how often it would have been.
 */
export function withRetryHint(
  error: MsgError<'limit'>,
  { hasShown, maxRetries }: { readonly hasShown: boolean; readonly maxRetries: number },
): MsgError<'limit'> {
  const { message, hint, details, cause } = error;
  const isElsewhereOnly = details.isSpent === true || !details.isRetryable;
  const isFarOff = (details.retryAfterMs ?? 0) > longestHonouredWaitMs;
  const more = Math.min(mostRetries, Math.max(5, 2 * maxRetries));
  const again = hasShown || more <= maxRetries ? 'again' : `with --max-retries ${more}`;
  const how = isFarOff ? 'after that time' : again;
  const parts = [
    ...(hint === undefined ? [] : [hint]),
    ...(isFarOff ? ['That is longer than msg waits by itself.'] : []),
    `Next: the same command ${isElsewhereOnly ? '' : `${how}, or `}with another profile: -P NAME`,
  ];
  return new MsgError('limit', message, { hint: parts.join(' '), details, cause });
}
