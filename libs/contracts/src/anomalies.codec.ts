import type { EnvironmentName, EpochMillis } from '@culprit/kernel';
import type { Anomaly, AnomalyBatch, Evidence, EvidenceKind, LogTypeActivity } from '@culprit/scoring';
import { malformed } from './errors.js';
import {
  AnomalyBatch as WireBatch,
  EvidenceKind as wireKinds,
  type Anomaly as WireAnomaly,
  type LogTypeActivity as WireActivity,
} from './gen/culprit/events/v1/anomalies.js';
import { IndexTable, sourceFromWire } from './source.codec.js';
import { eventFromWire, eventToWire, type SourceTable } from './structured.codec.js';
import { WordTable } from './word-table.js';
import { decodeWire, toFinite, toMillisOrBefore, toSafeInteger } from './wire.js';

const evidenceKinds = new WordTable<EvidenceKind, wireKinds>('evidence kind', {
  novelty: wireKinds.EVIDENCE_KIND_NOVELTY,
  rarity: wireKinds.EVIDENCE_KIND_RARITY,
  'rate-up': wireKinds.EVIDENCE_KIND_RATE_UP,
  'rate-down': wireKinds.EVIDENCE_KIND_RATE_DOWN,
  silence: wireKinds.EVIDENCE_KIND_SILENCE,
  missing: wireKinds.EVIDENCE_KIND_MISSING,
  parameter: wireKinds.EVIDENCE_KIND_PARAMETER,
  severity: wireKinds.EVIDENCE_KIND_SEVERITY,
});

/** Bytes of what scoring says when bins close. */
export function encodeAnomalyBatch(batch: AnomalyBatch): Uint8Array<ArrayBuffer> {
  const sources: SourceTable = new IndexTable();
  return WireBatch.encode({
    lane: batch.lane,
    sequence: BigInt(batch.sequence),
    closedThroughMillis: batch.closedThrough,
    anomalies: batch.anomalies.map((anomaly) => anomalyToWire(anomaly, sources)),
    activity: batch.activity.map(activityToWire),
    sources: sources.items,
    decisions: [],
  }).finish();
}

/** The inverse of {@link encodeAnomalyBatch}. @throws AppError CULPRIT_CONTRACTS_MALFORMED */
export function decodeAnomalyBatch(bytes: Uint8Array): AnomalyBatch {
  return batchFromWire(decodeWire(WireBatch, bytes, 'anomaly batch'));
}

/** The batch of a record that holds no decisions. @throws AppError CULPRIT_CONTRACTS_MALFORMED */
export function batchFromWire(wire: WireBatch): AnomalyBatch {
  const sources = wire.sources.map(sourceFromWire);
  return {
    lane: wire.lane,
    sequence: toSafeInteger(wire.sequence, 'anomaly batch: sequence'),
    closedThrough: toMillisOrBefore(wire.closedThroughMillis, 'anomaly batch: closed through'),
    anomalies: wire.anomalies.map((anomaly): Anomaly => {
      if (anomaly.event === undefined) throw malformed('anomaly: no event');
      return {
        event: eventFromWire(anomaly.event, sources),
        surprise: toFinite(anomaly.surprise, 'anomaly: surprise'),
        badness: toFinite(anomaly.badness, 'anomaly: badness'),
        evidence: anomaly.evidence.map(evidenceFromWire),
        count: toSafeInteger(anomaly.count, 'anomaly: count'),
      };
    }),
    activity: wire.activity.map(activityFromWire),
  };
}

function anomalyToWire(anomaly: Anomaly, sources: SourceTable): WireAnomaly {
  return {
    event: eventToWire(anomaly.event, sources),
    surprise: anomaly.surprise,
    badness: anomaly.badness,
    evidence: anomaly.evidence.map(({ kind, probability, sentence }) => ({
      kind: evidenceKinds.toWire(kind),
      probability,
      sentence,
    })),
    count: BigInt(anomaly.count),
  };
}

function evidenceFromWire(wire: WireAnomaly['evidence'][number]): Evidence {
  return {
    kind: evidenceKinds.fromWire(wire.kind),
    probability: toFinite(wire.probability, 'evidence: probability'),
    sentence: wire.sentence,
  };
}

function activityToWire(activity: LogTypeActivity): WireActivity {
  return {
    environment: activity.environment,
    logType: activity.logType,
    firstSeenMillis: activity.firstSeen,
    lastSeenMillis: activity.lastSeen,
    recordCount: BigInt(activity.recordCount),
    templateCount: BigInt(activity.templateCount),
  };
}

function activityFromWire(wire: WireActivity): LogTypeActivity {
  return {
    environment: wire.environment as EnvironmentName,
    logType: wire.logType,
    firstSeen: toFinite(wire.firstSeenMillis, 'activity: first seen') as EpochMillis,
    lastSeen: toFinite(wire.lastSeenMillis, 'activity: last seen') as EpochMillis,
    recordCount: toSafeInteger(wire.recordCount, 'activity: records'),
    templateCount: toSafeInteger(wire.templateCount, 'activity: templates'),
  };
}
