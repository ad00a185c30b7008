import type { GapStatistics } from './baseline.js';

/** An absence that is longer than any before. */
export interface SilenceFinding {
  readonly probability: number;
  readonly silentSeconds: number;
  /** Usual gap in seconds. */
  readonly usualSeconds: number;
  readonly isPeriodic: boolean;
}

const minGaps = 12;
const periodicDeviation = 0.25;
const minSilentSeconds = 60;

/**
 * Seconds of absence after which a silence is worth a test, or undefined while too little is known.
 * Periodic templates are missed after two and a half periods, the others after ten usual gaps; never before an absence
 * twice as long as the longest one so far.
 */
export function silenceDeadline(gaps: GapStatistics): number | undefined {
  if (gaps.count < minGaps) return undefined;
  const patience = isPeriodic(gaps) ? 2.5 : 10;
  return Math.max(minSilentSeconds, patience * gaps.mean, 2 * gaps.longest);
}

/**
 * How improbable an absence is: longer than every one of n gaps has probability 1/(n+1) under exchangeability, and what
 * goes beyond the longest falls off exponentially with that gap,
 * at least 1e-5, or 0.01 where there is no rhythm.
 */
export function testSilence(gaps: GapStatistics, silentSeconds: number): SilenceFinding {
  const beyond = Math.max(0, silentSeconds - gaps.longest) / Math.max(gaps.mean, gaps.longest, 15);
  const isRegular = isPeriodic(gaps);
  // Traffic of people pauses; only a rhythm that breaks is more than a hint.
  const floor = isRegular ? 1e-5 : 0.01;
  const probability = Math.max(floor, Math.exp(-beyond) / (Math.min(gaps.count, 200) + 1));
  return { probability, silentSeconds, usualSeconds: gaps.mean, isPeriodic: isRegular };
}

function isPeriodic(gaps: GapStatistics): boolean {
  return Math.sqrt(Math.max(0, gaps.logSquares)) < periodicDeviation;
}
