// When and how long to wait before the same request is sent again: what the server asks for, when its limits reset,
// or a wait that doubles. Pure: no clock, no network.

import { timeSpanMs } from '../text/time-span.ts';

export type RetryPolicy = {
  /** How often a failed request is sent again; 0 switches retries off. */
  readonly maxRetries: number;
};

type RetryDecision =
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
  const askedMs = failure.retryAfterMs;
  if (askedMs !== undefined && askedMs > longestHonouredWaitMs)
    return { kind: 'stop', reason: 'wait-too-long' };
  if (askedMs !== undefined && askedMs > 0) return { kind: 'retry', delayMs: askedMs, isServerAsked: true };
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

/** Times come in whole seconds and timers fire a little early: asked at the very moment, it may still hold. */
const marginMs = 100;

/**
 * How long until the limits that are used up reset, in milliseconds: `anthropic-ratelimit-*-reset` (RFC 3339),
 * `x-ratelimit-reset*` and `ratelimit-reset` (seconds, a time since 1970, or a duration like `1m30s`). A limit of
 * which something remains is not the one; of several the last one counts. Undefined when nothing tells it.
 */
export function resetAfterMs(
  headers: Readonly<Record<string, string>>,
  wallTimeMs: number,
): number | undefined {
  const limits = Object.entries(headers)
    .filter(([name]) => /rate-?limit/.test(name) && /(^|-)reset(-|$)/.test(name))
    .map(([name, value]) => ({
      waitMs: waitOf(value, wallTimeMs),
      remaining: headers[name.replace('reset', 'remaining')],
    }))
    .filter(({ remaining }) => remaining === undefined || Number.parseFloat(remaining) <= 0);
  const exhausted = limits.filter(({ remaining }) => remaining !== undefined);
  return longest((exhausted.length > 0 ? exhausted : limits).map(({ waitMs }) => waitMs));
}

/** The same where the body tells it: `"resetAt":"2026-12-01T00:00:00Z"`, `"X-RateLimit-Reset":"1741305600000"`. */
export const resetInBodyMs = (body: string, wallTimeMs: number): number | undefined =>
  longest(
    [...body.matchAll(/"(?:reset_?at|x-ratelimit-reset)"\s*:\s*"?([^",}\]]+)/gi)].map(([, value = '']) =>
      waitOf(value, wallTimeMs),
    ),
  );

function longest(waits: readonly (number | undefined)[]): number | undefined {
  const known = waits.filter((wait) => wait !== undefined && wait > 0) as number[];
  return known.length === 0 ? undefined : Math.max(...known) + marginMs;
}

/** Numbers above these are times since 1970, in seconds or in milliseconds; such waits would take decades. */
const epochSeconds = 1e9;
const epochMs = 1e12;

/** A wait or a time, in milliseconds from now; undefined when it is neither. */
function waitOf(text: string, wallTimeMs: number): number | undefined {
  const value = text.trim();
  if (/^\d+(\.\d+)?$/.test(value)) {
    const number = Number(value);
    if (number >= epochMs) return number - wallTimeMs;
    return number >= epochSeconds ? number * 1000 - wallTimeMs : number * 1000;
  }
  const span = timeSpanMs(value);
  if (span !== undefined) return span;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : at - wallTimeMs;
}
