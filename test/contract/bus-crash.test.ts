import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { createInProcessBus } from '@culprit/bus';
import { createRng } from '@culprit/kernel';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from './bus-support.js';

const root = resolve(import.meta.dirname, '../..');
const topic = { name: 'crash', partitions: 3, maxRecordBytes: 65_536, whenFull: 'wait' } as const;
const kills = 12;
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const rng = createRng(20_260_301);
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'culprit-crash-'));
  // The process to be killed runs the built code.
  await promisify(execFile)(join(root, 'node_modules/.bin/tsc'), ['-b', 'libs/bus'], { cwd: root });
});

afterAll(() => rm(directory, { recursive: true, force: true }));

/** Every line that a process said before it was killed, `delayMs` after its first acknowledgement. */
async function runAndKill(round: number, delayMs: number): Promise<readonly string[]> {
  const script = join(import.meta.dirname, 'bus-victim.mjs');
  const args = [script, directory, JSON.stringify(topic), String(round)];
  const victim = spawn(join(root, 'node_modules/.bin/node'), args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  victim.stdout.setEncoding('utf8');
  victim.stdout.on('data', (chunk: string) => (output += chunk));
  const ended = new Promise((resolveEnd) => {
    victim.on('close', resolveEnd);
  });
  await until(() => output.includes('published') || victim.exitCode !== null);
  await new Promise((wake) => {
    setTimeout(wake, delayMs);
  });
  victim.kill('SIGKILL');
  await ended;
  expect(victim.signalCode).toBe('SIGKILL');
  return output.split('\n').slice(0, -1);
}

it(`keeps every acknowledged record once and in order over ${kills} kills`, async () => {
  const keeper = await createInProcessBus({ directory, topics: [topic], logger: silent });
  const known = await keeper.subscribe({
    topic: topic.name,
    group: 'keeper',
    onBatch: () => Promise.resolve(),
  });
  await known.close();
  await keeper.close();

  const lines: string[] = [];
  for (let round = 0; round < kills; round++) lines.push(...(await runAndKill(round, rng.next() * 120)));
  const published = lines.filter((line) => line.startsWith('published ')).map((line) => line.slice(10));
  expect(published.length).toBeGreaterThan(kills * 5);

  const bus = await createInProcessBus({ directory, topics: [topic], logger: silent });
  const stored: string[] = [];
  let read = 0;
  const reader = await bus.subscribe({
    topic: topic.name,
    group: 'keeper',
    onBatch({ records }) {
      for (const { value } of records) stored.push(Buffer.from(value).toString().split(' ', 2).join(' '));
      read += records.length;
      return Promise.resolve();
    },
  });
  await until(() => reader.lag().every(({ lag }) => lag === 0));
  await reader.close();

  const all = new Set(stored);
  expect(published.filter((item) => !all.has(item))).toEqual([]);
  expect(all.size).toBe(read);
  for (const [publisher, items] of Map.groupBy(stored, (item) => item.split(' ')[0])) {
    const numbers = items.map((item) => Number(item.split(' ')[1]));
    expect(numbers, `order of publisher ${publisher}`).toEqual(numbers.toSorted((a, b) => a - b));
  }
  for (let partition = 0; partition < topic.partitions; partition++) {
    const said = lines
      .filter((line) => line.startsWith(`committed ${partition} `))
      .map((line) => Number(line.split(' ')[2]));
    expect(await bus.committed('reader', topic.name, partition)).toBeGreaterThanOrEqual(Math.max(0, ...said));
  }
  expect(bus.stats().corruptBytes).toBe(0);
  expect((await readdir(join(directory, topic.name, '0'))).length).toBeGreaterThan(1);
  await bus.close();
});
