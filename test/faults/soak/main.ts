import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startBroker } from '../../support/broker/broker.ts';
import {
  serviceNames,
  startCluster,
  type ClusterOptions,
  type ServiceName,
} from '../../support/cluster/cluster.ts';
import { disturbances, sessionTimeoutMs, Supervisor, type Target } from './chaos.ts';
import { judge, storedStreams, type Verdict } from './ledger.ts';
import { Sender } from './sender.ts';

const usage = `npm run soak -- [--minutes 30] [--seed 1] [--rate 2000] [--instances 2] [--only kill,freeze]

Runs a whole cluster on this machine, disturbs it at random all the time (kills, freezes, restarts, rebalances, the
store and the broker away), sends numbered lines meanwhile, and compares what is stored with what was acknowledged.
Ends with 1 when a line is lost, stored twice or out of order.
`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    rate: { type: 'string', default: '2000' },
    instances: { type: 'string', default: '2' },
    only: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const drainTimeoutMs = 300_000;

if (values.help) process.stdout.write(usage);
else process.exitCode = await soak();

async function soak(): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'culprit-soak-'));
  const broker = await startBroker();
  const cluster = await startCluster(clusterOf(broker.address, directory));
  try {
    const random = randomOf(Number(values.seed));
    const wanted = Object.fromEntries(serviceNames.map((name) => [name, countOf(name)]));
    const supervisor = new Supervisor(cluster, wanted as Record<ServiceName, number>);
    const linesPerSecond = Number(values.rate);
    const address = (): string => cluster.ingestUrl;
    const sender = new Sender({ streams: 8, linesPerRequest: 250, linesPerSecond, address });
    const done = await disturb({ cluster, broker, random }, Number(values.minutes) * 60_000, sender);
    await sender.stop();
    const sentAt = performance.now();
    const verdict = await settle(() => cluster.store.address, sender);
    await supervisor.stop();
    const drainSeconds = (performance.now() - sentAt) / 1_000;
    report({ verdict, done, sender, supervisor, drainSeconds });
    return Object.values(verdict).every((count) => count === 0) ? 0 : 1;
  } finally {
    await cluster.kill();
    await broker.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

function clusterOf(brokers: string, directory: string): ClusterOptions {
  const stage = { CULPRIT_PIPELINE_CHECKPOINT_INTERVAL_MS: '2000' };
  return {
    brokers,
    directory,
    sessionTimeoutMs,
    partitions: 4,
    instances: Object.fromEntries(serviceNames.map((name) => [name, countOf(name)])),
    settings: { structuring: stage, scoring: stage, correlation: stage },
  };
}

function countOf(service: ServiceName): number {
  return service === 'query' ? 1 : Number(values.instances);
}

/** One disturbance after the other, a pause between them; resolves to how often each was. */
async function disturb(
  target: Target,
  durationMs: number,
  sender: Sender,
): Promise<ReadonlyMap<string, number>> {
  const names = values.only?.split(',') ?? Object.keys(disturbances);
  const done = new Map<string, number>();
  const end = performance.now() + durationMs;
  while (performance.now() < end) {
    await sleep(3_000 + target.random() * 15_000);
    const name = names[Math.floor(target.random() * names.length)] ?? 'kill';
    say(`${name} (${sender.lines} lines acknowledged, ${sender.retries} requests repeated)`);
    await disturbances[name]?.(target).catch((error: unknown) => say(`${name} failed: ${String(error)}`));
    done.set(name, (done.get(name) ?? 0) + 1);
  }
  return done;
}

/** Waits until what is stored is what was acknowledged, or no longer changes. */
async function settle(storeUrl: () => string, sender: Sender): Promise<Verdict> {
  const end = performance.now() + drainTimeoutMs;
  for (;;) {
    const verdict = await look(storeUrl(), sender).catch((error: unknown) => {
      say(`the store cannot be read: ${String(error)}`);
      return undefined;
    });
    if (verdict?.lost === 0 || (verdict !== undefined && performance.now() > end)) return verdict;
    if (performance.now() > end + drainTimeoutMs) throw new Error('the store could not be read at all');
    await sleep(2_000);
  }
}

async function look(storeUrl: string, { acknowledged }: Sender): Promise<Verdict> {
  return judge(acknowledged, await storedStreams(storeUrl, acknowledged.keys()));
}

interface Outcome {
  readonly verdict: Verdict;
  readonly done: ReadonlyMap<string, number>;
  readonly sender: Sender;
  readonly supervisor: Supervisor;
  readonly drainSeconds: number;
}

function report({ verdict, done, sender, supervisor, drainSeconds }: Outcome): void {
  const latencies = sender.latencies.toSorted((a, b) => a - b);
  const quantile = (share: number): number =>
    Math.round(latencies[Math.floor(share * latencies.length)] ?? 0);
  const figures = {
    minutes: Number(values.minutes),
    seed: Number(values.seed),
    disturbances: Object.fromEntries(done),
    restarts: Object.fromEntries(supervisor.restarts),
    acknowledgedLines: sender.lines,
    repeatedRequests: sender.retries,
    acknowledgeMillis: { p50: quantile(0.5), p99: quantile(0.99), max: Math.round(latencies.at(-1) ?? 0) },
    drainSeconds: Math.round(drainSeconds),
    ...verdict,
  };
  process.stdout.write(`${JSON.stringify(figures, undefined, 2)}\n`);
}

/** Mulberry32 by Tommy Ettinger, 2017: numbers from 0 to 1 that a seed repeats. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function say(text: string): void {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);
}
