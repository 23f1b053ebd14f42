// Chromium as Debian has it, as the tests of pages use it.
import { chromium } from 'playwright-core';

/** Calls `use` with a browser, and closes it. */
export async function inBrowser(use) {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    return await use(browser);
  } finally {
    await browser.close();
  }
}
