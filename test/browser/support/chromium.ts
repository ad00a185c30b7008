import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

const candidates = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Starts the browser of the system, which is not installed with the project. @throws Error that says so */
export async function startBrowser(): Promise<Browser> {
  const asked = process.env['CULPRIT_CHROMIUM'];
  const executablePath = [asked ?? '', ...candidates].find((path) => existsSync(path));
  if (executablePath === undefined) {
    throw new Error(
      `The browser tests need Chromium at ${candidates.join(' or ')}, or at the path in CULPRIT_CHROMIUM (Debian: apt install chromium).`,
    );
  }
  // Its sandbox does not work for root.
  return chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
}

/** A page, and everything that its console complained about. */
export interface WatchedPage {
  readonly page: Page;
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** Opens a page in a profile of its own. */
export async function openPage(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(address);
  return { page, complaints, close: () => context.close() };
}
