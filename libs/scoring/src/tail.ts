/**
 * How often values of each size came: counts in buckets of equal width on a logarithmic scale, so that every quantile is
 * known to about a seventh of its value (DDSketch, Masson, Rim, Lee 2019, with its lowest buckets collapsed).
 */
export interface TailSketch {
  /** Number of the first bucket of `counts`. */
  first: number;
  counts: number[];
  total: number;
  highest: number;
}

/** A value far above what is usual. */
export interface TailFinding {
  /** Probability of one value at least as large. */
  readonly probability: number;
  /** What `share` of the values so far are under, on the scale of the sketch. */
  readonly bound: number;
  readonly share: number;
}

const bucketWidth = 0.25;
const maxBuckets = 48;
const minTotal = 200;
const maxTotal = 20_000;
/** A value must be at least three times what 99 % are under. */
const minEffect = Math.log(3);
const tailShare = 0.95;
const smallestScale = 0.3;
/** How far an extrapolated tail is believed: one value alone is never worth more. */
const leastProbability = 1e-7;

/** Nothing seen yet. */
export function createTail(): TailSketch {
  return { first: 0, counts: [], total: 0, highest: -Infinity };
}

/**
 * Tests one value against all before it, then takes it in.
 *
 * Among what was seen the share of larger values counts; beyond it the tail is that of a power law (on this scale:
 * exponential) with the mean excess over the 95 % quantile as its scale (Hill 1975).
 *
 * @param value logarithm of the amount
 * @returns undefined where nothing is unusual; O(buckets)
 */
export function observeTail(tail: TailSketch, value: number): TailFinding | undefined {
  const finding = tail.total >= minTotal ? testTail(tail, value) : undefined;
  addValue(tail, value);
  return finding;
}

function testTail(tail: TailSketch, value: number): TailFinding | undefined {
  const usual = quantileOf(tail, 0.99);
  if (value - usual < minEffect) return undefined;
  const above = countAbove(tail, value);
  const beyond = Math.max(0, value - tail.highest) / scaleOf(tail);
  const probability = Math.max(leastProbability, ((above + 0.5) / (tail.total + 1)) * Math.exp(-beyond));
  const share = tail.total < 1_000 ? 0.99 : 0.999;
  const bound = quantileOf(tail, share);
  return value > bound ? { probability, bound, share } : { probability, bound: usual, share: 0.99 };
}

/** Upper end of the bucket below which `share` of the values lie. O(buckets) */
export function quantileOf(tail: TailSketch, share: number): number {
  let rest = (1 - share) * tail.total;
  for (let i = tail.counts.length - 1; i >= 0; i--) {
    rest -= tail.counts[i] ?? 0;
    if (rest < 0) return Math.min((tail.first + i + 1) * bucketWidth, tail.highest);
  }
  return tail.first * bucketWidth;
}

function countAbove(tail: TailSketch, value: number): number {
  let above = 0;
  for (let i = Math.floor(value / bucketWidth) - tail.first; i < tail.counts.length; i++)
    above += tail.counts[i] ?? 0;
  return above;
}

/** Shares of the values above and below two bounds; a bucket that holds a bound counts to both sides of it. O(buckets) */
export function sharesBeyond(tail: TailSketch, low: number, high: number): { above: number; below: number } {
  return {
    above: (countAbove(tail, high) + 0.5) / (tail.total + 1),
    below: (tail.total - countAbove(tail, low + bucketWidth) + 0.5) / (tail.total + 1),
  };
}

/** Mean excess over the 95 % quantile, with one pseudo excess of the smallest scale. */
function scaleOf(tail: TailSketch): number {
  const from = quantileOf(tail, tailShare);
  let excess = 2 * smallestScale;
  let count = 1;
  for (let i = Math.max(0, Math.floor(from / bucketWidth) - tail.first); i < tail.counts.length; i++) {
    const inBucket = tail.counts[i] ?? 0;
    excess += inBucket * Math.max(0, (tail.first + i + 0.5) * bucketWidth - from);
    count += inBucket;
  }
  return Math.max(smallestScale, excess / count);
}

function addValue(tail: TailSketch, value: number): void {
  const bucket = Math.floor(value / bucketWidth);
  const { counts } = tail;
  if (counts.length === 0) tail.first = bucket;
  while (bucket < tail.first && counts.length < maxBuckets) {
    counts.unshift(0);
    tail.first -= 1;
  }
  while (bucket >= tail.first + counts.length) counts.push(0);
  while (counts.length > maxBuckets) {
    const lowest = counts.shift() ?? 0;
    counts[0] = (counts[0] ?? 0) + lowest;
    tail.first += 1;
  }
  const at = Math.max(0, bucket - tail.first);
  counts[at] = (counts[at] ?? 0) + 1;
  tail.total += 1;
  tail.highest = Math.max(tail.highest, value);
  if (tail.total >= maxTotal) forgetHalf(tail);
}

function forgetHalf(tail: TailSketch): void {
  tail.total = 0;
  for (let i = 0; i < tail.counts.length; i++) {
    const half = Math.floor((tail.counts[i] ?? 0) / 2);
    tail.counts[i] = half;
    tail.total += half;
  }
  while ((tail.counts.at(-1) ?? 1) === 0) tail.counts.pop();
  tail.highest = Math.min(tail.highest, (tail.first + tail.counts.length) * bucketWidth);
}
