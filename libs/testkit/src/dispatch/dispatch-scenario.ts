import type { EpochMillis } from '@culprit/kernel';
import type { GroundTruth, ScenarioLine } from '../scenario.js';

/** Every fault the dispatch platform can plant. */
export const dispatchFaultKinds = [
  'pool-leaked',
  'poison-message',
  'ports-exhausted',
  'flag-slows',
  'job-stopped',
  'config-pushed',
  'leader-storm',
  'intermediate-expired',
  'clock-adrift',
  'names-negative',
  'inodes-full',
  'noisy-neighbour',
  'migration-locks',
  'cache-stampede',
  'half-open',
  'lag-grows',
  'surge-wrong',
] as const;

/** A fault that can be planted in the dispatch platform. */
export type DispatchFaultKind = (typeof dispatchFaultKinds)[number];

/** Changes that a healthy platform goes through; each makes a run of its own about which nothing is to be reported. */
export const dispatchChangeKinds = ['rollout', 'scale-out', 'failover', 'backup', 'debug-level'] as const;

/** A benign change that can be made in the dispatch platform. */
export type DispatchChangeKind = (typeof dispatchChangeKinds)[number];

/** One line as the collector sends it, with what a reader of it sees. */
export interface DispatchLine extends ScenarioLine {
  /** `namespace/workload`, or the program that wrote to the journal of its machine. */
  readonly logType: string;
  /** The line as it was written, without the envelope. */
  readonly text: string;
}

/** What a dispatch scenario is made from. */
export interface DispatchOptions {
  /** Any integer; the same seed gives the same bytes. */
  readonly seed: number;
  readonly startTime: EpochMillis;
  /** Minutes before the onset, > 0. */
  readonly learnMinutes: number;
  readonly fault: DispatchFaultKind | 'none';
  /** A benign change at the time a fault would begin; none when absent. */
  readonly change?: DispatchChangeKind;
  /** Minutes from the onset to the end of the logs, > 0; default 20. */
  readonly tailMinutes?: number;
  /** Load in lines per hour, about; default 400,000. Chatter that does not depend on load stays as it is. */
  readonly linesPerHour?: number;
}

/** Logs of the dispatch platform with a known answer. */
export interface DispatchScenario {
  readonly start: EpochMillis;
  readonly end: EpochMillis;
  readonly groundTruth: GroundTruth<DispatchFaultKind>;
  /** The lines in order of delivery. Each call starts the same sequence from its beginning. */
  lines(): Generator<DispatchLine>;
}
