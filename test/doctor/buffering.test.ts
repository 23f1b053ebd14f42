import { describe, expect, test } from 'vitest';
import { headerHold, judgeStream } from '../../src/doctor/streams/buffering-statistic.ts';
import { describeStream } from '../../src/doctor/streams/buffering-words.ts';
import { measureStream } from '../../src/doctor/streams/stream-statistic.ts';
import fc from '../fast-check.ts';
import {
  blocks,
  direct,
  dumped,
  flushed,
  heldByApp,
  heldStart,
  origin,
  type Path,
  paced,
  traceOf,
} from './synthetic-stream.ts';

const judge = (path: Path, times: readonly number[], facts = {}, headAt = times[0]) => {
  const trace = traceOf(path(origin(times, headAt)), facts);
  const judgement = judgeStream(trace);
  return { ...judgement, verdict: judgement.report.verdict, words: describeStream(judgement, trace).summary };
};

describe('the statistic', () => {
  test('each delta alone: E is N, Lambda is 0', () => {
    const { report, statistic } = judge(direct, paced(100, 20));
    expect(report.effectiveArrivals).toBeCloseTo(100);
    expect(report.deltasPerArrival).toBeCloseTo(1);
    expect(report.holdIndex).toBeCloseTo(0);
    expect(statistic.flushPeriodMs).toBeCloseTo(20);
  });

  test('all at the end: E is 1, Lambda is 1, half the duration is added to each token', () => {
    const { report, statistic } = judge(dumped, paced(100, 20));
    expect(report.effectiveArrivals).toBeCloseTo(1);
    expect(report.holdIndex).toBeCloseTo(1);
    expect(statistic.durationMs).toBeCloseTo(1980);
    expect(report.addedDelayMs).toBeCloseTo(990, -1);
  });

  test('k equal bursts: Lambda is about 1/k', () => {
    for (const bursts of [2, 4, 8]) {
      const times = paced(96, 20);
      const held: Path = (writes) =>
        Array.from({ length: bursts }, (_, index) => {
          const part = writes.slice((index * writes.length) / bursts, ((index + 1) * writes.length) / bursts);
          return { at: part.at(-1)?.at ?? 0, bytes: Buffer.concat(part.map((write) => write.bytes)) };
        });
      expect(measureStream(traceOf(held(origin(times)))).holdIndex).toBeCloseTo(1 / bursts, 1);
    }
  });
});

describe('the rules', () => {
  test.each([
    ['15 tokens a second', paced(60, 67)],
    ['200 tokens a second', paced(120, 5)],
    ['a stall of 8 s at 5 %', [...paced(5, 50), ...paced(95, 50, 8600)]],
    ['a stall of 8 s at 95 %', [...paced(95, 50), ...paced(5, 50, 13_100)]],
    ['a first token 6 s after the control', paced(60, 30, 6400)],
    ['batches of two', paced(60, 40).flatMap((at) => [at, at])],
  ])('live: %s', (_, times) => {
    expect(judge(direct, times)).toMatchObject({
      verdict: 'live',
      severity: 'pass',
      report: { addedDelayMs: 0 },
    });
  });

  test('coalesced: many at a time, too often to be felt, is told but no alarm', () => {
    expect(judge(flushed(90), paced(160, 5))).toMatchObject({ verdict: 'coalesced', severity: 'info' });
  });

  test('live: batches of three a provider makes itself, too quick to be felt', () => {
    expect(
      judge(
        direct,
        paced(40, 50).flatMap((at) => [at, at, at]),
      ),
    ).toMatchObject({ verdict: 'live' });
  });

  test('buffered: one dump', () => {
    const judged = judge(dumped, paced(100, 20));
    expect(judged).toMatchObject({ verdict: 'buffered', severity: 'fail', confidence: 'certain' });
    expect(judged.words).toBe('The stream arrives all at once, 2.0 s late: tokens wait 990 ms on average.');
  });

  test('buffered: a dump that a long way cuts into a few reads', () => {
    const reads: Path = (writes) => {
      const body = Buffer.concat(writes.map((write) => write.bytes));
      const end = writes.at(-1)?.at ?? 0;
      return [14_480, 43_440, body.length].map((offset, index, all) => ({
        at: end + index * 60,
        bytes: body.subarray(all[index - 1] ?? 0, offset),
      }));
    };
    expect(judge(reads, paced(500, 5))).toMatchObject({ verdict: 'buffered' });
  });

  test('buffered: a hold of less than a second warns, of less than 200 ms is not claimed', () => {
    expect(judge(dumped, paced(60, 10))).toMatchObject({ verdict: 'buffered', severity: 'warn' });
    expect(judge(dumped, paced(60, 3))).toMatchObject({ verdict: 'unknown', severity: 'unknown' });
  });

  test('unknown: a dump that msg itself slept through; a shorter sleep excuses nothing', () => {
    const asleep = judge(dumped, paced(100, 20), { stalls: [{ from: 500, to: 2380 }] });
    expect(asleep).toMatchObject({ verdict: 'unknown', reason: 'stalled' });
    expect(asleep.words).toMatch(/^msg itself could not read for 1\.9 s while the text came/);
    expect(judge(dumped, paced(100, 20), { stalls: [{ from: 2300, to: 2380 }] }).verdict).toBe('buffered');
    const stated = { hasContentLength: true, stalls: [{ from: 500, to: 2380 }] };
    expect(judge(dumped, paced(100, 20), stated).verdict).toBe('buffered');
  });

  test('unknown: batches that msg itself made by running now and then', () => {
    const periods = Array.from({ length: 10 }, (_, index) => 400 + index * 200);
    const stalls = periods.map((from) => ({ from, to: from + 200 }));
    const times = paced(96, 20, 410);
    const batches: Path = (writes) =>
      writes.map(({ at, bytes }) => ({ at: 400 + Math.ceil((at - 400) / 200) * 200, bytes }));
    const control = { oneTokenMs: 400 };
    expect(judge(batches, times, control)).toMatchObject({ verdict: 'coalesced', severity: 'warn' });
    expect(judge(batches, times, { ...control, stalls })).toMatchObject({
      verdict: 'unknown',
      reason: 'stalled',
    });
  });

  test('buffered: a stated length, an age, a cache hit', () => {
    const short = paced(4, 5);
    expect(judge(dumped, short, { hasContentLength: true }).words).toMatch(/^The whole answer was collected/);
    expect(judge(dumped, short, { ageSeconds: 3 })).toMatchObject({
      verdict: 'buffered',
      confidence: 'certain',
    });
    expect(judge(dumped, short, { cacheHit: 'HIT' }).words).toMatch(/^The answer came from a cache/);
  });

  test('live beats a stated length: an origin may know its length and still pace itself', () => {
    expect(judge(direct, paced(60, 20), { hasContentLength: true })).toMatchObject({ verdict: 'live' });
  });

  test('buffered: old headers replace the control', () => {
    const hold = { oneTokenMs: null, headerHoldMs: 4200 };
    expect(judge(dumped, paced(100, 40), hold)).toMatchObject({ verdict: 'buffered' });
    expect(judge(dumped, paced(100, 40), { oneTokenMs: null })).toMatchObject({
      verdict: 'unknown',
      reason: 'no-control',
    });
  });

  test('buffered: only the beginning, as a proxy that waits for a body does it', () => {
    const judged = judge(heldStart(8192), paced(160, 20));
    expect(judged).toMatchObject({ verdict: 'buffered', reason: 'start-held', severity: 'fail' });
    expect(judge(heldStart(8192), paced(160, 20), { oneTokenMs: null }).verdict).toBe('live');
  });

  test('live: a late start with a small first burst is no hold', () => {
    const times = [...paced(30, 0.2, 1900), ...paced(70, 12, 1912)];
    expect(judge(direct, times)).toMatchObject({ verdict: 'live' });
  });

  test('block: middle bursts of exactly the size, the first smaller by the upstream header', () => {
    const judged = judge(blocks(4096), paced(120, 20));
    expect(judged).toMatchObject({ verdict: 'block', severity: 'warn', confidence: 'certain' });
    expect(judged.report.blockBytes).toBe(4096);
    expect(judged.words).toMatch(
      /^Tokens arrive in 4 blocks of 4096 bytes, one every 690 ms, cut inside events/,
    );
    expect(judge(blocks(8192), paced(240, 20)).report.blockBytes).toBe(8192);
  });

  test('block: equal cut blocks are proof on a fast stream too, but no alarm', () => {
    expect(judge(blocks(4096), paced(160, 3))).toMatchObject({ verdict: 'block', severity: 'info' });
  });

  test('block: a single cut burst counts from 3 kB up', () => {
    const judged = judge(blocks(4096), paced(48, 40));
    expect(judged.statistic.bursts).toHaveLength(2);
    expect(judged.report).toMatchObject({ verdict: 'block', blockBytes: 4096 });
    expect(judge(blocks(1700, 0), paced(24, 40)).report.blockBytes).toBeUndefined();
  });

  test('block: without a size when compression hides it', () => {
    const judged = judge(blocks(4096), paced(120, 20), { contentEncoding: 'gzip' });
    expect(judged.report.verdict).toBe('block');
    expect(judged.report.blockBytes).toBeUndefined();
  });

  test('timed flush: whole events on a period', () => {
    const judged = judge(flushed(500), paced(120, 20));
    expect(judged).toMatchObject({ verdict: 'timed-flush', severity: 'warn' });
    expect(judged.report.flushPeriodMs).toBeGreaterThanOrEqual(500);
    expect(judged.report.flushPeriodMs).toBeLessThanOrEqual(520);
    expect(judge(flushed(1500), paced(240, 20))).toMatchObject({ verdict: 'timed-flush', severity: 'fail' });
  });

  test('coalesced: 200 ms, as a corked socket does it', () => {
    const judged = judge(flushed(200), paced(120, 16));
    expect(judged).toMatchObject({ verdict: 'coalesced', severity: 'warn' });
    expect(judged.words).toBe('Tokens arrive 13 at a time, every 208 ms; tokens wait 104 ms on average.');
  });

  test('coalesced: three at a time may be the provider itself, unless the head was held with them', () => {
    const times = paced(60, 67);
    expect(judge(flushed(200), times, {}, 100)).toMatchObject({ verdict: 'coalesced', severity: 'info' });
    expect(judge(flushed(200), times)).toMatchObject({ verdict: 'coalesced', severity: 'warn' });
  });

  test('held by the application: the head on time, the text at the end', () => {
    const judged = judge(heldByApp, paced(100, 20));
    expect(judged).toMatchObject({ verdict: 'held-by-app', severity: 'fail' });
    expect(judged.words).toMatch(/came 2\.0 s later at once: the gateway holds it, not a proxy/);
  });

  test('held by the application: a long answer in one event', () => {
    const judged = judge(direct, [2400], { outputTokens: 150 });
    expect(judged.words).toBe('The whole answer came in 1 event: the gateway does not stream.');
  });

  test('offline: the head came, then nothing', () => {
    const judged = judge(direct, [], { end: 'timeout' }, 50);
    expect(judged).toMatchObject({ verdict: 'offline', severity: 'fail' });
    expect(judge(direct, [], {}, 50).words).toBe('Nothing to measure: no text came.');
    expect(judgeStream(traceOf([], { end: 'timeout' })).report.verdict).toBe('unknown');
  });

  test('unknown: too short, too fast, or late and then too fast', () => {
    expect(judge(direct, paced(6, 80)).words).toBe('Too short to tell: 6 deltas in 400 ms.');
    expect(judge(dumped, paced(60, 2)).words).toBe(
      'The answer finished too fast to measure, and too fast to matter.',
    );
    expect(judge(direct, paced(100, 1.5, 3000)).words).toMatch(
      /then too fast to tell a hold from a fast model/,
    );
  });
});

const gapsMs = fc.array(fc.integer({ min: 12, max: 130 }), { minLength: 30, maxLength: 150 });
const timesOf = (gaps: readonly number[], first: number): number[] => {
  let now = first;
  return gaps.map((gap) => {
    now += gap;
    return now;
  });
};

describe('for any stream', () => {
  test('a direct one is live, wherever its first token falls', () => {
    fc.assert(
      fc.property(gapsMs, fc.integer({ min: 0, max: 9000 }), (gaps, first) => {
        expect(judge(direct, timesOf(gaps, first)).verdict).toBe('live');
      }),
    );
  });

  test('a held one is buffered, or held by the application when its head was early', () => {
    fc.assert(
      fc.property(gapsMs, (gaps) => {
        const times = timesOf(gaps, 400);
        expect(judge(dumped, times).verdict).toBe('buffered');
        expect(judge(heldByApp, times).verdict).toBe('held-by-app');
      }),
    );
  });

  test('a byte buffer is found with its size, whenever two blocks were cut and are long enough to be felt', () => {
    fc.assert(
      fc.property(
        gapsMs,
        fc.constantFrom(2048, 4096),
        fc.integer({ min: 100, max: 500 }),
        (gaps, size, header) => {
          const judged = judge(blocks(size, header), timesOf(gaps, 400));
          const { bursts, flushPeriodMs } = judged.statistic;
          fc.pre(bursts.slice(0, -1).filter(({ isCut }) => isCut).length >= 2 && (flushPeriodMs ?? 0) >= 140);
          expect(judged.report).toMatchObject({ verdict: 'block', blockBytes: size });
        },
      ),
    );
  });

  test('a flush timer is never taken for a byte buffer, nor for live when it is felt', () => {
    fc.assert(
      fc.property(gapsMs, fc.integer({ min: 400, max: 1000 }), (gaps, period) => {
        const judged = judge(flushed(period), timesOf(gaps, 400));
        fc.pre(judged.statistic.bursts.length >= 3);
        expect(['timed-flush', 'coalesced', 'buffered']).toContain(judged.verdict);
      }),
    );
  });

  test('nothing changes when everything happens later', () => {
    fc.assert(
      fc.property(
        gapsMs,
        fc.integer({ min: 1, max: 100_000 }),
        fc.constantFrom(direct, dumped, blocks(4096)),
        (gaps, shift, path) => {
          const early = judge(path, timesOf(gaps, 400));
          const late = judge(path, timesOf(gaps, 400 + shift), { oneTokenMs: 400 + shift });
          expect(late.verdict).toBe(early.verdict);
          expect(late.report.holdIndex).toBeCloseTo(early.report.holdIndex);
          expect(late.report.effectiveArrivals).toBeCloseTo(early.report.effectiveArrivals);
        },
      ),
    );
  });

  test('live is never said of fewer than 8 deltas or less than 300 ms, and the numbers stay in range', () => {
    const anyGaps = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(anyGaps, fc.option(fc.integer({ min: 0, max: 5000 })), (gaps, oneTokenMs) => {
        const { verdict, report, statistic } = judge(direct, timesOf(gaps, 100), { oneTokenMs });
        if (gaps.length < 8 || statistic.spanMs < 300) expect(verdict).not.toBe('live');
        expect(report.effectiveArrivals).toBeGreaterThanOrEqual(1 - 1e-9);
        expect(report.effectiveArrivals).toBeLessThanOrEqual(gaps.length + 1e-9);
        expect(Math.abs(report.holdIndex)).toBeLessThanOrEqual(1 + 1e-9);
        expect(report.addedDelayMs).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

test('the hold of headers is claimed from two seconds up, on the server clock', () => {
  const sent = Date.parse('Fri, 20 Nov 2026 12:00:00 GMT');
  expect(headerHold(sent + 4200, 'Fri, 20 Nov 2026 12:00:00 GMT', 0)).toBe(4200);
  expect(headerHold(sent + 1900, 'Fri, 20 Nov 2026 12:00:00 GMT', 0)).toBeNull();
  expect(headerHold(sent + 4200, 'Fri, 20 Nov 2026 12:00:00 GMT', -3000)).toBeNull();
  expect(headerHold(sent, undefined, 0)).toBeNull();
});
