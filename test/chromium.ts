// Chromium as Debian has it, for tests of pages. A machine without it skips them and says so; CI does not.
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const executablePath = '/usr/bin/chromium';
const isInstalled = existsSync(executablePath);

/** In CI tests run and fail where it is missing. */
export const hasChromium = isInstalled || process.env['CI'] === 'true';

export const inChromium = (what: string): string =>
  `${what} in Chromium${hasChromium ? '' : ' (skipped, not installed: chromium)'}`;

/** Ends what hangs; nothing that works comes near it, however busy the machine is. */
const patienceMs = 300_000;

export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath,
    timeout: patienceMs,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

/** What a page says, and what it asks for; both grow while it lives. */
export type Watched = { readonly messages: readonly string[]; readonly requests: readonly string[] };

/** Opens a page, and watches it. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions,
): Promise<{ readonly page: Page; readonly watched: Watched }> {
  const page = await browser.newPage(options);
  page.setDefaultTimeout(patienceMs);
  return { page, watched: watch(page) };
}

function watch(page: Page): Watched {
  const messages: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => messages.push(message.text()));
  page.on('pageerror', (error) => messages.push(error.message));
  page.on('dialog', (dialog) => messages.push(dialog.message()));
  page.on('request', (request) => requests.push(request.url()));
  return { messages, requests };
}
