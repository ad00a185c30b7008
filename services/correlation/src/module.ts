import type { Bus } from '@culprit/bus';
import { topics } from '@culprit/contracts';
import { Correlator, type CorrelationOptions } from '@culprit/correlation';
import type { Logger } from '@culprit/kernel';
import { createDeadLetters, HEALTH, LOGGER, StageRunner, StageService, type Health } from '@culprit/platform';
import type { SnapshotStore, Store } from '@culprit/store';
import { Module, type DynamicModule } from '@nestjs/common';
import { createCorrelationState } from './correlation.state.js';

const stageName = 'correlation';

/** Injection token of the running stage. */
export const CORRELATION = Symbol('culprit.correlation');

/** What correlation needs from its process. */
export interface CorrelationModuleOptions {
  readonly bus: Bus;
  readonly store: Store;
  readonly snapshots: SnapshotStore;
  readonly correlation: Partial<CorrelationOptions>;
  readonly flushIntervalMs: number;
  readonly checkpointIntervalMs: number;
}

/** Anomalies to root cause reports. */
export function correlationModule(options: CorrelationModuleOptions): DynamicModule {
  return {
    module: CorrelationModule,
    providers: [
      {
        provide: CORRELATION,
        inject: [LOGGER, HEALTH],
        useFactory: (logger: Logger, health: Health) => createService(options, logger, health),
      },
    ],
  };
}

@Module({})
class CorrelationModule {
  /** Shown in Nest's own messages. */
  readonly name = stageName;
}

function createService(options: CorrelationModuleOptions, logger: Logger, health: Health): StageService {
  const { bus, store, snapshots, correlation, flushIntervalMs, checkpointIntervalMs } = options;
  const topic = topics.scoredAnomalies.name;
  const runner = new StageRunner({
    stage: stageName,
    partitionCount: bus.partitionCount(topic),
    snapshots,
    producer: bus,
    logger,
    toDeadLetter: createDeadLetters(topics.correlationDeadLetters.name, `culprit-${stageName}`),
    open: (_partition, snapshot) =>
      createCorrelationState({
        correlator:
          snapshot === undefined ? new Correlator(correlation) : Correlator.restore(snapshot, correlation),
        reports: store.reports,
      }),
  });
  return new StageService({
    stage: stageName,
    topic,
    bus,
    runner,
    health,
    logger,
    flushIntervalMs,
    checkpointIntervalMs,
  });
}
