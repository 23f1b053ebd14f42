import { describe, expect, it } from 'vitest';
import type { CheckResult, Verdict } from '../../../src/doctor/engine/report.ts';
import {
  changesIn,
  checkChanges,
  latencyShift,
  shiftText,
  summaryOf,
} from '../../../src/doctor/watch/news.ts';
import type { Round } from '../../../src/doctor/watch/round.ts';

const round = (verdict: Verdict, latencyMs: number | null, at = 0, cause: string | null = null): Round => ({
  at,
  target: 'https://h/v1/messages',
  verdict,
  cause,
  sentence: `it is ${verdict}`,
  latencyMs,
});

const check = (id: string, status: CheckResult['status'], summary = ''): CheckResult => ({
  id,
  status,
  summary,
  group: 'network',
  title: '',
  confidence: 'certain',
  evidence: [],
  remedy: null,
  owner: null,
});

/** So many latencies around a middle, the same every time. */
const around = (middle: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => middle + ((index * 7) % 11) - 5);

describe('the changes of a watch', () => {
  it('are the first state, then every other verdict or cause', () => {
    const rounds = [
      round('healthy', 10, 1),
      round('healthy', 11, 2),
      round('broken', null, 3, 'net.dns'),
      round('broken', null, 4, 'net.refused'),
      round('healthy', 10, 5),
    ];
    expect(changesIn(rounds).map(({ round: { at }, words }) => [at, words])).toEqual([
      [1, 'healthy: it is healthy'],
      [3, 'broken: it is broken'],
      [4, 'broken: it is broken'],
      [5, 'healthy: it is healthy'],
    ]);
  });

  it('of checks are those that came to something else; a skip is none', () => {
    const before = [check('a', 'pass'), check('b', 'pass'), check('c', 'skip'), check('d', 'warn')];
    const now = [check('a', 'fail', 'gone'), check('b', 'skip'), check('c', 'fail'), check('d', 'warn')];
    expect(checkChanges(before, now)).toEqual(['a: pass -> fail: gone']);
  });

  it('of the latency are told once, when the last six rounds are beyond what chance explains', () => {
    const latencies = [...around(100, 30), ...around(300, 30)];
    const changes = changesIn(latencies.map((ms, at) => round('healthy', ms, at)));
    expect(changes.map(({ isLatency }) => isLatency)).toEqual([false, true]);
    expect(changes[1]?.round.at).toBeLessThan(36);
    expect(changes[1]?.words).toMatch(
      /^latency: p50 \d+ ms -> \d+ ms, p95 \d+ ms -> \d+ ms, in the last 6 rounds$/,
    );
    expect(shiftText({ before: { p50: 31, p95: 48 }, now: { p50: 82, p95: 1500 } })).toBe(
      'latency: p50 31 ms -> 82 ms, p95 48 ms -> 1.5 s, in the last 6 rounds',
    );
  });

  it.each([
    ['one slow round', [...around(100, 30), 900]],
    ['less than 20 ms', [...around(12, 30), ...around(30, 6)]],
    ['less than a quarter', [...around(1000, 30), ...around(1200, 6)]],
    ['too little before', [...around(100, 14), ...around(900, 6)]],
    ['nothing at all', []],
  ])('of the latency are none for %s', (_what, latencies) => {
    expect(latencyShift(latencies)).toBeUndefined();
  });
});

it('the sum of a watch names every verdict there was, and no other', () => {
  expect(summaryOf([round('healthy', 10), round('broken', 30), round('healthy', null)])).toBe(
    '3 rounds, 2 healthy, 1 broken, latency p50 10 ms, p95 30 ms',
  );
  expect(summaryOf([round('degraded', 20), round('degraded', 20)])).toBe(
    '2 rounds, 2 degraded, latency p50 20 ms, p95 20 ms',
  );
  expect(summaryOf([round('healthy', null)])).toBe('1 round, 1 healthy');
});
