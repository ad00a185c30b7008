import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { describe, expect, it } from 'vitest';
import { createMetrics } from './metrics.js';
import { createMetricProducer } from './telemetry/metric-producer.js';

describe('metrics', () => {
  it('prints counters, labelled counters and gauges as Prometheus reads them', () => {
    const metrics = createMetrics();
    metrics.counter('culprit_test_lines_total', 'Lines').add(3);
    metrics.gauge('culprit_test_depth', 'Depth').set(1.5);
    metrics.observe('culprit_test_size', 'Size', () => 7);
    const outcomes = metrics.counters('culprit_test_requests_total', 'Requests', {
      name: 'outcome',
      values: ['ok', 'failed'],
    });
    outcomes.add('ok', 2);
    expect(outcomes.read('ok')).toBe(2);
    expect(metrics.render()).toBe(
      [
        '# HELP culprit_test_lines_total Lines',
        '# TYPE culprit_test_lines_total counter',
        'culprit_test_lines_total 3',
        '# HELP culprit_test_depth Depth',
        '# TYPE culprit_test_depth gauge',
        'culprit_test_depth 1.5',
        '# HELP culprit_test_size Size',
        '# TYPE culprit_test_size gauge',
        'culprit_test_size 7',
        '# HELP culprit_test_requests_total Requests',
        '# TYPE culprit_test_requests_total counter',
        'culprit_test_requests_total{outcome="ok"} 2',
        'culprit_test_requests_total{outcome="failed"} 0',
        '',
      ].join('\n'),
    );
  });

  it('prints labelled series and histograms as the exporter of OpenTelemetry does', async () => {
    const metrics = createMetrics();
    for (const stage of ['structuring', 'scoring']) {
      const label = { name: 'stage', value: stage };
      metrics.counter('culprit_test_records_total', 'Records', label).add(stage.length);
      const seconds = metrics.histogram('culprit_test_batch_seconds', 'Time', [0.1, 1], label);
      for (const value of [0.05, 0.1, 0.5, 7]) seconds.record(value);
    }
    metrics.observe('culprit_test_share', 'Share', () => 0.25);
    const { resourceMetrics } = await createMetricProducer(metrics).collect();
    const theirs = new PrometheusSerializer('', false, undefined, true, true).serialize(resourceMetrics);
    // Units are no part of the format that we write.
    const lines = theirs.split('\n').filter((line) => line !== '' && !line.startsWith('# UNIT'));
    expect(metrics.render()).toBe(`${lines.join('\n')}\n`);
    expect(theirs).toContain('culprit_test_batch_seconds_bucket{stage="scoring",le="1"} 3');
  });

  it('refuses a name twice and a name of another system', () => {
    const metrics = createMetrics();
    metrics.gauge('culprit_test_depth', 'Depth');
    expect(() => metrics.gauge('culprit_test_depth', 'Depth')).toThrow('registered twice');
    expect(() => metrics.gauge('test depth', 'Depth')).toThrow('must match');
    const label = { name: 'stage', value: 'scoring' };
    metrics.counter('culprit_test_records_total', 'Records', label);
    expect(() => metrics.counter('culprit_test_records_total', 'Records', label)).toThrow('registered twice');
    expect(() => metrics.gauge('culprit_test_records_total', 'Records', { ...label, value: 'b' })).toThrow(
      'not in the same way',
    );
  });
});
