// The HTML report in a real browser: nothing in the console, nothing asked from anywhere, nothing that runs,
// and readable at 1280 and 390 px in light and dark. Pictures are kept where REPORT_PICTURES points to.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportHtml } from '../../src/doctor/report/html.ts';
import { raceHtml } from '../../src/doctor/report/race-html.ts';
import { watchHtml } from '../../src/doctor/report/watch-html.ts';
import { hasChromium, inChromium, launchChromium, openPage } from '../chromium.ts';
import { sampleRace } from '../doctor/race/sample-race.ts';
import { hostile, samples } from '../doctor/sample-reports.ts';
import { sampleRounds } from '../doctor/watch/sample-rounds.ts';

const madeAt = '2026-11-20T12:00:00.000Z';

describe.skipIf(!hasChromium)(inChromium('the HTML report'), { concurrent: true }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'msg-report-'));
  let browser: Browser;

  beforeAll(async () => {
    for (const [name, html] of pages) writeFileSync(join(directory, `${name}.html`), html);
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const pictures = process.env['REPORT_PICTURES'];
  const pages = [
    ...Object.entries({ ...samples, hostile }).map(
      ([name, report]) => [name, reportHtml(report, { madeAt, elapsedMs: 6100 })] as const,
    ),
    ['race', raceHtml(sampleRace)] as const,
    ['watch', watchHtml('work', sampleRounds, Date.parse(madeAt))] as const,
  ];
  const cases = pages.flatMap(([name]) =>
    (['light', 'dark'] as const).flatMap((colorScheme) =>
      [1280, 390].map((width) => [name, colorScheme, width] as const),
    ),
  );

  test.each(cases)('%s, %s, %i px', async (name, colorScheme, width) => {
    const { page, watched } = await openPage(browser, { colorScheme, viewport: { width, height: 900 } });
    try {
      const { messages, requests } = watched;
      const url = pathToFileURL(join(directory, `${name}.html`)).href;
      await page.goto(url);
      await page.evaluate('for (const group of document.querySelectorAll("details")) group.open = true;');
      expect(messages).toEqual([]);
      expect(requests).toEqual([url]);
      // As strings, because they run in the page and this project has no DOM types.
      const overflowPx = await page.evaluate<number>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      expect(overflowPx).toBe(0);
      expect(await page.evaluate<string[]>(tooFaint)).toEqual([]);
      expect(await page.evaluate<string[]>(colouredCopies)).toEqual([]);
      if (pictures)
        await page.screenshot({
          path: join(pictures, `${name}-${colorScheme}-${width}.png`),
          fullPage: true,
        });
    } finally {
      await page.close();
    }
  });
});

/** What is there to be read or copied in the box of the cause, and has not the colour of the page's text. */
const colouredCopies = `[...document.querySelectorAll('.cause h3, .cause .fix > p:not(.server), .cause pre')]
  .filter((element) => getComputedStyle(element).color !== getComputedStyle(document.body).color)
  .map((element) => element.textContent)`;

/** Texts whose contrast with what is behind them is below 4.5 (WCAG 2.2, 1.4.3). */
const tooFaint = `(() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
  const luminance = (color) => {
    const [r, g, b] = channels(color).slice(0, 3).map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let node = element; node; node = node.parentElement) {
      const color = getComputedStyle(node).backgroundColor;
      if ((channels(color)[3] ?? 1) > 0) return color;
    }
    return 'rgb(255, 255, 255)';
  };
  return [...document.querySelectorAll('body *')]
    .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ''))
    .filter((element) => !element.closest('svg'))
    .map((element) => {
      const [light, dark] = [luminance(getComputedStyle(element).color), luminance(behind(element))].sort((a, b) => b - a);
      return [(light + 0.05) / (dark + 0.05), element.textContent.slice(0, 40)];
    })
    .filter(([ratio]) => ratio < 4.5)
    .map(([ratio, text]) => ratio.toFixed(2) + ' ' + text);
})()`;
