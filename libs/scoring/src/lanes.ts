import type { ScoringOptions } from './options.js';

/** Where one lane stands. */
export interface LaneProgress {
  lastSequence: number;
  highestTime: number;
  hasEnded: boolean;
}

/**
 * The event time up to which every lane has spoken, less the allowed lateness; -Infinity while lanes are missing.
 * Ended lanes hold nobody back.
 */
export function watermarkOf(lanes: ReadonlyMap<number, LaneProgress>, options: ScoringOptions): number {
  if (lanes.size < options.laneCount) return -Infinity;
  let lowest = Infinity;
  let highest = -Infinity;
  for (const lane of lanes.values()) highest = Math.max(highest, lane.highestTime);
  for (const lane of lanes.values()) {
    const isLeftBehind = highest - lane.highestTime > options.maxLaneLagMillis;
    if (!lane.hasEnded && !isLeftBehind) lowest = Math.min(lowest, lane.highestTime);
  }
  return (lowest === Infinity ? highest : lowest) - options.allowedLatenessMillis;
}
