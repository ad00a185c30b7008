import { setTimeout as sleep } from 'node:timers/promises';
import type { EpochMillis } from '@culprit/kernel';
import { createSockShopScenario } from '@culprit/testkit';

const linesPerBlock = 1_000;
const drainTimeoutMs = 180_000;
const closingDelaySeconds = 1_200;

/** What a person can see of a system: it must not depend on how it runs, nor on what happened to it meanwhile. */
export interface Picture {
  readonly events: number;
  readonly templates: unknown;
  readonly incidents: readonly unknown[];
}

/** Half an hour of an application that ends in a fault, in requests of 1,000 lines. */
export function scenarioBlocks({ eventsPerHour = 90_000 } = {}): string[] {
  const scenario = createSockShopScenario({
    seed: 3,
    eventsPerHour,
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

/**
 * Last words of every stream, twenty minutes of event time later: they close all bins and bring every report to its last
 * revision, so that nothing that is compared waits for time to pass.
 */
export function closingBlock(blocks: readonly string[]): string {
  const lastByStream = new Map<string, { date: number }>();
  let end = 0;
  for (const line of blocks.flatMap((block) => block.split('\n'))) {
    const { log: _log, ...source } = JSON.parse(line) as { log: string; date: number; kubernetes: unknown };
    end = Math.max(end, source.date);
    lastByStream.set(JSON.stringify(source.kubernetes), source);
  }
  const lines = [0, 1, 2].flatMap((second) =>
    [...lastByStream.values()].map((source) =>
      JSON.stringify({ ...source, date: end + closingDelaySeconds + second, log: 'this stream ends here' }),
    ),
  );
  return lines.join('\n');
}

/** Sends one request and waits for its answer. */
export async function post(address: string, body: string, batchId: string): Promise<void> {
  const response = await fetch(`${address}/ingest/v1/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson', 'x-batch-id': batchId },
    body,
  });
  if (!response.ok) throw new Error(`ingest answered ${response.status}: ${await response.text()}`);
  await response.body?.cancel();
}

/** Everything that a system shows once its backlog is worked off. */
export async function pictureOf(address: string): Promise<Picture> {
  const overview = await untilDrained(address);
  const templates = await get(address, '/api/v1/templates?pageSize=1000');
  const list = (await get(address, '/api/v1/incidents?pageSize=100')) as { incidents: { id: string }[] };
  const incidents = await Promise.all(
    list.incidents.map(({ id }) => get(address, `/api/v1/incidents/${id}`)),
  );
  return { events: overview.events, templates, incidents };
}

/** The incidents as text without ids of events, which name the partition that a line went through. */
export function withoutEventIds({ incidents }: Picture): string {
  return JSON.stringify(incidents).replaceAll(/[0-9a-f]{2}-[0-9a-f]{12}-[0-9a-f]{5}/g, 'event');
}

async function untilDrained(address: string): Promise<{ events: number }> {
  const deadline = performance.now() + drainTimeoutMs;
  let lag: Record<string, number> = {};
  for (let stable = 0, last = -1; performance.now() < deadline;) {
    const overview = (await get(address, '/api/v1/overview')) as {
      events: number;
      lag: Record<string, number>;
    };
    lag = overview.lag;
    const isIdle = Object.values(lag).every((records) => records === 0);
    stable = isIdle && overview.events === last ? stable + 1 : 0;
    last = overview.events;
    if (stable >= 8) return overview;
    await sleep(250);
  }
  throw new Error(`the backlog was not worked off within ${drainTimeoutMs / 1000} s: ${JSON.stringify(lag)}`);
}

async function get(address: string, path: string): Promise<unknown> {
  const response = await fetch(`${address}${path}`);
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return await response.json();
}
