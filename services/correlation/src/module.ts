import { topics } from '@culprit/contracts';
import { Correlator, type CorrelationOptions } from '@culprit/correlation';
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
import type { Store } from '@culprit/store';
import { Module, type DynamicModule } from '@nestjs/common';
import { createCorrelationState } from './correlation.state.js';
import { createTelemetry } from './telemetry.js';

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
        inject: [LOGGER, HEALTH, METRICS, TRACING],
        useFactory: (logger: Logger, health: Health, metrics: Metrics, tracing: Tracing) =>
          createService(options, { logger, health, metrics, tracing }),
      },
    ],
  };
}

@Module({})
class CorrelationModule {
  /** Shown in Nest's own messages. */
  readonly name = stageName;
}

interface Shared {
  readonly logger: Logger;
  readonly health: Health;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
}

function createService(options: CorrelationModuleOptions, shared: Shared): StageService {
  const { store, correlation } = options;
  const telemetry = createTelemetry(shared.metrics);
  const { correlators } = telemetry;
  const definition = {
    stage: stageName,
    topic: topics.scoredAnomalies.name,
    deadLetterTopic: topics.correlationDeadLetters.name,
    ...shared,
    onReset: () => correlators.clear(),
    open: (partition: number, snapshot: Uint8Array | undefined) => {
      const correlator =
        snapshot === undefined ? new Correlator(correlation) : Correlator.restore(snapshot, correlation);
      correlators.set(partition, correlator);
      const { reports, incidentTypes, decisions } = store;
      return createCorrelationState({ correlator, reports, incidentTypes, decisions, telemetry });
    },
  };
  return createStage(definition, options);
}
