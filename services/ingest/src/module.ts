import type { Bus } from '@culprit/bus';
import type { Clock, Logger } from '@culprit/kernel';
import { ACCESS, Access, CLOCK, HEALTH, LOGGER, METRICS } from '@culprit/platform';
import type { Health, Metrics } from '@culprit/platform';
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import type { IngestConfig } from './config.js';
import { OtlpController } from './doors/otlp/otlp.controller.js';
import { IngestController } from './ingest.controller.js';
import { IngestService } from './ingest.service.js';
import { Intake } from './intake.js';
import { INGEST_SERVICE, INTAKE } from './tokens.js';

export { ingestConfigSchema } from './config.js';
export type { IngestConfig } from './config.js';
export type { DebugAnswer, IngestAnswer, ReadLine } from './ingest-answer.js';

/** What the module needs from its process. */
export interface IngestModuleOptions {
  readonly bus: Pick<Bus, 'publish' | 'partitionCount'>;
  readonly config: IngestConfig;
}

/** The ingest service as a module: `POST /ingest/v1/logs`. */
export function ingestModule(options: IngestModuleOptions): DynamicModule {
  return {
    module: IngestModule,
    controllers: [IngestController, OtlpController],
    providers: [
      { provide: ACCESS, useFactory: () => new Access(options.config) },
      {
        provide: INTAKE,
        inject: [CLOCK, HEALTH, METRICS, LOGGER],
        useFactory: (clock: Clock, health: Health, metrics: Metrics, logger: Logger) =>
          new Intake({ ...options, clock, health, metrics, logger }),
      },
      {
        provide: INGEST_SERVICE,
        inject: [INTAKE],
        useFactory: (intake: Intake) => new IngestService(intake),
      },
    ],
  };
}

@Module({})
class IngestModule {
  /** Shown in Nest's own messages. */
  readonly name = 'ingest';
}
