import { expect, test } from 'vitest';
import { counted, duration, mebibytes, timeOfDay } from '../../src/text/counted.ts';

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

test('sizes and times of day', () => {
  expect([0, 1_048_576, 9_856_000].map(mebibytes)).toEqual(['0.0 MiB', '1.0 MiB', '9.4 MiB']);
  expect(timeOfDay(new Date(2026, 10, 30, 4, 2, 11).getTime())).toBe('04:02:11');
});
