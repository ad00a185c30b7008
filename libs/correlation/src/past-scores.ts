import { expectedAbove, weightAt, weightedShare } from './tail-rate.js';

/** How high a detector scored before, by episode; bounded. */
export interface PastScores {
  /** Peaks of episodes that are over, oldest first. */
  readonly peaks: { readonly time: number; readonly score: number }[];
  episode: { last: number; peak: number } | undefined;
}

const gapMillis = 300_000;
const keepMillis = 7 * 86_400_000;
const maxPeaks = 2_000;
const dayMillis = 86_400_000;
/** Of the tail of scores, nats or stretches of ten seconds. */
const leastScale = 1;

/** A detector without a past. */
export function createPastScores(): PastScores {
  return { peaks: [], episode: undefined };
}

/** Takes in what a detector scores at `time` (ms, rising). Amortised O(1). */
export function noteScore(
  past: PastScores,
  { time, score }: { readonly time: number; readonly score: number },
): void {
  const { peaks, episode } = past;
  if (episode === undefined || time - episode.last > gapMillis) {
    if (episode !== undefined) peaks.push({ time: episode.last, score: episode.peak });
    past.episode = { last: time, peak: score };
  } else past.episode = { last: time, peak: Math.max(episode.peak, score) };
  const oldest = peaks[0];
  if (oldest !== undefined && (peaks.length > maxPeaks || time - oldest.time > keepMillis)) peaks.shift();
}

/**
 * How many times a day a detector reached a score, by the episodes that are over.
 *
 * @param since when the environment was first heard of, ms
 * @returns >= 0; 0 while nothing was noted. O(n log n)
 */
export function rateOf(
  { peaks }: PastScores,
  { score, since, at }: { readonly score: number; readonly since: number; readonly at: number },
): number {
  const stretch = { from: Math.max(since, at - keepMillis), until: at };
  const weighted = peaks.map((peak) => ({ score: peak.score, weight: weightAt(peak.time, stretch) }));
  const days = Math.max(1, at - stretch.from) / dayMillis;
  return expectedAbove(weighted, score, leastScale) / (weightedShare * days);
}
