import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RootCauseReport } from '@culprit/correlation';
import type { EpochNanos, LogTypeName } from '@culprit/kernel';
import { createRng } from '@culprit/kernel';
import type { EventRows } from '@culprit/pipeline';
import { EventEncoder } from '../../libs/store/src/encoding/event-encoder.js';
import { createEmbeddedStore } from '../../libs/store/src/embedded-store.js';
import type { Store } from '../../libs/store/src/store.js';
import { buildRows } from '../../libs/store/src/testing/build-rows.js';

/**
 * Question: what do encoding, inserting and the console's reads cost?
 * Data: seeded batches of 1,000 records of about 200 bytes over 40 log types and 400 templates, 50 records a
 * millisecond of event time. Known bias: bodies repeat every 50 batches, so that the disk size is too good.
 * Command: node --conditions=source --import ./test/contract/store-support/source-loader.mjs test/bench/store.bench.ts
 */
const rowTotal = Number(process.env['CULPRIT_BENCH_ROWS'] ?? 1_000_000);
const batchSize = 1_000;
const start = 1_750_000_000_000;
const rng = createRng(7);
const hex = (length: number): string =>
  Array.from({ length }, () => Math.floor(rng.next() * 16).toString(16)).join('');

const patterns = Array.from({ length: 50 }, () =>
  buildRows(
    { lane: 0, sequence: 0 },
    Array.from({ length: batchSize }, () => {
      const kind = Math.floor(rng.next() ** 2 * 400);
      const service = `service-${kind % 40}`;
      return {
        body: `2025-06-15T15:06:40.123Z INFO [${service}] handler-${kind} request ${hex(32)} from 10.0.${kind % 7}.${kind % 250} took ${Math.floor(rng.next() * 5_000)} ms status=200 path=/api/v1/items/${hex(24)} session=${hex(32)}`,
        templateId: kind.toString(16).padStart(16, '0'),
        stream: { logType: `shop/${service}`, pod: `${service}-${kind % 3}`, host: `node-${kind % 5}` },
      };
    }),
  ),
);

function batchOf(sequence: number): EventRows {
  const pattern = patterns[sequence % patterns.length];
  if (pattern === undefined) throw new Error('no patterns');
  for (let i = 0; i < batchSize; i++)
    pattern.records.timeMillis[i] = start + Math.floor((sequence * batchSize + i) / 50);
  return { ...pattern, sequence };
}

interface Cost {
  readonly wallMs: number;
  readonly cpuMs: number;
}

async function measure(work: () => Promise<unknown> | void): Promise<Cost> {
  const cpu = process.cpuUsage();
  const from = performance.now();
  await work();
  const used = process.cpuUsage(cpu);
  return { wallMs: performance.now() - from, cpuMs: (used.user + used.system) / 1_000 };
}

/** Wall time and CPU time of one call, in milliseconds; on a busy machine only the second compares. */
async function latencies(
  count: number,
  work: (index: number) => Promise<unknown>,
): Promise<{ p50: number; p95: number; cpuMean: number }> {
  const times: number[] = [];
  let cpuMs = 0;
  for (let i = 0; i < count; i++) {
    const cost = await measure(() => work(i));
    times.push(cost.wallMs);
    cpuMs += cost.cpuMs;
  }
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => Number((sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1));
  return { p50: at(0.5), p95: at(0.95), cpuMean: Number((cpuMs / count).toFixed(1)) };
}

async function measureEncoding(): Promise<object> {
  const encoder = new EventEncoder({ tenant: 'default', initialBytes: 8 << 20 });
  const encodeAll = (batches: number): void => {
    for (let sequence = 0; sequence < batches; sequence++) {
      const rows = batchOf(sequence);
      if (sequence % 10 === 0) encoder.begin(20_000);
      for (let i = 0; i < batchSize; i++) encoder.append(rows, i);
    }
  };
  encodeAll(50);
  const cost = await measure(() => encodeAll(300));
  return { microsecondsPerRow: cost.cpuMs / 300, bytesPerRow: encoder.byteLength / encoder.rowCount };
}

async function measureInserting(store: Store): Promise<object> {
  const writer = store.createEventWriter();
  let peak = 0;
  const cost = await measure(async () => {
    for (let sequence = 0; sequence < rowTotal / batchSize; sequence++) {
      await writer.append(batchOf(sequence));
      if (sequence % 100 === 0) peak = Math.max(peak, process.memoryUsage.rss());
    }
    await writer.flush();
  });
  return {
    rowsPerSecond: Math.round((rowTotal / cost.wallMs) * 1_000),
    cpuSecondsPerMillionRows: cost.cpuMs / (rowTotal / 1_000),
    inserts: writer.counters.inserts,
    peakRssMb: Math.round(peak / 1e6),
  };
}

const millis = (offset: number): EpochNanos => (BigInt(start + offset) * 1_000_000n) as EpochNanos;
const logType = (i: number): LogTypeName => `shop/service-${i % 40}` as LogTypeName;

async function measureReading(store: Store): Promise<object> {
  for (let i = 0; i < 500; i++) await store.reports.save(reportOf(i));
  const span = rowTotal / 50;
  const result: Record<string, unknown> = {
    listReports: await latencies(40, (i) => store.reports.search({ pageSize: 20, host: `node-${i % 5}` })),
    newestOfAll: await latencies(20, () => store.events.search({ pageSize: 100 })),
    newestOfLogType: await latencies(40, (i) => store.events.search({ pageSize: 100, logType: logType(i) })),
    textInWindow: await latencies(40, (i) =>
      store.events.search({
        pageSize: 100,
        text: `took ${i * 31} ms`,
        from: millis(span * 0.4),
        until: millis(span * 0.6),
      }),
    ),
    textEverywhere: await latencies(20, (i) =>
      store.events.search({ pageSize: 100, text: `took ${i * 37} ms` }),
    ),
    absentWord: await latencies(20, (i) => store.events.search({ pageSize: 100, text: ` absent${i} ` })),
    peek: await latencies(40, (i) =>
      store.events.peek({
        eventId: `00-${(i * 7).toString(16).padStart(12, '0')}-00005`,
        before: 100,
        after: 100,
        scope: i % 2 === 0 ? 'stream' : 'log-type',
      }),
    ),
    templates: await latencies(20, () => store.templates.search({ pageSize: 100 })),
    overview: await latencies(20, () => store.overview.read()),
    resumeCheck: await latencies(5, () => store.events.countBySequence(0, rowTotal / batchSize - 50)),
  };
  return result;
}

function reportOf(index: number): RootCauseReport {
  const time = (BigInt(start) * 1_000_000n + BigInt(index) * 60_000_000_000n) as EpochNanos;
  const event = {
    eventId: '00-000000000001-00001',
    time,
    logType: 'shop/service-1',
    host: `node-${index % 5}`,
    pod: 'service-1-1',
    severity: 17,
    body: `connection refused ${hex(100)}`,
    templateId: '0000000000000001',
    surprise: 9,
    badness: 3,
    role: 'symptom',
    reasons: ['first time in 3 h here'],
    zoom: 0,
  };
  // Branded ids are written as plain text here: this script is their only reader.
  return {
    incidentId: `inc-${index}`,
    incidentType: `type-${index % 9}`,
    occurrence: 1,
    revision: 1,
    environment: 'test',
    detector: 'wide',
    start: time,
    end: time,
    created: time,
    updated: time,
    significance: 'high',
    falseReportsPerDay: 0.1,
    isProvisional: false,
    title: 'connection refused',
    summary: 'connection refused',
    logTypes: ['shop/service-1'],
    hosts: [`node-${index % 5}`],
    coreEvents: Array.from({ length: 12 }, () => event),
    hallmarks: [],
    relatedEvents: Array.from({ length: 300 }, () => ({ ...event, zoom: 2 })),
    relatedCounts: { 1: 12, 2: 312, 3: 312 },
    mergedInto: undefined,
  } as unknown as RootCauseReport;
}

const directory = mkdtempSync(join(tmpdir(), 'culprit-bench-'));
const logger = { debug: () => {}, info: () => {}, warn: console.warn, error: console.error };
let store: Store | undefined;
try {
  const encoding = await measureEncoding();
  const opened = await measure(async () => {
    store = await createEmbeddedStore({ directory, logger });
  });
  if (store === undefined) throw new Error('the store did not open');
  const inserting = await measureInserting(store);
  const reading = await measureReading(store);
  const { diskBytes } = await store.overview.read();
  const result = { rowTotal, openMs: Math.round(opened.wallMs), encoding, inserting, reading };
  console.log(
    JSON.stringify(
      {
        ...result,
        diskBytesPerRow: diskBytes / rowTotal,
        rssMb: Math.round(process.memoryUsage.rss() / 1e6),
      },
      null,
      2,
    ),
  );
} finally {
  await store?.close();
  rmSync(directory, { recursive: true, force: true });
}
