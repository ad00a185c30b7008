import type { Anomaly } from '@culprit/scoring';
import { failureBits } from './failure-bits.js';
import { isAbsence } from './absence.js';

/** The most surprising showing of a template inside the scan window. */
export interface WindowItem {
  readonly time: number;
  readonly templateId: string;
  readonly strength: number;
  readonly badness: number;
  readonly isAbsence: boolean;
}

/** How strongly a log type deviates now, and how strongly it did before. */
export interface LogTypeHistory {
  readonly logType: string;
  readonly firstSeen: number;
  lastSeen: number;
  /** Past episodes, oldest first, at most {@link maxPeaks}: age of the log type in seconds, and strength. */
  readonly peaks: { readonly age: number; readonly strength: number }[];
  episode: { last: number; peak: number } | undefined;
  /** Items of the last five minutes in order of time, at most {@link maxWindowItems}. */
  window: WindowItem[];
}

/** Surprise (nats) up to which an event adds nothing to the strength of its log type. */
export const idleSurprise = 2;

const maxPeaks = 300;
const maxWindowItems = 256;
const windowMillis = 300_000;
const binMillis = 10_000;
const episodeGapMillis = 180_000;
const rankDamping = 0.9;
const minHistorySeconds = 300;
const smallestCount = 1e-4;
/** Things also fall silent when the load ends, many at once: an absence supports a story, it does not make one. */
const maxAbsenceStrength = 2.5;

/** A log type without a past. */
export function createLogTypeHistory(logType: string, firstSeen: number): LogTypeHistory {
  return {
    logType,
    firstSeen,
    lastSeen: firstSeen,
    peaks: [],
    episode: undefined,
    window: [],
  };
}

/**
 * Takes in one anomaly. What an episode peaked at becomes history when the next one begins, unless `isTrusted` says
 * that an incident was open: a fault must not teach that faults are normal (MIDAS-F, Bhatia et al. 2021).
 */
export function addToHistory(
  history: LogTypeHistory,
  anomaly: Anomaly,
  { time, isTrusted }: { readonly time: number; readonly isTrusted: boolean },
): void {
  const strength = Math.min(
    anomaly.surprise - idleSurprise,
    isAbsence(anomaly) ? maxAbsenceStrength : Infinity,
  );
  if (strength <= 0 && !goesOn(history, anomaly)) return;
  if (strength > 0 && history.episode !== undefined && time - history.episode.last > episodeGapMillis)
    closeEpisode(history);
  history.window.push({
    time,
    templateId: anomaly.event.templateId,
    strength: Math.max(0, strength),
    badness: anomaly.badness,
    isAbsence: isAbsence(anomaly),
  });
  history.window = history.window.filter((item) => item.time > time - windowMillis).slice(-maxWindowItems);
  if (strength <= 0) return;
  const now = isTrusted ? strengthOf(history, { at: time, windowMillis: episodeGapMillis }) : 0;
  history.episode = { last: time, peak: Math.max(history.episode?.peak ?? 0, now) };
}

/** True for a bad line that stood out moments ago and comes again. */
function goesOn({ window }: LogTypeHistory, { badness, event }: Anomaly): boolean {
  return badness >= failureBits && window.some(({ templateId }) => templateId === event.templateId);
}

/** In how many stretches of ten seconds, of the last five minutes, the log type said something bad that stands out. */
export function persistenceOf({ window }: LogTypeHistory, at: number): number {
  const bins = new Set<number>();
  for (const { time, badness } of window) {
    if (badness >= failureBits && time > at - windowMillis && time <= at)
      bins.add(Math.floor(time / binMillis));
  }
  return bins.size;
}

/** Forgets the running episode: what an incident showed is not the past of its log types. */
export function dropEpisode(history: LogTypeHistory): void {
  history.episode = undefined;
}

function closeEpisode(history: LogTypeHistory): void {
  const peak = history.episode?.peak ?? 0;
  const age = ((history.episode?.last ?? history.firstSeen) - history.firstSeen) / 1000;
  if (peak > 0) history.peaks.push({ age, strength: peak });
  if (history.peaks.length > maxPeaks) history.peaks.shift();
  history.episode = undefined;
}

/**
 * Sum of what the distinct templates of the window add, strongest first, each weighing a little less than the one
 * before: lines of one program come in company, so the tenth says less than the first. Absences add at most once, and
 * nothing where nothing else stands out: when the load ends, many things fall silent at the same time.
 */
export function strengthOf(
  history: LogTypeHistory,
  { at, windowMillis }: { readonly at: number; readonly windowMillis: number },
): number {
  const best = new Map<string, number>();
  let absence = 0;
  for (const item of history.window) {
    if (item.time <= at - windowMillis || item.time > at) continue;
    if (item.isAbsence) absence = Math.max(absence, item.strength);
    else best.set(item.templateId, Math.max(best.get(item.templateId) ?? 0, item.strength));
  }
  if (best.size === 0) return 0;
  let sum = absence;
  let weight = 1;
  for (const strength of [...best.values()].toSorted((a, b) => b - a)) {
    sum += strength * weight;
    weight *= rankDamping;
  }
  return sum;
}

/** True if anything unusual the log type said in its window says that something is wrong. */
export function saysTrouble({ window }: LogTypeHistory, at: number): boolean {
  return window.some(({ time, badness }) => badness >= failureBits && time > at - windowMillis && time <= at);
}

/**
 * How often per second this log type is at least this strong by its own past: every past episode counts as far as it
 * reaches, beyond it with an exponential tail whose scale is the mean episode (a kernel estimate of the tail). Episodes
 * of the first half of the past fade linearly towards the start, so that the start-up of a program is forgotten.
 *
 * @returns > 0, never below a ten-thousandth of once in the time known. O(peaks)
 */
export function episodeRate(history: LogTypeHistory, strength: number, at: number): number {
  const seconds = Math.max(minHistorySeconds, (at - history.firstSeen) / 1000);
  // Two pseudo episodes of two nats stand for what is not known yet.
  let weights = 2;
  let sum = 4;
  for (const { age, strength: peak } of history.peaks) {
    const weight = Math.min(1, (2 * age) / seconds);
    weights += weight;
    sum += weight * peak;
  }
  const scale = Math.max(2, sum / weights);
  let atLeast = 0.5 * Math.exp(-strength / scale);
  for (const { age, strength: peak } of history.peaks) {
    const weight = Math.min(1, (2 * age) / seconds);
    atLeast += weight * Math.exp(-Math.max(0, strength - peak) / scale);
  }
  return Math.max(smallestCount, atLeast) / (0.75 * seconds);
}
