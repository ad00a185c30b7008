import { silentTracing, type Tracing } from './tracing.js';
import type { Metrics } from '../metrics.js';

/** What a process tells others about itself by OpenTelemetry. */
export interface Telemetry {
  readonly tracing: Tracing;
  /** Sends the numbers of the process from now on. */
  sendMetrics(metrics: Metrics): void;
  /** Sends what waits and stops. */
  close(): Promise<void>;
}

/** Tells nobody anything. */
export const silentTelemetry: Telemetry = {
  tracing: silentTracing,
  sendMetrics() {},
  close: () => Promise.resolve(),
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Traces and metrics over OTLP (HTTP, JSON), by OpenTelemetry's own variables: they are sent where
 * `OTEL_EXPORTER_OTLP_ENDPOINT`, or the one for traces or metrics, says. Without any of these the libraries are not
 * even loaded.
 *
 * @param serviceName what the process is called there, unless `OTEL_SERVICE_NAME` says otherwise
 */
export async function openTelemetry(serviceName: string, environment: Environment): Promise<Telemetry> {
  const isOn = (signal: string): boolean =>
    Boolean(
      environment['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? environment[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`],
    ) && environment[`OTEL_${signal}_EXPORTER`] !== 'none';
  const isDisabled = environment['OTEL_SDK_DISABLED'] === 'true';
  const signals = { traces: !isDisabled && isOn('TRACES'), metrics: !isDisabled && isOn('METRICS') };
  if (!signals.traces && !signals.metrics) return silentTelemetry;
  const { openOtlp } = await import('./open-otlp.js');
  return openOtlp(serviceName, signals, environment);
}
