import { setTimeout as wait } from 'node:timers/promises';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
  type Resource,
} from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace';
import type { Metrics } from '../metrics.js';
import { createMetricProducer } from './metric-producer.js';
import { openTracing, samplerOf } from './open-tracing.js';
import type { Telemetry } from './telemetry.js';
import { silentTracing } from './tracing.js';

const defaultIntervalMs = 60_000;
const defaultDelayMs = 5_000;
/** How long what waits may take to be sent at the end. */
const closeMs = 2_000;

/** Which signals are sent. */
export interface Signals {
  readonly traces: boolean;
  readonly metrics: boolean;
}

/** {@link Telemetry} over OTLP; the exporters read their own variables (endpoint, headers, timeout, compression). */
export function openOtlp(
  serviceName: string,
  signals: Signals,
  environment: Readonly<Record<string, string | undefined>>,
): Telemetry {
  const resource = resourceOf(serviceName);
  const closing: (() => Promise<void>)[] = [];
  const tracing = signals.traces
    ? openTracing({
        resource,
        processors: [
          new BatchSpanProcessor({
            exporter: new OTLPTraceExporter(),
            scheduledDelayMillis: millisOf(environment['OTEL_BSP_SCHEDULE_DELAY'], defaultDelayMs),
          }),
        ],
        sampler: samplerOf(environment['OTEL_TRACES_SAMPLER'], environment['OTEL_TRACES_SAMPLER_ARG']),
      })
    : undefined;
  if (tracing !== undefined) closing.push(() => tracing.close());
  return {
    tracing: tracing ?? silentTracing,
    sendMetrics(metrics) {
      if (!signals.metrics) return;
      const intervalMs = millisOf(environment['OTEL_METRIC_EXPORT_INTERVAL'], defaultIntervalMs);
      const provider = meterProviderOf(metrics, resource, intervalMs);
      closing.push(() => provider.shutdown());
    },
    async close() {
      const late = new AbortController();
      const sent = Promise.allSettled(closing.map((close) => close()));
      // Whoever listens may be gone: that must not keep the process.
      await Promise.race([sent, wait(closeMs, undefined, { signal: late.signal }).catch(() => undefined)]);
      late.abort();
    },
  };
}

function millisOf(text: string | undefined, otherwise: number): number {
  const millis = Number(text ?? '');
  return millis > 0 ? millis : otherwise;
}

function meterProviderOf(metrics: Metrics, resource: Resource, intervalMs: number): MeterProvider {
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(),
    exportIntervalMillis: intervalMs,
    exportTimeoutMillis: Math.min(intervalMs, 10_000),
    metricProducers: [createMetricProducer(metrics)],
  });
  return new MeterProvider({ resource, readers: [reader] });
}

/** OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES go before what we say ourselves. */
function resourceOf(serviceName: string): Resource {
  const own = resourceFromAttributes({
    'service.name': serviceName,
    'service.namespace': 'culprit',
    'service.instance.id': `${serviceName}-${process.pid}`,
  });
  return defaultResource()
    .merge(own)
    .merge(detectResources({ detectors: [envDetector] }));
}
