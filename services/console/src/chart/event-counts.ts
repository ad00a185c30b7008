import type { EventHistogramJson } from '@culprit/service-query/module';
import { toMillis } from '../time/format-time.js';
import type { TimeCounts } from './time-bars.js';
import type { Series } from './time-histogram.js';

/** Severities that are told apart, the gravest at the bottom, where bars can be compared. */
export const severitySeries: readonly Series[] = [
  { name: 'error', label: 'error' },
  { name: 'warn', label: 'warn' },
  { name: 'rest', label: 'other' },
];

/** Records by time as bars of {@link severitySeries}. */
export function eventCounts({ from, to, bucketMillis, buckets }: EventHistogramJson): TimeCounts {
  return {
    from: from === null ? 0 : toMillis(from),
    to: to === null ? 0 : toMillis(to),
    bucketMillis,
    buckets: buckets.map(({ time, count, bySeverity }) => {
      const error = bySeverity.error + bySeverity.fatal;
      return { time: toMillis(time), counts: [error, bySeverity.warn, count - error - bySeverity.warn] };
    }),
  };
}
