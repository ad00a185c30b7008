import { join } from 'node:path';
import type { EpochMillis } from '@culprit/kernel';
import { createSockShopScenario } from '@culprit/testkit';
import { startBroker } from '../support/broker/broker.ts';
import {
  startCluster,
  serviceNames,
  type Cluster,
  type ClusterOptions,
  type Instance,
} from '../support/cluster/cluster.ts';
import { readUsage } from './process-meter.ts';
import type { Bench, Figure } from './run.ts';

const linesPerRequest = 5_000;
const warmUpRequests = 10;
const drainTimeoutMs = 600_000;

/**
 * What a line costs in each process of a cluster, broker and store included: processor time, which other work on the
 * machine changes little, and not the time on the clock. The first requests are left out: they pay for compilation.
 */
export const benchStages: Bench = (options) => measureStages(options, {});

/** The same with two processes of the stage that costs most: what a line costs should not change. */
export const benchStagesTwice: Bench = (options) => measureStages(options, { structuring: 2 });

async function measureStages(
  { directory, isFast, lines = isFast ? 100_000 : 500_000 }: Parameters<Bench>[0],
  instances: NonNullable<ClusterOptions['instances']>,
): Promise<readonly Figure[]> {
  const broker = await startBroker();
  const cluster = await startCluster({
    brokers: broker.address,
    directory: join(directory, 'cluster'),
    instances,
  });
  try {
    const requests = requestsOf(lines);
    for (const request of requests.slice(0, warmUpRequests)) await post(cluster, request);
    await drained(cluster);
    const before = costs(cluster);
    const measured = requests.slice(warmUpRequests);
    const start = performance.now();
    for (const request of measured) await post(cluster, request);
    await drained(cluster);
    const seconds = (performance.now() - start) / 1000;
    const millions = (measured.length * linesPerRequest) / 1_000_000;
    const after = costs(cluster);
    const figures: Figure[] = [...after].map(([name, cpuSeconds]) => ({
      name: `${name}, CPU`,
      value: (cpuSeconds - (before.get(name) ?? 0)) / millions,
      unit: 'CPU-s/1M lines',
    }));
    return [
      ...figures,
      { name: 'all on this machine', value: (millions * 1_000_000) / seconds, unit: 'lines/s' },
    ];
  } finally {
    await cluster.stop();
    await broker.stop();
  }
}

function requestsOf(lines: number): string[] {
  const scenario = createSockShopScenario({
    seed: 5,
    learnMinutes: 120,
    fault: 'none',
    startTime: Date.UTC(2026, 2, 1, 6) as EpochMillis,
  });
  const requests: string[] = [];
  let request: string[] = [];
  for (const { json } of scenario.lines()) {
    request.push(json);
    if (request.length < linesPerRequest) continue;
    requests.push(request.join('\n'));
    request = [];
    if (requests.length * linesPerRequest >= lines) break;
  }
  return requests;
}

async function post({ ingestUrl }: Cluster, body: string): Promise<void> {
  const headers = { 'content-type': 'application/x-ndjson' };
  const response = await fetch(`${ingestUrl}/ingest/v1/logs`, { method: 'POST', headers, body });
  if (!response.ok) throw new Error(`ingest answered ${response.status}: ${await response.text()}`);
  await response.body?.cancel();
}

/** Waits until no stage has anything left that is not durable. */
async function drained({ queryUrl }: Cluster): Promise<void> {
  const deadline = performance.now() + drainTimeoutMs;
  while (performance.now() < deadline) {
    const response = await fetch(`${queryUrl}/api/v1/overview`);
    const { lag } = (await response.json()) as { lag: Record<string, number> };
    if (Object.values(lag).every((records) => records === 0)) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error('the cluster did not work off its backlog in time');
}

function costs(cluster: Cluster): Map<string, number> {
  const processes: readonly Instance[] = [
    ...serviceNames.flatMap((name) => cluster.instances(name)),
    cluster.store,
  ];
  const costOf = new Map<string, number>();
  for (const { service, pid } of processes)
    costOf.set(service, (costOf.get(service) ?? 0) + (readUsage(pid)?.cpuSeconds ?? Number.NaN));
  return costOf;
}
