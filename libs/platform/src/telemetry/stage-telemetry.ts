import type { Label, Metrics } from '../metrics.js';

/** The numbers of one stage. */
export interface StageTelemetry {
  /** A bus batch was worked on, whether for the first time or again. */
  handled(batch: { readonly records: number; readonly bytes: number; readonly seconds: number }): void;
  /** Working on a bus batch failed; it comes again. */
  failed(): void;
  published(records: number): void;
  deadLetter(): void;
  checkpoint(checkpoint: { readonly seconds: number; readonly bytes: number }): void;
  /** The records that wait for the stage, told when somebody looks. */
  observeLag(read: () => number): void;
}

const recordBounds = [1, 2, 4, 8, 16, 32, 64];
const secondBounds = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30];

/** Registers `culprit_stage_…{stage="…"}`; every stage of a process has the same names. */
export function createStageTelemetry(metrics: Metrics, stage: string): StageTelemetry {
  const label: Label = { name: 'stage', value: stage };
  const records = metrics.counter('culprit_stage_records_total', 'Records worked on.', label);
  const bytes = metrics.counter('culprit_stage_input_bytes_total', 'Bytes of the records worked on.', label);
  const outputs = metrics.counter('culprit_stage_published_records_total', 'Records published.', label);
  const failures = metrics.counter(
    'culprit_stage_failures_total',
    'Batches that failed and came again.',
    label,
  );
  const letters = metrics.counter(
    'culprit_stage_dead_letters_total',
    'Records that can never be read.',
    label,
  );
  const sizes = metrics.histogram('culprit_stage_batch_records', 'Records of a batch.', recordBounds, label);
  const times = metrics.histogram('culprit_stage_batch_seconds', 'Time a batch took.', secondBounds, label);
  const checkpoints = metrics.histogram(
    'culprit_stage_checkpoint_seconds',
    'Time a checkpoint took: rows, snapshot, commit.',
    secondBounds,
    label,
  );
  const snapshotBytes = metrics.gauge('culprit_stage_snapshot_bytes', 'Size of the last snapshot.', label);
  return {
    handled(batch) {
      records.add(batch.records);
      bytes.add(batch.bytes);
      sizes.record(batch.records);
      times.record(batch.seconds);
    },
    failed: () => failures.add(),
    published: (count) => outputs.add(count),
    deadLetter: () => letters.add(),
    checkpoint(checkpoint) {
      checkpoints.record(checkpoint.seconds);
      snapshotBytes.set(checkpoint.bytes);
    },
    observeLag(read) {
      metrics.observe('culprit_stage_lag_records', 'Records that wait for the stage.', read, label);
    },
  };
}
