import type { IndexedLine, LineIndex, Stretch } from './line-index.js';

/** How many lines a baseline may show, as many as a report's core. */
export const SHOWN_LINES = 15;

/** A simple method that does without what Culprit does; it judges minutes and orders lines. */
export interface Baseline {
  /** Short, for tables: `B0 error words`. */
  readonly name: string;
  /** How unusual every minute is, judged from the minutes before it alone; >= 0. */
  scores(index: LineIndex): readonly number[];
  /**
   * The lines it shows of a stretch, best first, at most {@link SHOWN_LINES}; what is usual is learned from the time
   * before the stretch.
   */
  rank(index: LineIndex, stretch: Stretch): readonly IndexedLine[];
}

/** What a baseline reports by itself. */
export interface BaselineReport extends Stretch {
  /** When it could have been written: the end of the minute that stands out. */
  readonly created: number;
  readonly lines: readonly IndexedLine[];
}

const MINUTE = 60_000;
/** Of the first minutes, in which everything is new, nothing is remembered. */
const WARM_UP_MINUTES = 10;
const LEARNING_MINUTES = 30;
const SHOWN_MINUTES = 3;
const PAUSE_MINUTES = 10;
const DEVIATIONS = 3;

/**
 * The same rule of alarm for every baseline: after half an hour, a minute that exceeds every minute before it, and
 * their mean by three standard deviations; then ten minutes of rest. O(minutes).
 */
export function reportsOf(baseline: Baseline, index: LineIndex): readonly BaselineReport[] {
  const reports: BaselineReport[] = [];
  let quietUntil = LEARNING_MINUTES;
  let count = 0;
  let sum = 0;
  let squares = 0;
  let highest = 0;
  for (const [minute, score] of baseline.scores(index).entries()) {
    const mean = sum / Math.max(1, count);
    const deviation = Math.sqrt(Math.max(0, squares / Math.max(1, count) - mean * mean));
    if (minute >= quietUntil && score > highest && score > mean + DEVIATIONS * deviation) {
      const from = index.timeOf(minute);
      const stretch = { from, to: from + SHOWN_MINUTES * MINUTE };
      reports.push({ ...stretch, created: from + MINUTE, lines: baseline.rank(index, stretch) });
      quietUntil = minute + PAUSE_MINUTES;
    }
    if (minute < WARM_UP_MINUTES) continue;
    count += 1;
    sum += score;
    squares += score * score;
    highest = Math.max(highest, score);
  }
  return reports;
}

/** The best lines of a stretch by a score, ties in order of time. */
export function best(
  lines: readonly IndexedLine[],
  scoreOf: (line: IndexedLine) => number,
): readonly IndexedLine[] {
  return lines
    .map((line) => ({ line, score: scoreOf(line) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score || a.line.timeMillis - b.line.timeMillis)
    .slice(0, SHOWN_LINES)
    .map(({ line }) => line);
}
