import { best, type Baseline } from './baseline.js';
import { IsolationForest, type SparsePoint } from './isolation-forest.js';
import type { LineIndex, Minute } from './line-index.js';

const RELEARN_MINUTES = 15;
/** What a point gets that no cut sets apart. */
const USUAL = 0.5;
const LONGEST_PAST = 1440;
const SEED = 4;

/**
 * Minutes as vectors of counts, by template and by log type, in an isolation forest, learned anew every quarter of an hour from at most a day; lines
 * by how much their template's count departs from its past range.
 */
export const forest: Baseline = {
  name: 'B4 isolation forest',
  scores(index) {
    let current: IsolationForest | undefined;
    const points: SparsePoint[] = [];
    return index.minutes.map((minute, number) => {
      if (number > 0 && number % RELEARN_MINUTES === 0)
        current = new IsolationForest(points.slice(-LONGEST_PAST), { seed: SEED });
      const point = pointOf(index, minute);
      points.push(point);
      return Math.max(0, (current?.score(point) ?? USUAL) - USUAL);
    });
  },
  rank(index, stretch) {
    const before = index.minuteOf(stretch.from);
    const minutes = Math.max(1, (stretch.to - stretch.from) / 60_000);
    const past = highestBefore(index, before);
    const counts = index.countsIn(stretch);
    return best(index.examplesIn(stretch), ({ template }) => {
      const now = (counts.get(template) ?? 0) / minutes;
      return (now + 1) / ((past.get(template) ?? 0) + 1) - 1;
    });
  },
};

/** Counts by template, and as features below zero by log type. */
function pointOf(index: LineIndex, { countByTemplate }: Minute): SparsePoint {
  const point = new Map(countByTemplate);
  for (const [template, count] of countByTemplate) {
    const feature = -1 - index.logTypeNumber(template);
    point.set(feature, (point.get(feature) ?? 0) + count);
  }
  return point;
}

function highestBefore({ minutes }: LineIndex, before: number): ReadonlyMap<number, number> {
  const highest = new Map<number, number>();
  for (const { countByTemplate } of minutes.slice(Math.max(0, before - LONGEST_PAST), before))
    for (const [template, count] of countByTemplate)
      highest.set(template, Math.max(count, highest.get(template) ?? 0));
  return highest;
}
