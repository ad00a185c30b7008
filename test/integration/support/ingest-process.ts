import { request as httpRequest } from 'node:http';
import { createInProcessBus } from '@culprit/bus';
import type { BusRecord, InProcessBus } from '@culprit/bus';
import { allTopics, decodeRawLogBatch, topics } from '@culprit/contracts';
import { decodeUtf8 } from '@culprit/kernel';
import { createHealth, createHttpApp, createMetrics, silentLogger, systemClock } from '@culprit/platform';
import type { Health, Metrics } from '@culprit/platform';
import type { RawLogBatch } from '@culprit/records';
import { ingestConfigSchema, ingestModule } from '@culprit/service-ingest/module';
import type { IngestModuleOptions } from '@culprit/service-ingest/module';
import { afterEach, expect } from 'vitest';

/** A published line, as far as tests look at it. */
export interface Line {
  readonly text: string;
  readonly logType: string;
  readonly environment: string;
  readonly pod: string;
}

/** An ingest service on a port of its own, over an in-process bus. */
export interface Running {
  readonly url: string;
  readonly bus: InProcessBus;
  readonly health: Health;
  readonly metrics: Metrics;
}

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
});

/** Closes something after the test, latest first. */
export function closeLater(close: () => Promise<void>): void {
  opened.push(close);
}

/** Starts the service with settings as the environment would give them. */
export async function start(
  settings: Readonly<Record<string, string>> = {},
  options: { readonly partitions?: number; readonly bus?: IngestModuleOptions['bus'] } = {},
): Promise<Running> {
  const bus = await createInProcessBus({
    topics: allTopics.map((topic) => ({ ...topic, partitions: options.partitions ?? 1 })),
    logger: silentLogger,
  });
  opened.push(() => bus.close());
  const health = createHealth();
  const metrics = createMetrics();
  const app = await createHttpApp({
    logger: silentLogger,
    metrics,
    health,
    clock: systemClock,
    modules: [ingestModule({ bus: options.bus ?? bus, config: ingestConfigSchema.parse(settings) })],
  });
  opened.push(() => app.close());
  const base = await app.listen('127.0.0.1', 0);
  return { url: `${base}/ingest/v1/logs`, bus, health, metrics };
}

export function post(
  url: string,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const type = headers['content-type'] ?? 'application/x-ndjson';
  const all: Record<string, string> = { ...headers, 'content-type': type };
  const bytes = new Uint8Array(Buffer.from(body));
  if (type === '') delete all['content-type'];
  return fetch(url, { method: 'POST', headers: all, body: bytes });
}

/** Sends a body without Content-Length; resolves with the status. */
export function postChunked(url: string, chunks: number, chunk: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      url,
      { method: 'POST', headers: { 'content-type': 'text/plain' } },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    request.on('error', reject);
    for (let i = 0; i < chunks; i++) request.write(chunk);
    request.end();
  });
}

/** A bus that only publishes, as the test says. */
export function fakeBus(publish: (records: readonly BusRecord[]) => Promise<void>) {
  let count = 0;
  return {
    partitionCount: () => 1,
    publishCount: () => count,
    async publish(_topic: string, records: readonly BusRecord[]) {
      count += 1;
      await publish(records);
      return records.map((_, offset) => ({ partition: 0, offset }));
    },
  };
}

export function linesOf(batch: RawLogBatch): Line[] {
  return Array.from({ length: batch.lineCount }, (_, i) => {
    const stream = batch.streams[batch.streamIndex[i] ?? 0];
    return {
      text: decodeUtf8(batch.bytes.subarray(batch.lineStart[i], batch.lineEnd[i])),
      logType: stream?.logType ?? '',
      environment: stream?.environment ?? '',
      pod: stream?.pod ?? '',
    };
  });
}

/** Everything published so far, by partition, in order. */
export async function published(
  bus: InProcessBus,
): Promise<{ batches: RawLogBatch[]; partitions: ReadonlyMap<string, ReadonlySet<number>>; lines: Line[] }> {
  const batches: RawLogBatch[] = [];
  // Partitions that hold lines of a log type.
  const partitions = new Map<string, Set<number>>();
  const subscription = await bus.subscribe({
    topic: topics.rawLogs.name,
    group: `test-${Math.random()}`,
    onBatch: async (batch) => {
      for (const record of batch.records) {
        const decoded = decodeRawLogBatch(record.value);
        batches.push(decoded);
        for (const { logType } of linesOf(decoded))
          partitions.set(logType, (partitions.get(logType) ?? new Set()).add(batch.partition));
      }
    },
  });
  await expect.poll(() => subscription.lag().every(({ lag }) => lag === 0), { timeout: 5_000 }).toBe(true);
  await subscription.close();
  return { batches, partitions, lines: batches.flatMap(linesOf) };
}
