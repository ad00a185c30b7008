import { anomalySurprise } from '@culprit/scoring';
import type { Anomaly } from '@culprit/scoring';
import { calibrate, chancePerDay, thresholdOf } from './calibration.js';
import type { Calibration } from './calibration.js';
import { scanNarrow, scanWide } from './detectors.js';
import type { Alarm } from './detectors.js';
import { isInTrouble } from './environment.js';
import type { EnvironmentState } from './environment.js';
import { saysTrouble } from './log-type-history.js';
import type { LogTypeHistory } from './log-type-history.js';
import { hasMoved } from './moved.js';
import { timeOf } from './onset.js';
import type { CorrelationOptions } from './options.js';
import { levelOf, noteScore } from './past-scores.js';
import { isNovel, scanTrouble } from './trouble.js';

/** An alarm that passed its threshold, and how often chance would raise it. */
export interface Detection {
  readonly alarm: Alarm;
  readonly falseReportsPerDay: number;
  /** True while the rate rests on the rule of the first day. */
  readonly isProvisional: boolean;
  /** Barely beyond its threshold: it is told, and yet teaches as if nothing were wrong, lest it come again and again. */
  readonly isWeak: boolean;
}

const dayMillis = 86_400_000;
const firstCalibrationMillis = 3_600_000;
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
const longHistoryMillis = 2_700_000;
const wideShare = 0.5;
const narrowShare = 0.3;
const fatalShare = 0.2;
/** Nats beyond the chance that was asked for, from which an alarm is no weak one. */
const weakNats = 3;

/** What all detectors look at. */
interface Moment {
  readonly histories: readonly LogTypeHistory[];
  readonly at: number;
  readonly alive: number;
  readonly asked: number;
  readonly isProvisional: boolean;
}

/** Looks whether the newest anomaly makes a cluster too tight for chance. */
export function detect(
  state: EnvironmentState,
  anomaly: Anomaly,
  options: CorrelationOptions,
): Detection | undefined {
  const at = timeOf(anomaly);
  const histories = [...state.logTypes.values()];
  const moment = {
    histories,
    at,
    alive: histories.filter(({ firstSeen }) => firstSeen <= at).length,
    asked: askedAt(state, at, options),
    isProvisional: at - state.firstSeen < dayMillis,
  };
  const found = [
    detectWide(state, moment),
    detectTrouble(state, moment),
    detectNarrow(state, moment),
    detectFatal(state, anomaly, { ...moment, options }),
    detectMoved(state, anomaly, { ...moment, options }),
    detectSilence(state, anomaly, { ...moment, options }),
  ].filter((one) => one !== undefined);
  return found.toSorted((a, b) => a.falseReportsPerDay - b.falseReportsPerDay)[0];
}

function detectWide(state: EnvironmentState, moment: Moment): Detection | undefined {
  const { histories, at, alive, isProvisional } = moment;
  const asked = moment.asked * wideShare;
  const calibration = calibrationAt(state, { at, alive });
  const alarm = scanWide(histories, alive, at);
  const beyondDoubt = unionBound(state, at, asked);
  const threshold = calibration === undefined ? beyondDoubt : thresholdOf(calibration, asked);
  if (alarm === undefined || alarm.score < threshold) return undefined;
  const falseReportsPerDay =
    calibration === undefined
      ? asked * Math.exp(threshold - alarm.score)
      : chancePerDay(calibration, alarm.score);
  return { alarm, falseReportsPerDay, isProvisional, isWeak: alarm.score < beyondDoubt };
}

function detectTrouble(state: EnvironmentState, { at, asked, isProvisional }: Moment): Detection | undefined {
  const alarm = scanTrouble(state.troubles, { at, since: state.firstSeen });
  const threshold = -Math.log(asked * wideShare);
  if (alarm === undefined || alarm.score < threshold) return undefined;
  return {
    alarm,
    falseReportsPerDay: Math.exp(-alarm.score),
    isProvisional,
    isWeak: alarm.score < threshold + weakNats,
  };
}

/**
 * The narrow scan rests on the tail of each log type's past, a model; the plain count of what it scored before keeps the
 * promise where the model is wrong. Alarms that say that something is wrong are counted apart from those that do not.
 */
function detectNarrow(
  state: EnvironmentState,
  { histories, at, alive, asked, isProvisional }: Moment,
): Detection | undefined {
  const alarm = scanNarrow(histories, alive, at);
  if (alarm === undefined) return undefined;
  const history = state.logTypes.get(alarm.members[0] ?? '');
  const past = state.narrowPast[history !== undefined && saysTrouble(history, at) ? 'bad' : 'calm'];
  const perDay = asked * narrowShare;
  const days = (at - state.firstSeen) / dayMillis;
  const chance = -Math.log(perDay);
  const isLoud = alarm.score >= chance && alarm.score >= levelOf(past, { perDay, days });
  const isWeak = alarm.score < chance + weakNats;
  if (!isInTrouble(state) && (isWeak || past === state.narrowPast.calm))
    noteScore(past, { time: at, score: alarm.score });
  if (!isLoud) return undefined;
  return { alarm, falseReportsPerDay: Math.exp(-alarm.score), isProvisional, isWeak };
}

interface Alone extends Moment {
  readonly options: CorrelationOptions;
}

/** One event, or one kind of event, that is too grave to wait for company. */
function detectFatal(
  state: EnvironmentState,
  anomaly: Anomaly,
  { options, isProvisional }: Alone,
): Detection | undefined {
  if (!isFatal(anomaly) && !isFlood(anomaly) && !isLasting(state, anomaly)) return undefined;
  const members = [anomaly.event.source.logType];
  return {
    alarm: { detector: 'fatal', score: anomaly.surprise, members, isAbsence: false },
    falseReportsPerDay: options.falseReportsPerDay * fatalShare,
    isProvisional,
    isWeak: false,
  };
}

/** Amounts that have moved for good, whatever else happens: what has become slow seldom says so. */
function detectMoved(
  state: EnvironmentState,
  anomaly: Anomaly,
  { at, options, isProvisional }: Alone,
): Detection | undefined {
  const { surprise, event } = anomaly;
  const { logType } = event.source;
  if (!hasMoved(anomaly) || !isLongKnown(state, logType, at)) return undefined;
  return {
    alarm: { detector: 'narrow', score: surprise, members: [logType], isAbsence: false },
    falseReportsPerDay: options.falseReportsPerDay * narrowShare,
    isProvisional,
    isWeak: false,
  };
}

function detectSilence(
  state: EnvironmentState,
  anomaly: Anomaly,
  { at, options, isProvisional }: Alone,
): Detection | undefined {
  const { logType } = anomaly.event.source;
  if (!isUnlikelySilence(anomaly) || !isLongKnown(state, logType, at)) return undefined;
  return {
    alarm: { detector: 'narrow', score: anomaly.surprise, members: [logType], isAbsence: true },
    falseReportsPerDay: options.falseReportsPerDay * narrowShare,
    isProvisional,
    isWeak: false,
  };
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

/**
 * A level of the wide scan that chance surely exceeds less than `asked` times a day, before there is anything to calibrate
 * with: the union bound over a day's anomalies and both windows, with three nats of margin.
 */
function unionBound(state: EnvironmentState, at: number, asked: number): number {
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

/** What lasts minutes says something only against a past of many times that length. */
function isLongKnown(state: EnvironmentState, logType: string, at: number): boolean {
  const history = state.logTypes.get(logType);
  return history !== undefined && at - history.firstSeen >= longHistoryMillis;
}
