import { formatRfc3339 } from '@culprit/kernel';
import type { AnomalyBucket, EventBucket, Histogram } from '@culprit/store';
import { z } from 'zod';
import { count, named, time } from './answer-shapes.js';

const frame = {
  from: time.nullable().describe('Start of the first bucket; null where nothing is stored'),
  to: time.nullable().describe('End of the last bucket'),
  bucketMillis: z.int().min(0).describe('Width of each; 0 where nothing is stored'),
  total: count,
};
const start = time.describe('Start of the bucket');

const countsBySeverity = named('CountsBySeverity', 'Log records by severity', {
  unknown: count,
  trace: count,
  debug: count,
  info: count,
  warn: count,
  error: count,
  fatal: count,
});

/** How many records there are by time and severity. */
export const eventHistogramAnswer = named(
  'EventHistogram',
  'Log records by time; empty buckets are left out',
  {
    ...frame,
    buckets: z.array(z.object({ time: start, count, bySeverity: countsBySeverity }).readonly()).readonly(),
  },
);
export type EventHistogramJson = z.output<typeof eventHistogramAnswer>;

/** How many anomalies there are by time. */
export const anomalyHistogramAnswer = named(
  'AnomalyHistogram',
  'Anomalies by time; empty buckets are left out',
  { ...frame, buckets: z.array(z.object({ time: start, count }).readonly()).readonly() },
);
export type AnomalyHistogramJson = z.output<typeof anomalyHistogramAnswer>;

export function eventHistogramJson(histogram: Histogram<EventBucket> | undefined): EventHistogramJson {
  return framed(histogram, ({ start: at, countByLevel }) => {
    const [unknown = 0, trace = 0, debug = 0, info = 0, warn = 0, error = 0, fatal = 0] = countByLevel;
    return {
      time: formatRfc3339(at),
      count: countByLevel.reduce((sum, ofLevel) => sum + ofLevel, 0),
      bySeverity: { unknown, trace, debug, info, warn, error, fatal },
    };
  });
}

export function anomalyHistogramJson(histogram: Histogram<AnomalyBucket> | undefined): AnomalyHistogramJson {
  return framed(histogram, ({ start: at, count: ofBucket }) => ({
    time: formatRfc3339(at),
    count: ofBucket,
  }));
}

function framed<Bucket, Json extends { readonly count: number }>(
  histogram: Histogram<Bucket> | undefined,
  jsonOf: (bucket: Bucket) => Json,
) {
  if (histogram === undefined) return { from: null, to: null, bucketMillis: 0, total: 0, buckets: [] };
  const buckets = histogram.buckets.map(jsonOf);
  return {
    from: formatRfc3339(histogram.from),
    to: formatRfc3339(histogram.until),
    bucketMillis: histogram.stepMillis,
    total: buckets.reduce((sum, bucket) => sum + bucket.count, 0),
    buckets,
  };
}
