import { toEpochNanos } from '@culprit/kernel';
import type { EpochNanos } from '@culprit/kernel';
import type { SqlDriver, SqlParameter, SqlRow } from '../sql-driver.js';
import type { Histogram, TimeWindow } from '../store.js';
import { checkCount } from './page-token.js';
import { readNanos, readNumber } from './sql-row.js';
import { clampNanos } from './time-bounds.js';

/** Buckets of one width side by side, in milliseconds since 1970. */
export interface TimeGrid {
  /** A multiple of the step: equal questions have equal buckets, wherever their windows start. */
  readonly from: number;
  readonly stepMillis: number;
  readonly bucketCount: number;
}

/** A half-open range of event time without open ends. */
export interface BoundWindow {
  readonly from: EpochNanos;
  readonly until: EpochNanos;
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Widths that people count time in, ascending; the last holds all times that can be stored in few buckets. */
const stepsMillis: readonly number[] = [1, 2, 5, 10, 20, 50, 100, 200, 500].concat(
  [1, 2, 5, 10, 15, 30].map((count) => count * second),
  [1, 2, 5, 10, 15, 30].map((count) => count * minute),
  [1, 2, 3, 6, 12].map((count) => count * hour),
  [1, 2, 7, 14, 30, 90, 365, 3_650, 36_500].map((count) => count * day),
);

const nanosPerMilli = 1_000_000n;

/**
 * The finest grid of at most `maxBuckets` buckets that covers a window.
 *
 * @param window half open, both ends given
 * @param maxBuckets 6 or more, so that some width always suffices
 */
export function timeGridOf(window: BoundWindow, maxBuckets: number): TimeGrid {
  const from = millisOf(window.from, 'floor');
  const until = Math.max(from + 1, millisOf(window.until, 'ceil'));
  for (const stepMillis of stepsMillis) {
    const first = Math.floor(from / stepMillis) * stepMillis;
    const bucketCount = Math.ceil((until - first) / stepMillis);
    if (bucketCount <= maxBuckets) return { from: first, stepMillis, bucketCount };
  }
  throw new RangeError(`maxBuckets: ${maxBuckets} are too few`);
}

/**
 * What a histogram covers: the window that was asked for, with open ends where the data ends.
 *
 * @param bounds a row of `row_count`, `first_nanos` and `last_nanos`
 * @returns undefined where nothing is stored
 */
export function coveredWindow(window: TimeWindow, bounds: SqlRow | undefined): BoundWindow | undefined {
  if (bounds === undefined || readNumber(bounds, 'row_count') === 0) return undefined;
  const from = clampNanos(window.from ?? readNanos(bounds, 'first_nanos'));
  const until = clampNanos(window.until ?? readNanos(bounds, 'last_nanos') + 1n);
  return { from: from as EpochNanos, until: until as EpochNanos };
}

/** The statements of a histogram: one finds where the data ends, one counts rows by `bucket`. */
export interface HistogramQuestion {
  readonly driver: SqlDriver;
  readonly bounds: { readonly name: string; readonly sql: string };
  readonly counts: { readonly name: string; readonly sql: string };
  readonly filter: Readonly<Record<string, SqlParameter>>;
  readonly window: TimeWindow;
  readonly maxBuckets: number;
}

/**
 * Asks how much there is by time.
 *
 * @param read what the rows of one bucket say
 * @returns undefined where nothing is stored
 */
export async function readHistogram<Bucket>(
  question: HistogramQuestion,
  read: (start: EpochNanos, rows: readonly SqlRow[]) => Bucket,
): Promise<Histogram<Bucket> | undefined> {
  const { driver, filter } = question;
  const maxBuckets = checkCount('maxBuckets', question.maxBuckets, { lowest: 6, highest: 500 });
  const [bounds] = await driver.query({ ...question.bounds, parameters: filter });
  const window = coveredWindow(question.window, bounds);
  if (window === undefined) return undefined;
  const { from, stepMillis, bucketCount } = timeGridOf(window, maxBuckets);
  const rows = await driver.query({
    ...question.counts,
    parameters: {
      ...filter,
      from_nanos: window.from,
      until_nanos: window.until,
      from_millis: from,
      step_millis: stepMillis,
    },
  });
  const byBucket = Map.groupBy(rows, (row) => readNumber(row, 'bucket'));
  return {
    from: toEpochNanos(from),
    until: toEpochNanos(from + bucketCount * stepMillis),
    stepMillis,
    buckets: [...byBucket].map(([bucket, ofBucket]) =>
      read(toEpochNanos(from + bucket * stepMillis), ofBucket),
    ),
  };
}

function millisOf(nanos: bigint, rounding: 'floor' | 'ceil'): number {
  const whole = nanos / nanosPerMilli;
  const rest = nanos % nanosPerMilli;
  if (rest === 0n) return Number(whole);
  if (rounding === 'ceil') return Number(rest > 0n ? whole + 1n : whole);
  return Number(rest < 0n ? whole - 1n : whole);
}
