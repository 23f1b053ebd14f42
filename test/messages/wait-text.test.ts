import { describe, expect, it } from 'vitest';
import { durationText, resetText, waitText } from '../../src/messages/wait-text.ts';
import { localTime } from '../../src/text/counted.ts';

describe('how long to wait, in words', () => {
  it.each([
    [1, '1 s'],
    [44_900, '45 s'],
    [7100, '7 s'],
    [119_600, '2 min'],
    [3_599_000, '60 min'],
    [2 * 3_600_000, '2 h'],
    [3_600_100, '60 min'],
    [3 * 3_600_000 + 5 * 60_000 + 1, '3 h 5 min'],
    [50 * 3_600_000, '2 d 2 h'],
    [48 * 3_600_000, '2 d'],
  ])('%i ms are %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  it('names the time of day here, and the date of another day', () => {
    const noon = new Date(2026, 3, 8, 12, 0, 0).getTime();
    expect(localTime(noon + 5000, noon)).toBe('12:00:05');
    expect(localTime(noon + 13 * 3_600_000, noon)).toBe('2026-04-09 01:00:00');
    expect(waitText(7000, noon)).toBe('The server asks to wait 7 s.');
    expect(waitText(600_000, noon)).toBe('The server asks to wait 10 min, until 12:10:00.');
    expect(resetText(4000, noon)).toBe('The limit resets in 4 s, at 12:00:04.');
  });
});
