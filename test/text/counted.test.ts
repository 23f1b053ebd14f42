import { expect, test } from 'vitest';
import { counted, duration } from '../../src/text/counted.ts';

test.each([
  [0, '0 calls'],
  [1, '1 call'],
  [2, '2 calls'],
])('%i is %s', (count, words) => expect(counted(count, 'call')).toBe(words));

test('durations are as precise as a reader can use', () => {
  expect([0, 570, 994, 995, 2249, 9949, 47_000].map(duration)).toEqual([
    '0 ms',
    '570 ms',
    '994 ms',
    '1.0 s',
    '2.2 s',
    '9.9 s',
    '47 s',
  ]);
});
