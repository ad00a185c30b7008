import type { EnvironmentName } from '@culprit/kernel';
import { anomalySurprise } from '@culprit/scoring';
import type { Anomaly } from '@culprit/scoring';
import { createCalibrationLog, recordDeviation } from './calibration.js';
import type { Calibration, CalibrationLog } from './calibration.js';
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
import { createPastScores } from './past-scores.js';
import type { PastScores } from './past-scores.js';
import { noteTrouble } from './trouble.js';
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
  /** What the narrow scan scored, apart for what says that something is wrong and for what does not. */
  readonly narrowPast: { readonly bad: PastScores; readonly calm: PastScores };
  /** How many log types said something bad for the first time together. */
  readonly troublePast: PastScores;
  /** When a log type last said something grave, and whether that alone is enough to tell of it. */
  readonly graves: Map<string, { readonly at: number; readonly isSure: boolean }>;
  /** How far grave words went on, of one log type at a time. */
  readonly gravePast: PastScores;
  /** How improbable amounts were that moved for good. */
  readonly movedPast: PastScores;
  /** How improbable absences were. */
  readonly silencePast: PastScores;
  /** Reports that may still be opened, and when that was worked out. */
  tokens: number;
  tokensAt: number;
}

const calibrationWindowMillis = 300_000;
const keepMillis = 1_200_000;

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
    narrowPast: { bad: createPastScores(), calm: createPastScores() },
    troublePast: createPastScores(),
    movedPast: createPastScores(),
    silencePast: createPastScores(),
    graves: new Map(),
    gravePast: createPastScores(),
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
    ({ members, openedAt, isWeak }) => !isWeak && members.includes(logType) && time - openedAt <= longMillis,
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

/** Notes how far the log type of an anomaly stands out now, unless an incident is open that is none by nature. */
function noteDeviation(state: EnvironmentState, history: LogTypeHistory, time: number): void {
  if (isInTrouble(state)) return;
  const strength = strengthOf(history, { at: time, windowMillis: calibrationWindowMillis });
  if (strength <= 0) return;
  const rate = episodeRate(history, strength, time);
  const probability = 1 - Math.exp((-rate * calibrationWindowMillis) / 1000);
  recordDeviation(state.calibrationLog, { time, logType: history.logType, probability });
}

/** True while an incident is open that must not teach what is normal. */
export function isInTrouble({ incidents }: EnvironmentState): boolean {
  return incidents.some(({ isWeak }) => !isWeak);
}
