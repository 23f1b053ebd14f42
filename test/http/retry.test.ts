import { describe, expect, it } from 'vitest';
import { decideRetry, retryAfterMs } from '../../src/http/retry.ts';
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
