import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createRng } from '@culprit/kernel';
import { createEmbeddedStore } from '@culprit/store';
import { afterAll, expect, it } from 'vitest';
import { batchCount, rowCountOf } from './store-support/crash-batches.js';

const directory = mkdtempSync(join(tmpdir(), 'culprit-store-crash-'));
const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const rng = createRng(2_026);
const kills = 20;

afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Run {
  readonly acknowledged: number;
  readonly wasKilled: boolean;
}

/** Runs a writer; after `acks` lines of output and a moment it is killed without warning. */
async function runWriter(
  from: number,
  kill: { readonly acks: number; readonly delayMs: number } | undefined,
): Promise<Run> {
  const loader = fileURLToPath(new URL('store-support/source-loader.mjs', import.meta.url));
  const script = fileURLToPath(new URL('store-support/crash-writer.ts', import.meta.url));
  const seed = String(Math.floor(rng.next() * 1e9));
  const child = spawn(
    process.execPath,
    ['--conditions=source', '--no-warnings', '--import', loader, script, directory, String(from), seed],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exit = new Promise<string | number | null>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? code));
  });
  let acknowledged = -1;
  let lines = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const stored = /^stored (-?\d+)$/.exec(line)?.[1];
    if (stored !== undefined) acknowledged = Math.max(acknowledged, Number(stored));
    lines += 1;
    if (kill !== undefined && lines === kill.acks) setTimeout(() => child.kill('SIGKILL'), kill.delayMs);
  }
  const end = await exit;
  if (end !== 0 && end !== 'SIGKILL') throw new Error(`the writer ended with ${end}`);
  return { acknowledged, wasKilled: end === 'SIGKILL' };
}

it(`keeps every acknowledged row and none twice over ${kills} kills at random moments`, async () => {
  let acknowledged = -1;
  let killed = 0;
  for (let round = 0; round < kills; round++) {
    const from = Math.max(0, acknowledged + 1 - Math.floor(rng.next() * 20));
    const run = await runWriter(from, { acks: 1 + Math.floor(rng.next() * 8), delayMs: rng.next() * 30 });
    acknowledged = Math.max(acknowledged, run.acknowledged);
    if (run.wasKilled) killed += 1;
  }
  await runWriter(Math.max(0, acknowledged - 5), undefined);
  expect(killed).toBeGreaterThan(kills / 2);

  const store = await createEmbeddedStore({ directory, logger });
  const counts = await store.events.countBySequence(0, 0);
  await store.close();
  const expected = Array.from(
    { length: batchCount },
    (_, sequence) => [sequence, rowCountOf(sequence)] as const,
  );
  expect(new Map(counts)).toEqual(new Map(expected.filter(([, rowCount]) => rowCount > 0)));
});
