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
 * The level that was exceeded no more than `perDay` times a day, by the episodes that are over: the plain count, which
 * trusts no model of the tail. -Infinity where nothing was noted. O(n log n)
 */
export function levelOf(
  { peaks }: PastScores,
  { perDay, days }: { readonly perDay: number; readonly days: number },
): number {
  const falling = peaks.map(({ score }) => score).toSorted((a, b) => b - a);
  return falling[Math.floor(perDay * Math.min(days, keepMillis / dayMillis))] ?? -Infinity;
}
