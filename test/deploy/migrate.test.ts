/** `culprit migrate`, which the chart runs before it replaces pods, against a store of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { culprit } from '../integration/support/cli-process.js';

const repository = join(import.meta.dirname, '../..');
const directory = mkdtempSync(join(tmpdir(), 'culprit-migrate-'));
let store: ChildProcess;
let address = '';

beforeAll(async () => {
  const entry = join(repository, 'services/culprit/bin/culprit.js');
  const args = [entry, 'store', '--port', '0', '--data', join(directory, 'store')];
  store = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  store.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
  while (address === '' && store.exitCode === null) {
    await sleep(20);
    address = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0] ?? '';
  }
});

afterAll(async () => {
  if (store.exitCode !== null) return;
  const ended = once(store, 'exit');
  store.kill('SIGTERM');
  await ended;
  rmSync(directory, { recursive: true, force: true });
});

async function tableCount(): Promise<number> {
  const query = 'SELECT count() FROM system.tables WHERE database = currentDatabase()';
  const answer = await fetch(`${address}/?query=${encodeURIComponent(query)}`, { method: 'POST' });
  return Number(await answer.text());
}

describe('culprit migrate', () => {
  it('makes the tables, and finds nothing to do the second time', async () => {
    expect(await tableCount()).toBe(0);
    const first = await culprit(['migrate'], { environment: { CULPRIT_STORE_URL: address } });
    expect(first).toMatchObject({ exitCode: 0, stdout: 'The schema is up to date.\n' });
    const count = await tableCount();
    expect(count).toBeGreaterThan(5);
    const second = await culprit(['migrate'], { environment: { CULPRIT_STORE_URL: address } });
    expect(second.exitCode).toBe(0);
    expect(await tableCount()).toBe(count);
  });

  it('names a setting that is wrong', async () => {
    const result = await culprit(['migrate'], { environment: { CULPRIT_STORE_URL: 'nonsense' } });
    expect([result.exitCode, result.stderr]).toEqual([
      78,
      expect.stringContaining('CULPRIT_STORE_URL: Invalid URL'),
    ]);
  });
});
