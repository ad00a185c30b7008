/** How long the values of a series have come from one side of what is usual, and how long they do by chance. */
export interface Excursion {
  /** Evidence so far in nats, 0 .. {@link maxSum}: what speaks for "far more values than usual lie beyond". */
  sum: number;
  /** The most it was since it was last zero. */
  peak: number;
  /** Excursions beyond one nat, and by how much their peaks were beyond it; both fade. */
  peaks: number;
  excess: number;
}

/** One value of the series. */
export interface ExcursionStep {
  readonly isBeyond: boolean;
  /** Share of the values that lie beyond as a rule. */
  readonly usualShare: number;
  /** How many values of the series say the same, >= 1. */
  readonly dependence: number;
}

const maxSum = 60;
/** Share of the values that lie beyond once something has moved. */
const movedShare = 0.3;
/** Where more values than this lie beyond as a rule, a side says nothing. */
const maxUsualShare = 0.15;
/** One value far out must not be worth as much as several. */
const minUsualShare = 0.03;
/** Peaks are exponential with a mean of one nat where values do not depend on each other: so much is it believed. */
const priorPeaks = 4;
/** A failure must not teach that failures are usual. */
const maxLearnedPeak = 12;
const memory = 0.99;

/** A series that never left what is usual. */
export function createExcursion(): Excursion {
  return { sum: 0, peak: 0, peaks: 0, excess: 0 };
}

/**
 * Takes in whether one value lies beyond a bound, and tells how improbable it is that so many did.
 *
 * A cumulative sum of log likelihood ratios (CUSUM: Page 1954), which falls back to zero as long as values are as usual and
 * grows without end while they are not: a few values far out pass, what lasts does not, be it all values or one in five. By
 * Wald (1945) it exceeds s with at most exp(-s). Series that wander by themselves (loads, queues) exceed it more often: the
 * mean of their own peaks is the scale.
 *
 * @returns probability of a sum at least this large at one value, 1 where the side says nothing; O(1)
 */
export function observeExcursion(
  excursion: Excursion,
  { isBeyond, usualShare, dependence }: ExcursionStep,
): number {
  if (usualShare > maxUsualShare) {
    excursion.sum = 0;
    excursion.peak = 0;
    return 1;
  }
  const usual = Math.max(minUsualShare, usualShare);
  const ratio = isBeyond ? movedShare / usual : (1 - movedShare) / (1 - usual);
  excursion.sum = Math.min(maxSum, excursion.sum + Math.log(ratio) / dependence);
  if (excursion.sum <= 0) {
    learnPeak(excursion);
    return 1;
  }
  excursion.peak = Math.max(excursion.peak, excursion.sum);
  return Math.exp(-excursion.sum / scaleOf(excursion));
}

function learnPeak(excursion: Excursion): void {
  const beyond = Math.min(excursion.peak, maxLearnedPeak) - 1;
  if (beyond > 0) {
    excursion.peaks = excursion.peaks * memory + 1;
    excursion.excess = excursion.excess * memory + beyond;
  }
  excursion.sum = 0;
  excursion.peak = 0;
}

function scaleOf({ peaks, excess }: Excursion): number {
  return Math.max(1, (priorPeaks + excess) / (priorPeaks + peaks));
}
