import { createRng } from '@culprit/kernel';

/** Settings of the paper. */
export interface ForestOptions {
  /** Default 100. */
  readonly trees?: number;
  /** Points a tree is grown from; default 256. */
  readonly sample?: number;
  readonly seed: number;
}

type Tree = { readonly size: number } | Split;

interface Split {
  readonly feature: number;
  readonly at: number;
  readonly below: Tree;
  readonly above: Tree;
}

/** A point as counts by feature; what is missing is zero. */
export type SparsePoint = ReadonlyMap<number, number>;

/**
 * An isolation forest over sparse counts: points that few random cuts set apart are unusual.
 * Source: Liu, Ting, Zhou, "Isolation Forest", ICDM 2008: 100 trees, 256 points each, height limit log2 of that.
 */
export class IsolationForest {
  readonly #trees: readonly Tree[];
  readonly #normal: number;

  constructor(points: readonly SparsePoint[], { trees = 100, sample = 256, seed }: ForestOptions) {
    const rng = createRng(seed);
    const size = Math.min(sample, points.length);
    const limit = Math.ceil(Math.log2(Math.max(2, size)));
    this.#normal = averagePath(size);
    this.#trees = Array.from({ length: trees }, () =>
      grow(
        draw(points, size, () => rng.next()),
        { depth: 0, limit, random: () => rng.next() },
      ),
    );
  }

  /** 2^(-E(h) / c(n)) in (0, 1]: near 1 is unusual, about 0.5 and less is usual. O(trees x depth). */
  score(point: SparsePoint): number {
    let sum = 0;
    for (const tree of this.#trees) sum += pathLength(tree, point, 0);
    return 2 ** (-sum / this.#trees.length / this.#normal);
  }
}

interface Growth {
  readonly depth: number;
  readonly limit: number;
  readonly random: () => number;
}

function draw(points: readonly SparsePoint[], size: number, random: () => number): readonly SparsePoint[] {
  const rest = [...points];
  for (let i = 0; i < size; i++) {
    const j = i + Math.floor(random() * (rest.length - i));
    const [one, other] = [rest[i], rest[j]];
    if (one !== undefined && other !== undefined) [rest[i], rest[j]] = [other, one];
  }
  return rest.slice(0, size);
}

function grow(points: readonly SparsePoint[], growth: Growth): Tree {
  const { depth, limit, random } = growth;
  if (depth >= limit || points.length <= 1) return { size: points.length };
  const ranges = rangesOf(points);
  const range = ranges[Math.floor(random() * ranges.length)];
  if (range === undefined) return { size: points.length };
  const { feature, low, high } = range;
  const at = low + random() * (high - low);
  const deeper = { ...growth, depth: depth + 1 };
  const isBelow = (point: SparsePoint): boolean => (point.get(feature) ?? 0) < at;
  return {
    feature,
    at,
    below: grow(points.filter(isBelow), deeper),
    above: grow(
      points.filter((point) => !isBelow(point)),
      deeper,
    ),
  };
}

interface Range {
  readonly feature: number;
  readonly low: number;
  readonly high: number;
}

/** Features in which the points differ. */
function rangesOf(points: readonly SparsePoint[]): readonly Range[] {
  const seen = new Map<number, { low: number; high: number; times: number }>();
  for (const point of points)
    for (const [feature, value] of point) {
      const range = seen.get(feature) ?? { low: value, high: value, times: 0 };
      seen.set(feature, {
        low: Math.min(range.low, value),
        high: Math.max(range.high, value),
        times: range.times + 1,
      });
    }
  const ranges: Range[] = [];
  for (const [feature, { low, high, times }] of seen) {
    const lowest = times < points.length ? Math.min(0, low) : low;
    if (lowest < high) ranges.push({ feature, low: lowest, high });
  }
  return ranges;
}

function pathLength(tree: Tree, point: SparsePoint, depth: number): number {
  if ('size' in tree) return depth + averagePath(tree.size);
  return pathLength((point.get(tree.feature) ?? 0) < tree.at ? tree.below : tree.above, point, depth + 1);
}

/** c(n): the mean path of an unsuccessful search in a binary tree of n points. */
function averagePath(n: number): number {
  if (n <= 1) return n === 1 ? 0 : 0;
  if (n === 2) return 1;
  return 2 * (Math.log(n - 1) + 0.577_215_664_9) - (2 * (n - 1)) / n;
}
