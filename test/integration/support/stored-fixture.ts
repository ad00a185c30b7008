import type { ReportEvent, RootCauseReport } from '@culprit/correlation';
import { toEpochNanos } from '@culprit/kernel';
import type {
  EnvironmentName,
  EpochNanos,
  IncidentId,
  IncidentTypeId,
  LogTypeName,
  TemplateId,
} from '@culprit/kernel';
import type { EventRows } from '@culprit/pipeline';
import type { StreamDescriptor } from '@culprit/records';
import type { Anomaly } from '@culprit/scoring';

/** 2026-03-01T09:30:00Z. */
export const start = 1_772_357_400_000;
export const templateId = '00000000000000aa' as TemplateId;
export const environment = 'shop' as EnvironmentName;

/** Stored log records: one a second, each with its own text. */
export function rowsOf(
  position: { readonly sequence: number; readonly logType: string; readonly pod: string },
  bodies: readonly string[],
): EventRows {
  const texts = bodies.map((body) => Buffer.from(body));
  const ends = new Uint32Array(texts.length);
  texts.forEach((text, i) => (ends[i] = (ends[i - 1] ?? 0) + text.length));
  const starts = ends.map((end, i) => end - (texts[i]?.length ?? 0));
  const zeros = new Uint32Array(bodies.length);
  const logType = position.logType as LogTypeName;
  const stream: StreamDescriptor = {
    environment,
    logType,
    namespace: 'shop',
    service: logType,
    pod: position.pod,
    container: 'main',
    host: 'node-1',
  };
  return {
    lane: 0,
    sequence: position.sequence,
    templates: [{ environment, logType, templateId, text: 'order <*> placed', canonicalId: templateId }],
    templateIds: [templateId],
    templateIndex: zeros,
    records: {
      streams: [stream],
      length: bodies.length,
      bytes: Buffer.concat(texts),
      streamIndex: zeros,
      timeMillis: Float64Array.from(bodies, (_, i) => start + i * 1_000),
      timeSubNanos: zeros,
      severity: Uint8Array.from(bodies, (body) => (body.includes('failed') ? 17 : 9)),
      flags: new Uint8Array(bodies.length),
      bodyStart: starts,
      bodyEnd: ends,
      messageStart: starts,
      messageEnd: ends,
      statementEnd: ends,
      attributesStart: zeros,
      attributesEnd: zeros,
      lineCount: new Uint32Array(bodies.length).fill(1),
    },
  };
}

function eventOf(seconds: number, fields: Partial<ReportEvent> = {}): ReportEvent {
  return {
    eventId: `00-000000000000-${seconds.toString(16).padStart(5, '0')}`,
    time: toEpochNanos(start + seconds * 1_000, 123),
    logType: 'orders',
    host: 'node-1',
    pod: 'orders-1',
    severity: 17,
    message: 'said something',
    body: `order ${seconds} failed`,
    templateId,
    surprise: 12.345,
    badness: 3,
    role: 'symptom',
    causeRank: 1,
    reasons: ['first time in 3 h here'],
    zoom: 0,
    ...fields,
  };
}

/** A report; texts can be made hostile through `fields`. */
export function reportOf(id: string, fields: Partial<RootCauseReport> = {}): RootCauseReport {
  return {
    incidentId: id as IncidentId,
    incidentType: 'type-1' as IncidentTypeId,
    occurrence: 1,
    previous: undefined,
    revision: 1,
    environment,
    detector: 'wide',
    start: at(0),
    end: at(60),
    created: at(70),
    updated: at(70),
    significance: 'high',
    falseReportsPerDay: 0.1,
    isProvisional: false,
    title: 'orders cannot reach shipping',
    summary: 'The network was cut, then orders failed.',
    logTypes: ['orders', 'cart'],
    hosts: ['node-1'],
    coreEvents: [eventOf(1, { role: 'cause', body: 'eth0: link down' }), eventOf(2)],
    hallmarks: [{ time: at(1), logType: 'orders', body: 'eth0: link down' }],
    alternates: [],
    words: [],
    relatedEvents: [eventOf(3, { zoom: 1 }), eventOf(4, { zoom: 2 }), eventOf(5, { zoom: 3 })],
    relatedCounts: { 1: 3, 2: 4, 3: 5 },
    mergedInto: undefined,
    ...fields,
  };
}

/** Something unusual that a scan finds. */
export function anomalyOf(seconds: number, logType: string): Anomaly {
  const text = `${logType} lost its connection`;
  return {
    event: {
      eventId: `00-000000000009-${seconds.toString(16).padStart(5, '0')}`,
      time: at(seconds),
      source: {
        environment,
        logType: logType as LogTypeName,
        namespace: 'shop',
        service: logType,
        pod: `${logType}-1`,
        container: 'main',
        host: 'node-1',
      },
      severity: 17,
      templateId: `00000000000000${seconds.toString(16).padStart(2, '0')}` as TemplateId,
      message: text,
      body: text,
      parameters: [],
      hasStackTrace: false,
    },
    surprise: 12,
    badness: 3,
    evidence: [{ kind: 'novelty', probability: 0.000_01, sentence: 'first time in 3 h here' }],
    count: 1,
  };
}

function at(seconds: number): EpochNanos {
  return toEpochNanos(start + seconds * 1_000);
}
