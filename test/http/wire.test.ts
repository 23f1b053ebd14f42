import { describe, expect, it } from 'vitest';
import { markChunk, newTrace } from '../../src/http/wire.ts';

describe('a trace', () => {
  it('begins empty', () => {
    expect(newTrace(5)).toEqual({ startedAt: 5, bytes: 0, chunks: 0, longestGapMs: 0 });
  });

  it('counts bytes and chunks, and keeps the first, the last and the longest silence', () => {
    const trace = newTrace(0);
    for (const [at, bytes] of [
      [10, 3],
      [15, 4],
      [40, 5],
      [41, 6],
    ] as const)
      markChunk(trace, at, bytes);
    expect(trace).toEqual({
      startedAt: 0,
      firstByteAt: 10,
      lastByteAt: 41,
      bytes: 18,
      chunks: 4,
      longestGapMs: 25,
    });
  });

  it('does not count the wait before the first byte as a silence', () => {
    const trace = newTrace(0);
    markChunk(trace, 1000, 1);
    expect(trace.longestGapMs).toBe(0);
  });
});
