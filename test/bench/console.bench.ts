import type { Page } from 'playwright-core';
import { openPage, startBrowser, type WatchedPage } from '../browser/support/chromium.ts';
import { measure, quantile } from './cost.ts';
import { startFilledServer } from './filled-server.ts';
import type { Bench, Figure } from './run.ts';

const rounds = 9;
const scrolledLines = 100_000;
const scrollSeconds = 8;

/**
 * How long one waits for what the console shows, in a real browser beside a server with many rows stored: a new browser
 * profile for each round. Then how smooth 100,000 lines of the raw stream scroll, and what an open page gathers.
 */
export const benchConsole: Bench = async ({ directory, isFast, lines }) => {
  const rows = lines ?? (isFast ? 1_000_000 : 10_000_000);
  const server = await startFilledServer({ directory, rows, port: 46_816 });
  const browser = await startBrowser();
  try {
    const times: Record<string, number[]> = {
      'list of reports': [],
      report: [],
      zoom: [],
      peek: [],
      search: [],
    };
    for (let round = 0; round < rounds; round++) {
      const watched = await openPage(browser, 'about:blank');
      const walked = await walk(watched.page, server.address, round);
      for (const [step, millis] of Object.entries(walked)) times[step]?.push(millis);
      await watched.close();
    }
    const goals: Readonly<Record<string, string>> = {
      'list of reports': '<= 1,500',
      report: '<= 1,000',
      zoom: '<= 300',
      peek: '<= 300',
      search: '<= 2,000',
    };
    const waits = Object.entries(times).map(([step, millis]): Figure => {
      const goal = goals[step];
      return {
        name: `${step}, median`,
        value: quantile(millis, 0.5),
        unit: 'ms',
        ...(goal === undefined ? {} : { goal }),
      };
    });
    const watched = await openPage(browser, 'about:blank');
    const scrolling = await scroll(watched.page, server.address);
    await watched.close();
    const growth = await measureGrowth(await openPage(browser, 'about:blank'), server.address);
    return [{ name: 'rows', value: rows, unit: 'rows' }, ...waits, ...scrolling, ...growth];
  } finally {
    await browser.close();
    await server.stop();
  }
};

async function millisUntil(act: () => Promise<unknown>): Promise<number> {
  return (await measure(act)).wallMs;
}

/** From the list to a report, its first zoom level, a peek; then a search. */
async function walk(page: Page, address: string, round: number): Promise<Readonly<Record<string, number>>> {
  const list = await millisUntil(async () => {
    await page.goto(address);
    await page.locator('.report-row').first().waitFor();
  });
  const report = await millisUntil(async () => {
    await page.locator('.report-row a').nth(round).click();
    await page.locator('.event-line').first().waitFor();
  });
  const core = await page.locator('.event-line').count();
  const zoom = await millisUntil(async () => {
    await page.keyboard.press('z');
    await page.keyboard.press('z');
    await page.locator('.event-line').nth(core).waitFor();
  });
  const peek = await millisUntil(async () => {
    await page.keyboard.press('p');
    await page.locator('.stream-line.is-anchor').first().waitFor();
  });
  const search = await millisUntil(async () => {
    await page.goto(`${address}/search?q=took ${round * 31 + 7} ms`);
    await page.locator('.found li').first().waitFor();
    await page.locator('.time-histogram .bar').first().waitFor();
  });
  return { 'list of reports': list, report, zoom, peek, search };
}

/** Reads 100,000 lines of a log type and scrolls through all of them. */
async function scroll(page: Page, address: string): Promise<readonly Figure[]> {
  const event = '00-000000000001-00001';
  await page.goto(`${address}/reports/inc-1?peek=${event}&event=${event}&scope=logType`);
  const frame = page.locator('.stream');
  await frame.waitFor();
  const linesRead = async (): Promise<number> =>
    Number.parseInt((await frame.getAttribute('aria-label')) ?? '', 10);
  const reading = await measure(async () => {
    const deadline = performance.now() + 120_000;
    for (let before = 0; ;) {
      const read = await linesRead();
      if (performance.now() > deadline)
        throw new Error(`only ${read} lines of the log type were read in two minutes`);
      if (read >= scrolledLines) break;
      if (read !== before) await frame.evaluate((element) => element.scrollTo(0, element.scrollHeight));
      before = read;
      await page.waitForTimeout(10);
    }
  });
  const intervals = await page.evaluate<readonly number[]>(
    `(${scrollThrough})(document.querySelector('.stream'), ${scrollSeconds})`,
  );
  return [
    {
      name: `${scrolledLines.toLocaleString('en')} lines read by scrolling`,
      value: reading.wallMs / 1_000,
      unit: 's',
    },
    {
      name: 'frames a second while scrolling, mean',
      value: (1_000 * intervals.length) / sumOf(intervals),
      unit: 'fps',
      goal: '>= 50',
    },
    { name: 'longest tenth of frames', value: quantile(intervals, 0.9), unit: 'ms' },
  ];
}

/** Scrolls an element from its start to its end and gives the milliseconds between frames. Runs in the page. */
const scrollThrough = `(element, seconds) => new Promise((resolve) => {
  const intervals = [];
  let startedAt = 0;
  let last = 0;
  const step = (now) => {
    if (startedAt === 0) startedAt = now;
    else intervals.push(now - last);
    last = now;
    const share = (now - startedAt) / (seconds * 1_000);
    element.scrollTop = share * (element.scrollHeight - element.clientHeight);
    if (share < 1) requestAnimationFrame(step);
    else resolve(intervals);
  };
  element.scrollTop = 0;
  requestAnimationFrame(step);
})`;

const heapRounds = 20;

/** What a page that stays open gathers while somebody goes round and round in it. */
async function measureGrowth(watched: WatchedPage, address: string): Promise<readonly Figure[]> {
  const { page } = watched;
  const session = await page.context().newCDPSession(page);
  const heapMegabytes = async (): Promise<number> => {
    await session.send('HeapProfiler.collectGarbage');
    return ((await session.send('Runtime.getHeapUsage')) as { usedSize: number }).usedSize / 1e6;
  };
  await page.goto(address);
  const goRound = async (): Promise<void> => {
    await page.locator('.report-row a').first().click();
    await page.locator('.event-line').first().waitFor();
    await page.keyboard.press('p');
    await page.locator('.stream-line.is-anchor').first().waitFor();
    await page.getByRole('link', { name: 'Search' }).click();
    await page.locator('.found li').first().waitFor();
    await page.getByRole('link', { name: 'Reports' }).click();
    await page.locator('.report-row').first().waitFor();
  };
  for (let i = 0; i < 3; i++) await goRound();
  const before = await heapMegabytes();
  for (let i = 0; i < heapRounds; i++) await goRound();
  const after = await heapMegabytes();
  await watched.close();
  return [
    { name: 'heap of the page', value: after, unit: 'MB' },
    { name: `growth in ${heapRounds} rounds`, value: after - before, unit: 'MB', goal: '<= 5' },
  ];
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
