import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../faults/server.js';
import { startOtlpSink, type OtlpSink, type ReceivedSpan } from '../support/otlp-sink.ts';
import { temporaryFolder } from './support/cli-process.js';

const folder = temporaryFolder();
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const port = 46_917;
let sink: OtlpSink | undefined;
let server: TestServer | undefined;
afterEach(async () => {
  await server?.stop();
  sink?.close();
});
afterAll(() => folder.remove());

describe('one process that is told where a collector listens', () => {
  it('shows in one trace where a line went, and sends its numbers', async () => {
    const { address, spans, metricNames } = (sink = await startOtlpSink());
    server = await startServer(folder.path('traced'), port, {
      OTEL_EXPORTER_OTLP_ENDPOINT: address,
      OTEL_METRIC_EXPORT_INTERVAL: '500',
      OTEL_BSP_SCHEDULE_DELAY: '200',
    });
    const response = await fetch(`${server.address}/ingest/v1/logs`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain', traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
      body: 'the first line\nthe second line\n',
    });
    expect(response.status).toBe(200);
    const traced = (): ReceivedSpan[] => spans.filter((span) => span.traceId === traceId);
    await expect.poll(() => metricNames.size, { timeout: 30_000 }).toBeGreaterThan(0);
    await expect.poll(() => traced().length, { timeout: 30_000 }).toBe(4);
    const shown = await fetch(`${server.address}/metrics`).then((answer) => answer.text());
    expect(await server.stop()).toBe(0);
    const trace = traced();
    expect(trace.map(({ name }) => name)).toEqual(['ingest', 'structuring', 'scoring', 'correlation']);
    expect(trace.map(({ parentSpanId }) => parentSpanId)).toEqual([
      '00f067aa0ba902b7',
      ...trace.slice(0, -1).map(({ spanId }) => spanId),
    ]);
    expect(trace[0]?.attributes).toMatchObject({ 'culprit.lines': 2 });
    expect(new Set(shown.match(/(?<=^# TYPE )\S+/gm))).toEqual(metricNames);
  });

  it('works without a collector that answers', async () => {
    server = await startServer(folder.path('lonely'), port, {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    });
    const body = 'a line\n';
    const response = await fetch(`${server.address}/ingest/v1/logs`, { method: 'POST', body });
    expect(response.status).toBe(200);
    expect(await server.stop()).toBe(0);
  });
});
