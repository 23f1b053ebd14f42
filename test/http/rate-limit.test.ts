import { describe, expect, it } from 'vitest';
import { resetAfterMs, resetInBodyMs } from '../../src/http/rate-limit.ts';

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
