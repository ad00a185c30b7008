import { topics } from '@culprit/contracts';
import type { Logger } from '@culprit/kernel';
import {
  createStage,
  HEALTH,
  LOGGER,
  METRICS,
  TRACING,
  type Health,
  type Metrics,
  type StageEnvironment,
  type StageService,
  type Tracing,
} from '@culprit/platform';
import { Scorer } from '@culprit/scoring';
import type { Store } from '@culprit/store';
import { Module, type DynamicModule } from '@nestjs/common';
import { createScoringState } from './scoring.state.js';
import { observeScorers } from './telemetry.js';

const stageName = 'scoring';

/** Token of the running stage; nobody asks for it, the application starts and stops it. */
const SCORING = Symbol('culprit.scoring');

/** What scoring needs from its process. */
export interface ScoringModuleOptions extends StageEnvironment {
  readonly store: Store;
}

/** Structured batches to anomalies. */
export function scoringModule(options: ScoringModuleOptions): DynamicModule {
  return {
    module: ScoringModule,
    providers: [
      {
        provide: SCORING,
        inject: [LOGGER, HEALTH, METRICS, TRACING],
        useFactory: (logger: Logger, health: Health, metrics: Metrics, tracing: Tracing) =>
          createService(options, { logger, health, metrics, tracing }),
      },
    ],
  };
}

@Module({})
class ScoringModule {
  /** Shown in Nest's own messages. */
  readonly name = stageName;
}

interface Shared {
  readonly logger: Logger;
  readonly health: Health;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
}

function createService(options: ScoringModuleOptions, shared: Shared): StageService {
  const { bus, store } = options;
  const scorers = new Map<number, Scorer>();
  observeScorers(shared.metrics, scorers);
  // Bins close when every partition of the raw topic has spoken, be it only to say that it is idle.
  const scoring = { laneCount: bus.partitionCount(topics.rawLogs.name) };
  const definition = {
    stage: stageName,
    topic: topics.structuredEvents.name,
    deadLetterTopic: topics.scoringDeadLetters.name,
    ...shared,
    onReset: () => scorers.clear(),
    open: (partition: number, snapshot: Uint8Array | undefined) => {
      const scorer = snapshot === undefined ? new Scorer(scoring) : Scorer.restore(snapshot, scoring);
      scorers.set(partition, scorer);
      return createScoringState({ partition, scorer, anomalies: store.anomalies });
    },
  };
  return createStage(definition, options);
}
