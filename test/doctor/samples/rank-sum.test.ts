import { describe, expect, it } from 'vitest';
import { quantile, spreadOf } from '../../../src/doctor/samples/quantile.ts';
import { chanceOf, fewestFor } from '../../../src/doctor/samples/rank-sum.ts';

const failed = Number.POSITIVE_INFINITY;

describe('chanceOf', () => {
  it.each([
    // Two of the 252 ways to deal ten ranks are as far apart.
    [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10], 2 / 252],
    [[6, 7, 8, 9, 10], [1, 2, 3, 4, 5], 2 / 252],
    [[1, 2, 3], [4, 5, 6], 2 / 20],
    // U = 5 of 25: 1 + 1 + 2 + 3 + 5 + 7 ways on each side.
    [[1, 2, 3, 4, 10], [5, 6, 7, 8, 9], 38 / 252],
    [[7, 7, 7], [7, 7, 7], 1],
    [[], [1, 2], 1],
    // Failed runs are the slowest, and no two of them differ.
    [[1, 2, 3, 4], [failed, failed, failed, failed], 2 / 70],
    [[failed, failed], [failed, failed], 1],
  ])('of %j and %j is %d', (a, b, chance) => {
    expect(chanceOf(a, b)).toBeCloseTo(chance, 10);
  });

  it('of many values is close to what counting gives', () => {
    const values = (count: number, shift: number): number[] =>
      Array.from({ length: count }, (_, index) => ((index * 37) % count) + shift);
    for (const shift of [0.5, 4.5, 8.5])
      expect(chanceOf(values(31, 0), values(31, shift))).toBeCloseTo(
        chanceOf(values(30, 0), values(30, shift)),
        1,
      );
    expect(chanceOf(values(40, 0), values(40, 40.5))).toBeLessThan(1e-9);
    expect(chanceOf(Array(40).fill(1), Array(40).fill(1))).toBe(1);
  });
});

it.each([
  [0.05, 4],
  [0.05 / 3, 5],
  [0.05 / 6, 5],
  [0.05 / 10, 6],
])('a chance of %d takes %i values in each sample', (chance, size) => {
  expect(fewestFor(chance)).toBe(size);
});

describe('quantile', () => {
  it.each([
    [[], 0.5, null],
    [[3], 0.95, 3],
    [[5, 1, 4, 2, 3], 0.5, 3],
    [[4, 1, 3, 2], 0.5, 2],
    [[5, 1, 4, 2, 3], 0.95, 5],
    [Array.from({ length: 100 }, (_, index) => index + 1), 0.95, 95],
  ])('of %j at %d is %s', (values, share, expected) => {
    expect(quantile(values, share)).toBe(expected);
  });

  it('gives a middle and a bad case, to a tenth', () => {
    expect(spreadOf([10.04, 20.06, 30])).toEqual({ p50: 20.1, p95: 30 });
    expect(spreadOf([])).toBeNull();
  });
});
