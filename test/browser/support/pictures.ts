import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';

const pictures = join(import.meta.dirname, '..', '..', '..', 'docs', 'images');

/** Keeps a picture in docs/images when CULPRIT_PICTURES is set. */
export async function takePicture(page: Page, name: string): Promise<void> {
  if (process.env['CULPRIT_PICTURES'] === undefined) return;
  mkdirSync(pictures, { recursive: true });
  // A moment for fonts and the last frame.
  await sleep(300);
  await page.screenshot({ path: join(pictures, `${name}.png`) });
}
