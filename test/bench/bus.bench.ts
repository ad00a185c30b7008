import { join } from 'node:path';
import { createInProcessBus } from '@culprit/bus';
import { decodeRawLogBatch, encodeRawLogBatch } from '@culprit/contracts';
import type { EnvironmentName, LogTypeName } from '@culprit/kernel';
import type { Bench, Figure } from './run.ts';

const lineCount = 1_000;
const lineBytes = 300;
const records = 1_600;
const silent = { debug() {}, info() {}, warn() {}, error() {} };

const stream = {
  environment: 'bench' as EnvironmentName,
  logType: 'shop/orders' as LogTypeName,
  namespace: 'shop',
  service: 'orders',
  pod: 'orders-1',
  container: 'orders',
  host: 'node-1',
};
const batch = {
  streams: [stream],
  lineCount,
  bytes: new Uint8Array(lineCount * lineBytes).fill(65),
  lineStart: Uint32Array.from({ length: lineCount }, (_, index) => index * lineBytes),
  lineEnd: Uint32Array.from({ length: lineCount }, (_, index) => (index + 1) * lineBytes),
  streamIndex: new Uint32Array(lineCount),
  timeMillis: new Float64Array(lineCount).fill(1_772_357_400_000),
  timeSubNanos: new Uint32Array(lineCount),
  severity: new Uint8Array(lineCount).fill(9),
  attributesStart: new Uint32Array(lineCount),
  attributesEnd: new Uint32Array(lineCount),
  receivedMillis: NaN,
};

/** CPU seconds of some work. */
async function cpuSecondsOf(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function measureCodec(): Promise<Figure> {
  const rounds = 2_000;
  const run = (): Promise<void> => {
    for (let round = 0; round < rounds; round++) decodeRawLogBatch(encodeRawLogBatch(batch));
    return Promise.resolve();
  };
  return run()
    .then(() => cpuSecondsOf(run))
    .then((seconds) => ({
      name: 'codec of raw batches, both ways',
      value: (seconds * 1e6) / rounds / lineCount,
      unit: 'CPU-us/line',
    }));
}

async function measureBus(publishers: number, directory: string | undefined): Promise<readonly Figure[]> {
  const topic = { name: 't', partitions: 8, maxRecordBytes: 1_048_576, whenFull: 'wait' } as const;
  const bus = await createInProcessBus({
    topics: [topic],
    logger: silent,
    ...(directory !== undefined && { directory }),
  });
  const done = Promise.withResolvers<void>();
  let read = 0;
  const subscription = await bus.subscribe({
    topic: 't',
    group: 'g',
    async onBatch({ partition, records: batchRecords }) {
      read += batchRecords.length;
      await subscription.commit(partition, (batchRecords.at(-1)?.offset ?? -1) + 1);
      if (read === records) done.resolve();
    },
  });
  const value = encodeRawLogBatch(batch);
  const latencies: number[] = [];
  let next = 0;
  const started = performance.now();
  const publisher = async () => {
    while (next < records) {
      const start = performance.now();
      await bus.publish('t', [{ key: `key-${next++}`, value }]);
      latencies.push(performance.now() - start);
    }
  };
  const seconds = await cpuSecondsOf(async () => {
    await Promise.all(Array.from({ length: publishers }, publisher));
    await done.promise;
  });
  const megabytes = (records * value.length) / 1e6;
  const wall = (performance.now() - started) / 1_000;
  latencies.sort((a, b) => a - b);
  const at = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? Number.NaN;
  await bus.close();
  const where = `${directory === undefined ? 'memory' : 'disk'}, ${publishers} publishers`;
  return [
    { name: `${where}, throughput`, value: megabytes / seconds, unit: 'MB/CPU-s' },
    { name: `${where}, throughput, wall`, value: megabytes / wall, unit: 'MB/s' },
    { name: `${where}, publish, p99`, value: at(0.99), unit: 'ms' },
  ];
}

/**
 * What the codec of raw batches and the way through the in-process bus cost: CPU time of the process (all threads) over
 * batches of 1,000 lines of 300 bytes, read by one group that commits after every batch.
 */
export const benchBus: Bench = async ({ directory }) => {
  const figures: Figure[] = [await measureCodec()];
  for (const publishers of [1, 8]) {
    figures.push(...(await measureBus(publishers, undefined)));
    figures.push(...(await measureBus(publishers, join(directory, `journal-${publishers}`))));
  }
  return figures;
};
