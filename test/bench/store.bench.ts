import { join } from 'node:path';
import type { EpochNanos, LogTypeName } from '@culprit/kernel';
import { createEmbeddedStore, type Store } from '@culprit/store';
import { measure, quantile, wallTimes } from './cost.ts';
import { buildReport, prepareRows, spanOf, startMillis } from './prepared-rows.ts';
import type { Bench, Figure } from './run.ts';

const silent = { debug() {}, info() {}, warn: console.warn, error: console.error };

/** What encoding, inserting and the console's reads cost in the embedded store. */
export const benchStore: Bench = async ({ directory, isFast }) => {
  const total = isFast ? 200_000 : 1_000_000;
  const store = await createEmbeddedStore({ directory: join(directory, 'store'), logger: silent });
  try {
    const inserting = await fillStore(store, total);
    const reading = await measureReading(store, total);
    const { diskBytes } = await store.overview.read();
    return [...inserting, ...reading, { name: 'disk', value: diskBytes / total, unit: 'bytes/row' }];
  } finally {
    await store.close();
  }
};

/** Writes prepared rows and 500 reports through the store's own writer. @param rowsPerMilli of event time; 50 unless said */
export async function fillStore(
  store: Store,
  total: number,
  rowsPerMilli?: number,
): Promise<readonly Figure[]> {
  const rows = prepareRows(7, rowsPerMilli);
  const writer = store.createEventWriter();
  const cost = await measure(async () => {
    for (let sequence = 0; sequence < total / rows.batchSize; sequence++) {
      await writer.append(rows.batch(sequence));
    }
    await writer.flush();
  });
  for (let i = 0; i < 500; i++) await store.reports.save(buildReport(i));
  return [
    { name: 'rows', value: total, unit: 'rows' },
    { name: 'encode, insert and merge', value: (total / cost.cpuMs) * 1_000, unit: 'rows/CPU-s' },
    { name: 'encode, insert and merge, wall', value: (total / cost.wallMs) * 1_000, unit: 'rows/s' },
  ];
}

const logType = (i: number): LogTypeName => `shop/service-${i % 40}` as LogTypeName;

async function measureReading(store: Store, total: number): Promise<readonly Figure[]> {
  const span = spanOf(total);
  const questions: Readonly<Record<string, (index: number) => Promise<unknown>>> = {
    'list of reports': (i) => store.reports.search({ pageSize: 20, host: `node-${i % 5}` }),
    'newest events': () => store.events.search({ pageSize: 100 }),
    'newest events of a log type': (i) => store.events.search({ pageSize: 100, logType: logType(i) }),
    'text in a window': (i) =>
      store.events.search({
        pageSize: 100,
        text: `took ${i * 31} ms`,
        from: nanos(span * 0.4),
        until: nanos(span * 0.6),
      }),
    'text anywhere': (i) => store.events.search({ pageSize: 100, text: `took ${i * 37} ms` }),
    'absent word': (i) => store.events.search({ pageSize: 100, text: ` absent${i} ` }),
    peek: (i) =>
      store.events.peek({
        eventId: `00-${(i * 7).toString(16).padStart(12, '0')}-00005`,
        before: 100,
        after: 100,
        scope: i % 2 === 0 ? 'stream' : 'log-type',
      }),
    overview: () => store.overview.read(),
  };
  const figures: Figure[] = [];
  for (const [name, ask] of Object.entries(questions)) {
    figures.push({ name: `${name}, p95`, value: quantile(await wallTimes(20, ask), 0.95), unit: 'ms' });
  }
  return figures;
}

/** Nanoseconds since 1970 of an offset in milliseconds from the first row. */
function nanos(offset: number): EpochNanos {
  return (BigInt(Math.round(startMillis + offset)) * 1_000_000n) as EpochNanos;
}
