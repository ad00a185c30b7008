import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServer, type Server } from './culprit-process.ts';
import { readUsage } from './process-meter.ts';
import type { Bench, Figure } from './run.ts';
import { blocksOf, createLoad } from './scenario-lines.ts';

const port = 46_812;

/** HTTP in, queryable rows out, for as long as it takes; then how fast the list of incidents is with all of it stored. */
export const benchIngest: Bench = async ({ directory, isFast }) => {
  const limit = isFast ? 300_000 : 5_000_000;
  const server = await startServer(join(directory, 'data'), port);
  try {
    const startedAt = performance.now();
    const { accepted, memory } = await push(server, limit);
    const sentSeconds = (performance.now() - startedAt) / 1000;
    const stored = await drained(server, accepted);
    const seconds = (performance.now() - startedAt) / 1000;
    const cpu = readUsage(server.pid)?.cpuSeconds ?? Number.NaN;
    const figures: Figure[] = [
      { name: 'lines accepted', value: accepted, unit: 'lines' },
      { name: 'lines missing from the store', value: accepted - stored, unit: 'lines', goal: '0' },
      { name: 'HTTP to queryable, wall', value: accepted / seconds, unit: 'lines/s', goal: '>= 30,000' },
      { name: 'acknowledged, wall', value: accepted / sentSeconds, unit: 'lines/s' },
      { name: 'server, CPU', value: accepted / cpu, unit: 'lines/CPU-s' },
      ...memory,
      ...(await measureList(server)),
    ];
    return figures;
  } finally {
    await server.stop();
  }
};

async function push(server: Server, limit: number): Promise<{ accepted: number; memory: Figure[] }> {
  const memory: Figure[] = [];
  let accepted = 0;
  let nextMark = limit / 5;
  let sending: Promise<number> = Promise.resolve(0);
  for (const block of blocksOf(createLoad(11, Math.ceil(limit / 900_000)), { limit, blockBytes: 1 << 20 })) {
    accepted += await sending;
    sending = post(server, block.text);
    if (accepted < nextMark) continue;
    const usage = readUsage(server.pid);
    memory.push({
      name: `resident memory after ${Math.round(accepted / 1000).toLocaleString('en-US')} k lines`,
      value: usage?.rssMegabytes ?? Number.NaN,
      unit: 'MB',
      goal: '< 700',
    });
    nextMark += limit / 5;
  }
  accepted += await sending;
  return { accepted, memory };
}

async function post(server: Server, body: string): Promise<number> {
  for (;;) {
    const response = await fetch(`${server.address}/ingest/v1/logs`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body,
    });
    if (response.ok) return ((await response.json()) as { accepted: number }).accepted;
    if (response.status !== 503 && response.status !== 429)
      throw new Error(`ingest answered ${response.status}`);
    await response.body?.cancel();
    await sleep(Number(response.headers.get('retry-after') ?? 1) * 1000);
  }
}

/**
 * Waits until every accepted line is behind a stored row, and returns the number of lines that are. The last line of
 * every source is held back until event time moves on by itself; what is not there half a minute after the backlog is
 * empty is lost.
 */
async function drained(server: Server, accepted: number): Promise<number> {
  for (let idlePolls = 0; ;) {
    const overview = (await (await fetch(`${server.address}/api/v1/overview`)).json()) as {
      lag: Record<string, number>;
      lines: number;
    };
    idlePolls = Object.values(overview.lag).every((lag) => lag === 0) ? idlePolls + 1 : 0;
    if (overview.lines >= accepted || idlePolls >= 120) return overview.lines;
    await sleep(250);
  }
}

async function measureList(server: Server): Promise<Figure[]> {
  const times: number[] = [];
  for (let i = 0; i < 200; i++) {
    const startedAt = performance.now();
    await (await fetch(`${server.address}/api/v1/incidents?pageSize=20`)).text();
    times.push(performance.now() - startedAt);
  }
  times.sort((a, b) => a - b);
  const quantile = (share: number): number => times[Math.floor(share * (times.length - 1))] ?? Number.NaN;
  return [
    { name: '/api/v1/incidents, median', value: quantile(0.5), unit: 'ms' },
    { name: '/api/v1/incidents, p95', value: quantile(0.95), unit: 'ms', goal: '< 50' },
  ];
}
