import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** A span as OTLP's JSON form has it. */
export interface ReceivedSpan {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A collector that keeps what it is sent. */
export interface OtlpSink {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly address: string;
  readonly spans: ReceivedSpan[];
  readonly metricNames: ReadonlySet<string>;
  close(): void;
}

interface KeyValue {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}
type Scoped<Key extends string, Item> = { readonly [key in Key]: readonly Item[] };
type OtlpSpan = Omit<ReceivedSpan, 'attributes' | 'service'> & { readonly attributes: readonly KeyValue[] };
interface TraceRequest {
  readonly resourceSpans: readonly (Scoped<'scopeSpans', Scoped<'spans', OtlpSpan>> & {
    readonly resource: { readonly attributes: readonly KeyValue[] };
  })[];
}
interface MetricsRequest {
  readonly resourceMetrics: readonly Scoped<'scopeMetrics', Scoped<'metrics', { readonly name: string }>>[];
}

/** Receives traces and metrics over OTLP (HTTP, JSON) on this machine. */
export async function startOtlpSink(): Promise<OtlpSink> {
  const spans: ReceivedSpan[] = [];
  const metricNames = new Set<string>();
  const server = createServer((request, response) => {
    const take = async (): Promise<void> => {
      const body = await json(request);
      if (request.url === '/v1/traces') spans.push(...spansOf(body as TraceRequest));
      else for (const name of namesOf(body as MetricsRequest)) metricNames.add(name);
      response.setHeader('content-type', 'application/json').end('{}');
    };
    void take();
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}`, spans, metricNames, close: () => server.close() };
}

function spansOf({ resourceSpans }: TraceRequest): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(valuesOf(resource.attributes)['service.name']);
    return scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({ ...span, service, attributes: valuesOf(span.attributes) })),
    );
  });
}

function namesOf({ resourceMetrics }: MetricsRequest): string[] {
  return resourceMetrics.flatMap(({ scopeMetrics }) =>
    scopeMetrics.flatMap(({ metrics }) => metrics.map(({ name }) => name)),
  );
}

function valuesOf(attributes: readonly KeyValue[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
