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
    const random = (): number => rng.next();
    this.#trees = Array.from({ length: trees }, () => {
      const drawn = draw(points, size, random);
      const features = [...new Set(drawn.flatMap((point) => [...point.keys()]))];
      return grow(drawn, features, { depth: 0, limit, random });
    });
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

/** @param features that may still differ among the points */
function grow(points: readonly SparsePoint[], features: readonly number[], growth: Growth): Tree {
  const { depth, limit, random } = growth;
  if (depth >= limit || points.length <= 1) return { size: points.length };
  const left = [...features];
  const range = drawRange(points, left, random);
  if (range === undefined) return { size: points.length };
  const { feature, low, high } = range;
  const at = low + random() * (high - low);
  const deeper = { ...growth, depth: depth + 1 };
  const isBelow = (point: SparsePoint): boolean => (point.get(feature) ?? 0) < at;
  return {
    feature,
    at,
    below: grow(points.filter(isBelow), left, deeper),
    above: grow(
      points.filter((point) => !isBelow(point)),
      left,
      deeper,
    ),
  };
}

interface Range {
  readonly feature: number;
  readonly low: number;
  readonly high: number;
}

/** A feature in which the points differ, all of them equally likely; those found to be constant leave the list. */
function drawRange(
  points: readonly SparsePoint[],
  features: number[],
  random: () => number,
): Range | undefined {
  while (features.length > 0) {
    const index = Math.floor(random() * features.length);
    const feature = features[index] ?? 0;
    let low = Infinity;
    let high = -Infinity;
    for (const point of points) {
      const value = point.get(feature) ?? 0;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (low < high) return { feature, low, high };
    features[index] = features.at(-1) ?? feature;
    features.pop();
  }
  return undefined;
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
