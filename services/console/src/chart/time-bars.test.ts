import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketAt, bucketCountOf, stackedBars, type TimeCounts } from './time-bars.js';

function countsOf(buckets: readonly (readonly number[])[]): TimeCounts {
  return {
    from: 0,
    to: buckets.length * 10,
    bucketMillis: 10,
    buckets: buckets.map((counts, i) => ({ time: i * 10, counts })),
  };
}

describe('bars', () => {
  it('stand on each other from the bottom, the highest as high as the chart', () => {
    const [first, second] = stackedBars(
      countsOf([
        [50, 50],
        [0, 10],
      ]),
      104,
    );
    expect(first).toEqual([
      { series: 0, y: 52, height: 52 },
      { series: 1, y: 0, height: 52 },
    ]);
    expect(second).toEqual([{ series: 1, y: 92, height: 12 }]);
  });

  it('show one error among thousands, and never leave the chart', () => {
    const counts = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(counts, { minLength: 1, maxLength: 20 }), (buckets) => {
        stackedBars(countsOf(buckets), 80).forEach((parts, i) => {
          expect(parts.length).toBe((buckets[i] ?? []).filter((count) => count > 0).length);
          expect(parts.every(({ height, y }) => height >= 2 && y >= -1e-9)).toBe(true);
        });
      }),
    );
  });

  it('know their bucket by time, also outside', () => {
    const counts = countsOf([[1], [2], [3]]);
    expect(bucketCountOf(counts)).toBe(3);
    expect([-5, 0, 9, 10, 29, 300].map((millis) => bucketAt(counts, millis))).toEqual([0, 0, 0, 1, 2, 2]);
  });
});
