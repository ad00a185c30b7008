import { topics } from '@culprit/contracts';
import { Correlator, type CorrelationOptions } from '@culprit/correlation';
import type { Logger } from '@culprit/kernel';
import {
  createStage,
  HEALTH,
  LOGGER,
  type Health,
  type StageEnvironment,
  type StageService,
} from '@culprit/platform';
import type { Store } from '@culprit/store';
import { Module, type DynamicModule } from '@nestjs/common';
import { createCorrelationState } from './correlation.state.js';

const stageName = 'correlation';

/** Token of the running stage; nobody asks for it, the application starts and stops it. */
const CORRELATION = Symbol('culprit.correlation');

/** What correlation needs from its process. */
export interface CorrelationModuleOptions extends StageEnvironment {
  readonly store: Store;
  readonly correlation: Partial<CorrelationOptions>;
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
  const { store, correlation } = options;
  const definition = {
    stage: stageName,
    topic: topics.scoredAnomalies.name,
    deadLetterTopic: topics.correlationDeadLetters.name,
    logger,
    health,
    open: (_partition: number, snapshot: Uint8Array | undefined) =>
      createCorrelationState({
        correlator:
          snapshot === undefined ? new Correlator(correlation) : Correlator.restore(snapshot, correlation),
        reports: store.reports,
        incidentTypes: store.incidentTypes,
        decisions: store.decisions,
      }),
  };
  return createStage(definition, options);
}
