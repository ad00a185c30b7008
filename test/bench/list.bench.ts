import { join } from 'node:path';
import { createEmbeddedStore } from '@culprit/store';
import { quantile, wallTimes } from './cost.ts';
import { startServer } from './culprit-process.ts';
import type { Bench } from './run.ts';
import { fillStore } from './store.bench.ts';

const silent = { debug() {}, info() {}, warn: console.warn, error: console.error };

/** How fast incidents are listed over HTTP with many rows stored. The rows are prepared ones, not mined from lines. */
export const benchList: Bench = async ({ directory, isFast }) => {
  const data = join(directory, 'data');
  const store = await createEmbeddedStore({ directory: join(data, 'store'), logger: silent });
  const filling = await fillStore(store, isFast ? 500_000 : 10_000_000);
  await store.close();
  const server = await startServer(data, 46_814);
  try {
    const times = await wallTimes(200, async () => {
      const response = await fetch(`${server.address}/api/v1/incidents?pageSize=20`);
      const { incidents } = (await response.json()) as { readonly incidents?: readonly unknown[] };
      if (incidents?.length !== 20) throw new Error(`expected 20 incidents, got ${incidents?.length}`);
    });
    return [
      ...filling,
      { name: '/api/v1/incidents, median', value: quantile(times, 0.5), unit: 'ms' },
      { name: '/api/v1/incidents, p95', value: quantile(times, 0.95), unit: 'ms', goal: '< 50' },
    ];
  } finally {
    await server.stop();
  }
};
