/**
 * The pages in a real browser, over a small store: what people read, by mouse and by keyboard, in light and in dark,
 * and that hostile log text stays text. The story of the demo is walked by story.test.ts.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violationsOf } from './support/accessibility.js';
import { openPage, type WatchedPage } from './support/chromium.js';
import { pagesDirectory, shopReport } from './support/console-server.js';
import { usePages } from './support/pages.js';

const pages = usePages();
const { visit } = pages;

async function textOf(page: Page, selector: string): Promise<string> {
  return (await page.locator(selector).first().innerText()).trim();
}

describe('list of reports', () => {
  it('shows what each is about, newest first', async () => {
    const page = await visit('/');
    await page.getByRole('link', { name: 'orders: payment failed' }).waitFor();
    expect(await page.locator('.report-row').count()).toBe(2);
    const first = await textOf(page, '.report-row');
    for (const part of [
      '09:40:00',
      'HIGH',
      'eth0: link down',
      'first of its kind',
      '2 core events, 5 related',
    ])
      expect(first).toContain(part);
  });

  it('has the rate of anomalies beside a report, and over all of them a part of time to look at', async () => {
    const page = await visit('/');
    await page.getByRole('img', { name: 'at most 9 anomalies in 30 s, at 09:40:00' }).first().waitFor();
    const chart = page.getByRole('slider', { name: /^anomalies by time/ });
    await chart.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.waitForURL(/from=2026-03-01T09%3A40%3A00/);
    expect(await page.getByRole('link', { name: 'orders: payment failed' }).count()).toBe(1);
    await expect.poll(() => page.locator('.report-row').count()).toBe(1);
  });

  it('announces a new report and shows it when asked', async () => {
    const page = await visit('/');
    await page.locator('.report-row').first().waitFor();
    await pages.server.store.reports.save(shopReport('inc-3', { title: 'a third one' }));
    await page.getByRole('button', { name: '1 new report' }).click();
    await page.getByRole('link', { name: 'a third one' }).waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'new report' }).count()).toBe(0);
  });

  it('holds no connection while nobody sees it, and catches up then', async () => {
    const page = await visit('/');
    await page.locator('.report-row').first().waitFor();
    const see = (isSeen: boolean): Promise<unknown> =>
      page.evaluate(
        `Object.defineProperty(document, 'hidden', { value: ${!isSeen}, configurable: true });
         document.dispatchEvent(new Event('visibilitychange'))`,
      );
    const ended = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/stream'));
    await see(false);
    await ended;
    await pages.server.store.reports.save(shopReport('inc-4', { title: 'while nobody looked' }));
    const again = page.waitForRequest((request) => request.url().endsWith('/stream'));
    await see(true);
    expect((await again).headers()['last-event-id']).toMatch(/^\w+-\d+$/);
    await page.getByRole('button', { name: '1 new report' }).waitFor();
  });

  it('keeps its filters in the address', async () => {
    const page = await visit('/?significance=high&q=payment');
    await page.locator('.report-row').first().waitFor();
    expect(await page.getByRole('link', { name: 'orders: payment failed' }).count()).toBe(1);
    expect(await page.getByLabel('Significance').inputValue()).toBe('high');
    await page.getByLabel('Significance').selectOption('');
    await page.waitForURL((url) => !url.search.includes('significance'));
  });

  it('says how to send logs while there are none, and turns green with the first line', async () => {
    const page = await visit('/event-types');
    let events = 0;
    await page.route('**/api/v1/overview', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ json: { ...((await answer.json()) as object), events } });
    });
    await page.route('**/api/v1/incidents?**', (route) =>
      route.fulfill({ json: { incidents: [], total: 0, nextPageToken: null } }),
    );
    await page.reload();
    await page.getByRole('link', { name: 'Reports' }).click();
    await page.getByText('No logs yet: here is how to send them').waitFor();
    expect(await textOf(page, '.command')).toContain(
      `npx culprit push app.log --url ${pages.server.address}`,
    );
    events = 1;
    await page.getByText('The first lines are here').waitFor();
  });
});

describe('report', () => {
  it('shows cause and symptoms by word and shape, with reasons', async () => {
    const page = await visit('/reports/inc-1');
    await page.locator('.event-line').first().waitFor();
    expect(await page.locator('.event-line .role').allInnerTexts()).toEqual(['▲ cause', '◆ symptom']);
    expect(await textOf(page, '.event-line')).toContain('first time in 3 h here');
    expect(await page.locator('svg .mark').count()).toBe(2);
  });

  it('names the cause with its reasons, and leads to its line', async () => {
    const page = await visit('/reports/inc-1');
    const causes = page.locator('.causes');
    await causes.waitFor();
    expect(await causes.innerText()).toMatch(/cause\s+kernel at 09:39:58, .*first time in 3 h here/);
    await causes.getByRole('button', { name: /^kernel at/ }).click();
    expect(await textOf(page, '.event-selected')).toContain('eth0: link down');
    expect(page.url()).toContain('event=');
  });

  it('zooms out by keyboard and marks what is new; the address remembers', async () => {
    const page = await visit('/reports/inc-1');
    await page.locator('.event-line').first().waitFor();
    await page.keyboard.press('z');
    await page.waitForURL(/zoom=1/);
    await page.locator('.event-line').nth(2).waitFor();
    expect(await page.locator('.event-new').count()).toBe(1);
    expect(await textOf(page, '.event-new')).toContain('new at zoom 1');
    await page.keyboard.press('z');
    await page.keyboard.press('z');
    await page.locator('.event-line').nth(4).waitFor();
    await page.reload();
    await page.locator('.event-line').nth(4).waitFor();
    expect(await page.getByRole('radio', { name: 'Zoom 3, 5 events' }).isChecked()).toBe(true);
    await page.goBack();
    await page.waitForURL(/zoom=2/);
  });

  it('peeks into the stream with the event in the middle, and reads on in both directions', async () => {
    const page = await visit('/reports/inc-1');
    await page.locator('.event-line').first().waitFor();
    for (const key of ['j', 'j', 'p']) await page.keyboard.press(key);
    const anchor = page.locator('.stream-line.is-anchor').first();
    await anchor.waitFor();
    expect(await anchor.innerText()).toContain('payment failed');
    await expect
      .poll(() => page.locator('.stream').getAttribute('aria-label'), { timeout: 10_000 })
      .toBe('303 lines read');
    const frame = page.locator('.stream');
    const top = (await anchor.boundingBox())?.y;
    await frame.evaluate((element) => {
      element.scrollTop = 0;
    });
    await expect.poll(() => frame.getAttribute('aria-label'), { timeout: 10_000 }).toBe('753 lines read');
    await frame.evaluate((element) => {
      element.scrollTop = element.scrollHeight;
    });
    await expect.poll(() => frame.getAttribute('aria-label'), { timeout: 10_000 }).toBe('1202 lines read');
    expect(top).toBeGreaterThan(100);
    await page.keyboard.press('Escape');
    await page.locator('.peek').waitFor({ state: 'detached' });
  });

  it('is printed whole, in light colours and without what one would press', async () => {
    const page = await visit('/reports/inc-1', { colorScheme: 'dark' });
    await page.locator('.event-line').first().waitFor();
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('button', { name: 'Copy link' }).isVisible()).toBe(false);
    expect(await page.locator('.event-line').last().isVisible()).toBe(true);
    expect(await page.evaluate(`getComputedStyle(document.documentElement).colorScheme`)).toBe('light');
  });

  it('opens a line by Enter and shows its trace', async () => {
    const page = await visit('/reports/inc-1');
    await page.locator('.event-line').first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    expect(await textOf(page, '.event-body .log-block')).toBe('eth0: link down');
  });

  it('is read again when a new revision comes', async () => {
    const page = await visit('/reports/inc-1');
    await page.locator('.event-line').first().waitFor();
    await pages.server.store.reports.save(
      shopReport('inc-1', { revision: 2, title: 'orders: payment fails for all' }),
    );
    await expect.poll(() => textOf(page, 'h1'), { timeout: 10_000 }).toBe('orders: payment fails for all');
  });

  it('takes what people think of it', async () => {
    const page = await visit('/reports/inc-1');
    await page.getByRole('button', { name: 'Yes' }).click();
    await page.getByText('Noted: useful').waitFor();
    expect(await pages.server.store.feedback.list(shopReport('inc-1').incidentType)).toMatchObject([
      { verdict: 'useful' },
    ]);
  });
});

describe('other views', () => {
  it('names an event type by hand', async () => {
    const page = await visit('/event-types?q=placed');
    await page.locator('tbody a').first().click();
    await page.getByRole('slider', { name: /^records by time/ }).waitFor();
    await page.getByLabel('What people call it').fill('Order placed');
    await page.getByRole('button', { name: 'Rename' }).click();
    await page.getByText('Set; it holds').waitFor();
    const [change] = await pages.server.store.templateRules.list();
    expect(change?.rule).toMatchObject({ kind: 'rename', name: 'Order placed', logType: 'orders' });
  });

  it('searches in all that is stored and marks what it found', async () => {
    const page = await visit('/search');
    await page.locator('.found li').first().waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('PAYMENT failed');
    await page.getByText('1 record', { exact: true }).waitFor();
    expect(await textOf(page, '.found mark')).toBe('payment failed');
    expect(page.url()).toContain('q=PAYMENT');
  });

  it('looks closer at a part of the time, by keyboard and by pointer, and the address remembers', async () => {
    const page = await visit('/search?logType=orders');
    const chart = page.getByRole('slider', { name: /^records by time/ });
    await chart.focus();
    await page.keyboard.press('ArrowLeft');
    expect(await chart.getAttribute('aria-valuetext')).toMatch(/^1 Mar 2026 .*: \d+ records/);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Shift+ArrowLeft');
    await page.keyboard.press('Enter');
    await page.waitForURL(/from=2026-03-01T.*&to=2026-03-01T/);
    await page.getByText('20 records', { exact: true }).waitFor();
    const { x = 0, y = 0, width = 0 } = (await chart.boundingBox()) ?? {};
    await page.mouse.move(x + width * 0.2, y + 20);
    await page.mouse.down();
    await page.mouse.move(x + width * 0.6, y + 20);
    await page.mouse.up();
    await expect.poll(() => textOf(page, '.page-head'), { timeout: 10_000 }).toMatch(/^Search\s+9 records$/);
    await page.getByRole('button', { name: 'Zoom out' }).click();
    await page.getByRole('button', { name: /^Not only 1 Mar 2026/ }).click();
    await page.getByText('1,200 records', { exact: true }).waitFor();
    expect(page.url()).not.toContain('from=');
  });

  it('scans at a time said in words and goes to the result', async () => {
    const page = await visit('/');
    await page.locator('.report-row').first().waitFor();
    await page.keyboard.press('s');
    await page.getByText('A time of day').waitFor();
    await page.keyboard.type('09:40 2026');
    await page.getByText('Not understood yet').waitFor();
    await page.getByLabel('About when').fill('2026-03-01 03:00');
    await page.getByText('1 Mar 2026, 03:00:00 UTC').waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('No report from this scan').waitFor();
    expect(page.url()).toContain('/scans/');
    expect(await textOf(page, '.empty p')).toBe('nothing unusual happened around this time');
  });

  it('has help, another clock and other colours', async () => {
    const page = await visit('/', { timezoneId: 'Asia/Kolkata', colorScheme: 'light' });
    await page.locator('.report-row').first().waitFor();
    await page.keyboard.press('?');
    await page.getByRole('heading', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /Times are UTC/ }).click();
    expect(await textOf(page, '.report-row time')).toBe('15:10:00');
    await page.getByRole('button', { name: 'Switch to dark' }).click();
    await page.reload();
    await page.locator('.report-row').first().waitFor();
    expect(await page.locator('html').getAttribute('data-scheme')).toBe('dark');
  });
});

const peek = '/reports/inc-1?peek=00-000000000001-00258&event=00-000000000001-00258';

describe.each([
  ['/', '.report-row'],
  ['/reports/inc-1?zoom=3', '.event-line'],
  ['/reports/inc-2', '.event-line'],
  [peek, '.stream-line'],
  ['/event-types', 'tbody tr'],
  ['/search?q=cart', '.found li'],
  ['/settings', '.settings tbody tr'],
])('at %s', (path, content) => {
  let watched: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    watched = await openPage(pages.browser, `${pages.server.address}${path}`, { colorScheme: 'light' });
    ({ page } = watched);
    await page.locator(content).first().waitFor();
  });

  afterAll(async () => {
    await watched.close();
    if (watched.complaints.length > 0)
      throw new Error(`the browser complained: ${watched.complaints.join('\n')}`);
  });

  it('hostile text stays text', async () => {
    expect(await page.evaluate(() => 'isTaken' in globalThis)).toBe(false);
    expect(await page.locator('#root script, #root img, #root iframe').count()).toBe(0);
    const texts = await page.locator('html').allInnerTexts();
    const named = page.locator('[title], [aria-label]');
    for (const attribute of ['title', 'aria-label']) {
      for (const one of await named.all()) texts.push((await one.getAttribute(attribute)) ?? '');
    }
    const codes = Array.from(texts.join(''), (character) => character.charCodeAt(0));
    expect(codes.filter((code) => code === 0x1b || code === 0x07 || code === 0x202e)).toEqual([]);
  });

  it.each(['light', 'dark'] as const)('is accessible in %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-scheme="${colorScheme}"]`).waitFor();
    expect(await violationsOf(page)).toEqual([]);
  });

  it.each([375, 3_840])('fits %i pixels without scrolling sideways', async (width) => {
    await page.setViewportSize({ width, height: 900 });
    const overhang = await page
      .locator('html')
      .evaluate((element) => element.scrollWidth - element.clientWidth);
    expect(overhang).toBeLessThanOrEqual(0);
  });
});

it('shows colours of a terminal as colours', async () => {
  const page = await visit('/reports/inc-2');
  await page.locator('.event-line .ansi-1').first().waitFor();
  expect(await textOf(page, '.event-line .ansi-1')).toBe('red');
  expect(await textOf(page, '.event-line .event-toggle')).toContain(
    '<script>globalThis.isTaken=true</script>',
  );
});

it.each(['light', 'dark'] as const)('is accessible in a dialog in %s', async (colorScheme) => {
  const page = await visit('/', { colorScheme });
  await page.locator('.report-row').first().waitFor();
  await page.keyboard.press('s');
  await page.getByLabel('About when').waitFor();
  expect(await violationsOf(page)).toEqual([]);
});

it('loads at most 350 KiB of packed JavaScript at first', () => {
  const index = readFileSync(join(pagesDirectory, 'index.html'), 'utf8');
  const scripts = readdirSync(join(pagesDirectory, 'assets')).filter(
    (name) => index.includes(name) && name.endsWith('.js'),
  );
  expect(scripts.length).toBeGreaterThan(0);
  const sizes = scripts.map((name) => gzipSync(readFileSync(join(pagesDirectory, 'assets', name))).length);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(350 * 1_024);
});
