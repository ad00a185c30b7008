import type { EnvironmentName, LogTypeName, TemplateId } from '@culprit/kernel';
import { hashText, toEpochMillis, toEpochNanos } from '@culprit/kernel';
import type { Anomaly, AnomalyBatch, EvidenceKind } from '@culprit/scoring';

/** What the times of {@link Said} count from, ms. */
export const onset = Date.UTC(2026, 2, 1, 9);

/** An anomaly in short. */
export interface Said {
  readonly logType: string;
  readonly body: string;
  readonly seconds: number;
  readonly surprise: number;
  readonly badness?: number;
  readonly kind?: EvidenceKind;
}

/** The anomaly in full; its body is its template. */
export function anomalyOf(said: Said): Anomaly {
  const { logType, body, seconds, surprise, badness = 0, kind = 'novelty' } = said;
  return {
    event: {
      eventId: `${logType} ${body} ${seconds} ${kind}`,
      time: toEpochNanos(onset + seconds * 1000),
      source: {
        environment: 'test' as EnvironmentName,
        logType: logType as LogTypeName,
        namespace: '',
        service: logType,
        pod: '',
        container: '',
        host: 'node-1',
      },
      severity: badness >= 4 ? 17 : 9,
      templateId: hashText(body) as TemplateId,
      message: body,
      body,
      parameters: [],
      hasStackTrace: false,
    },
    surprise,
    badness,
    // Badness is a prior weight: without it the event is less surprising.
    evidence: [{ kind, probability: Math.min(1, 2 ** badness * Math.exp(-surprise)), sentence: kind }],
    count: 1,
  };
}

/**
 * Batches as scoring would send them: everything said, in order of time, and a pulse of every log type each minute from
 * `from` to `until` (seconds), so that event time goes on.
 */
export function batchesOf(
  said: readonly Said[],
  {
    from,
    until,
    logTypes,
  }: { readonly from: number; readonly until: number; readonly logTypes: readonly string[] },
): AnomalyBatch[] {
  const anomalies = said.map(anomalyOf).toSorted((a, b) => (a.event.time < b.event.time ? -1 : 1));
  const batches: AnomalyBatch[] = [];
  for (let minute = from; minute <= until; minute += 60) {
    const closedThrough = onset + minute * 1000;
    const due = anomalies.findIndex(({ event }) => toEpochMillis(event.time) >= closedThrough);
    batches.push({
      lane: 0,
      sequence: batches.length,
      closedThrough,
      anomalies: anomalies.splice(0, due < 0 ? anomalies.length : due),
      activity: logTypes.map((logType) => ({
        environment: 'test' as EnvironmentName,
        logType,
        firstSeen: toEpochMillis(toEpochNanos(onset + from * 1000)),
        lastSeen: toEpochMillis(toEpochNanos(closedThrough)),
        recordCount: 1_000,
        templateCount: 20,
      })),
    });
  }
  return batches;
}
