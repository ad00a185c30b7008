import type { IncidentTypeId } from '@culprit/kernel';
import { muteLabels, problemOfDecision } from '@culprit/correlation';
import type { DecisionChange, IncidentDecision, MuteLabel } from '@culprit/correlation';
import type { AnomalyBatch } from '@culprit/scoring';
import { batchFromWire } from './anomalies.codec.js';
import { malformed } from './errors.js';
import {
  AnomalyBatch as WireBatch,
  type IncidentDecision as WireDecision,
  type IncidentDecisionChange as WireChange,
} from './gen/culprit/events/v1/anomalies.js';
import { decodeWire, toMillisOrNever, toSafeInteger } from './wire.js';

/** What a record of the anomalies topic holds: a batch, or what people decided about incidents. */
export type AnomalyRecord =
  { readonly batch: AnomalyBatch } | { readonly decisions: readonly DecisionChange[] };

/** A record of the anomalies topic that tells what people decided. At most 1,000 small changes fit into it. */
export function encodeDecisions(changes: readonly DecisionChange[]): Uint8Array<ArrayBuffer> {
  const nothing = {
    lane: 0,
    sequence: 0n,
    closedThroughMillis: undefined,
    sources: [],
    anomalies: [],
    activity: [],
  };
  return WireBatch.encode({ ...nothing, decisions: changes.map((change) => changeToWire(change)) }).finish();
}

/** Reads a record of the anomalies topic. @throws AppError CULPRIT_CONTRACTS_MALFORMED */
export function decodeAnomalyRecord(bytes: Uint8Array): AnomalyRecord {
  const wire = decodeWire(WireBatch, bytes, 'anomaly record');
  if (wire.decisions.length > 0) return { decisions: wire.decisions.map((change) => changeFromWire(change)) };
  return { batch: batchFromWire(wire) };
}

function changeToWire({ decisionId, version, decision }: DecisionChange): WireChange {
  return {
    decisionId,
    version: BigInt(version),
    decision: decision === undefined ? undefined : decisionToWire(decision),
  };
}

function changeFromWire({ decisionId, version, decision }: WireChange): DecisionChange {
  return {
    decisionId,
    version: toSafeInteger(version, 'decision: version'),
    decision: decision === undefined ? undefined : decisionFromWire(decision),
  };
}

function decisionToWire(decision: IncidentDecision): WireDecision {
  const { kind, environment, reason } = decision;
  const isTimed = kind === 'mute' || kind === 'mute-labels';
  const labels: Record<string, string> = {};
  if (kind === 'mute-labels') {
    for (const label of muteLabels) {
      const value = decision.labels[label];
      if (value !== undefined) labels[label] = value;
    }
  }
  return {
    kind,
    environment,
    reason,
    incidentType: kind === 'mute-labels' ? '' : decision.incidentType,
    other: kind === 'same-as' ? decision.other : '',
    untilMillis: isTimed ? decision.untilMillis : 0,
    labels,
  };
}

function decisionFromWire(wire: WireDecision): IncidentDecision {
  const decision = shapeOf(wire);
  const problem = problemOfDecision(decision);
  if (problem !== undefined) throw malformed(`decision: ${problem}`);
  return decision;
}

function shapeOf({ kind, environment, reason, ...wire }: WireDecision): IncidentDecision {
  const decided = { environment, reason };
  const incidentType = wire.incidentType as IncidentTypeId;
  switch (kind) {
    case 'alert':
    case 'useful':
    case 'routine':
      return { ...decided, kind, incidentType };
    case 'same-as':
      return { ...decided, kind, incidentType, other: wire.other as IncidentTypeId };
    case 'mute':
      return { ...decided, kind, incidentType, untilMillis: untilOf(wire) };
    case 'mute-labels':
      return { ...decided, kind, labels: labelsOf(wire), untilMillis: untilOf(wire) };
    default:
      throw malformed('decision: unknown kind');
  }
}

function untilOf({ untilMillis }: Pick<WireDecision, 'untilMillis'>): number {
  return toMillisOrNever(untilMillis, 'decision: until');
}

function labelsOf({ labels }: Pick<WireDecision, 'labels'>): Partial<Record<MuteLabel, string>> {
  return Object.fromEntries(
    muteLabels.flatMap((label) => (labels[label] === undefined ? [] : [[label, labels[label]]])),
  );
}
