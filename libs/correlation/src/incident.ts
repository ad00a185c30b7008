import { hashText, toEpochNanos } from '@culprit/kernel';
import type { EnvironmentName, EpochNanos, IncidentId, IncidentTypeId } from '@culprit/kernel';
import { failureBits } from './failure-bits.js';
import { changeKindOf } from './change-evidence.js';
import type { Alarm } from './detectors.js';
import type { RootCauseReport } from './report.js';
import { significanceOf } from './significance.js';
import type { Story } from './story.js';
import { summaryOf, titleOf } from './words.js';

/** An incident between its opening and its end. */
export interface Incident {
  readonly id: IncidentId;
  readonly environment: EnvironmentName;
  readonly openedAt: number;
  /** The opening its story is told around, ms; that of a part which turned out to be stronger. */
  toldAround: number;
  alarm: Alarm;
  falseReportsPerDay: number;
  isProvisional: boolean;
  /** Only weak alarms so far: it teaches as if nothing were wrong. */
  isWeak: boolean;
  members: string[];
  lastActivity: number;
  /** Times of the revisions still to come, ms, rising. */
  dues: number[];
  revision: number;
  createdAt: number | undefined;
  isSuppressed: boolean;
  hasNews: boolean;
  /** End of the story as told last, ns; it never moves back. */
  end: EpochNanos;
  type:
    | { readonly id: IncidentTypeId; readonly occurrence: number; readonly previous: number | undefined }
    | undefined;
  /** What was told last; undefined before the first report. */
  report: RootCauseReport | undefined;
  /** Strongest surprise by template, of the story told last. */
  fingerprint: ReadonlyMap<string, number>;
  /** Templates with which the story told last says that something fails. */
  failures: readonly string[];
  /** Templates that were new in its core. */
  news: readonly string[];
}

/** Minutes after the opening at which a developing incident is told again. */
const revisionMinutes = [2, 5, 10] as const;

/** How long an incident takes in whatever happens beside it, and how long its story grows. */
export const growMillis = 600_000;

/** An incident that lasts longer is taken for the new state of things: its log types learn again. */
export const longMillis = 3_600_000;

/** Opens an incident at `at` (ms). */
export function openIncident(
  alarm: Alarm,
  context: {
    readonly environment: EnvironmentName;
    readonly at: number;
    readonly settleMillis: number;
    readonly falseReportsPerDay: number;
    readonly isProvisional: boolean;
    readonly isWeak: boolean;
  },
): Incident {
  const { environment, at, settleMillis } = context;
  return {
    id: hashText([environment, at, ...alarm.members].join('\u0000')) as IncidentId,
    environment,
    openedAt: at,
    toldAround: at,
    alarm,
    falseReportsPerDay: context.falseReportsPerDay,
    isProvisional: context.isProvisional,
    isWeak: context.isWeak,
    members: [...alarm.members],
    lastActivity: at,
    dues: [at + settleMillis, ...revisionMinutes.map((minutes) => at + minutes * 60_000)],
    revision: 0,
    createdAt: undefined,
    isSuppressed: false,
    hasNews: true,
    end: toEpochNanos(at),
    type: undefined,
    report: undefined,
    fingerprint: new Map(),
    failures: [],
    news: [],
  };
}

/**
 * Moves the end of an incident to the last event of its story; one that is still open lasts at least until `at` (ms),
 * the time at which it is told.
 */
export function extendTo(
  incident: Incident,
  story: Story,
  { at, isOpen }: { at: number; isOpen: boolean },
): void {
  const isLong = incident.lastActivity > incident.toldAround + growMillis;
  const known = isLong ? toEpochNanos(incident.lastActivity) : story.end;
  const told = isOpen ? toEpochNanos(at) : known;
  for (const time of [story.end, told]) if (time > incident.end) incident.end = time;
}

/** An incident as it was told before, at `at` (ms), with a later end. Undefined where it never was told. */
export function retold(incident: Incident, at: number): RootCauseReport | undefined {
  if (incident.report === undefined) return undefined;
  incident.revision += 1;
  const last = toEpochNanos(incident.lastActivity);
  if (last > incident.end) incident.end = last;
  const { revision, end } = incident;
  return { ...incident.report, revision, end, updated: toEpochNanos(at) };
}

/** The report of an incident as known at `at` (ms); {@link extendTo} comes before. */
export function reportOf(incident: Incident, story: Story, at: number): RootCauseReport {
  const { alarm, createdAt, type } = incident;
  return {
    incidentId: incident.id,
    incidentType: type?.id ?? ('' as IncidentTypeId),
    occurrence: type?.occurrence ?? 1,
    previous: type?.previous === undefined ? undefined : toEpochNanos(type.previous),
    revision: incident.revision,
    environment: incident.environment,
    detector: alarm.detector,
    start: story.start,
    end: incident.end,
    created: toEpochNanos(createdAt ?? at),
    updated: toEpochNanos(at),
    significance: significanceOf(incident, story),
    falseReportsPerDay: incident.falseReportsPerDay,
    isProvisional: incident.isProvisional,
    title: titleOf(story),
    summary: summaryOf(story),
    logTypes: story.logTypes,
    hosts: story.hosts,
    coreEvents: story.coreEvents,
    hallmarks: story.hallmarks,
    alternates: story.alternates,
    words: story.words,
    relatedEvents: story.relatedEvents,
    relatedCounts: story.relatedCounts,
    mergedInto: undefined,
  };
}

/**
 * True if an alarm is part of the incident whatever it is about: two incidents of one environment that begin within ten
 * minutes are far more often one with two faces than a coincidence. Later ones have to tell the same story.
 */
export function accepts(incident: Incident, at: number): boolean {
  return at - incident.openedAt <= growMillis;
}

/** True where everything that stands out is Kubernetes changing things on purpose, without a single bad line. */
export function isPlainChange(story: Story): boolean {
  const { events } = story.core;
  const isCalm = events.every(({ anomaly }) => anomaly.badness < failureBits);
  return isCalm && events.some(({ anomaly }) => changeKindOf(anomaly) === 'ordinary');
}
