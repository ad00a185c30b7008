import { createRng, hashText } from '@culprit/kernel';
import { berkJones } from './detectors.js';
import { expectedAbove, weightAt, weightedShare } from './tail-rate.js';
import type { Peak } from './tail-rate.js';

/** How far log types stood out outside incidents, as parallel arrays in order of time; bounded. */
export interface CalibrationLog {
  times: number[];
  logTypes: number[];
  probabilities: number[];
  readonly indexByLogType: Map<string, number>;
}

/** What the wide scan does without an incident: by chance alone, which time slides tell, and in the past as it was. */
export interface Calibration {
  /** Event time at which it was made, ms. */
  readonly madeAt: number;
  /** Episodes of the past that were no incident. */
  readonly past: readonly Peak[];
  readonly pastDays: number;
  /** Largest scores of episodes over all slides, falling. */
  readonly peaks: readonly number[];
  /** Days of history times number of slides. */
  readonly slidDays: number;
}

const maxRecords = 20_000;
const keepDays = 7;
const dayMillis = 86_400_000;
const minSlides = 20;
const maxSlides = 240;
/** A short past is slid more often, so that what happens once in many days can be told from it. */
const wantedDays = 20;
/** Records times slides. */
const maxWork = 50_000;
const smallestOffsetMillis = 900_000;
const windowMillis = 300_000;
/** The live scan looks at this window as well; probabilities are noted for the longer one. */
const shortWindowMillis = 60_000;
const maxPeaks = 2_000;
/** Of the tail of scores, nats. */
const leastScale = 1;
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
 * and destroys what they do together: what still looks like a cluster is chance. The past as it was is scanned too, for what
 * log types do together by nature (a request and its three log lines, a job and what it disturbs) is no chance and no
 * incident either. While an incident is open nothing is noted, so incidents teach nothing here.
 *
 * Source: time slides, the estimate of the false-alarm rate in searches for gravitational waves (Was et al. 2010).
 * Seeded by environment and time. O(slides x records x log types in five minutes)
 *
 * @param now ms; @param scope log types alive
 */
export function calibrate(
  log: CalibrationLog,
  { environment, now, scope }: { readonly environment: string; readonly now: number; readonly scope: number },
): Calibration {
  const from = Math.max(now - keepDays * dayMillis, log.times[0] ?? now);
  const span = Math.max(now - from, 1);
  const slides = slidesOf(log.times.length, span);
  const peaks: Episode[] = [];
  for (let slide = 0; slide < slides; slide++) {
    const seed = Number.parseInt(hashText(`${environment}\u0000${now}\u0000${slide}`).slice(0, 8), 16);
    const rng = createRng(seed);
    const offsets = [...log.indexByLogType].map(
      () => smallestOffsetMillis + rng.next() * Math.max(0, span - 2 * smallestOffsetMillis),
    );
    peaks.push(...episodePeaks(slideRecords(log, { from, span, offsets }), scope));
  }
  const unmoved = [...log.indexByLogType].map(() => 0);
  const past = episodePeaks(slideRecords(log, { from, span, offsets: unmoved }), scope);
  const days = span / dayMillis;
  return {
    madeAt: now,
    past: past.map(({ time, score }) => ({ score, weight: weightAt(time, { from, until: now }) })),
    pastDays: days,
    peaks: highest(peaks.map(({ score }) => score)),
    slidDays: days * slides,
  };
}

/** As many as make {@link wantedDays} of a short past, and as few as keep the work for many records bounded. */
function slidesOf(records: number, span: number): number {
  const wanted = Math.ceil((wantedDays * dayMillis) / span);
  return Math.max(minSlides, Math.min(wanted, maxSlides, Math.ceil(maxWork / Math.max(1, records))));
}

function highest(peaks: readonly number[]): readonly number[] {
  return peaks.toSorted((a, b) => b - a).slice(0, maxPeaks);
}

/**
 * How many times a day `score` is reached without an incident: by chance, never zero because the slides are finite, or by
 * nature, whichever is more.
 */
export function chancePerDay({ peaks, slidDays, past, pastDays }: Calibration, score: number): number {
  const byChance = (countFrom(peaks, score) + 0.5) / Math.max(slidDays, 1);
  const byNature = expectedAbove(past, score, leastScale) / (weightedShare * pastDays);
  return Math.max(byChance, byNature);
}

/** Number of peaks that reach a score. @param falling from the largest on */
function countFrom(falling: readonly number[], score: number): number {
  const first = falling.findIndex((peak) => peak < score);
  return first === -1 ? falling.length : first;
}

/** A stretch of time in which log types stood out together. */
interface Episode {
  /** Its last moment, ms. */
  readonly time: number;
  /** Largest score. */
  readonly score: number;
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
function episodePeaks(records: readonly SlidRecord[], scope: number): Episode[] {
  const peaks: Episode[] = [];
  const latest = new Map<number, SlidRecord>();
  let episode = { last: -Infinity, peak: 0 };
  for (const record of records) {
    latest.set(record.logType, record);
    for (const [logType, { time }] of latest) if (time <= record.time - windowMillis) latest.delete(logType);
    const score = scoreOf([...latest.values()], { scope, at: record.time });
    if (score <= 0) continue;
    if (record.time - episode.last > windowMillis) {
      if (episode.peak > 0) peaks.push({ time: episode.last, score: episode.peak });
      episode = { last: record.time, peak: score };
    } else episode = { last: record.time, peak: Math.max(episode.peak, score) };
  }
  if (episode.peak > 0) peaks.push({ time: episode.last, score: episode.peak });
  return peaks;
}

/** The wide scan's score over both of its windows. */
function scoreOf(
  records: readonly SlidRecord[],
  { scope, at }: { readonly scope: number; readonly at: number },
): number {
  const recent = records.filter(({ time }) => time > at - shortWindowMillis);
  return Math.max(
    clusterScore(
      records.map(({ probability }) => probability),
      scope,
    ),
    clusterScore(
      recent.map(({ probability }) => inShortWindow(probability)),
      scope,
    ),
  );
}

/** The chance of one window in a shorter one, at the same rate. */
function inShortWindow(probability: number): number {
  return 1 - (1 - probability) ** (shortWindowMillis / windowMillis);
}

function clusterScore(values: readonly number[], scope: number): number {
  const probabilities = values.toSorted((a, b) => a - b);
  let best = 0;
  for (let j = 2; j <= Math.min(probabilities.length, maxClusterSize); j++) {
    best = Math.max(best, berkJones(j, Math.max(scope, probabilities.length), probabilities[j - 1] ?? 1));
  }
  return best;
}
