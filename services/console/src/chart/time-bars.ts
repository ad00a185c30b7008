/** Counts by time in buckets of one width; those that hold nothing are left out. */
export interface TimeCounts {
  /** Milliseconds since 1970 of the first bucket's start and the last one's end. */
  readonly from: number;
  readonly to: number;
  readonly bucketMillis: number;
  readonly buckets: readonly TimeCount[];
}

/** One bucket. */
export interface TimeCount {
  readonly time: number;
  /** One number for each series, from the bottom up. */
  readonly counts: readonly number[];
}

/** A rectangle of a bar in pixels, from the top of the chart down. */
export interface BarPart {
  readonly series: number;
  readonly y: number;
  readonly height: number;
}

/** Even one error among thousands of records has to be seen. */
const minPartPixels = 2;

/**
 * Bars as stacked rectangles: heights follow the counts, and what is there is never thinner than two pixels.
 *
 * @param height of the chart in pixels
 * @returns for each bucket its parts, the bottom one first; none is higher than the chart
 */
export function stackedBars({ buckets }: TimeCounts, height: number): readonly (readonly BarPart[])[] {
  const highest = Math.max(1, ...buckets.map(({ counts }) => sumOf(counts)));
  return buckets.map(({ counts }) => {
    const parts: BarPart[] = [];
    const shared = height - counts.length * minPartPixels;
    let y = height;
    counts.forEach((count, series) => {
      if (count === 0) return;
      const part = minPartPixels + (count / highest) * shared;
      y -= part;
      parts.push({ series, y, height: part });
    });
    return parts;
  });
}

/** Number of buckets, those that hold nothing included. */
export function bucketCountOf({ from, to, bucketMillis }: TimeCounts): number {
  return bucketMillis === 0 ? 0 : Math.round((to - from) / bucketMillis);
}

/** Index of the bucket that a time lies in, moved to the nearest one where it lies outside. */
export function bucketAt(counts: TimeCounts, millis: number): number {
  const index = Math.floor((millis - counts.from) / Math.max(1, counts.bucketMillis));
  return Math.min(Math.max(0, index), Math.max(0, bucketCountOf(counts) - 1));
}

export function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
