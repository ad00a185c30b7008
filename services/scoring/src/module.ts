import type { Bus } from '@culprit/bus';
import { topics } from '@culprit/contracts';
import type { Logger } from '@culprit/kernel';
import { createDeadLetters, HEALTH, LOGGER, StageRunner, StageService, type Health } from '@culprit/platform';
import { Scorer } from '@culprit/scoring';
import type { SnapshotStore, Store } from '@culprit/store';
import { Module, type DynamicModule } from '@nestjs/common';
import { createScoringState } from './scoring.state.js';

const stageName = 'scoring';

/** Injection token of the running stage. */
export const SCORING = Symbol('culprit.scoring');

/** What scoring needs from its process. */
export interface ScoringModuleOptions {
  readonly bus: Bus;
  readonly store: Store;
  readonly snapshots: SnapshotStore;
  readonly flushIntervalMs: number;
  readonly checkpointIntervalMs: number;
}

/** Structured batches to anomalies. */
export function scoringModule(options: ScoringModuleOptions): DynamicModule {
  return {
    module: ScoringModule,
    providers: [
      {
        provide: SCORING,
        inject: [LOGGER, HEALTH],
        useFactory: (logger: Logger, health: Health) => createService(options, logger, health),
      },
    ],
  };
}

@Module({})
class ScoringModule {
  /** Shown in Nest's own messages. */
  readonly name = stageName;
}

function createService(options: ScoringModuleOptions, logger: Logger, health: Health): StageService {
  const { bus, store, snapshots, flushIntervalMs, checkpointIntervalMs } = options;
  const topic = topics.structuredEvents.name;
  const runner = new StageRunner({
    stage: stageName,
    partitionCount: bus.partitionCount(topic),
    snapshots,
    producer: bus,
    logger,
    toDeadLetter: createDeadLetters(topics.scoringDeadLetters.name, `culprit-${stageName}`),
    open: (partition, snapshot) =>
      createScoringState({
        partition,
        scorer: snapshot === undefined ? new Scorer() : Scorer.restore(snapshot),
        anomalies: store.anomalies,
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
