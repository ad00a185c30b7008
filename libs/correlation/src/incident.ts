import { hashText, toEpochNanos } from '@culprit/kernel';
import type { EnvironmentName, EpochNanos, IncidentId, IncidentTypeId } from '@culprit/kernel';
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
  alarm: Alarm;
  falseReportsPerDay: number;
  isProvisional: boolean;
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
  type: { readonly id: IncidentTypeId; readonly occurrence: number } | undefined;
}

/** Minutes after the opening at which a developing incident is told again. */
const revisionMinutes = [2, 5, 10] as const;

/** How long an incident takes in new alarms; later ones are a new incident. */
export const growMillis = 600_000;

/** Opens an incident at `at` (ms). */
export function openIncident(
  alarm: Alarm,
  context: {
    readonly environment: EnvironmentName;
    readonly at: number;
    readonly settleMillis: number;
    readonly falseReportsPerDay: number;
    readonly isProvisional: boolean;
  },
): Incident {
  const { environment, at, settleMillis } = context;
  return {
    id: hashText([environment, at, ...alarm.members].join('\u0000')) as IncidentId,
    environment,
    openedAt: at,
    alarm,
    falseReportsPerDay: context.falseReportsPerDay,
    isProvisional: context.isProvisional,
    members: [...alarm.members],
    lastActivity: at,
    dues: [at + settleMillis, ...revisionMinutes.map((minutes) => at + minutes * 60_000)],
    revision: 0,
    createdAt: undefined,
    isSuppressed: false,
    hasNews: true,
    end: toEpochNanos(at),
    type: undefined,
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
  const told = isOpen ? toEpochNanos(at) : story.end;
  for (const time of [story.end, told]) if (time > incident.end) incident.end = time;
}

/** The report of an incident as known at `at` (ms); {@link extendTo} comes before. */
export function reportOf(incident: Incident, story: Story, at: number): RootCauseReport {
  const { alarm, createdAt, type } = incident;
  return {
    incidentId: incident.id,
    incidentType: type?.id ?? ('' as IncidentTypeId),
    occurrence: type?.occurrence ?? 1,
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
    relatedEvents: story.relatedEvents,
    relatedCounts: story.relatedCounts,
    mergedInto: undefined,
  };
}

/**
 * True if the alarm is part of the incident: it follows within the time of growth. Two incidents of one environment
 * that begin within ten minutes are far more often one with two faces than a coincidence.
 */
export function accepts(incident: Incident, at: number): boolean {
  return at - incident.openedAt <= growMillis;
}

/** True where everything that stands out is Kubernetes changing things on purpose, without a single bad line. */
export function isPlainChange(story: Story): boolean {
  const { events } = story.core;
  const isCalm = events.every(({ anomaly }) => anomaly.badness < 1.5);
  return isCalm && events.some(({ anomaly }) => changeKindOf(anomaly) === 'ordinary');
}
