import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Sender } from '../faults/soak/sender.ts';
import { startBroker } from '../support/broker/broker.ts';
import { startCluster } from '../support/cluster/cluster.ts';
import type { Bench } from './run.ts';

const linesPerSecond = 20_000;
const warmUpMs = 20_000;
const pollMs = 100;

/**
 * How long a line takes from its sender into an answer of the store, through a broker and all processes. Every line says
 * when it was made; the store is asked again and again for the newest time of each stream. The pause between two
 * questions is part of what is measured.
 */
export const benchFreshness: Bench = async ({ directory, isFast }) => {
  const broker = await startBroker();
  const cluster = await startCluster({ brokers: broker.address, directory: join(directory, 'cluster') });
  const address = (): string => cluster.ingestUrl;
  const sender = new Sender({ streams: 8, linesPerRequest: 500, linesPerSecond, address });
  try {
    await sleep(warmUpMs);
    const from = sender.lines;
    const start = performance.now();
    const delays = await watch(cluster.store.address, isFast ? 15_000 : 60_000);
    const seconds = (performance.now() - start) / 1_000;
    const quantile = (share: number): number =>
      (delays[Math.floor(share * delays.length)] ?? Number.NaN) / 1_000;
    return [
      {
        name: 'lines acknowledged',
        value: (sender.lines - from) / seconds,
        unit: 'lines/s',
        goal: '>= 19,000',
      },
      { name: 'until a line can be queried, p50', value: quantile(0.5), unit: 's' },
      { name: 'until a line can be queried, p99', value: quantile(0.99), unit: 's', goal: '<= 2' },
    ];
  } finally {
    await sender.stop();
    await cluster.stop();
    await broker.stop();
  }
};

/** Ages, in milliseconds and rising, of the lines of each request when they could first be seen. */
async function watch(storeUrl: string, durationMs: number): Promise<number[]> {
  const newest = new Map<string, number>();
  const delays: number[] = [];
  const end = performance.now() + durationMs;
  while (performance.now() < end) {
    const since = new Date(Date.now() - 60_000).toISOString().slice(0, 19);
    const query = `SELECT service, toUnixTimestamp64Milli(max(time)) AS newest FROM events WHERE time > parseDateTimeBestEffort('${since}Z') GROUP BY service SETTINGS output_format_json_quote_64bit_integers = 0 FORMAT JSONEachRow`;
    const response = await fetch(storeUrl, { method: 'POST', body: query });
    const rows = (await response.text()).split('\n').filter((line) => line !== '');
    const now = Date.now();
    for (const row of rows) {
      const { service, newest: time } = JSON.parse(row) as { service: string; newest: number };
      const before = newest.get(service);
      if (before !== undefined && time > before) delays.push(now - time);
      newest.set(service, time);
    }
    await sleep(pollMs);
  }
  return delays.toSorted((a, b) => a - b);
}
