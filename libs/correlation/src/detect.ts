import type { Anomaly } from '@culprit/scoring';
import { isUnsaid } from './absence.js';
import { calibrate, chancePerDay } from './calibration.js';
import type { Calibration } from './calibration.js';
import { scanNarrow, scanWide } from './detectors.js';
import type { Alarm } from './detectors.js';
import { isInTrouble } from './environment.js';
import type { EnvironmentState } from './environment.js';
import { gravest, noteGrave } from './grave.js';
import { idleSurprise, saysTrouble } from './log-type-history.js';
import type { LogTypeHistory } from './log-type-history.js';
import { hasMoved } from './moved.js';
import { timeOf } from './onset.js';
import type { CorrelationOptions } from './options.js';
import { noteScore, rateOf } from './past-scores.js';
import type { PastScores } from './past-scores.js';
import { scanTrouble } from './trouble.js';

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
/** How far grave words must go to be told, where their kind alone is not enough, and to be no blip; see grave.ts. */
const confirmedScore = 2;
const lastingScore = 3;
const silenceSurprise = 6;
/** Every showing of every template ends an absence: there are many more of them than of silences. */
const missingSurprise = 8.5;
const longHistoryMillis = 2_700_000;
const smallestWideScore = 5;
const wideShare = 0.5;
const narrowShare = 0.3;
const fatalShare = 0.2;
/** Nats beyond the chance that was asked for, from which an alarm is no weak one. */
const weakNats = 3;

/** When it is, and what is asked for. */
interface Terms {
  readonly at: number;
  readonly asked: number;
  readonly isProvisional: boolean;
  readonly options: CorrelationOptions;
}

/** What the scans look at. */
interface Moment extends Terms {
  readonly histories: readonly LogTypeHistory[];
  readonly alive: number;
}

/** Looks whether the newest anomaly makes a cluster too tight for chance. */
export function detect(
  state: EnvironmentState,
  anomaly: Anomaly,
  options: CorrelationOptions,
): Detection | undefined {
  const at = timeOf(anomaly);
  const terms = {
    at,
    asked: askedAt(state, at, options),
    isProvisional: at - state.firstSeen < dayMillis,
    options,
  };
  const grave = detectGrave(state, anomaly, terms);
  if (anomaly.surprise <= idleSurprise) return grave;
  const histories = [...state.logTypes.values()];
  const alive = histories.filter(({ firstSeen }) => firstSeen <= at).length;
  const moment = { ...terms, histories, alive };
  const found = [
    grave,
    detectWide(state, moment),
    detectTrouble(state, moment),
    detectNarrow(state, moment),
    detectMoved(state, anomaly, terms),
    detectSilence(state, anomaly, terms),
  ].filter((one) => one !== undefined);
  return found.toSorted((a, b) => a.falseReportsPerDay - b.falseReportsPerDay)[0];
}

function detectWide(state: EnvironmentState, moment: Moment): Detection | undefined {
  const { histories, at, alive, isProvisional } = moment;
  const asked = moment.asked * wideShare;
  const calibration = calibrationAt(state, { at, alive });
  const alarm = scanWide(histories, alive, at);
  if (alarm === undefined || alarm.score < smallestWideScore) return undefined;
  const beyondDoubt = unionBound(state, at, asked);
  const falseReportsPerDay =
    calibration === undefined
      ? asked * Math.exp(beyondDoubt - alarm.score)
      : chancePerDay(calibration, alarm.score);
  if (falseReportsPerDay > asked) return undefined;
  return { alarm, falseReportsPerDay, isProvisional, isWeak: alarm.score < beyondDoubt };
}

/** First bad lines of several log types: rare if they came one by one; by how many came together before, if they do not. */
function detectTrouble(state: EnvironmentState, { at, asked, isProvisional }: Moment): Detection | undefined {
  const since = state.firstSeen;
  const { alarm, size } = scanTrouble(state.troubles, { at, since });
  if (!isInTrouble(state) && size > 0) noteScore(state.troublePast, { time: at, score: size });
  if (alarm === undefined) return undefined;
  const perDay = asked * wideShare;
  const together = rateOf(state.troublePast, { score: size, since, at });
  const chance = Math.max(Math.exp(-alarm.score), together);
  if (chance > perDay) return undefined;
  const isWeak = alarm.score < weakNats - Math.log(perDay);
  return { alarm, falseReportsPerDay: chance, isProvisional, isWeak };
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
  const { score } = alarm;
  const chance = Math.max(Math.exp(-score), rateOf(past, { score, since: state.firstSeen, at }));
  const isWeak = score < weakNats - Math.log(perDay);
  if (!isInTrouble(state) && (isWeak || past === state.narrowPast.calm)) noteScore(past, { time: at, score });
  if (chance > perDay) return undefined;
  return { alarm, falseReportsPerDay: chance, isProvisional, isWeak };
}

/**
 * A log type that says something too grave to wait for more than a confirmation: it goes on, or others fail too. How far
 * grave words went here without an incident says how often that happens by itself.
 */
function detectGrave(
  state: EnvironmentState,
  anomaly: Anomaly,
  { at, asked, options, isProvisional }: Terms,
): Detection | undefined {
  noteGrave(state, anomaly, at);
  const grave = gravest(state, at);
  if (grave === undefined) return undefined;
  const { logType, score, isSure } = grave;
  const perDay = asked * fatalShare;
  const chance = rateOf(state.gravePast, { score, since: state.firstSeen, at });
  if (!isInTrouble(state)) noteScore(state.gravePast, { time: at, score });
  if (chance > perDay || (score < confirmedScore && !isSure)) return undefined;
  return {
    alarm: { detector: 'fatal', score, members: [logType], isAbsence: false },
    falseReportsPerDay: Math.max(chance, options.falseReportsPerDay * fatalShare),
    isProvisional,
    isWeak: score < lastingScore,
  };
}

/** Amounts that have moved for good, whatever else happens: what has become slow seldom says so. */
function detectMoved(state: EnvironmentState, anomaly: Anomaly, terms: Terms): Detection | undefined {
  return hasMoved(anomaly) ? detectAlone(state, anomaly, { ...terms, past: state.movedPast }) : undefined;
}

function detectSilence(state: EnvironmentState, anomaly: Anomaly, terms: Terms): Detection | undefined {
  if (!isUnsaid(anomaly)) return undefined;
  const detection = detectAlone(state, anomaly, { ...terms, past: state.silencePast });
  if (detection === undefined || !isUnlikelySilence(anomaly)) return undefined;
  return { ...detection, alarm: { ...detection.alarm, isAbsence: true } };
}

/** One anomaly that needs no company, unless its like came before as often as was asked for, or little is known yet. */
function detectAlone(
  state: EnvironmentState,
  { event, surprise: score }: Anomaly,
  { at, asked, options, isProvisional, past }: Terms & { readonly past: PastScores },
): Detection | undefined {
  const { logType } = event.source;
  if (!isLongKnown(state, logType, at)) return undefined;
  const chance = rateOf(past, { score, since: state.firstSeen, at });
  if (!isInTrouble(state)) noteScore(past, { time: at, score });
  if (chance > asked * narrowShare) return undefined;
  return {
    alarm: { detector: 'narrow', score, members: [logType], isAbsence: false },
    falseReportsPerDay: Math.max(chance, options.falseReportsPerDay * narrowShare),
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
