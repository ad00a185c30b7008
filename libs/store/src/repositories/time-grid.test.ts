import { toEpochNanos } from '@culprit/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coveredWindow, timeGridOf } from './time-grid.js';

const millis = fc.integer({ min: -2_208_988_800_000, max: 9_223_372_036_000 });

function windowOf(from: number, until: number) {
  return { from: toEpochNanos(from), until: toEpochNanos(until) };
}

describe('a grid of time', () => {
  it('counts an hour in minutes and a month in half days', () => {
    expect(timeGridOf(windowOf(0, 3_600_000), 60)).toEqual({ from: 0, stepMillis: 60_000, bucketCount: 60 });
    expect(timeGridOf(windowOf(0, 30 * 86_400_000), 60)).toMatchObject({ stepMillis: 43_200_000 });
  });

  it('covers every window with as few buckets as asked, on round times', () => {
    fc.assert(
      fc.property(millis, millis, fc.integer({ min: 6, max: 500 }), (a, b, maxBuckets) => {
        const [from, until] = [Math.min(a, b), Math.max(a, b)];
        const grid = timeGridOf(windowOf(from, until), maxBuckets);
        expect(Math.abs(grid.from % grid.stepMillis)).toBe(0);
        expect(grid.bucketCount).toBeLessThanOrEqual(maxBuckets);
        expect(grid.from).toBeLessThanOrEqual(from);
        expect(grid.from + grid.bucketCount * grid.stepMillis).toBeGreaterThanOrEqual(until);
      }),
    );
  });

  it('ends where the data ends unless the question says where', () => {
    const bounds = { row_count: 2, first_nanos: '1000', last_nanos: '5000' };
    expect(coveredWindow({}, bounds)).toEqual({ from: 1_000n, until: 5_001n });
    expect(coveredWindow(windowOf(1, 2), bounds)).toEqual(windowOf(1, 2));
    expect(coveredWindow({}, { row_count: 0, first_nanos: '0', last_nanos: '0' })).toBeUndefined();
  });
});
