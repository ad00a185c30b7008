import { formatRfc3339 } from '@culprit/kernel';
import { severityWord } from '@culprit/scoring';
import type { EventRole, ReportEvent, RootCauseReport, Significance } from './report.js';

/** A core event as it is published. */
export interface ReportEventJson {
  readonly time: string;
  readonly logType: string;
  readonly host: string;
  readonly pod: string;
  /** TRACE, DEBUG, INFO, WARN, ERROR, FATAL, or empty for unknown. */
  readonly severity: string;
  readonly body: string;
  readonly templateId: string;
  /** Nats, two decimals. */
  readonly surprise: number;
  readonly role: EventRole;
  readonly reasons: readonly string[];
}

/** One report as `analyze --report json` and the API publish it; times are RFC 3339 with nanoseconds. */
export interface ReportJson {
  readonly id: string;
  readonly incidentType: string;
  readonly occurrence: number;
  readonly start: string;
  readonly end: string;
  readonly created: string;
  readonly significance: Significance;
  readonly falseReportsPerDay: number;
  readonly title: string;
  readonly summary: string;
  readonly logTypes: readonly string[];
  readonly hosts: readonly string[];
  readonly coreEvents: readonly ReportEventJson[];
  readonly hallmarks: readonly { readonly time: string; readonly logType: string; readonly body: string }[];
  readonly related: { readonly '1': number; readonly '2': number; readonly '3': number };
}

/** The published form of a report; numbers are rounded so that they are the same everywhere. */
export function reportToJson(report: RootCauseReport): ReportJson {
  return {
    id: report.incidentId,
    incidentType: report.incidentType,
    occurrence: report.occurrence,
    start: formatRfc3339(report.start),
    end: formatRfc3339(report.end),
    created: formatRfc3339(report.created),
    significance: report.significance,
    falseReportsPerDay: Number.isFinite(report.falseReportsPerDay)
      ? roundTo(report.falseReportsPerDay, 3)
      : 0,
    title: report.title,
    summary: report.summary,
    logTypes: report.logTypes,
    hosts: report.hosts,
    coreEvents: report.coreEvents.map(eventToJson),
    hallmarks: report.hallmarks.map(({ time, logType, body }) => ({
      time: formatRfc3339(time),
      logType,
      body,
    })),
    related: { '1': report.relatedCounts[1], '2': report.relatedCounts[2], '3': report.relatedCounts[3] },
  };
}

function eventToJson(event: ReportEvent): ReportEventJson {
  return {
    time: formatRfc3339(event.time),
    logType: event.logType,
    host: event.host,
    pod: event.pod,
    severity: severityWord(event.severity),
    body: event.body,
    templateId: event.templateId,
    surprise: roundTo(event.surprise, 2),
    role: event.role,
    reasons: event.reasons,
  };
}

function roundTo(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale;
}
