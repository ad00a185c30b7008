import type { EnvironmentName, EpochNanos, IncidentId, IncidentTypeId } from '@culprit/kernel';
import type {
  DetectorKind,
  EventRole,
  Hallmark,
  ReportEvent,
  RootCauseReport,
  Significance,
} from '@culprit/correlation';
import { malformed } from './errors.js';
import {
  DetectorKind as wireDetectors,
  EventRole as wireRoles,
  ReportRevision,
  Significance as wireSignificances,
  type Hallmark as WireHallmark,
  type ReportEvent as WireEvent,
  type RootCauseReport as WireReport,
} from './gen/culprit/incidents/v1/report.js';
import {
  decodeWire,
  templateIdFromWire,
  templateIdToWire,
  toFinite,
  toSafeInteger,
  toSeverity,
} from './wire.js';
import { WordTable } from './word-table.js';

const roles = new WordTable<EventRole, wireRoles>('event role', {
  cause: wireRoles.EVENT_ROLE_CAUSE,
  symptom: wireRoles.EVENT_ROLE_SYMPTOM,
  context: wireRoles.EVENT_ROLE_CONTEXT,
});

const significances = new WordTable<Significance, wireSignificances>('significance', {
  low: wireSignificances.SIGNIFICANCE_LOW,
  medium: wireSignificances.SIGNIFICANCE_MEDIUM,
  high: wireSignificances.SIGNIFICANCE_HIGH,
});

const detectors = new WordTable<DetectorKind, wireDetectors>('detector', {
  wide: wireDetectors.DETECTOR_KIND_WIDE,
  narrow: wireDetectors.DETECTOR_KIND_NARROW,
  fatal: wireDetectors.DETECTOR_KIND_FATAL,
  scan: wireDetectors.DETECTOR_KIND_SCAN,
});

/** Bytes of one revision of a root cause report. */
export function encodeReportRevision(report: RootCauseReport): Uint8Array<ArrayBuffer> {
  return ReportRevision.encode({ report: reportToWire(report) }).finish();
}

/** The inverse of {@link encodeReportRevision}. @throws AppError CULPRIT_CONTRACTS_MALFORMED */
export function decodeReportRevision(bytes: Uint8Array): RootCauseReport {
  const { report } = decodeWire(ReportRevision, bytes, 'report revision');
  if (report === undefined) throw malformed('report revision: no report');
  return reportFromWire(report);
}

/** The message of a report; only for the codecs of this room. */
export function reportToWire(report: RootCauseReport): WireReport {
  const { relatedCounts } = report;
  return {
    incidentId: report.incidentId,
    incidentType: report.incidentType,
    occurrence: report.occurrence,
    revision: report.revision,
    environment: report.environment,
    detector: detectors.toWire(report.detector),
    startNanos: report.start,
    endNanos: report.end,
    createdNanos: report.created,
    updatedNanos: report.updated,
    significance: significances.toWire(report.significance),
    falseReportsPerDay: report.falseReportsPerDay,
    isProvisional: report.isProvisional,
    title: report.title,
    summary: report.summary,
    logTypes: [...report.logTypes],
    hosts: [...report.hosts],
    coreEvents: report.coreEvents.map(eventToWire),
    hallmarks: report.hallmarks.map((one) => hallmarkToWire(one)),
    relatedEvents: report.relatedEvents.map(eventToWire),
    relatedCounts: {
      zoom1: BigInt(relatedCounts[1]),
      zoom2: BigInt(relatedCounts[2]),
      zoom3: BigInt(relatedCounts[3]),
    },
    mergedInto: report.mergedInto,
    previousNanos: report.previous,
    alternates: report.alternates.map((one) => hallmarkToWire(one)),
    words: report.words.map(({ word, weight }) => ({ word, weight })),
  };
}

function reportFromWire(wire: WireReport): RootCauseReport {
  return {
    incidentId: wire.incidentId as IncidentId,
    incidentType: wire.incidentType as IncidentTypeId,
    occurrence: wire.occurrence,
    previous: wire.previousNanos as EpochNanos | undefined,
    revision: wire.revision,
    environment: wire.environment as EnvironmentName,
    detector: detectors.fromWire(wire.detector),
    start: wire.startNanos as EpochNanos,
    end: wire.endNanos as EpochNanos,
    created: wire.createdNanos as EpochNanos,
    updated: wire.updatedNanos as EpochNanos,
    significance: significances.fromWire(wire.significance),
    falseReportsPerDay: toFinite(wire.falseReportsPerDay, 'report: false reports per day'),
    isProvisional: wire.isProvisional,
    title: wire.title,
    summary: wire.summary,
    logTypes: wire.logTypes,
    hosts: wire.hosts,
    coreEvents: wire.coreEvents.map(eventFromWire),
    hallmarks: wire.hallmarks.map((one) => hallmarkFromWire(one)),
    alternates: wire.alternates.map((one) => hallmarkFromWire(one)),
    words: wire.words.map(({ word, weight }) => ({ word, weight })),
    relatedEvents: wire.relatedEvents.map(eventFromWire),
    relatedCounts: countsFromWire(wire.relatedCounts),
    mergedInto: wire.mergedInto as IncidentId | undefined,
  };
}

function hallmarkToWire({ time, logType, body }: Hallmark): WireHallmark {
  return { timeNanos: time, logType, body };
}

function hallmarkFromWire({ timeNanos, logType, body }: WireHallmark): Hallmark {
  return { time: timeNanos as EpochNanos, logType, body };
}

function countsFromWire(wire: WireReport['relatedCounts']): RootCauseReport['relatedCounts'] {
  if (wire === undefined) throw malformed('report: no related counts');
  return {
    1: toSafeInteger(wire.zoom1, 'related counts: zoom 1'),
    2: toSafeInteger(wire.zoom2, 'related counts: zoom 2'),
    3: toSafeInteger(wire.zoom3, 'related counts: zoom 3'),
  };
}

function eventToWire(event: ReportEvent): WireEvent {
  return {
    eventId: event.eventId,
    timeNanos: event.time,
    logType: event.logType,
    host: event.host,
    pod: event.pod,
    severity: event.severity,
    message: event.message,
    body: event.body,
    templateId: templateIdToWire(event.templateId),
    surprise: event.surprise,
    badness: event.badness,
    role: roles.toWire(event.role),
    causeRank: event.causeRank,
    reasons: [...event.reasons],
    zoom: event.zoom,
  };
}

function eventFromWire(wire: WireEvent): ReportEvent {
  return {
    eventId: wire.eventId,
    time: wire.timeNanos as EpochNanos,
    logType: wire.logType,
    host: wire.host,
    pod: wire.pod,
    severity: toSeverity(wire.severity, 'report event'),
    message: wire.message,
    body: wire.body,
    templateId: templateIdFromWire(wire.templateId),
    surprise: toFinite(wire.surprise, 'report event: surprise'),
    badness: toFinite(wire.badness, 'report event: badness'),
    role: roles.fromWire(wire.role),
    causeRank: wire.causeRank,
    reasons: wire.reasons,
    zoom: toZoom(wire.zoom),
  };
}

function toZoom(value: number): ReportEvent['zoom'] {
  if (value === 0 || value === 1 || value === 2 || value === 3) return value;
  throw malformed(`report event: zoom ${value}`);
}
