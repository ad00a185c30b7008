import { createRng, hashText } from '@culprit/kernel';
import { berkJones } from './detectors.js';

/** How far log types stood out outside incidents, as parallel arrays in order of time; bounded. */
export interface CalibrationLog {
  times: number[];
  logTypes: number[];
  probabilities: number[];
  readonly indexByLogType: Map<string, number>;
}

/** What chance alone does to the wide scan, by time slides. */
export interface Calibration {
  /** Event day of the calibration: whole days since the epoch. */
  readonly day: number;
  /** Largest scores of episodes over all slides, falling. */
  readonly peaks: readonly number[];
  /** Days of history times number of slides. */
  readonly slidDays: number;
}

const maxRecords = 20_000;
const keepDays = 7;
const dayMillis = 86_400_000;
const slides = 20;
const smallestOffsetMillis = 900_000;
const windowMillis = 300_000;
const maxPeaks = 2_000;
const maxClusterSize = 15;

/** A log without records. */
export function createCalibrationLog(): CalibrationLog {
  return { times: [], logTypes: [], probabilities: [], indexByLogType: new Map() };
}

/** Notes how improbable the present strength of a log type is by its own past. Amortised O(1). */
export function recordDeviation(
  log: CalibrationLog,
  {
    time,
    logType,
    probability,
  }: { readonly time: number; readonly logType: string; readonly probability: number },
): void {
  const index = log.indexByLogType.get(logType) ?? log.indexByLogType.size;
  log.indexByLogType.set(logType, index);
  log.times.push(time);
  log.logTypes.push(index);
  log.probabilities.push(probability);
  if (log.times.length <= maxRecords) return;
  const cut = Math.floor(maxRecords / 4);
  log.times.splice(0, cut);
  log.logTypes.splice(0, cut);
  log.probabilities.splice(0, cut);
}

/**
 * Runs the wide scan over the past with every log type shifted by its own random offset, which keeps how each behaves
 * and destroys what they do together: what still looks like a cluster is chance.
 *
 * Source: time slides, the estimate of the false-alarm rate in searches for gravitational waves (Was et al. 2010).
 * Seeded by environment and day. O(slides x records x log types in five minutes)
 *
 * @param now ms; @param scope log types alive
 */
export function calibrate(
  log: CalibrationLog,
  { environment, now, scope }: { readonly environment: string; readonly now: number; readonly scope: number },
): Calibration {
  const day = Math.floor(now / dayMillis);
  const from = Math.max(now - keepDays * dayMillis, log.times[0] ?? now);
  const span = Math.max(now - from, 1);
  const peaks: number[] = [];
  for (let slide = 0; slide < slides; slide++) {
    const seed = Number.parseInt(hashText(`${environment}\u0000${day}\u0000${slide}`).slice(0, 8), 16);
    const rng = createRng(seed);
    const offsets = [...log.indexByLogType].map(
      () => smallestOffsetMillis + rng.next() * Math.max(0, span - 2 * smallestOffsetMillis),
    );
    peaks.push(...episodePeaks(slideRecords(log, { from, span, offsets }), scope));
  }
  peaks.sort((a, b) => b - a);
  return { day, peaks: peaks.slice(0, maxPeaks), slidDays: (span / dayMillis) * slides };
}

/** Level that chance exceeds `perDay` times a day. */
export function thresholdOf({ peaks, slidDays }: Calibration, perDay: number): number {
  const allowed = Math.floor(perDay * slidDays);
  return Math.max(smallestThreshold, peaks[allowed] ?? smallestThreshold);
}

const smallestThreshold = 5;

/** How many times a day chance reaches `score`; never zero, because the slides are finite. */
export function chancePerDay({ peaks, slidDays }: Calibration, score: number): number {
  const above = peaks.filter((peak) => peak >= score).length;
  return (above + 0.5) / Math.max(slidDays, 1);
}

interface SlidRecord {
  readonly time: number;
  readonly logType: number;
  readonly probability: number;
}

function slideRecords(
  log: CalibrationLog,
  { from, span, offsets }: { from: number; span: number; offsets: readonly number[] },
): SlidRecord[] {
  const records: SlidRecord[] = [];
  log.times.forEach((time, i) => {
    if (time < from) return;
    const logType = log.logTypes[i] ?? 0;
    const slid = from + ((time - from + (offsets[logType] ?? 0)) % span);
    records.push({ time: slid, logType, probability: log.probabilities[i] ?? 1 });
  });
  return records.toSorted(
    (a, b) => a.time - b.time || a.logType - b.logType || a.probability - b.probability,
  );
}

/** Largest score of every episode; episodes are separated by five minutes without a score. */
function episodePeaks(records: readonly SlidRecord[], scope: number): number[] {
  const peaks: number[] = [];
  const latest = new Map<number, SlidRecord>();
  let episode = { last: -Infinity, peak: 0 };
  for (const record of records) {
    latest.set(record.logType, record);
    for (const [logType, { time }] of latest) if (time <= record.time - windowMillis) latest.delete(logType);
    const score = scoreOf([...latest.values()], scope);
    if (score <= 0) continue;
    if (record.time - episode.last > windowMillis) {
      if (episode.peak > 0) peaks.push(episode.peak);
      episode = { last: record.time, peak: score };
    } else episode = { last: record.time, peak: Math.max(episode.peak, score) };
  }
  if (episode.peak > 0) peaks.push(episode.peak);
  return peaks;
}

function scoreOf(records: readonly SlidRecord[], scope: number): number {
  const probabilities = records.map(({ probability }) => probability).toSorted((a, b) => a - b);
  let best = 0;
  for (let j = 2; j <= Math.min(probabilities.length, maxClusterSize); j++) {
    best = Math.max(best, berkJones(j, Math.max(scope, probabilities.length), probabilities[j - 1] ?? 1));
  }
  return best;
}
