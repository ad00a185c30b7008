import { best, SHOWN_LINES, type Baseline } from './baseline.js';
import type { LineIndex } from './line-index.js';

/** Only what is new: the number of templates never seen before, and those lines in order of time. */
export const newTemplates: Baseline = {
  name: 'B1 new templates',
  scores(index) {
    const known = new Set<number>();
    return index.minutes.map(({ countByTemplate }) => {
      const before = known.size;
      for (const template of countByTemplate.keys()) known.add(template);
      return known.size - before;
    });
  },
  rank(index, stretch) {
    const known = countsBefore(index, stretch.from);
    return index
      .examplesIn(stretch)
      .filter(({ template }) => !known.has(template))
      .toSorted((a, b) => a.timeMillis - b.timeMillis)
      .slice(0, SHOWN_LINES);
  },
};

/**
 * Minutes as documents, templates as terms: the length of a minute's TF-IDF vector times its distance from the
 * sum of the past ones, by cosine; lines by their term's weight. Source: TF-IDF as in Salton and Buckley 1988, idf = ln((1 + N) / (1 + df)).
 */
export const tfIdf: Baseline = {
  name: 'B3 TF-IDF',
  scores(index) {
    const frequency = new Map<number, number>();
    const past = new Map<number, number>();
    return index.minutes.map(({ countByTemplate }, minute) => {
      const vector = weigh(countByTemplate, { frequency, documents: minute });
      const distance = norm(vector) * (1 - cosine(vector, past));
      for (const [template, weight] of vector) past.set(template, (past.get(template) ?? 0) + weight);
      for (const template of countByTemplate.keys())
        frequency.set(template, (frequency.get(template) ?? 0) + 1);
      return distance;
    });
  },
  rank(index, stretch) {
    const before = index.minuteOf(stretch.from);
    const frequency = minutesWith(index, before);
    const weights = weigh(index.countsIn(stretch), { frequency, documents: before });
    return best(index.examplesIn(stretch), ({ template }) => weights.get(template) ?? 0);
  },
};

/**
 * Shift of rate: the largest z-score of a template's count in a minute against its past minutes, both ways. A template
 * that stops has no line to show.
 */
export const rateShift: Baseline = {
  name: 'B5 rate shift',
  scores(index) {
    const sums = new Map<number, { sum: number; squares: number }>();
    return index.minutes.map(({ countByTemplate }, minute) => {
      let highest = 0;
      for (const template of new Set([...sums.keys(), ...countByTemplate.keys()])) {
        const past = sums.get(template) ?? { sum: 0, squares: 0 };
        const z = zScore(past, countByTemplate.get(template) ?? 0, Math.max(1, minute));
        highest = Math.max(highest, Math.abs(z));
      }
      for (const [template, count] of countByTemplate) {
        const past = sums.get(template) ?? { sum: 0, squares: 0 };
        past.sum += count;
        past.squares += count * count;
        sums.set(template, past);
      }
      return highest;
    });
  },
  rank(index, stretch) {
    const before = index.minuteOf(stretch.from);
    const minutes = Math.max(1, (stretch.to - stretch.from) / 60_000);
    const counts = index.countsIn(stretch);
    const past = sumsBefore(index, before);
    return best(index.examplesIn(stretch), ({ template }) =>
      Math.abs(
        zScore(
          past.get(template) ?? { sum: 0, squares: 0 },
          (counts.get(template) ?? 0) / minutes,
          Math.max(1, before),
        ),
      ),
    );
  },
};

interface Documents {
  /** Minutes in which a template came. */
  readonly frequency: ReadonlyMap<number, number>;
  readonly documents: number;
}

function weigh(
  counts: ReadonlyMap<number, number>,
  { frequency, documents }: Documents,
): Map<number, number> {
  const weights = new Map<number, number>();
  for (const [template, count] of counts) {
    const rarity = Math.log((1 + documents) / (1 + (frequency.get(template) ?? 0)));
    if (rarity > 0) weights.set(template, (1 + Math.log(count)) * rarity);
  }
  return weights;
}

function cosine(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): number {
  let product = 0;
  for (const [template, weight] of a) product += weight * (b.get(template) ?? 0);
  return product === 0 ? 0 : product / (norm(a) * norm(b));
}

function norm(vector: ReadonlyMap<number, number>): number {
  let squares = 0;
  for (const weight of vector.values()) squares += weight * weight;
  return Math.sqrt(squares);
}

/** Standard deviations from the mean over all past minutes, with at least one count of spread. */
function zScore(past: { sum: number; squares: number }, count: number, minutes: number): number {
  const mean = past.sum / minutes;
  return (count - mean) / Math.sqrt(Math.max(1, past.squares / minutes - mean * mean));
}

function sumsBefore({ minutes }: LineIndex, before: number): Map<number, { sum: number; squares: number }> {
  const sums = new Map<number, { sum: number; squares: number }>();
  for (const { countByTemplate } of minutes.slice(0, before))
    for (const [template, count] of countByTemplate) {
      const past = sums.get(template) ?? { sum: 0, squares: 0 };
      sums.set(template, { sum: past.sum + count, squares: past.squares + count * count });
    }
  return sums;
}

function minutesWith({ minutes }: LineIndex, before: number): Map<number, number> {
  const frequency = new Map<number, number>();
  for (const { countByTemplate } of minutes.slice(0, before))
    for (const template of countByTemplate.keys())
      frequency.set(template, (frequency.get(template) ?? 0) + 1);
  return frequency;
}

function countsBefore(index: LineIndex, time: number): ReadonlySet<number> {
  const known = new Set<number>();
  for (const { examples } of index.minutes.slice(0, index.minuteOf(time) + 1))
    for (const line of examples) if (line.timeMillis < time) known.add(line.template);
  return known;
}
