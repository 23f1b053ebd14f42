// The page of the tap in a real browser, in front of a real tap: what it shows, live and as a report, by mouse, keys and
// screen reader. Pictures are kept where PAGE_PICTURES points to.
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { streamReply } from '../../src/mock/index.ts';
import { reportPage } from '../../src/tap/page/document.ts';
import { recordedEntries } from '../../src/tap/recordings.ts';
import { exchangeOf } from '../../src/tap/shown-exchange.ts';
import { hasChromium, inChromium, launchChromium, openPage, type Watched } from '../chromium.ts';
import { gatedReply } from '../gated-reply.ts';
import { conversation, hostileText } from '../tap/conversations.ts';
import { startTapSession, type TapSession } from '../tap/tap-session.ts';

const facts = { target: 'https://api.example (profile work)', version: '1.2.3' };
const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const pictures = process.env['PAGE_PICTURES'];
const looks = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [390, 1280].map((width) => ({ colorScheme, width })),
);

describe.skipIf(!hasChromium)(inChromium('the page of msg tap'), () => {
  const directory = mkdtempSync(join(tmpdir(), 'msg-page-'));
  let browser: Browser;
  let tap: TapSession;

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterEach(() => tap.close());
  afterAll(async () => {
    await browser?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  /** A tap behind which some things went well and some wrong. */
  async function tapWithExchanges(): Promise<void> {
    tap = await startTapSession({}, { page: facts });
    await tap.ask(conversation({ day: 1, turns: 1 }));
    await tap.ask(conversation({ day: 2, turns: 20 }));
    await tap.ask({}, { path: '/v1/v1/messages' });
    await tap.ask({ model: 'mock-2', messages: [{ role: 'user', content: hostileText }] });
    await tap.rows(4);
  }

  async function open(
    url: string,
    { width = 1280, ...options }: BrowserContextOptions & { readonly width?: number } = {},
  ): Promise<{ page: Page; watched: Watched }> {
    const opened = await openPage(browser, { viewport: { width, height: 844 }, ...options });
    const { page } = opened;
    await page.goto(url);
    // The rows, or the words that there are none: both come behind the page itself.
    await page.waitForSelector('.empty:not(:empty, [hidden]), [role=option]');
    return opened;
  }

  async function report(): Promise<string> {
    const file = join(directory, 'report.html');
    await pipeline(
      Readable.from(reportPage(tap.session.rows, { ...facts, madeAt: Date.UTC(2026, 10, 30, 12) })),
      createWriteStream(file),
    );
    return pathToFileURL(file).href;
  }

  const shownIds = (page: Page): Promise<string[]> =>
    page.locator('[role=option]:visible').evaluateAll((options) => options.map(({ id }) => id));
  const activeElement = (page: Page): Promise<string> =>
    page.evaluate('`${document.activeElement.localName} ${document.activeElement.id}`.trim()');

  it('shows exchanges as they begin and end, without a reload', async () => {
    tap = await startTapSession(
      { replies: [gatedReply(['one ', 'two ', 'three'], String)] },
      { page: facts },
    );
    const { page, watched } = await open(tap.session.pageUrl!);
    expect(await page.textContent('.empty')).toContain('Nothing yet');
    const asked = tap.ask();
    await page.waitForSelector('#row-1.open');
    // Known when the body of the request is there, which may come behind its head.
    await page.locator('#row-1 .model').getByText('mock-1', { exact: true }).waitFor();
    await page.getByText('1 exchange ·').waitFor();
    await page.click('#row-1');
    await page.getByText('This exchange is still open.').waitFor();
    await page.click('#tab-Answer');
    const answer = page.locator('[role=tabpanel] pre');
    await answer.getByText('one', { exact: true }).waitFor();
    await page.evaluate(`document.querySelector('[role=tablist]').dataset.first = ''`);
    tap.mock.open('1');
    await answer.getByText('one two', { exact: true }).waitFor();
    tap.mock.open('2');
    await asked;
    await page.waitForSelector('#row-1.ok');
    await page.getByText('Nothing to say against it.').waitFor();
    await answer.getByText('one two three').waitFor();
    expect(await page.locator('[role=tablist][data-first]').count()).toBe(1);
    expect(watched.messages).toEqual([]);
    const origins = new Set(watched.requests.map((url) => new URL(url).origin));
    expect([...origins]).toEqual([tap.url]);
    await page.close();
  });

  it('shows what a body says as text, and runs nothing of it', async () => {
    await tapWithExchanges();
    for (const url of [tap.session.pageUrl!, await report()]) {
      const { page, watched } = await open(url);
      await page.click('#row-4');
      for (const tab of ['Request', 'Answer', 'Difference', 'Raw']) await page.click(`#tab-${tab}`);
      await page.click('#tab-Request');
      expect(await page.textContent('.message.user pre')).toBe(hostileText);
      expect(await page.locator('img, iframe, b[onclick], marquee').count()).toBe(0);
      expect(watched.messages).toEqual([]);
      expect(await page.evaluate<string[]>(forbidden(`http://127.0.0.1:${tap.mock.port}`))).toEqual([
        'refused',
        'refused',
      ]);
      await page.close();
    }
  });

  it('says what is wrong and what to do; what is to be taken along is copied and saved', async () => {
    await tapWithExchanges();
    const { page } = await open(tap.session.pageUrl!, {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await page.click('#row-3');
    expect(await page.textContent('.cause .summary')).toContain('/v1/v1/messages');
    expect(await page.textContent('.fix')).toContain('What to do');
    const clipboard = (): Promise<string> => page.evaluate('navigator.clipboard.readText()');
    await page.click('#row-1');
    await page.click('text=Copy as curl');
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await clipboard()).toMatch(
      /^curl -sS -N -X POST http:\/\/127.0.0.1:\d+\/v1\/messages \\\n[\s\S]* {2}-H "x-api-key: \$ANTHROPIC_API_KEY" \\\n[\s\S]*--data-raw '\{"model":"mock-1"/,
    );
    await page.click('text=Copy as msg send');
    await expect
      .poll(clipboard)
      .toMatch(/^msg send \\\n {2}--messages-url http[\s\S]*--body - <<'END_OF_BODY'\n\{/);
    const save = async (words: string): Promise<string> => {
      const [download] = await Promise.all([page.waitForEvent('download'), page.click(`text=${words}`)]);
      const path = join(directory, download.suggestedFilename());
      await download.saveAs(path);
      return path;
    };
    const { exchange } = (await tap.session.rows.exchange(1))!;
    expect(await exchangeOf(recordedEntries(await save('Save recording'))[0]!)).toEqual(exchange);
    const har = JSON.parse(readFileSync(await save('Save as HAR'), 'utf8'));
    expect(
      har.log.entries.map((entry: HarEntry) => [entry.request.postData.text, entry.response.content.text]),
    ).toEqual([[exchange.request.body.text, exchange.response?.body.text]]);
    await page.close();
  });

  it('shows where a prompt first differs from the one before it', async () => {
    await tapWithExchanges();
    const { page } = await open(tap.session.pageUrl!);
    await page.click('#row-2');
    await page.click('#tab-Difference');
    await page.waitForSelector('.difference');
    expect(await page.inputValue('.compared select')).toBe('1');
    expect(await page.textContent('.difference')).toContain('They first differ in system.0.');
    expect([await page.textContent('del'), await page.textContent('ins')]).toEqual(['1', '2']);
    await page.close();
  });

  it('cuts none of the tokens of a row where the exchange stands beside the list', async () => {
    const usage = { input_tokens: 12, output_tokens: 1880, cache_read_input_tokens: 48_210 };
    const content = [{ type: 'text', text: 'A long one.' }];
    tap = await startTapSession({ replies: [streamReply({ content, usage })] }, { page: facts });
    await tap.ask();
    const { page } = await open(tap.session.pageUrl!, { width: 1000 });
    await page.click('#row-1.ok');
    await page.waitForSelector('.has-detail');
    const tokens = page.locator('#row-1').locator('.in, .out, .cached');
    expect(await tokens.allTextContents()).toEqual(['in 12', 'out 1,880', 'cached 48,210']);
    expect(
      await tokens.evaluateAll((cells) => cells.filter((cell) => cell.scrollWidth > cell.clientWidth)),
    ).toEqual([]);
    await page.close();
  });

  it('stays where it is read, and tells how much is new', async () => {
    tap = await startTapSession({}, { page: facts });
    for (let turn = 0; turn < 30; turn += 1) await tap.ask(conversation({ day: 1, turns: 1 }));
    const { page } = await open(tap.session.pageUrl!);
    const scrollTop = (): Promise<number> => page.evaluate(`document.querySelector('.rows').scrollTop`);
    expect(await scrollTop()).toBeGreaterThan(0);
    await tap.ask();
    await page.waitForSelector('#row-31.ok');
    expect(await page.isVisible('#row-31')).toBe(true);
    await page.evaluate(`document.querySelector('.rows').scrollTop = 0`);
    await tap.ask();
    await page.getByText('↓ 1 new').waitFor();
    expect(await scrollTop()).toBe(0);
    await page.click('text=↓ 1 new');
    await page.waitForSelector('.newer', { state: 'hidden' });
    expect(await scrollTop()).toBeGreaterThan(0);
    await page.close();
  });

  it('filters by words, faults, path and model', async () => {
    await tapWithExchanges();
    const { page } = await open(tap.session.pageUrl!);
    await page.keyboard.press('/');
    await page.keyboard.type('messages MOCK-1');
    expect(await shownIds(page)).toEqual(['row-1', 'row-2', 'row-3']);
    await page.click('text=Only faults');
    expect(await shownIds(page)).toEqual(['row-3']);
    await page.focus('input');
    await page.keyboard.press('Escape');
    expect(await shownIds(page)).toEqual(['row-1', 'row-2', 'row-3', 'row-4']);
    await page.selectOption('[aria-label=Path]', '/v1/v1/messages');
    expect(await shownIds(page)).toEqual(['row-3']);
    await page.selectOption('[aria-label=Model]', 'mock-2');
    expect(await page.textContent('.empty')).toBe('None of the 4 exchanges fits the filter.');
    await page.close();
  });

  it.each([390, 1280])('is walked through by keys at %i px', async (width) => {
    await tapWithExchanges();
    const { page } = await open(tap.session.pageUrl!, { width });
    const title = page.locator('#title');
    await page.keyboard.press('/');
    expect(await activeElement(page)).toBe('input');
    await page.keyboard.press('Escape');
    expect(await activeElement(page)).toBe('div');
    await page.keyboard.press('Home');
    await page.keyboard.press('j');
    expect(await title.textContent()).toBe('#2 POST /v1/messages');
    expect(await page.getAttribute('[role=listbox]', 'aria-activedescendant')).toBe('row-2');
    for (const key of ['j', 'k', 'j', 'j']) await page.keyboard.press(key);
    expect(await title.textContent()).toBe('#4 POST /v1/messages');
    await page.keyboard.press('Enter');
    expect(await activeElement(page)).toBe('h2 title');
    await page.waitForSelector('[role=tab]');
    while ((await activeElement(page)) !== 'button tab-Request') await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowRight');
    expect(await activeElement(page)).toBe('button tab-Answer');
    expect(await page.getAttribute('#tab-Answer', 'aria-selected')).toBe('true');
    await page.keyboard.press('Escape');
    expect(await activeElement(page)).toBe('div');
    await page.keyboard.press('Escape');
    expect(await title.isVisible()).toBe(false);
    await page.close();
  });

  it('moves through the list by the keys of a list', async () => {
    await tapWithExchanges();
    const { page } = await open(tap.session.pageUrl!);
    await page.focus('[role=listbox]');
    const titles: (string | null)[] = [];
    for (const key of ['End', 'ArrowUp', 'ArrowUp', 'PageUp', 'ArrowDown', 'PageDown']) {
      await page.keyboard.press(key);
      titles.push(await page.textContent('#title'));
    }
    expect(titles.map((title) => title?.slice(0, 2))).toEqual(['#4', '#3', '#2', '#1', '#2', '#4']);
    await page.close();
  });

  it.each(looks)('has no fault that axe finds, $colorScheme at $width px', async ({ colorScheme, width }) => {
    await tapWithExchanges();
    for (const [name, url] of [
      ['live', tap.session.pageUrl!],
      ['report', await report()],
    ] as const) {
      // Its policy would keep axe out, too.
      const { page } = await open(url, { width, colorScheme, bypassCSP: true });
      await page.evaluate(axe);
      const check = async (view: string): Promise<void> => {
        expect(await page.evaluate<string[]>(violations), view).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth'), view).toBe(width);
        if (pictures)
          await page.screenshot({ path: join(pictures, `${name}-${view}-${colorScheme}-${width}.png`) });
      };
      await check('list');
      await page.keyboard.press('Home');
      await page.keyboard.press('j');
      await page.waitForSelector('.waterfall');
      await check('detail');
      for (const tab of ['Request', 'Answer', 'Difference', 'Raw']) {
        await page.click(`#tab-${tab}`);
        if (tab === 'Difference') await page.waitForSelector('.difference');
        await page.evaluate(`for (const fold of document.querySelectorAll('details')) fold.open = true;
          document.querySelector('.bodies').scrollIntoView()`);
        await check(tab);
      }
      await page.keyboard.press('j');
      await page.waitForSelector('.cause');
      await check('fault');
      await page.close();
    }
  });

  it('is its own report, which needs nothing but its file', async () => {
    await tapWithExchanges();
    const url = await report();
    await tap.close();
    const { page, watched } = await open(url);
    expect(await shownIds(page)).toEqual(['row-1', 'row-2', 'row-3', 'row-4']);
    expect(await page.textContent('.state')).toBe('report');
    await page.click('#row-2');
    await page.waitForSelector('.waterfall');
    await page.click('#tab-Difference');
    await page.waitForSelector('.difference');
    expect(watched.messages).toEqual([]);
    expect(watched.requests).toEqual([url]);
    await page.close();
  });

  it('lays out of a large body what is asked for', async () => {
    tap = await startTapSession({ replies: [streamReply('Fine.')] }, { page: facts });
    await tap.ask({ messages: [{ role: 'user', content: 'long text '.repeat(2_000_000) }] });
    await tap.rows(1);
    const { page, watched } = await open(tap.session.pageUrl!);
    await page.click('#row-1');
    const shownLength = (): Promise<number> =>
      page.evaluate(`document.querySelector('.message').textContent.length`);
    await page.getByText('more of 20.0 MB').waitFor();
    const first = await shownLength();
    expect(first).toBeLessThan(6_000);
    await page.click('.more');
    expect(await shownLength()).toBeGreaterThan(first * 3);
    expect(watched.messages).toEqual([]);
    await page.close();
  });

  it('says that the tap has ended', async () => {
    await tapWithExchanges();
    const { page } = await open(tap.session.pageUrl!);
    await tap.close();
    await page.getByText('the tap has ended').waitFor();
    await page.click('#row-1');
    await page.getByText('what it kept of this exchange is gone').waitFor();
    await page.close();
  });
});

type HarEntry = {
  readonly request: { readonly postData: { readonly text: string } };
  readonly response: { readonly content: { readonly text: string } };
};

/** What the policy of the page keeps from whoever would get into it: asking elsewhere, and making HTML. */
const forbidden = (url: string): string => `Promise.all([
  fetch('${url}').then(() => 'fetched', () => 'refused'),
  (async () => document.body.insertAdjacentHTML('beforeend', '<i></i>'))().then(() => 'made', () => 'refused'),
])`;

/** As text, because it runs in the page. */
const violations = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ' ' + target + ' ' + failureSummary)))`;
