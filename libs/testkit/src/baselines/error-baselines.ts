import type { Baseline } from './baseline.js';
import { SHOWN_LINES } from './baseline.js';
import type { LineIndex } from './line-index.js';

/** What everybody does first: count lines with an error word, read the first of them. */
export const errorWords: Baseline = {
  name: 'B0 error words',
  scores: (index) => index.minutes.map(({ errorsByLogType }) => total(errorsByLogType)),
  rank: (index, stretch) => index.errorsIn(stretch).slice(0, SHOWN_LINES),
};

/**
 * Excess of error words by program, as a z-score of the minute's count against the program's past minutes; programs in
 * order of their excess. Source: the counting part of SimpleRCA, as described in arXiv 2510.04711 (2025).
 */
export const errorExcess: Baseline = {
  name: 'B2 error excess',
  scores(index) {
    const pasts = new Map<string, Past>();
    return index.minutes.map(({ errorsByLogType }, minute) => {
      let highest = 0;
      for (const [logType, count] of errorsByLogType) {
        const past = pasts.get(logType) ?? createPast();
        pasts.set(logType, past);
        highest = Math.max(highest, excess(past, { count, minutes: minute }));
        note(past, count);
      }
      return highest;
    });
  },
  rank(index, stretch) {
    const before = index.minuteOf(stretch.from);
    const excessOf = new Map<string, number>();
    for (const [logType, count] of countErrors(index, stretch))
      excessOf.set(logType, excess(pastOf(index, logType, before), { count, minutes: before }));
    return index
      .errorsIn(stretch)
      .toSorted((a, b) => (excessOf.get(b.logType) ?? 0) - (excessOf.get(a.logType) ?? 0))
      .slice(0, SHOWN_LINES);
  },
};

/** Sums of the counts of a log type over the past; minutes without errors count as zero. */
interface Past {
  sum: number;
  squares: number;
}

function createPast(): Past {
  return { sum: 0, squares: 0 };
}

function note(past: Past, count: number): void {
  past.sum += count;
  past.squares += count * count;
}

/** Standard deviations above the mean, with at least one count of spread. */
function excess({ sum, squares }: Past, now: { readonly count: number; readonly minutes: number }): number {
  const minutes = Math.max(1, now.minutes);
  const mean = sum / minutes;
  return (now.count - mean) / Math.sqrt(Math.max(1, squares / minutes - mean * mean));
}

function pastOf({ minutes }: LineIndex, logType: string, before: number): Past {
  const past = createPast();
  for (const { errorsByLogType } of minutes.slice(0, before)) note(past, errorsByLogType.get(logType) ?? 0);
  return past;
}

/** Errors of the stretch by log type, an average minute of it. */
function countErrors(index: LineIndex, { from, to }: { from: number; to: number }): Map<string, number> {
  const counts = new Map<string, number>();
  const minutes = index.minutes.slice(index.minuteOf(from), index.minuteOf(to - 1) + 1);
  for (const { errorsByLogType } of minutes)
    for (const [logType, count] of errorsByLogType)
      counts.set(logType, (counts.get(logType) ?? 0) + count / minutes.length);
  return counts;
}

function total(counts: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}
