import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { EpochMillis } from '@culprit/kernel';
import { createSockShopScenario } from '@culprit/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer } from '../faults/server.js';
import { culprit, temporaryFolder } from './support/cli-process.js';

type Json = Readonly<Record<string, unknown>>;

const folder = temporaryFolder();
afterAll(() => folder.remove());

/** The lines of a shop that breaks after half an hour, in order of time. */
const lines = [
  ...createSockShopScenario({
    seed: 3,
    eventsPerHour: 90_000,
    learnMinutes: 30,
    fault: 'network-corruption',
    startTime: Date.UTC(2026, 2, 1, 6) as EpochMillis,
  }).lines(),
].map(({ json }) => json);

let whole = '';
let expected = '';
beforeAll(async () => {
  whole = folder.path('whole.ndjson');
  writeFileSync(whole, `${lines.join('\n')}\n`);
  expected = await analyze([whole]);
});

async function analyze(paths: readonly string[], stdin?: string): Promise<string> {
  const options = stdin === undefined ? {} : { stdin };
  const result = await culprit(['analyze', ...paths, '--report', 'json'], options);
  expect(result.exitCode).toBe(0);
  return result.stdout;
}

describe('the same lines give the same bytes', () => {
  it('when they are analysed again', async () => {
    expect((JSON.parse(expected) as { reports: unknown[] }).reports.length).toBeGreaterThan(0);
    expect(await analyze([whole])).toBe(expected);
  });

  it('when they are packed, or come from standard input', async () => {
    const packed = folder.path('packed.ndjson.gz');
    writeFileSync(packed, gzipSync(readFileSync(whole)));
    expect(await analyze([packed])).toBe(expected);
    expect(await analyze(['-'], whole)).toBe(expected);
  });

  it('when they stand in files of their own or behind each other in one', async () => {
    const groups = Map.groupBy(lines, sourceOf);
    const parts = folder.path('parts');
    mkdirSync(parts);
    for (const [i, group] of [...groups.values()].entries()) {
      writeFileSync(folder.path(`parts/part-${String(i).padStart(3, '0')}.ndjson`), `${group.join('\n')}\n`);
    }
    const joined = folder.path('joined.ndjson');
    writeFileSync(joined, `${[...groups.values()].flat().join('\n')}\n`);
    const separate = await analyze([parts]);
    expect(groups.size).toBeGreaterThan(20);
    expect(await analyze([joined])).toBe(separate);
    expect(await analyze(['-'], joined)).toBe(separate);
    expect(reportsOf(separate)).toEqual(reportsOf(expected));
  });

  it.each([
    ['small', 450, 46_921],
    ['large', 4_000, 46_922],
  ])('when they come over HTTP in %s blocks', async (name, linesPerBlock, port) => {
    const server = await startServer(folder.path(`live-${name}`), port);
    try {
      for (let i = 0; i < lines.length; i += linesPerBlock) {
        await push(server.address, lines.slice(i, i + linesPerBlock));
      }
      const live = await liveReports(server.address);
      const reports = reportsOf(expected);
      expect(live.map((report, i) => likeness(report, reports[i]))).toEqual(reports);
    } finally {
      await server.stop();
    }
  });
});

function sourceOf(line: string): string {
  const { kubernetes, host } = JSON.parse(line) as {
    kubernetes?: { container_name?: string };
    host?: string;
  };
  return kubernetes?.container_name ?? host ?? '';
}

function reportsOf(document: string): readonly Json[] {
  return (JSON.parse(document) as { reports: Json[] }).reports;
}

async function push(address: string, block: readonly string[]): Promise<void> {
  const response = await fetch(`${address}/ingest/v1/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: block.join('\n'),
  });
  expect(response.status).toBe(200);
  await response.body?.cancel();
}

/** The reports of a server once it has worked off everything, in order of start. */
async function liveReports(address: string): Promise<readonly Json[]> {
  for (let stable = 0; stable < 5; await sleep(200)) {
    const { lag } = (await get(`${address}/api/v1/overview`)) as { lag: Record<string, number> };
    stable = Object.values(lag).every((records) => records === 0) ? stable + 1 : 0;
  }
  const { incidents } = (await get(`${address}/api/v1/incidents`)) as { incidents: { id: string }[] };
  const reports: Json[] = [];
  for (const { id } of incidents) reports.push((await get(`${address}/api/v1/incidents/${id}`)) as Json);
  return reports.toSorted((a, b) => (String(a['start']) < String(b['start']) ? -1 : 1));
}

async function get(url: string): Promise<unknown> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return await response.json();
}

/** The members of a value that its model has too: REST answers say more than the documented JSON. */
function likeness(value: unknown, model: unknown): unknown {
  if (Array.isArray(value) && Array.isArray(model)) {
    return value.map((item: unknown, i) => likeness(item, model[i]));
  }
  if (!isObject(value) || !isObject(model)) return value;
  return Object.fromEntries(Object.keys(model).map((key) => [key, likeness(value[key], model[key])]));
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

describe('a scan of files', () => {
  it('looks where most is unusual when no environment is named, and says when there is nothing', async () => {
    const found = await culprit(['scan', '--at', '2026-03-01T06:31:30Z', whole, '--report', 'json']);
    expect(found.exitCode).toBe(0);
    expect((JSON.parse(found.stdout) as { coreEvents: unknown[] }).coreEvents.length).toBeGreaterThan(2);
    const nothing = await culprit(['scan', '--at', '2027-01-01T00:00:00Z', whole]);
    expect(nothing.exitCode).toBe(3);
    expect(nothing.stderr).toContain('nothing unusual around 2027-01-01');
  });
});
