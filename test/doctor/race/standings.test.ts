// Who is best, and when nobody is: no winner is called inside the noise.
import { describe, expect, it } from 'vitest';
import type { RaceRun } from '../../../src/doctor/race/race.ts';
import { schedule } from '../../../src/doctor/race/schedule.ts';
import { notesOf, rankingsOf, standingOf, sumOf } from '../../../src/doctor/race/standings.ts';

/** Numbers from 0 to below 1 that are the same every time (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const run = (target: string, firstTextMs: number | null, more: Partial<RaceRun> = {}): RaceRun => ({
  round: 1,
  target,
  firstTextMs,
  totalMs: 900,
  tokensPerSecond: firstTextMs === null ? null : 10_000 / firstTextMs,
  gapMs: null,
  modelServed: 'm',
  inputTokens: 20,
  outputTokens: 60,
  cost: null,
  trouble:
    firstTextMs === null
      ? { check: 'up.5xx', means: 'It failed.', owner: 'gateway', isRetryable: true }
      : null,
  ...more,
});

const entrant = (name: string) => ({ name, baseUrl: 'https://h', modelAsked: 'm', out: null });

function firstText(times: Readonly<Record<string, readonly (number | null)[]>>) {
  const runs = Object.entries(times).flatMap(([name, values]) => values.map((ms) => run(name, ms)));
  const targets = Object.keys(times).map((name) => standingOf(entrant(name), runs));
  return rankingsOf(targets, runs).find(({ metric }) => metric === 'first_text');
}

describe('a winner', () => {
  it('is who is faster in every round of five', () => {
    expect(
      firstText({ a: [200, 210, 190, 220, 205], b: [300, 320, 310, 290, 330], c: [400, 410, 420, 430, 440] }),
    ).toEqual({
      metric: 'first_text',
      winner: 'a',
      because: 'First text: a is best (p50 a 205 ms, b 310 ms).',
    });
  });

  it.each([
    ['one round', { a: [200], b: [900] }, /1 round cannot tell 2 targets from chance, 4 can/],
    ['two rounds', { a: [200, 200], b: [900, 900] }, /2 rounds cannot tell/],
    ['four rounds of three', { a: [1, 2, 3, 4], b: [5, 6, 7, 8], c: [9, 10, 11, 12] }, /4 rounds .* 5 can/],
    [
      'values that cross',
      { a: [200, 260, 190, 320, 205], b: [210, 250, 240, 230, 300] },
      /closer than the noise/,
    ],
    [
      'five thousandths',
      { a: [1000, 1001, 1002, 1003, 1004], b: [1005, 1006, 1007, 1008, 1009] },
      /closer than/,
    ],
    [
      'failed runs of the fast one',
      { a: [100, null, 100, null, 100], b: [300, 310, 320, 330, 340] },
      /closer/,
    ],
  ])('is nobody after %s', (_what, times, because) => {
    expect(firstText(times)).toMatchObject({ winner: null, because: expect.stringMatching(because) });
  });

  it('is who never failed, where the other one does', () => {
    expect(firstText({ a: [100, null, null, null, null], b: [300, 310, 320, 330, 340] })?.winner).toBeNull();
    const runs = [
      ...[300, 310, 320, 330, 340, 350].map((ms) => run('b', ms)),
      ...[400, null, null, null, null, null].map((ms) => run('a', ms)),
    ];
    const targets = ['a', 'b'].map((name) => standingOf(entrant(name), runs));
    expect(rankingsOf(targets, runs)[0]?.winner).toBe('b');
  });

  it('is called by chance in at most one of twenty races of equals, also while all become slower', () => {
    const random = seeded(7);
    let called = 0;
    const races = 2000;
    for (let race = 0; race < races; race += 1) {
      const values = (): number[] =>
        Array.from({ length: 5 }, (_, round) => (200 + 40 * round) * (1 + random() ** 3 * 4));
      if (firstText({ a: values(), b: values(), c: values() })?.winner !== null) called += 1;
    }
    expect(called / races).toBeLessThan(0.05);
  });

  it('is found although a run of one cannot be told', () => {
    const runs = [
      ...[100, 101, 102, 103, 104].map((ms) => run('a', ms)),
      run('a', 100, { tokensPerSecond: null }),
      ...[300, 301, 302, 303, 304, 305].map((ms) => run('b', ms)),
    ];
    const targets = ['a', 'b'].map((name) => standingOf(entrant(name), runs));
    expect(rankingsOf(targets, runs).map(({ winner }) => winner)).toEqual(['a', 'a']);
  });

  it('is not looked for where there is nothing to compare, and not told where a figure is missing', () => {
    expect(firstText({ a: [1, 2, 3, 4, 5] })).toBeUndefined();
    const runs = [
      ...[1, 2, 3, 4, 5].map((ms) => run('a', ms)),
      ...Array(5).fill(run('b', 9, { tokensPerSecond: null })),
    ];
    const targets = ['a', 'b'].map((name) => standingOf(entrant(name), runs));
    expect(rankingsOf(targets, runs)[1]).toMatchObject({
      winner: null,
      because: 'Tokens a second: no winner, it cannot be told for b.',
    });
  });
});

describe('a standing', () => {
  it('counts failed runs, names each cause once, and knows the middle of the others', () => {
    const runs = [run('a', 100), run('a', null), run('a', 300), run('a', null), run('b', 5)];
    expect(standingOf(entrant('a'), runs)).toMatchObject({
      runs: 4,
      failed: 2,
      causes: [{ check: 'up.5xx', count: 2 }],
      firstTextMs: { p50: 100, p95: 300 },
      isModelServed: true,
      cost: null,
    });
  });

  it('adds up the cost only where every part is known', () => {
    const dollars = (amount: number) => [{ amount, currency: 'USD' }];
    expect(sumOf([dollars(0.5), null, dollars(1)])).toBeNull();
    const runs = [run('a', 1, { cost: dollars(0.5) }), run('a', 1, { cost: [] })];
    expect(standingOf(entrant('a'), [...runs, run('a', 1, { cost: dollars(1) })]).cost).toEqual(dollars(1.5));
  });

  it('keeps currencies apart, and says that they are not compared', () => {
    const [dollars, yuan] = [
      { amount: 1, currency: 'USD' },
      { amount: 7, currency: 'CNY' },
    ] as const;
    expect(sumOf([[dollars], [yuan], [dollars]])).toEqual([{ amount: 2, currency: 'USD' }, yuan]);
    const targets = [dollars, yuan].map((money, index) =>
      standingOf(entrant(`${index}`), [run(`${index}`, 1, { cost: [money] })]),
    );
    expect(notesOf(targets, { rounds: 20 })).toContain(
      'Prices are in USD and CNY: what it cost is not compared.',
    );
  });

  it('says which model answered where it is another one, a dated name being the same', () => {
    const served = (modelServed: string) =>
      notesOf([standingOf({ ...entrant('a'), modelAsked: 'claude-x' }, [run('a', 1, { modelServed })])], {
        rounds: 20,
      });
    expect(served('claude-x-20260101')).toEqual([expect.stringMatching(/^One target/)]);
    expect(served('gpt-4')).toContain('a was asked for claude-x and answered as gpt-4.');
  });
});

describe('the schedule', () => {
  it('asks every target once a round, in an order of its own for each, the same for the same numbers', () => {
    const starts = schedule(['a', 'b', 'c'], 40, seeded(1));
    const rounds = Array.from({ length: 40 }, (_, index) =>
      starts.filter(({ round }) => round === index + 1).map(({ target }) => target),
    );
    expect(starts.map(({ round }) => round)).toEqual(rounds.flatMap((_, index) => Array(3).fill(index + 1)));
    for (const round of rounds) expect([...round].sort()).toEqual(['a', 'b', 'c']);
    expect(new Set(rounds.map((round) => round.join(''))).size).toBe(6);
    expect(schedule(['a', 'b', 'c'], 40, seeded(1))).toEqual(starts);
    expect(schedule(['a', 'b', 'c'], 40, seeded(2))).not.toEqual(starts);
  });
});
