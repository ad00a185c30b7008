import { OTLPLogExporter as GrpcExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPLogExporter as JsonExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtoExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import type { LogRecordExporter } from '@opentelemetry/sdk-logs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCulprit, type Culprit } from './support/culprit.js';

let culprit: Culprit;
let count = 0;
beforeAll(async () => {
  culprit = await startCulprit();
});
afterAll(() => culprit.stop());

/** Sends 250 lines through the SDK as an application would. */
async function log(exporter: LogRecordExporter, service: string): Promise<void> {
  const provider = new LoggerProvider({
    resource: resourceFromAttributes({
      'service.name': service,
      'k8s.namespace.name': 'shop',
      'k8s.pod.name': `${service}-5b79655688-rvlsc`,
      'k8s.node.name': 'node-1',
      'k8s.cluster.name': 'prod',
    }),
    processors: [new BatchLogRecordProcessor({ exporter, maxExportBatchSize: 100 })],
  });
  const logger = provider.getLogger('app');
  for (let i = 0; i < 250; i++)
    logger.emit({
      severityText: 'ERROR',
      body: `order ${i} timed out`,
      attributes: { orderId: i, note: 'a "quoted" ✓' },
    });
  await provider.shutdown();
  count += 250;
}

describe('OpenTelemetry SDK', () => {
  it.each([
    ['http/json, gzip', (url: string) => new JsonExporter({ url, compression: 'gzip' as never })],
    ['http/protobuf', (url: string) => new ProtoExporter({ url })],
    ['http/protobuf, gzip', (url: string) => new ProtoExporter({ url, compression: 'gzip' as never })],
    [
      'http/protobuf to its usual port',
      () => new ProtoExporter({ url: `http://${culprit.portOf('OTLP/HTTP')}/v1/logs` }),
    ],
    ['grpc', () => new GrpcExporter({ url: `http://${culprit.portOf('OTLP/gRPC')}` })],
    [
      'grpc, gzip',
      () => new GrpcExporter({ url: `http://${culprit.portOf('OTLP/gRPC')}`, compression: 'gzip' as never }),
    ],
  ])('sends over %s what is stored with its source', async (name, create) => {
    const service = name.replaceAll(/\W+/g, '-');
    await log(create(`${culprit.address}/v1/logs`), service);
    const events = await culprit.stored(count);
    const mine = events.filter((event) => event.service === service);
    expect(mine).toHaveLength(250);
    expect(mine[7]).toMatchObject({
      environment: 'prod',
      logType: `shop/${service}`,
      namespace: 'shop',
      pod: `${service}-5b79655688-rvlsc`,
      host: 'node-1',
      body: 'order 7 timed out',
      attributes: { orderId: 7, note: 'a "quoted" ✓' },
    });
  });
});
