import type { RootCauseReport } from '@culprit/correlation';
import type {
  EnvironmentName,
  EpochNanos,
  IncidentId,
  IncidentTypeId,
  LogTypeName,
  TemplateId,
} from '@culprit/kernel';
import type { EventRows } from '@culprit/pipeline';
import type { Anomaly, AnomalyBatch } from '@culprit/scoring';
import type { Store } from '@culprit/store';
import { buildRows, defaultTime } from '../../../libs/store/src/testing/build-rows.js';
import type { TestRecord } from '../../../libs/store/src/testing/build-rows.js';

export const environment = 'test' as EnvironmentName;
export const nanos = (millis: number): EpochNanos => (BigInt(millis) * 1_000_000n) as EpochNanos;

export async function write(
  store: ReturnType<Store['forTenant']>,
  records: readonly TestRecord[],
  sequence = 1,
  templates: EventRows['templates'] = [],
): Promise<void> {
  const writer = store.createEventWriter();
  await writer.append(buildRows({ lane: 0, sequence, templates }, records));
  await writer.flush();
}

export function numbered(sequence: number, count: number): EventRows {
  return buildRows(
    { lane: 0, sequence },
    Array.from({ length: count }, (_, i) => ({ body: `${sequence}/${i}` })),
  );
}

export function template(id = '', text = '', canonicalId = id): EventRows['templates'][number] {
  return {
    environment: 'test',
    logType: 'shop/orders',
    templateId: id as TemplateId,
    text,
    canonicalId: canonicalId as TemplateId,
  };
}

export function reportEvent(zoom: 0 | 3): RootCauseReport['coreEvents'][number] {
  return {
    eventId: '00-000000000001-00000',
    time: (nanos(defaultTime) + 123_456_789n) as EpochNanos,
    logType: 'shop/orders',
    host: 'node-1',
    pod: 'orders-1',
    severity: 17,
    message: 'said something',
    body: '1700000000000',
    templateId: '00000000000000aa' as TemplateId,
    surprise: 12.5,
    badness: 3,
    role: zoom === 0 ? 'cause' : 'context',
    causeRank: zoom === 0 ? 1 : 0,
    reasons: ['first time in 3 h here'],
    zoom,
  };
}

export function report(changes: Partial<RootCauseReport>): RootCauseReport {
  return {
    incidentId: 'inc-1' as IncidentId,
    incidentType: 'type-1' as IncidentTypeId,
    occurrence: 1,
    previous: undefined,
    revision: 1,
    environment,
    detector: 'wide',
    start: nanos(defaultTime),
    end: nanos(defaultTime + 60_000),
    created: nanos(defaultTime + 90_000),
    updated: nanos(defaultTime + 90_000),
    significance: 'high',
    falseReportsPerDay: 0.01,
    isProvisional: true,
    title: "'quoted' title",
    summary: 'what happened',
    logTypes: ['shop/orders'],
    hosts: ['node-1'],
    coreEvents: [reportEvent(0)],
    hallmarks: [{ time: nanos(defaultTime), logType: 'shop/orders', body: 'refused' }],
    alternates: [],
    words: [],
    relatedEvents: [],
    relatedCounts: { 1: 1, 2: 2, 3: 3 },
    mergedInto: undefined,
    ...changes,
  };
}

export function anomaly(index: number, surprise: number): Anomaly {
  return {
    event: {
      eventId: `00-000000000001-0000${index}`,
      time: nanos(defaultTime + index),
      source: {
        environment,
        logType: 'shop/orders' as LogTypeName,
        namespace: 'shop',
        service: 'orders',
        pod: 'orders-1',
        container: 'orders',
        host: 'node-1',
      },
      severity: 17,
      templateId: '00000000000000aa' as TemplateId,
      message: 'took <*> ms',
      body: '123',
      parameters: ['123'],
      hasStackTrace: false,
    },
    surprise,
    badness: 2,
    evidence: [{ kind: 'novelty', probability: 0.001, sentence: 'first time in 3 h here' }],
    count: 1,
  };
}

export function anomalyBatch(anomalies: readonly Anomaly[]): AnomalyBatch {
  return { lane: 0, sequence: 1, closedThrough: defaultTime, anomalies, activity: [] };
}
