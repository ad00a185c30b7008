import type { EnvironmentName } from '@culprit/kernel';
import { anomalySurprise } from '@culprit/scoring';
import type { Anomaly } from '@culprit/scoring';
import { isAbsence } from './absence.js';
import {
  calibrate,
  chancePerDay,
  createCalibrationLog,
  recordDeviation,
  thresholdOf,
} from './calibration.js';
import type { Calibration, CalibrationLog } from './calibration.js';
import { scanNarrow, scanWide } from './detectors.js';
import type { Alarm } from './detectors.js';
import type { IncidentTypeRecord } from './fingerprint.js';
import type { Incident } from './incident.js';
import { longMillis } from './incident.js';
import {
  addToHistory,
  createLogTypeHistory,
  episodeRate,
  idleSurprise,
  strengthOf,
} from './log-type-history.js';
import type { LogTypeHistory } from './log-type-history.js';
import { timeOf } from './onset.js';
import { isFirstBad, isNovel, noteTrouble, scanTrouble } from './trouble.js';
import type { Trouble } from './trouble.js';
import type { CorrelationOptions } from './options.js';

/** Everything the correlator knows of one environment. */
export interface EnvironmentState {
  readonly environment: EnvironmentName;
  firstSeen: number;
  readonly logTypes: Map<string, LogTypeHistory>;
  /** In order of (time, log type, event id). */
  recent: Anomaly[];
  readonly incidents: Incident[];
  /** Incidents that were told and are over, oldest first; bounded. */
  readonly ended: Incident[];
  readonly types: Map<string, IncidentTypeRecord>;
  anomalyCount: number;
  readonly troubles: Trouble[];
  readonly calibrationLog: CalibrationLog;
  calibration: Calibration | undefined;
  /** Reports that may still be opened, and when that was worked out. */
  tokens: number;
  tokensAt: number;
}

/** An alarm that passed its threshold, and how often chance would raise it. */
export interface Detection {
  readonly alarm: Alarm;
  readonly falseReportsPerDay: number;
  /** True while the rate rests on the rule of the first day. */
  readonly isProvisional: boolean;
}

const dayMillis = 86_400_000;
const calibrationWindowMillis = 300_000;
const firstCalibrationMillis = 3_600_000;
const keepMillis = 1_200_000;
const fatalSurprise = 4.5;
const fatalBadness = 5;
const lastingBadness = 4;
const floodProbability = 2e-3;
const floodBadness = 3;
/** Where failures and successes share a template, as requests do, the line alone says that it failed. */
const errorSeverity = 17;
const silenceSurprise = 6;
/** Every showing of every template ends an absence: there are many more of them than of silences. */
const missingSurprise = 8.5;
const silenceHistoryMillis = 2_700_000;
const wideShare = 0.5;
const narrowShare = 0.3;
const fatalShare = 0.2;

/** An environment first heard of at `firstSeen` (ms). */
export function createEnvironment(
  environment: EnvironmentName,
  firstSeen: number,
  options: CorrelationOptions,
): EnvironmentState {
  return {
    environment,
    firstSeen,
    logTypes: new Map(),
    recent: [],
    incidents: [],
    ended: [],
    types: new Map(),
    anomalyCount: 0,
    troubles: [],
    calibrationLog: createCalibrationLog(),
    calibration: undefined,
    tokens: options.maxReportsPerHour,
    tokensAt: firstSeen,
  };
}

/** The history of a log type, begun where it is new. */
export function historyOf(state: EnvironmentState, logType: string, firstSeen: number): LogTypeHistory {
  let history = state.logTypes.get(logType);
  if (history === undefined) {
    history = createLogTypeHistory(logType, firstSeen);
    state.logTypes.set(logType, history);
  }
  return history;
}

/** Adds an anomaly to what is remembered. @returns how many old ones had to go for want of room */
export function remember(state: EnvironmentState, anomaly: Anomaly, options: CorrelationOptions): number {
  const time = timeOf(anomaly);
  const { logType } = anomaly.event.source;
  const history = historyOf(state, logType, time);
  const isTrusted = !state.incidents.some(
    ({ members, openedAt }) => members.includes(logType) && time - openedAt <= longMillis,
  );
  addToHistory(history, anomaly, { time, isTrusted });
  if (anomaly.surprise > idleSurprise) noteDeviation(state, history, time);
  noteTrouble(state.troubles, anomaly, time);
  if (anomaly.surprise >= anomalySurprise) state.anomalyCount += 1;
  state.recent.push(anomaly);
  const oldestIncident = Math.min(time, ...state.incidents.map(({ toldAround }) => toldAround));
  const horizon = Math.max(oldestIncident, time - longMillis) - keepMillis;
  let drop = 0;
  while (drop < state.recent.length && timeOf(state.recent[drop] ?? anomaly) < horizon) drop += 1;
  const excess = Math.max(0, state.recent.length - drop - options.maxRecentAnomalies);
  if (drop + excess > 0) state.recent.splice(0, drop + excess);
  return excess;
}

/** Looks whether the newest anomaly makes a cluster too tight for chance. */
export function detect(
  state: EnvironmentState,
  anomaly: Anomaly,
  options: CorrelationOptions,
): Detection | undefined {
  const at = timeOf(anomaly);
  const alive = countAlive(state, at);
  const histories = [...state.logTypes.values()];
  const asked = askedAt(state, at, options);
  const isProvisional = at - state.firstSeen < dayMillis;
  const found: Detection[] = [];
  const calibration = calibrationAt(state, { at, alive });
  const wide = scanWide(histories, alive, at);
  const threshold =
    calibration === undefined
      ? provisionalThreshold(state, at, asked * wideShare)
      : thresholdOf(calibration, asked * wideShare);
  if (wide !== undefined && wide.score >= threshold) {
    const falseReportsPerDay =
      calibration === undefined
        ? asked * wideShare * Math.exp(threshold - wide.score)
        : chancePerDay(calibration, wide.score);
    found.push({ alarm: wide, falseReportsPerDay, isProvisional });
  }
  const trouble = scanTrouble(state.troubles, { at, since: state.firstSeen });
  if (trouble !== undefined && trouble.score >= -Math.log(asked * wideShare)) {
    found.push({ alarm: trouble, falseReportsPerDay: Math.exp(-trouble.score), isProvisional });
  }
  const narrow = scanNarrow(histories, alive, at);
  if (narrow !== undefined && narrow.score >= -Math.log(asked * narrowShare)) {
    found.push({ alarm: narrow, falseReportsPerDay: Math.exp(-narrow.score), isProvisional });
  }
  const { logType } = anomaly.event.source;
  const alone = { score: anomaly.surprise, members: [logType] };
  if (isFatal(anomaly) || isFlood(anomaly) || isLasting(state, anomaly)) {
    found.push({
      alarm: { detector: 'fatal', ...alone, isAbsence: false },
      falseReportsPerDay: options.falseReportsPerDay * fatalShare,
      isProvisional,
    });
  }
  if (isUnlikelySilence(anomaly) && isLongKnown(state, logType, at)) {
    found.push({
      alarm: { detector: 'narrow', ...alone, isAbsence: true },
      falseReportsPerDay: options.falseReportsPerDay * narrowShare,
      isProvisional,
    });
  }
  return found.toSorted((a, b) => a.falseReportsPerDay - b.falseReportsPerDay)[0];
}

/**
 * Reports a day that chance may give at an age. The budget of the first day is spent evenly over the logarithm of the
 * age: an environment just learned may be wrong at a higher rate for a shorter time, because waiting for certainty
 * would mean to miss whatever happens in its first hour.
 */
function askedAt(state: EnvironmentState, at: number, options: CorrelationOptions): number {
  const { falseReportsPerDay, learningMillis } = options;
  const age = Math.max(at - state.firstSeen, learningMillis);
  const folds = Math.log(dayMillis / Math.max(1, learningMillis));
  return falseReportsPerDay * Math.max(1, folds > 0 ? dayMillis / age / folds : 1);
}

/**
 * What the past says about chance, from its first hour on; made anew whenever a quarter of the past has been added, and
 * every day in the end.
 */
function calibrationAt(
  state: EnvironmentState,
  { at, alive }: { at: number; alive: number },
): Calibration | undefined {
  const madeAt = state.calibration?.madeAt;
  const dueAt =
    madeAt === undefined
      ? state.firstSeen + firstCalibrationMillis
      : madeAt + Math.min(dayMillis, (madeAt - state.firstSeen) / 4);
  if (at >= dueAt) {
    state.calibration = calibrate(state.calibrationLog, {
      environment: state.environment,
      now: at,
      scope: alive,
    });
  }
  return state.calibration;
}

/** Notes how far the log type of an anomaly stands out now, unless an incident is open. */
function noteDeviation(state: EnvironmentState, history: LogTypeHistory, time: number): void {
  if (state.incidents.length > 0) return;
  const strength = strengthOf(history, { at: time, windowMillis: calibrationWindowMillis });
  if (strength <= 0) return;
  const rate = episodeRate(history, strength, time);
  const probability = 1 - Math.exp((-rate * calibrationWindowMillis) / 1000);
  recordDeviation(state.calibrationLog, { time, logType: history.logType, probability });
}

/**
 * The level of the wide scan that chance exceeds `asked` times a day, while there is less than a day to calibrate with:
 * the union bound over a day's anomalies and both windows, with three nats of margin.
 */
function provisionalThreshold(state: EnvironmentState, at: number, asked: number): number {
  const days = Math.max(1 / 24, (at - state.firstSeen) / dayMillis);
  const perDay = Math.max(200, state.anomalyCount / days);
  return Math.log((perDay * 2) / asked) + 3;
}

function isFatal({ surprise, badness }: Anomaly): boolean {
  return surprise >= fatalSurprise && badness >= fatalBadness;
}

/** An error that was new a moment ago and keeps coming: scoring tells its novelty a second time. */
function isLasting(state: EnvironmentState, anomaly: Anomaly): boolean {
  if (anomaly.badness < lastingBadness || anomaly.surprise < anomalySurprise || !isNovel(anomaly))
    return false;
  const { templateId, source, eventId } = anomaly.event;
  return state.recent.some(
    (one) =>
      one.event.templateId === templateId &&
      one.event.source.logType === source.logType &&
      one.event.eventId !== eventId &&
      isNovel(one),
  );
}

/** Failures in numbers that this log type's own past makes very improbable, whatever else happens. */
function isFlood({ surprise, badness, evidence, event }: Anomaly): boolean {
  return (
    surprise >= anomalySurprise &&
    (badness >= floodBadness || event.severity >= errorSeverity) &&
    evidence.some(({ kind, probability }) => kind === 'rate-up' && probability <= floodProbability)
  );
}

/** Something that came so regularly, or with so much of the work, that its absence needs no company. */
function isUnlikelySilence({ surprise, evidence }: Anomaly): boolean {
  const kind = evidence[0]?.kind;
  if (kind === 'missing') return surprise >= missingSurprise;
  return kind === 'silence' && surprise >= silenceSurprise;
}

/** An absence of minutes says something only against a past of many times that length. */
function isLongKnown(state: EnvironmentState, logType: string, at: number): boolean {
  const history = state.logTypes.get(logType);
  return history !== undefined && at - history.firstSeen >= silenceHistoryMillis;
}

/**
 * True where several fall silent together and hardly anybody says why: nothing bad that is very surprising, nor
 * something bad and new from two log types. That is how the end of the load looks, or a batch that is done.
 */
export function isEndOfLoad(
  recent: readonly Anomaly[],
  { from, until }: { from: number; until: number },
): boolean {
  const silent = new Set<string>();
  const voices = new Set<string>();
  for (const anomaly of recent) {
    const time = timeOf(anomaly);
    if (time < from || time > until) continue;
    if (isAbsence(anomaly)) silent.add(anomaly.event.source.logType);
    else if (anomaly.badness >= 1.5 && anomaly.surprise >= 4) return false;
    else if (isFirstBad(anomaly)) voices.add(anomaly.event.source.logType);
  }
  return silent.size >= 3 && voices.size < 2;
}

function countAlive(state: EnvironmentState, at: number): number {
  let alive = 0;
  for (const { firstSeen } of state.logTypes.values()) if (firstSeen <= at) alive += 1;
  return alive;
}
