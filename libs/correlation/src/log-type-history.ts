import type { Anomaly } from '@culprit/scoring';
import { isAbsence } from './absence.js';

/** The most surprising showing of a template inside the scan window. */
export interface WindowItem {
  readonly time: number;
  readonly templateId: string;
  readonly strength: number;
  readonly isAbsence: boolean;
}

/** How strongly a log type deviates now, and how strongly it did before. */
export interface LogTypeHistory {
  readonly logType: string;
  readonly firstSeen: number;
  lastSeen: number;
  /** Strengths of past episodes, oldest first, at most {@link maxPeaks}. */
  readonly peaks: number[];
  episode: { last: number; peak: number } | undefined;
  /** Items of the last five minutes in order of time, at most {@link maxWindowItems}. */
  window: WindowItem[];
}

/** Surprise (nats) up to which an event adds nothing to the strength of its log type. */
export const idleSurprise = 2;

const maxPeaks = 300;
const maxWindowItems = 256;
const windowMillis = 300_000;
const episodeGapMillis = 180_000;
const rankDamping = 0.9;
const minHistorySeconds = 300;
/** Things also fall silent when the load ends, many at once: an absence supports a story, it does not make one. */
const maxAbsenceStrength = 2.5;

/** A log type without a past. */
export function createLogTypeHistory(logType: string, firstSeen: number): LogTypeHistory {
  return { logType, firstSeen, lastSeen: firstSeen, peaks: [], episode: undefined, window: [] };
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
  if (strength <= 0) return;
  if (history.episode !== undefined && time - history.episode.last > episodeGapMillis) closeEpisode(history);
  history.window.push({
    time,
    templateId: anomaly.event.templateId,
    strength,
    isAbsence: isAbsence(anomaly),
  });
  history.window = history.window.filter((item) => item.time > time - windowMillis).slice(-maxWindowItems);
  const now = isTrusted ? strengthOf(history, { at: time, windowMillis: episodeGapMillis }) : 0;
  history.episode = { last: time, peak: Math.max(history.episode?.peak ?? 0, now) };
}

/** Forgets the running episode: what an incident showed is not the past of its log types. */
export function dropEpisode(history: LogTypeHistory): void {
  history.episode = undefined;
}

function closeEpisode(history: LogTypeHistory): void {
  const peak = history.episode?.peak ?? 0;
  if (peak > 0) history.peaks.push(peak);
  if (history.peaks.length > maxPeaks) history.peaks.shift();
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

/**
 * How often per second this log type is at least this strong by its own past: a count where there is one, beyond the
 * strongest episode an exponential tail whose scale is the mean episode.
 *
 * @returns > 0, never below a hundredth of once in the time known
 */
export function episodeRate(history: LogTypeHistory, strength: number, at: number): number {
  const seconds = Math.max(minHistorySeconds, (at - history.firstSeen) / 1000);
  let atLeast = 0;
  let strongest = 0;
  let sum = 0;
  for (const peak of history.peaks) {
    if (peak >= strength) atLeast += 1;
    strongest = Math.max(strongest, peak);
    sum += peak;
  }
  // Two pseudo episodes of two nats stand for what is not known yet.
  const scale = (sum + 4) / (history.peaks.length + 2);
  const beyond = Math.max(0, strength - strongest) / Math.max(2, scale);
  return Math.max(0.01, (atLeast + 0.5) * Math.exp(-beyond)) / seconds;
}
