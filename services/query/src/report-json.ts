import { reportToJson } from '@culprit/correlation';
import type { ReportEvent, ReportEventJson, ReportJson, RootCauseReport } from '@culprit/correlation';
import { formatRfc3339 } from '@culprit/kernel';
import type { ReportHead } from '@culprit/store';
import { z } from 'zod';
import { count, named, severityName, time } from './answer-shapes.js';

/** Does not compile where the published form has a member that is not described. */
type ShapeOf<Published> = Readonly<Record<keyof Published, z.ZodType> & Record<string, z.ZodType>>;

const hallmark = named('Hallmark', 'An event that is named, not shown', {
  time,
  logType: z.string(),
  body: z.string(),
});

/** A core or related event of the API: the published form and what a client needs to go on from it. */
const incidentEventAnswer = named('IncidentEvent', 'An event of a report', {
  time,
  logType: z.string(),
  host: z.string(),
  pod: z.string(),
  severity: severityName,
  body: z.string().describe('Exactly as it came; escape it for display'),
  templateId: z.string(),
  surprise: z.number().describe('How unexpected it was there, in nats'),
  role: z.enum(['cause', 'symptom', 'context']),
  causeRank: count.describe('Place among the core events as the cause, 1 the likeliest; 0 outside the core'),
  reasons: z.array(z.string()).readonly().describe('Why it is part of the report'),
  eventId: z.string(),
  zoom: z.int().min(0).max(3).describe('Smallest zoom level that shows it: 0 core, 1 to 3 related'),
  message: z.string().describe('What it says on one line, without header and trace'),
} satisfies ShapeOf<ReportEventJson>);
export type IncidentEventJson = z.output<typeof incidentEventAnswer>;

const significance = z.enum(['low', 'medium', 'high']);

const relatedCounts = z
  .object({ '1': count, '2': count, '3': count })
  .readonly()
  .describe('Events at each zoom level');

/** A report of the API: the published form and what only a server knows. */
const incidentShape = {
  id: z.string(),
  incidentType: z.string(),
  occurrence: z.int().min(1).describe('1 for the first incident of its type'),
  previous: time.nullable().describe('Start of the previous incident of the type'),
  start: time,
  end: time,
  created: time,
  significance,
  falseReportsPerDay: z
    .number()
    .min(0)
    .describe('How many reports as unlikely as this one chance makes in a day'),
  isProvisional: z.boolean().describe('True while that number rests on the rule of the first day'),
  title: z.string(),
  summary: z.string(),
  logTypes: z.array(z.string()).readonly(),
  hosts: z.array(z.string()).readonly(),
  coreEvents: z.array(incidentEventAnswer).readonly(),
  hallmarks: z.array(hallmark).readonly(),
  alternates: z.array(hallmark).readonly().describe('What may be the cause instead, the likelier first'),
  words: z
    .array(z.object({ word: z.string(), weight: z.int().min(1).max(10) }).readonly())
    .readonly()
    .describe('For a cloud, the weightiest first'),
  related: relatedCounts,
  revision: z.int().min(1),
  updated: time,
  environment: z.string(),
  detector: z.enum(['wide', 'narrow', 'fatal', 'scan']),
  mergedInto: z.string().optional().describe('The incident that goes on with this one'),
} satisfies ShapeOf<ReportJson>;
export const incidentAnswer = named('Incident', 'A root cause report at one revision', incidentShape);
export type IncidentJson = z.output<typeof incidentAnswer>;

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
export const revisionAnswer = named('Revision', 'What a revision of a report changed', {
  revision: z.int().min(1),
  updated: time,
  significance,
  title: z.string(),
  coreEventCount: count,
  related: relatedCounts,
});
export type RevisionJson = z.output<typeof revisionAnswer>;

/** A report with its history. */
export const incidentDetailAnswer = named('IncidentDetail', 'A report and its list of revisions', {
  ...incidentShape,
  revisions: z.array(revisionAnswer).readonly(),
});
export type IncidentDetailJson = z.output<typeof incidentDetailAnswer>;

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
export const relatedAnswer = named('Related', 'Events at a zoom level; every level holds the one before', {
  zoom: z.int().min(1).max(3),
  total: count,
  isComplete: z.boolean().describe('False when a bound left events out'),
  events: z.array(incidentEventAnswer).readonly(),
});
export type RelatedJson = z.output<typeof relatedAnswer>;

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
