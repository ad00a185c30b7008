import { encodeAnomalyBatch, encodeDecisions } from '@culprit/contracts';
import { Correlator } from '@culprit/correlation';
import type { DecisionChange } from '@culprit/correlation';
import type { IncidentTypeId } from '@culprit/kernel';
import { describe, expect, it } from 'vitest';
import { createCorrelationState } from './correlation.state.js';

const change = (decisionId: string, version: number): DecisionChange => ({
  decisionId,
  version,
  decision: { kind: 'routine', environment: '', incidentType: 'a' as IncidentTypeId, reason: 'x' },
});
const nothing = { lane: 0, sequence: 0, closedThrough: -Infinity, anomalies: [], activity: [] };

function recordOf(value: Uint8Array): Parameters<ReturnType<typeof createCorrelationState>['apply']>[0] {
  return { topic: 't', partition: 0, offset: 0n, key: 'k', value, headers: {}, timestamp: 0 } as never;
}

describe('the state of the correlation stage', () => {
  it('takes decisions from the store once after a start, and from the topic where it meets them', async () => {
    const correlator = new Correlator();
    let lists = 0;
    const state = createCorrelationState({
      correlator,
      reports: { save: () => Promise.resolve() } as never,
      incidentTypes: { save: () => Promise.resolve(), list: () => Promise.resolve([]) },
      decisions: {
        save: () => Promise.resolve(),
        list: () => {
          lists += 1;
          return Promise.resolve(Array.from({ length: 999 }, (_, i) => change(`stored-${i}`, 1)));
        },
      },
    });
    expect(await state.apply(recordOf(encodeAnomalyBatch(nothing)))).toEqual([]);
    await state.apply(recordOf(encodeDecisions([change('a', 1), change('b', 1)])));
    expect(lists).toBe(1);
    expect(correlator.counters.refusedDecisions).toBe(1);
  });
});
