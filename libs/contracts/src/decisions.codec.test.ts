import type { DecisionChange, IncidentDecision } from '@culprit/correlation';
import type { IncidentTypeId } from '@culprit/kernel';
import { describe, expect, it } from 'vitest';
import { decodeAnomalyRecord, encodeDecisions } from './decisions.codec.js';
import { encodeAnomalyBatch } from './anomalies.codec.js';

const about = { environment: 'shop', reason: 'said so', incidentType: 'a1' as IncidentTypeId };
const decisions: readonly IncidentDecision[] = [
  { ...about, kind: 'alert' },
  { ...about, kind: 'useful' },
  { ...about, kind: 'routine', environment: '' },
  { ...about, kind: 'same-as', other: 'b2' as IncidentTypeId },
  { ...about, kind: 'mute', untilMillis: 1_772_357_400_000 },
  {
    kind: 'mute-labels',
    environment: '',
    reason: 'r',
    labels: { host: 'node-1', pod: 'p' },
    untilMillis: Infinity,
  },
];

describe('decisions on the wire', () => {
  it('come back as they were, those taken back included', () => {
    const changes: DecisionChange[] = [
      ...decisions.map((decision, i) => ({ decisionId: `d${i}`, version: 1_772_357_400_000 + i, decision })),
      { decisionId: 'gone', version: 2, decision: undefined },
    ];
    expect(decodeAnomalyRecord(encodeDecisions(changes))).toEqual({ decisions: changes });
  });

  it('are told from a batch', () => {
    const batch = { lane: 3, sequence: 9, closedThrough: 5, anomalies: [], activity: [] };
    expect(decodeAnomalyRecord(encodeAnomalyBatch(batch))).toEqual({ batch });
  });

  it('are malformed where they cannot be', () => {
    const circle = { ...about, kind: 'same-as', other: about.incidentType } as const;
    const bytes = encodeDecisions([{ decisionId: 'd', version: 1, decision: circle }]);
    expect(() => decodeAnomalyRecord(bytes)).toThrow(/malformed|itself/i);
  });
});
