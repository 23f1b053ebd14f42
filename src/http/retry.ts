// When and how long to wait before the same request is sent again. Pure: no clock, no network.

export type RetryPolicy = {
  /** How often a failed request is sent again; 0 switches retries off. */
  readonly maxRetries: number;
};

export type RetryDecision =
  | { readonly kind: 'retry'; readonly delayMs: number; readonly isServerAsked: boolean }
  | { readonly kind: 'stop'; readonly reason: 'not-retryable' | 'exhausted' | 'wait-too-long' };

/** Longer waits are the user's decision: the official SDK honours any, and then looks hung for an hour. */
export const longestHonouredWaitMs = 60_000;

/**
 * Decides about the retry after `attempt` failed attempts (1 = the first one failed).
 * The wait is what the server asked for, else 0.5 s doubling up to 8 s, less up to a quarter at random
 * (`random` in 0..1), as the official SDKs do.
 */
export function decideRetry(
  policy: RetryPolicy,
  attempt: number,
  failure: { readonly isRetryable: boolean; readonly retryAfterMs?: number | undefined },
  random: number,
): RetryDecision {
  if (!failure.isRetryable) return { kind: 'stop', reason: 'not-retryable' };
  if (attempt > policy.maxRetries) return { kind: 'stop', reason: 'exhausted' };
  const asked = failure.retryAfterMs;
  if (asked !== undefined && asked > longestHonouredWaitMs) return { kind: 'stop', reason: 'wait-too-long' };
  if (asked !== undefined && asked > 0) return { kind: 'retry', delayMs: asked, isServerAsked: true };
  const backoffMs = Math.min(500 * 2 ** (attempt - 1), 8000);
  return { kind: 'retry', delayMs: backoffMs * (1 - random * 0.25), isServerAsked: false };
}

/**
 * The wait a response asks for, in milliseconds: `retry-after-ms`, else `retry-after` in seconds (also
 * fractions) or as an HTTP date. Undefined when there is none or it makes no sense.
 */
export function retryAfterMs(
  headers: Readonly<Record<string, string>>,
  wallTimeMs: number,
): number | undefined {
  const milliseconds = Number.parseFloat(headers['retry-after-ms'] ?? '');
  if (milliseconds >= 0) return milliseconds;
  const value = headers['retry-after'];
  if (value === undefined) return undefined;
  if (/^\s*\d+(\.\d+)?\s*$/.test(value)) return Number.parseFloat(value) * 1000;
  // A date has a month in letters; Date.parse also takes "-5" for one.
  const date = /[a-z]/i.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - wallTimeMs);
}
