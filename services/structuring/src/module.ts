import type { Bus } from '@culprit/bus';
import { topics } from '@culprit/contracts';
import type { Clock, Logger } from '@culprit/kernel';
import type { StructuringStage } from '@culprit/pipeline';
import {
  CLOCK,
  createDeadLetters,
  HEALTH,
  LOGGER,
  METRICS,
  StageRunner,
  StageService,
  type Health,
  type Metrics,
} from '@culprit/platform';
import type { EventWriter, SnapshotStore, Store } from '@culprit/store';
import { Module, type DynamicModule } from '@nestjs/common';
import { createIdleClock } from './idle-clock.js';
import { createStructuringState, restoreStructuring } from './structuring.state.js';

const stageName = 'structuring';

/** Injection token of the running stage. */
export const STRUCTURING = Symbol('culprit.structuring');

/** What structuring needs from its process. */
export interface StructuringModuleOptions {
  readonly bus: Bus;
  readonly store: Store;
  readonly snapshots: SnapshotStore;
  readonly flushIntervalMs: number;
  readonly checkpointIntervalMs: number;
  readonly idleAfterMs: number;
}

interface Shared {
  readonly logger: Logger;
  readonly health: Health;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

/** Raw records to stored events and structured batches. */
export function structuringModule(options: StructuringModuleOptions): DynamicModule {
  return {
    module: StructuringModule,
    providers: [
      {
        provide: STRUCTURING,
        inject: [LOGGER, HEALTH, METRICS, CLOCK],
        useFactory: (logger: Logger, health: Health, metrics: Metrics, clock: Clock) =>
          createService(options, { logger, health, metrics, clock }),
      },
    ],
  };
}

@Module({})
class StructuringModule {
  /** Shown in Nest's own messages. */
  readonly name = stageName;
}

function createService(options: StructuringModuleOptions, shared: Shared): StageService {
  const { bus, flushIntervalMs, checkpointIntervalMs } = options;
  const topic = topics.rawLogs.name;
  const stages: StructuringStage[] = [];
  const runner = createRunner(options, shared, stages);
  let ticks: (() => Promise<void>)[] | undefined;
  const service: StageService = new StageService({
    stage: stageName,
    topic,
    bus,
    runner,
    health: shared.health,
    logger: shared.logger,
    flushIntervalMs,
    checkpointIntervalMs,
    onTick: async () => {
      ticks ??= stages.map((stage, partition) =>
        createIdleClock({
          bus,
          clock: shared.clock,
          partition,
          highestTime: () => stage.highestTime,
          backlog: () => service.subscription?.lag().find((lag) => lag.partition === partition)?.lag ?? 0,
          idleAfterMs: options.idleAfterMs,
        }),
      );
      for (const tick of ticks) await tick();
    },
  });
  return service;
}

/** Fills `stages` by partition when the runner restores them. */
function createRunner(
  options: StructuringModuleOptions,
  shared: Shared,
  stages: StructuringStage[],
): StageRunner {
  const { bus, store, snapshots } = options;
  const writers: EventWriter[] = [];
  shared.metrics.observe('culprit_structuring_rows_total', 'Rows written to the events table.', () =>
    writers.reduce((sum, writer) => sum + writer.counters.rows, 0),
  );
  return new StageRunner({
    stage: stageName,
    partitionCount: bus.partitionCount(topics.rawLogs.name),
    snapshots,
    producer: bus,
    logger: shared.logger,
    toDeadLetter: createDeadLetters(topics.structuringDeadLetters.name, `culprit-${stageName}`),
    open: (partition, snapshot) => {
      const restored = restoreStructuring(snapshot, { lane: partition });
      const writer = store.createEventWriter();
      stages[partition] = restored.stage;
      writers.push(writer);
      return createStructuringState({ ...restored, partition, writer, templates: store.templates });
    },
  });
}
