import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRng, type EpochMillis } from '@culprit/kernel';
import { createSockShopScenario } from '@culprit/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from './server.js';

const kills = 20;
const linesPerBlock = 1_000;
const seed = 20_261;

/** What a person can see of a server: it must not depend on how often the process died. */
interface Picture {
  readonly events: number;
  readonly templates: unknown;
  readonly incidents: unknown;
}

const root = mkdtempSync(join(tmpdir(), 'culprit-faults-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('a process that is killed at any moment', () => {
  it(`loses nothing, counts nothing twice and writes the same reports after ${kills} kills`, async () => {
    const blocks = scenarioBlocks();
    const calm = await pushCalmly(blocks, join(root, 'calm'));
    const rough = await pushWithKills(blocks, join(root, 'rough'));
    expect(calm.events).toBeGreaterThan(blocks.length * linesPerBlock * 0.5);
    expect((calm.incidents as unknown[]).length).toBeGreaterThan(0);
    expect(rough.events).toBe(calm.events);
    expect(rough.templates).toEqual(calm.templates);
    expect(JSON.stringify(rough.incidents)).toBe(JSON.stringify(calm.incidents));
  });
});

function scenarioBlocks(): string[] {
  const scenario = createSockShopScenario({
    seed: 3,
    eventsPerHour: 90_000,
    learnMinutes: 30,
    fault: 'network-corruption',
    startTime: Date.UTC(2026, 2, 1, 6) as EpochMillis,
  });
  const blocks: string[] = [];
  let block: string[] = [];
  for (const { json } of scenario.lines()) {
    block.push(json);
    if (block.length < linesPerBlock) continue;
    blocks.push(block.join('\n'));
    block = [];
  }
  if (block.length > 0) blocks.push(block.join('\n'));
  return blocks;
}

async function pushCalmly(blocks: readonly string[], directory: string): Promise<Picture> {
  const server = await startServer(directory, 46_901);
  try {
    for (const [i, block] of blocks.entries()) await post(server, block, `block-${i}`);
    return await pictureOf(server);
  } finally {
    await server.stop();
  }
}

async function pushWithKills(blocks: readonly string[], directory: string): Promise<Picture> {
  const rng = createRng(seed);
  const killAt = new Set<number>();
  while (killAt.size < kills) killAt.add(Math.floor(rng.next() * blocks.length));
  let server = await startServer(directory, 46_902);
  try {
    for (const [i, block] of blocks.entries()) {
      if (killAt.has(i)) {
        // The request is on its way when the process dies; its sender cannot know how far it came and repeats it.
        const answer = post(server, block, `block-${i}`).catch(() => undefined);
        await sleep(rng.next() * 40);
        await server.kill();
        await answer;
        server = await startServer(directory, 46_902);
      }
      await post(server, block, `block-${i}`);
    }
    return await pictureOf(server);
  } finally {
    await server.stop();
  }
}

async function post(server: TestServer, body: string, batchId: string): Promise<void> {
  const response = await fetch(`${server.address}/ingest/v1/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson', 'x-batch-id': batchId },
    body,
  });
  if (!response.ok) throw new Error(`ingest answered ${response.status}: ${await response.text()}`);
  await response.body?.cancel();
}

async function pictureOf(server: TestServer): Promise<Picture> {
  const overview = await untilDrained(server);
  const templates = await get(server, '/api/v1/templates?pageSize=1000');
  const list = (await get(server, '/api/v1/incidents?pageSize=100')) as { incidents: { id: string }[] };
  const incidents = await Promise.all(list.incidents.map(({ id }) => get(server, `/api/v1/incidents/${id}`)));
  return { events: overview.events, templates, incidents };
}

async function untilDrained(server: TestServer): Promise<{ events: number }> {
  const deadline = performance.now() + 60_000;
  for (let stable = 0, last = -1; performance.now() < deadline;) {
    const overview = (await get(server, '/api/v1/overview')) as {
      events: number;
      lag: Record<string, number>;
    };
    const isIdle = Object.values(overview.lag).every((lag) => lag === 0);
    stable = isIdle && overview.events === last ? stable + 1 : 0;
    last = overview.events;
    if (stable >= 5) return overview;
    await sleep(200);
  }
  throw new Error('the server did not work off its backlog within a minute');
}

async function get(server: TestServer, path: string): Promise<unknown> {
  const response = await fetch(`${server.address}${path}`);
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return await response.json();
}
