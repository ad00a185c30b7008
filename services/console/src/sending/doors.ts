/** A way for a collector to send logs. */
export interface Door {
  readonly sender: string;
  /** What is written into its configuration. */
  readonly setting: string;
}

/** Where collectors that people already have send to, with a server at `origin`, such as `https://logs.example`. */
export function doorsOf(origin: string): readonly Door[] {
  const { hostname } = new URL(origin);
  return [
    { sender: 'OpenTelemetry, HTTP', setting: `${origin}/v1/logs` },
    { sender: 'OpenTelemetry, gRPC', setting: `${hostname}:4317` },
    { sender: 'Promtail, Alloy, Loki clients', setting: `${origin}/loki/api/v1/push` },
    { sender: 'Fluent Bit and Fluentd, forward', setting: `${hostname}:24224` },
    { sender: 'Vector, Beats, Elasticsearch clients', setting: `${origin}/ingest/elastic` },
    { sender: 'Splunk HEC', setting: `${origin}/services/collector/event` },
    { sender: 'Datadog agent', setting: `${origin}/api/v2/logs` },
    { sender: 'Amazon Data Firehose, CloudWatch', setting: `${origin}/firehose` },
    { sender: 'syslog, UDP and TCP', setting: `${hostname}:5514` },
    { sender: 'systemd-journal-upload', setting: `${origin}/upload` },
    { sender: 'Alertmanager: an alert starts a scan', setting: `${origin}/api/v1/webhooks/alertmanager` },
  ];
}
