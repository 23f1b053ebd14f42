import { describe, expect, it } from 'vitest';
import { decideRetry, resetAfterMs, resetInBodyMs, retryAfterMs } from '../../src/http/retry.ts';
import fc from '../fast-check.ts';

const twice = { maxRetries: 2 };
const passing = { isRetryable: true };

describe('the decision about a retry', () => {
  it('is no for what cannot pass', () => {
    expect(decideRetry(twice, 1, { isRetryable: false }, 0)).toEqual({
      kind: 'stop',
      reason: 'not-retryable',
    });
  });

  it('is no when the attempts are used up', () => {
    expect(decideRetry(twice, 2, passing, 0).kind).toBe('retry');
    expect(decideRetry(twice, 3, passing, 0)).toEqual({ kind: 'stop', reason: 'exhausted' });
    expect(decideRetry({ maxRetries: 0 }, 1, passing, 0)).toEqual({ kind: 'stop', reason: 'exhausted' });
  });

  it('is yes after what the server asks for, up to a minute', () => {
    const asked = (ms: number) => decideRetry(twice, 1, { isRetryable: true, retryAfterMs: ms }, 0);
    expect(asked(1)).toEqual({ kind: 'retry', delayMs: 1, isServerAsked: true });
    expect(asked(60_000)).toEqual({ kind: 'retry', delayMs: 60_000, isServerAsked: true });
    expect(asked(60_001)).toEqual({ kind: 'stop', reason: 'wait-too-long' });
    expect(asked(0)).toEqual({ kind: 'retry', delayMs: 500, isServerAsked: false });
  });

  it('waits 0.5 s, doubling up to 8 s, less up to a quarter', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7].map((attempt) => {
      const decision = decideRetry({ maxRetries: 9 }, attempt, passing, 0);
      return decision.kind === 'retry' ? decision.delayMs : 0;
    });
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000]);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempt, random) => {
          const full = Math.min(500 * 2 ** (attempt - 1), 8000);
          const decision = decideRetry({ maxRetries: 9 }, attempt, passing, random);
          return decision.kind === 'retry' && decision.delayMs <= full && decision.delayMs >= full * 0.75;
        },
      ),
    );
  });
});

describe('the wait a server asks for', () => {
  const now = Date.UTC(2026, 3, 8, 12, 0, 0);
  it.each<[Record<string, string>, number | undefined]>([
    [{}, undefined],
    [{ 'retry-after': '7' }, 7000],
    [{ 'retry-after': ' 7 ' }, 7000],
    [{ 'retry-after': '0.25' }, 250],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': 'Wed, 08 Apr 2026 12:00:05 GMT' }, 5000],
    [{ 'retry-after': 'Wed, 08 Apr 2026 11:59:00 GMT' }, 0],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '-5' }, undefined],
    [{ 'retry-after': '' }, undefined],
    [{ 'retry-after-ms': '1500', 'retry-after': '7' }, 1500],
    [{ 'retry-after-ms': 'x', 'retry-after': '7' }, 7000],
    [{ 'retry-after-ms': '-1', 'retry-after': '7' }, 7000],
  ])('in %o is %s', (headers, expected) => {
    expect(retryAfterMs(headers, now)).toBe(expected);
  });
});

const now = Date.UTC(2026, 3, 8, 12, 0, 0);
const margin = 100;

describe('when a limit resets', () => {
  it.each<[Record<string, string>, number | undefined]>([
    [{}, undefined],
    [{ 'anthropic-ratelimit-requests-reset': '2026-04-08T12:00:07Z' }, 7000],
    [{ 'anthropic-ratelimit-requests-reset': '2026-04-08T14:00:07+02:00' }, 7000],
    [{ 'anthropic-ratelimit-unified-reset': String(now / 1000 + 90) }, 90_000],
    [{ 'x-ratelimit-reset': '30' }, 30_000],
    [{ 'x-ratelimit-reset': '1.5' }, 1500],
    [{ 'x-ratelimit-reset': String(now / 1000 + 60) }, 60_000],
    [{ 'x-ratelimit-reset': String(now + 60_000) }, 60_000],
    [{ 'x-ratelimit-reset-requests': '1m30s' }, 90_000],
    [{ 'x-ratelimit-reset-tokens': '17ms' }, 17],
    [{ 'x-ratelimit-reset-tokens': '6m0s' }, 360_000],
    [{ 'x-ratelimit-reset-tokens': '1h2m3.5s' }, 3_723_500],
    [{ 'ratelimit-reset': '5' }, 5000],
    [{ 'x-rate-limit-reset': '5' }, 5000],
    [{ 'x-ratelimit-reset': 'Wed, 08 Apr 2026 12:00:05 GMT' }, 5000],
    // Past, or no time at all.
    [{ 'anthropic-ratelimit-requests-reset': '2026-04-08T11:59:07Z' }, undefined],
    [{ 'x-ratelimit-reset': '0' }, undefined],
    [{ 'x-ratelimit-reset': 'soon' }, undefined],
    [{ 'x-ratelimit-limit-requests': '60', 'x-ratelimit-remaining-requests': '0' }, undefined],
  ])('by %o is %s', (headers, waitMs) => {
    expect(resetAfterMs(headers, now)).toBe(waitMs && waitMs + margin);
  });

  it('counts only limits that are used up, where that is told', () => {
    const headers = {
      'anthropic-ratelimit-requests-remaining': '0',
      'anthropic-ratelimit-requests-reset': '2026-04-08T12:00:07Z',
      'anthropic-ratelimit-tokens-remaining': '16000',
      'anthropic-ratelimit-tokens-reset': '2026-04-08T13:00:00Z',
      'x-ratelimit-reset': '600',
    };
    expect(resetAfterMs(headers, now)).toBe(7000 + margin);
    expect(resetAfterMs({ 'x-ratelimit-remaining': '3', 'x-ratelimit-reset': '600' }, now)).toBeUndefined();
  });

  it('is the last of several', () => {
    const headers = {
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '2s',
      'x-ratelimit-remaining-tokens': '0',
      'x-ratelimit-reset-tokens': '4s',
    };
    expect(resetAfterMs(headers, now)).toBe(4000 + margin);
  });

  it.each<[string, number | undefined]>([
    ['{"error":{"message":"daily_cost_limit_exceeded","resetAt":"2026-04-08T13:00:00.000Z"}}', 3_600_000],
    [`{"error":{"metadata":{"headers":{"X-RateLimit-Reset":"${now + 5000}"}}}}`, 5000],
    ['{"reset_at": 1775649605}', 5000],
    ['{"error":"no"}', undefined],
  ])('may stand in the body: %s', (body, waitMs) => {
    expect(resetInBodyMs(body, now)).toBe(waitMs && waitMs + margin);
  });
});
