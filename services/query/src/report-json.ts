import { reportToJson } from '@culprit/correlation';
import type { ReportEvent, ReportEventJson, ReportJson, RootCauseReport } from '@culprit/correlation';
import { formatRfc3339 } from '@culprit/kernel';
import type { ReportHead } from '@culprit/store';

/** A core or related event of the API: the published form and what a client needs to go on from it. */
export interface IncidentEventJson extends ReportEventJson {
  readonly eventId: string;
  /** Smallest zoom level that shows the event: 0 core, 1..3 related. */
  readonly zoom: number;
  /** What it says on one line, without header and trace. */
  readonly message: string;
}

/** A report of the API: the published form and what only a server knows. */
export interface IncidentJson extends ReportJson {
  readonly revision: number;
  readonly updated: string;
  readonly environment: string;
  readonly detector: string;
  readonly coreEvents: readonly IncidentEventJson[];
  readonly mergedInto?: string;
}

/** The report as the API shows it. */
export function incidentJson(head: ReportHead): IncidentJson {
  return {
    ...reportToJson({ ...head, relatedEvents: [] }),
    revision: head.revision,
    updated: formatRfc3339(head.updated),
    environment: head.environment,
    detector: head.detector,
    coreEvents: incidentEventsJson(head, head.coreEvents),
    ...(head.mergedInto === undefined ? {} : { mergedInto: head.mergedInto }),
  };
}

/** Events of a report in their published form; `head` only lends its frame. */
function incidentEventsJson(head: ReportHead, events: readonly ReportEvent[]): readonly IncidentEventJson[] {
  const published = reportToJson({ ...head, coreEvents: events, relatedEvents: [] }).coreEvents;
  return events.flatMap(({ eventId, zoom, message }, i) => {
    const event = published[i];
    return event === undefined ? [] : [{ ...event, eventId, zoom, message }];
  });
}

/** What a list of revisions shows of each. */
export interface RevisionJson {
  readonly revision: number;
  readonly updated: string;
  readonly significance: string;
  readonly title: string;
  readonly coreEventCount: number;
  readonly related: ReportJson['related'];
}

export function revisionJson(head: ReportHead): RevisionJson {
  const { significance, title, related } = reportToJson({ ...head, relatedEvents: [] });
  return {
    revision: head.revision,
    updated: formatRfc3339(head.updated),
    significance,
    title,
    coreEventCount: head.coreEvents.length,
    related,
  };
}

/** Events visible at a zoom level, core included, in order of time; the levels are nested. */
function eventsAtZoom(report: RootCauseReport, zoom: number): readonly ReportEvent[] {
  return [...report.coreEvents, ...report.relatedEvents.filter((event) => event.zoom <= zoom)].toSorted(
    byTime,
  );
}

/** Events at a zoom level of the API. */
export interface RelatedJson {
  readonly zoom: number;
  readonly total: number;
  /** False when a bound left events out. */
  readonly isComplete: boolean;
  readonly events: readonly IncidentEventJson[];
}

/** What happened around the core. @param zoom 1 unless it is 2 or 3 */
export function relatedJson(report: RootCauseReport, zoom: number | undefined): RelatedJson {
  const level = zoom === 2 || zoom === 3 ? zoom : 1;
  const events = eventsAtZoom(report, level);
  const total = report.relatedCounts[level];
  return {
    zoom: level,
    total,
    isComplete: events.length >= total,
    events: incidentEventsJson(report, events),
  };
}

function byTime(a: ReportEvent, b: ReportEvent): number {
  if (a.time !== b.time) return a.time < b.time ? -1 : 1;
  return a.eventId < b.eventId ? -1 : 1;
}
