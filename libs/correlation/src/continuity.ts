import type { Anomaly } from '@culprit/scoring';
import { isAbsence } from './absence.js';
import { similarity } from './fingerprint.js';
import { growMillis } from './incident.js';
import type { Incident } from './incident.js';
import type { Detection } from './detect.js';
import type { Story } from './story.js';
import { templateKey } from './template-key.js';
import { isNovel } from './trouble.js';

/** A kind of incident that comes back within this time after its last sign never was over. */
const returnMillis = 300_000;
/** Ended incidents that are remembered, the latest. */
const maxEnded = 20;
/** Weighted Jaccard similarity from which two stories are one. */
const sameStory = 0.5;
/** Core events that two reports may share by chance: something grave at the edge of both. */
const chanceShared = 1;
/** Nats from which a line that was known before still tells of the incident. */
const lastingSurprise = 4;

/** Keeps an incident that was told, for the case that it was not over. */
export function rememberEnded(ended: Incident[], incident: Incident): void {
  if (incident.report === undefined) return;
  ended.push(incident);
  if (ended.length > maxEnded) ended.shift();
}

/**
 * The earlier incident of which this one is a part: it began within the time of growth before it, or tells the same
 * events, or tells the same kind of story and was open, or had ended a moment ago, when this one began.
 *
 * Only what was told already counts: a report that nobody got explains nothing.
 */
export function findEarlier(
  known: readonly Incident[],
  incident: Incident,
  story: Story,
): Incident | undefined {
  return known.find((one) => isTold(one) && one !== incident && isSame(one, incident, story));
}

function isTold({ report, isSuppressed }: Incident): boolean {
  return report !== undefined && !isSuppressed;
}

function isSame(earlier: Incident, incident: Incident, story: Story): boolean {
  const ahead = incident.openedAt - earlier.openedAt;
  if (ahead < 0) return false;
  if (sharedEvents(earlier, story) > chanceShared) return true;
  if (incident.openedAt - earlier.lastActivity > returnMillis) return false;
  if (incident.report === undefined && ahead <= growMillis) return true;
  return similarity(earlier.fingerprint, story.weightByTemplate) >= sameStory;
}

function sharedEvents({ report }: Incident, { coreEvents }: Story): number {
  const ids = new Set(report?.coreEvents.map(({ eventId }) => eventId));
  return coreEvents.filter(({ eventId }) => ids.has(eventId)).length;
}

/** Makes a later incident part of an earlier one, which is then told around the stronger of the two alarms. */
export function absorb(earlier: Incident, later: Incident): void {
  const isStronger = earlier.alarm.isAbsence
    ? !later.alarm.isAbsence
    : later.falseReportsPerDay < earlier.falseReportsPerDay;
  if (isStronger) {
    earlier.alarm = later.alarm;
    earlier.falseReportsPerDay = later.falseReportsPerDay;
    earlier.isProvisional = later.isProvisional;
    if (later.openedAt - earlier.openedAt <= growMillis) earlier.toldAround = later.openedAt;
  }
  earlier.isWeak &&= later.isWeak;
  for (const member of later.members) if (!earlier.members.includes(member)) earlier.members.push(member);
  earlier.lastActivity = Math.max(earlier.lastActivity, later.lastActivity);
  earlier.dues = [...new Set([...earlier.dues, ...later.dues])].toSorted((a, b) => a - b);
  earlier.hasNews = true;
}

/**
 * True for a line with which the incident says that something fails: as long as it comes, the incident goes on. Not for
 * an error that came before it too and is as frequent now as ever.
 */
export function goesOnWith(incident: Incident, anomaly: Anomaly): boolean {
  const key = templateKey(anomaly);
  if (!incident.failures.includes(key)) return false;
  return incident.news.includes(key) || anomaly.surprise >= lastingSurprise;
}

/** True where something new that an incident told of stops: that trouble ends is no trouble. */
export function isRelief(known: readonly Incident[], anomaly: Anomaly): boolean {
  if (!isAbsence(anomaly)) return false;
  const key = templateKey(anomaly);
  return known.some(({ news }) => news.includes(key));
}

/** What a story says of an incident that lasts: how to know it again, and how to know that it goes on. */
export function noteStory(incident: Incident, story: Story): void {
  incident.fingerprint = story.weightByTemplate;
  incident.failures = distinctKeys(story.failures);
  incident.news = distinctKeys(story.core.events.map(({ anomaly }) => anomaly).filter(isNovel));
}

/**
 * What was held back, found nothing to tell (opened before `settled`), or was opened by an absence alone, must not
 * swallow something stronger that begins later.
 */
export function isOvertaken(
  running: Incident,
  { alarm, falseReportsPerDay }: Detection,
  settled: number,
): boolean {
  if (running.revision === 0 && running.openedAt < settled && !alarm.isAbsence) return true;
  if (running.isSuppressed) return falseReportsPerDay < running.falseReportsPerDay;
  return running.alarm.isAbsence && !alarm.isAbsence;
}

function distinctKeys(anomalies: readonly Anomaly[]): string[] {
  return [...new Set(anomalies.map((anomaly) => templateKey(anomaly)))];
}
