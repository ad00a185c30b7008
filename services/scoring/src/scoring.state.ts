import type { ReceivedRecord } from '@culprit/bus';
import { decodeStructuredBatch, encodeAnomalyBatch, topics } from '@culprit/contracts';
import type { StageOutput, StageState } from '@culprit/platform';
import type { AnomalyBatch, Scorer } from '@culprit/scoring';
import type { AnomalyRepository } from '@culprit/store';

/** Dependencies of {@link createScoringState}. */
export interface ScoringStateOptions {
  readonly partition: number;
  readonly scorer: Scorer;
  readonly anomalies: AnomalyRepository;
}

/** Scoring on one partition: structured batches in, anomaly batches out, one for one. */
export function createScoringState({ partition, scorer, anomalies }: ScoringStateOptions): StageState {
  let pending: AnomalyBatch[] = [];

  return {
    apply(record: ReceivedRecord): Promise<readonly StageOutput[]> {
      // What a scorer says is merged over its lanes: to correlation it is one lane.
      const batch = { ...scorer.push(decodeStructuredBatch(record.value)), lane: partition };
      if (batch.anomalies.length > 0) pending.push(batch);
      const value = encodeAnomalyBatch(batch);
      return Promise.resolve([{ topic: topics.scoredAnomalies.name, key: 'environment', value, partition }]);
    },
    async flush() {
      if (pending.length === 0) return;
      await anomalies.save(pending);
      pending = [];
    },
    snapshot: () => scorer.snapshot(),
  };
}
