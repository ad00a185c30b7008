/** The largest score of an episode, and how much it counts, 0..1. */
export interface Peak {
  readonly score: number;
  readonly weight: number;
}

/**
 * How often episodes reach a score. Each past one counts as far as it reaches; beyond it the tail is exponential, with
 * the mean excess over the median as its scale (peaks over a threshold, Pickands 1975, with shape 0): what was never
 * exceeded in a short past will be, and how soon depends on how far the past spread. The plain count of what was
 * exceeded would promise once in the whole time whatever is next to come.
 *
 * @param leastScale of the tail, for pasts of few or equal episodes
 * @returns expected number over the time in which the peaks were seen, >= 0. O(n log n)
 */
export function expectedAbove(peaks: readonly Peak[], score: number, leastScale: number): number {
  const scale = Math.max(leastScale, excessOverMedian(peaks));
  return peaks.reduce(
    (sum, peak) => sum + peak.weight * Math.exp(-Math.max(0, score - peak.score) / scale),
    0,
  );
}

function excessOverMedian(peaks: readonly Peak[]): number {
  const rising = peaks.toSorted((a, b) => a.score - b.score);
  const total = peaks.reduce((sum, { weight }) => sum + weight, 0);
  let below = 0;
  let median: number | undefined;
  let excess = 0;
  let above = 0;
  for (const { score, weight } of rising) {
    below += weight;
    if (median === undefined && below >= total / 2) median = score;
    if (median === undefined || score <= median) continue;
    excess += weight * (score - median);
    above += weight;
  }
  return above > 0 ? excess / above : 0;
}

/**
 * How much an episode counts by when it was: in full in the second half of the time known, less and less towards its
 * start, when everything was new. The weights of an even past add up to three quarters of it.
 */
export function weightAt(
  time: number,
  { from, until }: { readonly from: number; readonly until: number },
): number {
  return Math.min(1, Math.max(0, (2 * (time - from)) / Math.max(1, until - from)));
}

/** Part of a stretch of time for which the weights of {@link weightAt} stand. */
export const weightedShare = 0.75;
