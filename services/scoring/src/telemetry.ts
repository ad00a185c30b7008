import type { Metrics } from '@culprit/platform';
import type { Scorer, ScoringCounters } from '@culprit/scoring';

/** What every counter of the scorers is called outside, and what it says. */
const helpByCounter: Record<keyof ScoringCounters, readonly [name: string, help: string]> = {
  lateCounts: ['late_records', 'Records too late for their time, counted in the next open bin.'],
  repeatedBatches: ['repeated_batches', 'Batches that came again and changed nothing.'],
  evictedTemplates: ['evicted_templates', 'Templates forgotten to bound memory.'],
  evictedLogTypes: ['evicted_log_types', 'Log types forgotten to bound memory.'],
  droppedAnomalies: ['dropped_anomalies', 'Anomalies beyond what a bin passes on.'],
  mutedAnomalies: ['muted_anomalies', 'Anomalies of muted templates, not reported.'],
  countsWithoutEvent: ['counts_without_event', 'Records whose template came without any whole event.'],
  refusedSlots: ['refused_slots', 'Places and kinds of values not looked at, for want of room.'],
  pausedMillis: ['paused_milliseconds', 'Time in which nothing at all was logged; not counted as silence.'],
};

/** Registers `culprit_scoring_<what>_total` for every counter, summed over the scorers of the partitions that are read. */
export function observeScorers(metrics: Metrics, scorers: ReadonlyMap<number, Scorer>): void {
  for (const [key, [name, help]] of Object.entries(helpByCounter)) {
    const counter = key as keyof ScoringCounters;
    metrics.observeTotal(`culprit_scoring_${name}_total`, help, () =>
      [...scorers.values()].reduce((sum, scorer) => sum + scorer.counters[counter], 0),
    );
  }
}
