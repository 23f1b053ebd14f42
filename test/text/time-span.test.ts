import { expect, test } from 'vitest';
import { timeSpanMs } from '../../src/text/time-span.ts';

test.each([
  ['250ms', 250],
  ['1.5s', 1500],
  ['5m', 300_000],
  ['1h30m', 5_400_000],
  ['2d', 172_800_000],
  ['5', undefined],
  ['m5', undefined],
  ['5 m', undefined],
  ['', undefined],
])('%s', (text, ms) => expect(timeSpanMs(text)).toBe(ms));
