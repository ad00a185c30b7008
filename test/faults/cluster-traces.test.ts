import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { startCluster, type Cluster } from '../support/cluster/cluster.ts';
import { startOtlpSink } from '../support/otlp-sink.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const directory = mkdtempSync(join(tmpdir(), 'culprit-traces-'));
/** The last line waits for the next: a record may have several. Those before it are on their way. */
const lines = Array.from(
  { length: 10 },
  (_, n) => `2026-03-01T06:00:0${n}Z INFO line ${n} on its way\n`,
).join('');
let cluster: Cluster | undefined;
afterAll(async () => {
  await cluster?.kill();
  rmSync(directory, { recursive: true, force: true });
});

describe('a distributed system that is told where a collector listens', () => {
  it('shows in one trace through which processes a line went', async () => {
    const sink = await startOtlpSink();
    const telemetry = { OTEL_EXPORTER_OTLP_ENDPOINT: sink.address, OTEL_BSP_SCHEDULE_DELAY: '200' };
    cluster = await startCluster({
      brokers: inject('kafkaBrokers'),
      directory,
      prefix: `${randomUUID()}.`,
      partitions: 2,
      settings: {
        ingest: telemetry,
        structuring: telemetry,
        scoring: telemetry,
        correlation: telemetry,
        query: telemetry,
      },
    });
    const response = await fetch(`${cluster.ingestUrl}/ingest/v1/logs`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain', traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
      body: lines,
    });
    expect(response.status).toBe(200);
    const services = (): string[] =>
      sink.spans.filter((span) => span.traceId === traceId).map(({ service }) => service);
    const stages = ['ingest', 'structuring', 'scoring', 'correlation'].map((name) => `culprit-${name}`);
    await expect
      .poll(() => [...new Set(services())].toSorted(), { timeout: 60_000 })
      .toEqual(stages.toSorted());
    expect(await cluster.stop()).toEqual([0, 0, 0, 0, 0, 0]);
    sink.close();
    expect(readFileSync(join(directory, 'ingest.log'), 'utf8')).not.toContain('"level":"error"');
  });
});
