import { formatRfc3339 } from '@culprit/kernel';
import { severityWord } from '@culprit/scoring';
import type { CloudWord, EventRole, Hallmark, ReportEvent, RootCauseReport, Significance } from './report.js';

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
  /** Place among the core events by what speaks for it as the cause, 1 the likeliest; 0 outside the core. */
  readonly causeRank: number;
  readonly reasons: readonly string[];
}

/** An event that is named, not shown. */
export interface HallmarkJson {
  readonly time: string;
  readonly logType: string;
  readonly body: string;
}

/** One report as `analyze --report json` and the API publish it; times are RFC 3339 with nanoseconds. */
export interface ReportJson {
  readonly id: string;
  readonly incidentType: string;
  readonly occurrence: number;
  /** Start of the previous incident of the type; null for the first. */
  readonly previous: string | null;
  readonly start: string;
  readonly end: string;
  readonly created: string;
  readonly significance: Significance;
  readonly falseReportsPerDay: number;
  /** True while that number rests on the rule of the first day. */
  readonly isProvisional: boolean;
  readonly title: string;
  readonly summary: string;
  readonly logTypes: readonly string[];
  readonly hosts: readonly string[];
  readonly coreEvents: readonly ReportEventJson[];
  readonly hallmarks: readonly HallmarkJson[];
  /** What may be the cause instead, the likelier first. */
  readonly alternates: readonly HallmarkJson[];
  /** For a cloud, the weightiest first; weights 1 to 10. */
  readonly words: readonly CloudWord[];
  readonly related: { readonly '1': number; readonly '2': number; readonly '3': number };
}

/** The published form of a report; numbers are rounded so that they are the same everywhere. */
export function reportToJson(report: RootCauseReport): ReportJson {
  return {
    id: report.incidentId,
    incidentType: report.incidentType,
    occurrence: report.occurrence,
    previous: report.previous === undefined ? null : formatRfc3339(report.previous),
    start: formatRfc3339(report.start),
    end: formatRfc3339(report.end),
    created: formatRfc3339(report.created),
    significance: report.significance,
    falseReportsPerDay: Number.isFinite(report.falseReportsPerDay)
      ? roundTo(report.falseReportsPerDay, 3)
      : 0,
    isProvisional: report.isProvisional,
    title: report.title,
    summary: report.summary,
    logTypes: report.logTypes,
    hosts: report.hosts,
    coreEvents: report.coreEvents.map(eventToJson),
    hallmarks: report.hallmarks.map((one) => hallmarkToJson(one)),
    alternates: report.alternates.map((one) => hallmarkToJson(one)),
    words: report.words,
    related: { '1': report.relatedCounts[1], '2': report.relatedCounts[2], '3': report.relatedCounts[3] },
  };
}

function hallmarkToJson({ time, logType, body }: Hallmark): HallmarkJson {
  return { time: formatRfc3339(time), logType, body };
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
    causeRank: event.causeRank,
    reasons: event.reasons,
  };
}

function roundTo(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale;
}
