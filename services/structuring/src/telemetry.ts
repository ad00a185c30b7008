import type { StructuringStage } from '@culprit/pipeline';
import type { Metrics } from '@culprit/platform';
import type { EventWriter, EventWriterCounters } from '@culprit/store';

/** What every counter of the writers is called outside, and what it says. */
const helpByCounter: Record<keyof EventWriterCounters, readonly [name: string, help: string]> = {
  rows: ['rows', 'Rows written to the events table.'],
  lines: ['stored_lines', 'Lines of the rows written to the events table.'],
  inserts: ['inserts', 'Inserts into the events table.'],
  bytes: ['inserted_bytes', 'Bytes of the rows written to the events table.'],
  skippedRows: ['skipped_rows', 'Rows of repeated batches that were stored already.'],
  repairedTexts: ['repaired_texts', 'Texts in which invalid UTF-8 was replaced.'],
  clampedTimes: ['clamped_times', 'Times moved to the edge of what can be stored.'],
};
const counterNames = Object.keys(helpByCounter) as (keyof EventWriterCounters)[];

/** The numbers of the partitions that this process reads. */
export interface StructuringTelemetry {
  readonly stages: Map<number, StructuringStage>;
  readonly writers: Map<number, EventWriter>;
  /** Forgets the partitions, and nothing of what was counted. */
  reset(): void;
}

/** Registers `culprit_structuring_…`, summed over the partitions that are read. */
export function createTelemetry(metrics: Metrics): StructuringTelemetry {
  const stages = new Map<number, StructuringStage>();
  const writers = new Map<number, EventWriter>();
  const before = new Map<keyof EventWriterCounters, number>();
  const total = (counter: keyof EventWriterCounters): number =>
    [...writers.values()].reduce((sum, writer) => sum + writer.counters[counter], before.get(counter) ?? 0);
  for (const counter of counterNames) {
    const [name, help] = helpByCounter[counter];
    metrics.observeTotal(`culprit_structuring_${name}_total`, help, () => total(counter));
  }
  const sum = (read: (stage: StructuringStage) => number) => () =>
    [...stages.values()].reduce((all, stage) => all + read(stage), 0);
  metrics.observe(
    'culprit_structuring_templates',
    'Templates in memory.',
    sum((stage) => stage.templateCount),
  );
  metrics.observe(
    'culprit_structuring_log_types',
    'Log types in memory.',
    sum((stage) => stage.logTypeCount),
  );
  metrics.observe(
    'culprit_structuring_pending_lines',
    'Lines taken in whose record is not complete yet.',
    sum((stage) => stage.pendingLines),
  );
  metrics.observe('culprit_structuring_template_rules', 'Rules about templates in force.', () =>
    Math.max(0, ...[...stages.values()].map((stage) => stage.rules.length)),
  );
  return {
    stages,
    writers,
    reset() {
      for (const counter of counterNames) before.set(counter, total(counter));
      stages.clear();
      writers.clear();
    },
  };
}
