import { anomalySurprise } from '@culprit/scoring';
import type { Anomaly } from '@culprit/scoring';
import type { EnvironmentState } from './environment.js';
import { persistenceOf } from './log-type-history.js';
import { isNovel } from './trouble.js';

/** Something grave that a log type says. */
export interface Grave {
  readonly logType: string;
  /** Stretches of ten seconds in which it said something bad that stands out, and other log types that began to fail. */
  readonly score: number;
  /** True where it already came again and again, or in numbers. */
  readonly isSure: boolean;
}

/** How long grave words are remembered, ms. */
const graveMillis = 300_000;
const fatalSurprise = 4.5;
const fatalBadness = 5;
const lastingBadness = 4;
const floodProbability = 2e-3;
const floodBadness = 3;
/** Where failures and successes share a template, as requests do, the line alone says that it failed. */
const errorSeverity = 17;

/** Notes a crash or a new exception, an error that keeps coming, a flood of failures. */
export function noteGrave(state: EnvironmentState, anomaly: Anomaly, at: number): void {
  const { logType } = anomaly.event.source;
  const isSure = isFlood(anomaly) || isLasting(anomaly, state.recent);
  if (isSure || isFatal(anomaly)) state.graves.set(logType, { at, isSure });
}

/** What is gravest in the last minutes. O(log types with grave words in them) */
export function gravest(state: EnvironmentState, at: number): Grave | undefined {
  let worst: Grave | undefined;
  for (const [logType, { at: noted, isSure }] of state.graves) {
    const history = state.logTypes.get(logType);
    if (history === undefined || at - noted > graveMillis) {
      state.graves.delete(logType);
      continue;
    }
    const others = new Set(
      state.troubles
        .filter((one) => !one.isAbsence && one.time > at - graveMillis && one.time <= at)
        .map((one) => one.logType),
    );
    others.delete(logType);
    const score = persistenceOf(history, at) + others.size;
    if (worst === undefined || score > worst.score) worst = { logType, score, isSure };
  }
  return worst;
}

function isFatal({ surprise, badness }: Anomaly): boolean {
  return surprise >= fatalSurprise && badness >= fatalBadness;
}

/** An error that was new a moment ago and keeps coming: scoring tells its novelty a second time. */
function isLasting(anomaly: Anomaly, recent: readonly Anomaly[]): boolean {
  if (anomaly.badness < lastingBadness || anomaly.surprise < anomalySurprise || !isNovel(anomaly))
    return false;
  const { templateId, source, eventId } = anomaly.event;
  return recent.some(
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
