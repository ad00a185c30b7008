import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { openPage, startBrowser, type WatchedPage } from './chromium.js';
import { startConsoleServer, type ConsoleServer } from './console-server.js';

/** The pages of a server of their own in a browser of their own, for the tests of one file. */
export interface Pages {
  readonly browser: Browser;
  readonly server: ConsoleServer;
  /** Opens a page for the test under way; after it the page is closed, and a complaint of the browser fails the test. */
  readonly visit: (path: string, options?: BrowserContextOptions) => Promise<Page>;
}

/** Starts both before the tests of the file that calls it and stops them afterwards. */
export function usePages(): Pages {
  let server: ConsoleServer;
  let browser: Browser;
  let open: WatchedPage[] = [];
  beforeAll(async () => {
    browser = await startBrowser();
    server = await startConsoleServer();
  });
  afterEach(async () => {
    const pages = open;
    open = [];
    for (const page of pages) await page.close();
    const complaints = pages.flatMap((page) => page.complaints);
    if (complaints.length > 0) throw new Error(`the browser complained: ${complaints.join('\n')}`);
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });
  return {
    get browser() {
      return browser;
    },
    get server() {
      return server;
    },
    async visit(path, options = {}) {
      const watched = await openPage(browser, `${server.address}${path}`, options);
      open.push(watched);
      return watched.page;
    },
  };
}
