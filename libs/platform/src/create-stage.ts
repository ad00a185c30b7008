import type { Bus } from '@culprit/bus';
import type { Logger } from '@culprit/kernel';
import type { SnapshotStore } from '@culprit/store';
import type { Health } from './health.js';
import { StageRunner, type StageState } from './stage-runner.js';
import { StageService } from './stage-service.js';
import type { Metrics } from './metrics.js';
import { createStageTelemetry } from './telemetry/stage-telemetry.js';
import type { Tracing } from './telemetry/tracing.js';

/** What every stage needs from its process. */
export interface StageEnvironment {
  readonly bus: Bus;
  readonly snapshots: SnapshotStore;
  /** How long stored rows may wait before they can be queried. */
  readonly flushIntervalMs: number;
  /** How much wall time of work a crash may repeat. */
  readonly checkpointIntervalMs: number;
  /** Called when a partition stands still until the process is started again. */
  readonly onBroken?: (error: Error) => void;
}

/** What makes one stage different from the others. */
export interface StageDefinition {
  /** Names the stage in logs, health and snapshots; its consumer group is `culprit-<stage>`. */
  readonly stage: string;
  /** What it reads. */
  readonly topic: string;
  /** Where records go that can never be read. */
  readonly deadLetterTopic: string;
  /**
   * Opens the state of a partition, from a snapshot where there is one. `isOurs` is false from the moment on in which
   * somebody else may have been given the partition.
   */
  readonly open: (partition: number, snapshot: Uint8Array | undefined, isOurs: () => boolean) => StageState;
  /** Called before partitions are opened anew: what was opened before is used no more. */
  readonly onReset?: () => void;
  /** Called after every flush tick; for work that depends on the wall clock. */
  readonly onTick?: (service: StageService) => Promise<void>;
  readonly logger: Logger;
  readonly health: Health;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
}

/** A stage over all partitions of its topic; it starts and stops with the application that holds it. */
export function createStage(definition: StageDefinition, environment: StageEnvironment): StageService {
  const { deadLetterTopic, open, onReset, metrics, tracing, ...common } = definition;
  const { bus, snapshots, onBroken, ...intervals } = environment;
  const group = `culprit-${common.stage}`;
  const telemetry = createStageTelemetry(metrics, common.stage);
  const runner = new StageRunner({
    telemetry,
    tracing,
    stage: common.stage,
    group,
    onReset,
    onBroken,
    snapshots,
    producer: bus,
    logger: common.logger,
    deadLetterTopic,
    open,
  });
  return new StageService({ ...common, telemetry, group, bus, runner, ...intervals });
}
