/** What people decide in the pages: state and notes of a report, mutes, and who is told. */
import { describe, expect, it } from 'vitest';
import { violationsOf } from './support/accessibility.js';
import { hostileText } from './support/console-server.js';
import { usePages } from './support/pages.js';
import { takePicture } from './support/pictures.js';

const pages = usePages();
const { visit } = pages;

describe('a report', () => {
  it('keeps its state, its owner and notes, which stay text', async () => {
    const page = await visit('/reports/inc-1');
    const care = page.getByRole('region', { name: 'State, owner and notes' });
    await care.getByLabel('State').selectOption('acknowledged');
    await care.getByLabel('Who looks after it').fill('Mia');
    await care.getByLabel('Who looks after it').press('Enter');
    await care.getByText('2 notes').click();
    await care.getByLabel('A note for those who come after').fill(hostileText);
    await care.getByRole('button', { name: 'Add' }).click();
    await care.getByText('<script>').waitFor();
    await takePicture(page, 'care');
    const again = await visit('/reports/inc-1');
    const kept = again.getByRole('region', { name: 'State, owner and notes' });
    await kept.getByText('3 notes').waitFor();
    expect(await kept.getByLabel('State').inputValue()).toBe('acknowledged');
    expect(await kept.getByLabel('Who looks after it').inputValue()).toBe('Mia');
    expect(await again.evaluate('globalThis.isTaken')).toBeUndefined();
    expect(await violationsOf(again)).toEqual([]);
  });

  it('is muted for a while and with a reason, which Settings takes back', async () => {
    const page = await visit('/reports/inc-1');
    await page.getByRole('button', { name: /^Mute/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('What').selectOption({ index: 1 });
    await dialog.getByLabel('Why').fill('planned');
    expect(await violationsOf(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Mute' }).click();
    await dialog.getByText('Muted;').waitFor();
    const settings = await visit('/settings');
    await settings.getByText('planned').waitFor();
    await settings.getByRole('button', { name: 'Take back' }).click();
    await settings.getByText('planned').waitFor({ state: 'detached' });
  });

  it('offers no model where none is configured', async () => {
    const page = await visit('/reports/inc-1');
    await page.getByRole('region', { name: 'State, owner and notes' }).waitFor();
    expect(await page.getByRole('button', { name: 'Rephrase' }).count()).toBe(0);
  });
});

describe('settings', () => {
  it('add a channel whose secret is not shown again, try it, and send reports there by a rule', async () => {
    const page = await visit('/settings');
    await page.getByText('Nobody is told about reports yet.').waitFor();
    await page.getByText('Add a channel', { exact: true }).click();
    await page.getByLabel('Name').fill('on-call');
    await page.getByLabel('Address of the incoming webhook').fill('http://127.0.0.1:9/secret-path');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('slack, secret set').waitFor();
    expect(await page.content()).not.toContain('secret-path');
    await page.getByRole('button', { name: 'Send a test' }).click();
    await page.getByText('Not delivered: 127.0.0.1 is an address of this machine').waitFor();
    await page.getByText('Add a rule', { exact: true }).click();
    const form = page.locator('form', { has: page.getByLabel('Quiet from') });
    await form.getByLabel('Name').fill('nights');
    await form.getByLabel('Environment').selectOption('shop');
    await form.getByLabel('Quiet from').fill('22:00');
    await form.getByLabel('to', { exact: true }).fill('07:00');
    await form.getByRole('button', { name: 'Add' }).click();
    await page.getByText(/medium and above of shop to on-call, quiet 22:00 to 07:00/).waitFor();
    await takePicture(page, 'settings');
  });

  it('say where collectors send to, what is kept, and what stricter settings would leave', async () => {
    const page = await visit('/settings');
    await page.getByText(`${pages.server.address}/loki/api/v1/push`).waitFor();
    await page.getByText(/^30 days after they arrived; there are some from 1 Mar 2026/).waitFor();
    await page.getByText('There was no report in the last seven days.').waitFor();
    await page.getByRole('link', { name: 'orders', exact: true }).click();
    await page.waitForURL(/\/event-types/);
    expect(page.url()).toContain('logType=orders');
  });

  it('make a token whose secret is shown once, and end it', async () => {
    const page = await visit('/settings');
    await page.getByText('Make a token').click();
    const form = page.locator('form', { has: page.getByLabel('Only into the environment') });
    await form.getByLabel('What the token is called').fill('shop collectors');
    await form.getByRole('button', { name: 'Make' }).click();
    await page.getByText('It is shown this once').waitFor();
    expect(await page.locator('.command code').innerText()).toMatch(/^culprit_/);
    const again = await visit('/settings');
    const row = again.getByRole('row', { name: /^shop collectors/ });
    await row.getByText('sending, ingest').waitFor();
    expect(await again.getByText('It is shown this once').count()).toBe(0);
    await row.getByRole('button', { name: 'Revoke' }).click();
    await row.getByText('revoked').waitFor();
  });

  it.each(['light', 'dark'] as const)('are accessible in %s and fit a phone', async (colorScheme) => {
    const page = await visit('/settings', { colorScheme, viewport: { width: 375, height: 800 } });
    await page.getByRole('heading', { name: 'Environments' }).waitFor();
    await page.getByText('Add a channel', { exact: true }).click();
    expect(await violationsOf(page)).toEqual([]);
    const overhang = await page
      .locator('html')
      .evaluate((element) => element.scrollWidth - element.clientWidth);
    expect(overhang).toBeLessThanOrEqual(0);
  });
});
