import { topics } from '@culprit/contracts';
import type { Logger } from '@culprit/kernel';
import {
  createStage,
  HEALTH,
  LOGGER,
  type Health,
  type StageEnvironment,
  type StageService,
} from '@culprit/platform';
import { Scorer } from '@culprit/scoring';
import type { Store } from '@culprit/store';
import { Module, type DynamicModule } from '@nestjs/common';
import { createScoringState } from './scoring.state.js';

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
  const definition = {
    stage: stageName,
    topic: topics.structuredEvents.name,
    deadLetterTopic: topics.scoringDeadLetters.name,
    logger,
    health,
    open: (partition: number, snapshot: Uint8Array | undefined) =>
      createScoringState({
        partition,
        scorer: snapshot === undefined ? new Scorer() : Scorer.restore(snapshot),
        anomalies: options.store.anomalies,
      }),
  };
  return createStage(definition, options);
}
