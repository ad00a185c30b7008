import { describe, expect, it } from 'vitest';
import { createMetrics } from './metrics.js';

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

  it('refuses a name twice and a name of another system', () => {
    const metrics = createMetrics();
    metrics.gauge('culprit_test_depth', 'Depth');
    expect(() => metrics.gauge('culprit_test_depth', 'Depth')).toThrow('registered twice');
    expect(() => metrics.gauge('test depth', 'Depth')).toThrow('must match');
  });
});
