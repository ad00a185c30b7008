/**
 * The story of the demo, walked as a person on call would: a list, a report, its zoom levels, the raw stream, a scan at
 * a time. Takes minutes, because the demo learns first; so it is a test of its own: `npm run test:browser`. With
 * CULPRIT_DEMO_URL it walks through a demo that runs already. Pictures of what it saw go to docs/images when
 * CULPRIT_PICTURES is set.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violationsOf } from './support/accessibility.js';
import { openPage, startBrowser, type WatchedPage } from './support/chromium.js';
import { takePicture } from './support/pictures.js';

const repository = join(import.meta.dirname, '..', '..');
const node = join(repository, 'node_modules', 'node', 'bin', 'node');
const entry = join(repository, 'services', 'culprit', 'bin', 'culprit.js');
const demoTimeoutMs = 900_000;

let demo: ChildProcess | undefined;
let address: string;
let browser: Browser;
let watched: WatchedPage;
let page: Page;

beforeAll(async () => {
  browser = await startBrowser();
  address = process.env['CULPRIT_DEMO_URL'] ?? (await startDemo());
  watched = await openPage(browser, address, { colorScheme: 'light' });
  page = watched.page;
}, demoTimeoutMs);

afterAll(async () => {
  await watched.close();
  await browser.close();
  demo?.kill('SIGINT');
  if (demo !== undefined && demo.exitCode === null) await once(demo, 'exit');
});

/** Runs the short demo and waits until it has written its report. */
async function startDemo(): Promise<string> {
  // A variable of the test is none that Culprit knows.
  const { CULPRIT_PICTURES: _, ...env } = process.env;
  demo = spawn(node, [entry, 'demo', '--fast', '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'], env });
  let output = '';
  demo.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
  const deadline = performance.now() + demoTimeoutMs;
  while (!output.includes('Try next')) {
    if (demo.exitCode !== null || performance.now() > deadline) throw new Error(`no demo: ${output}`);
    await sleep(200);
  }
  const found = /ready at \D*?(http:\/\/[\d.]+:\d+)/.exec(output)?.[1];
  if (found === undefined) throw new Error(`no address in: ${output}`);
  return found;
}

/** Milliseconds until what an action leads to is there. */
async function timed(act: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await act();
  return Math.round(performance.now() - startedAt);
}

describe('the story of the demo', () => {
  const millis: Record<string, number> = {};

  it('begins with a list that says what happened', async () => {
    millis['list'] = await timed(() => page.locator('.report-row').first().waitFor());
    const row = await page.locator('.report-row').first().innerText();
    expect(row).toMatch(/HIGH|MEDIUM/);
    expect(row).toMatch(/chaos/i);
    // And what it says is what the report says.
    const { incidents } = (await (await fetch(`${address}/api/v1/incidents`)).json()) as {
      readonly incidents: readonly { readonly title: string; readonly coreEvents: readonly unknown[] }[];
    };
    expect(row).toContain(incidents[0]?.title);
    expect(row).toContain(`${incidents[0]?.coreEvents.length} core events`);
    await takePicture(page, 'reports');
  });

  it('opens the report by keyboard: cause first, then symptoms in several programs', async () => {
    await page.keyboard.press('j');
    millis['report'] = await timed(async () => {
      await page.keyboard.press('Enter');
      await page.locator('.event-line').first().waitFor();
    });
    const roles = await page.locator('.event-line .role').allInnerTexts();
    expect(roles.length).toBeLessThanOrEqual(15);
    expect(roles.some((role) => role.includes('cause'))).toBe(true);
    expect(roles.filter((role) => role.includes('symptom')).length).toBeGreaterThanOrEqual(2);
    const lines = await page.locator('.event-list').innerText();
    expect(lines).toContain('network-corruption');
    expect(lines).toContain('orders');
    await takePicture(page, 'report');
  });

  it('shows the line of the kernel at zoom 1 at the latest, and marks what is new', async () => {
    const before = await page.locator('.event-line').count();
    millis['zoom'] = await timed(async () => {
      await page.keyboard.press('z');
      await page.locator('.event-line').nth(before).waitFor();
    });
    expect(await page.locator('.event-list').innerText()).toContain(
      'eth0: Caught tx_queue_len zero misconfig',
    );
    expect(await page.locator('.event-new').count()).toBeGreaterThan(0);
    await page.keyboard.press('z');
    await page.keyboard.press('z');
    await page
      .getByRole('radio', { name: /^Zoom 3/ })
      .and(page.locator(':checked'))
      .waitFor();
    const total = Number(
      /\d+/.exec(
        (await page.getByRole('radio', { name: /^Zoom 3/ }).getAttribute('aria-label'))?.split(',')[1] ?? '',
      )?.[0],
    );
    await expect.poll(() => page.locator('.event-line').count(), { timeout: 10_000 }).toBe(total);
    await takePicture(page, 'zoom');
    await page.keyboard.press('z');
  });

  it('peeks at the stream around a symptom', async () => {
    // A silence is a symptom too, but has no stream to look into.
    const stored = { has: page.getByRole('button', { name: /^Peek around/ }) };
    const symptom = page.locator('.event-symptom.event-core', stored).locator('.event-toggle').first();
    await symptom.focus();
    millis['peek'] = await timed(async () => {
      await page.keyboard.press('p');
      await page.locator('.stream-line.is-anchor').first().waitFor();
    });
    expect(await page.locator('.stream-line').count()).toBeGreaterThan(10);
    expect(page.url()).toContain('peek=');
    // The line one peeks at stays where it can be seen.
    const { y = 0, height = 0 } = (await symptom.boundingBox()) ?? {};
    expect(y).toBeGreaterThan(0);
    expect(y + height).toBeLessThan(900);
    await takePicture(page, 'peek');
    await page.keyboard.press('Escape');
    await page.locator('.peek').waitFor({ state: 'detached' });
  });

  it('scans at the time of the trouble, and the result opens by itself', async () => {
    const time = (await page.locator('.report-kicker time').first().getAttribute('datetime')) ?? '';
    await page.keyboard.press('s');
    await page.getByLabel('About when').fill(`${time.slice(0, 19)}Z`);
    millis['scan'] = await timed(async () => {
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/scans\//);
      await page.locator('.event-line').first().waitFor();
    });
    expect(await page.locator('.event-list').innerText()).toContain('network-corruption');
  });

  it('lists every kind of line with exact counts', async () => {
    await page.getByRole('link', { name: 'Event types' }).click();
    await page.locator('tbody tr').first().waitFor();
    const overview = (await (await fetch(`${address}/api/v1/overview`)).json()) as { readonly lines: number };
    expect(await page.locator('.page-head').innerText()).toContain(
      `${overview.lines.toLocaleString('en')} lines`,
    );
  });

  it('is accessible on the way, in dark too', async () => {
    const dark = await openPage(browser, address, { colorScheme: 'dark' });
    await dark.page.locator('.report-row').first().waitFor();
    expect(await violationsOf(dark.page)).toEqual([]);
    await dark.page.locator('.report-row a').first().click();
    await dark.page.locator('.event-line').first().waitFor();
    await dark.page.keyboard.press('z');
    await dark.page.locator('.event-new').first().waitFor();
    expect(await violationsOf(dark.page)).toEqual([]);
    await takePicture(dark.page, 'report-dark');
    expect(dark.complaints).toEqual([]);
    await dark.close();
  });

  it('left no complaint in the console', () => {
    process.stdout.write(`milliseconds until shown: ${JSON.stringify(millis)}\n`);
    expect(watched.complaints).toEqual([]);
  });
});
