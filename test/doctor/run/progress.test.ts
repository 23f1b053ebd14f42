import { describe, expect, it } from 'vitest';
import type { Context } from '../../../src/context.ts';
import { openProgress, progressText } from '../../../src/doctor/run/progress.ts';
import { asciiGlyphs, plainTheme } from '../../../src/text/theme.ts';

const text = (done: number, elapsedMs: number, columns = 100): string =>
  progressText({ done, total: 10, label: 'round 2 of 5, work' }, elapsedMs, plainTheme, columns);

describe('the text of a progress', () => {
  it.each([
    ['is the label alone in the first three seconds', text(5, 2900), 'round 2 of 5, work'],
    ['is the label alone while nothing is done', text(0, 60_000), 'round 2 of 5, work'],
    [
      'has a bar, a share and the time left, as what is done went',
      text(4, 8000),
      'round 2 of 5, work  ━━━━━━━━──────────── 40 %, about 12 s left',
    ],
    ['counts in minutes and hours', text(1, 3_600_000), expect.stringMatching(/10 %, about 9 h left$/)],
    ['is at its end', text(10, 9000), expect.stringMatching(/━{20} 100 %/)],
    ['leaves the bar out where it is narrow', text(4, 8000, 44), 'round 2 of 5, work  40 %, about 12 s left'],
    ['cuts the label, not the time', text(4, 8000, 34), 'round 2 of…  40 %, about 12 s left'],
    [
      'has no sign beyond ASCII where the terminal has none',
      progressText({ done: 4, total: 10, label: 'x' }, 8000, { glyphs: asciiGlyphs }, 80),
      'x  ########............ 40 %, about 12 s left',
    ],
  ])('%s', (_what, actual, expected) => {
    expect(actual).toEqual(expected);
  });
});

describe('a progress on a terminal', () => {
  function terminal(isTTY: boolean): { context: Context; log: string[]; later: (ms: number) => void } {
    let now = 0;
    const log: string[] = [];
    const context = {
      streams: { stderr: { isTTY, columns: () => 100 } },
      theme: () => plainTheme,
      // Ticks are not waited for: what is shown is shown by updates.
      clock: { now: () => now, wallTime: () => now, sleep: () => new Promise(() => {}) },
      spinner: async () => (first: string) => {
        log.push(`start ${first}`);
        return { update: (words: string) => log.push(words), stop: () => log.push('stop') };
      },
    } as unknown as Context;
    return { context, log, later: (ms) => (now += ms) };
  }
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('counts the time from where nothing was done, leaves the screen, and comes again', async () => {
    const { context, log, later } = terminal(true);
    const progress = openProgress(context, {});
    progress.tell(() => 'connecting');
    await settled();
    later(60_000);
    progress.update(0, 4, 'first');
    later(4000);
    progress.update(1, 4, 'second');
    await settled();
    await progress.pause();
    await progress.pause();
    progress.update(2, 4, 'third');
    await settled();
    expect(log).toEqual([
      'start connecting',
      'connecting',
      expect.stringMatching(/^(first|second)/),
      'second  ━━━━━─────────────── 25 %, about 12 s left',
      'stop',
      expect.stringMatching(/^start third/),
      expect.stringMatching(/^third .* 50 %/),
    ]);
  });

  it.each([
    ['a pipe', false, {}],
    ['--quiet', true, { quiet: true }],
  ])('is nothing with %s', async (_what, isTTY, options) => {
    const { context, log } = terminal(isTTY);
    const progress = openProgress(context, options);
    progress.update(1, 2, 'x');
    await settled();
    await progress.pause();
    expect(log).toEqual([]);
  });
});
