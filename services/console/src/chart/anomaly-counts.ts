import type { AnomalyHistogramJson } from '@culprit/service-query/module';
import { toMillis } from '../time/format-time.js';
import type { TimeCounts } from './time-bars.js';

/** Anomalies by time as bars of one series. */
export function anomalyCounts({ from, to, bucketMillis, buckets }: AnomalyHistogramJson): TimeCounts {
  return {
    from: from === null ? 0 : toMillis(from),
    to: to === null ? 0 : toMillis(to),
    bucketMillis,
    buckets: buckets.map(({ time, count }) => ({ time: toMillis(time), counts: [count] })),
  };
}
