import type { Clock, Logger } from '@culprit/kernel';
import { Global, Inject, Module } from '@nestjs/common';
import type { BeforeApplicationShutdown, DynamicModule } from '@nestjs/common';
import type { Health } from './health.js';
import type { Metrics } from './metrics.js';
import { HealthController, MetricsController } from './platform.controller.js';
import { CLOCK, HEALTH, LOGGER, METRICS } from './tokens.js';

/** What every module of a process shares. */
export interface PlatformParts {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly clock: Clock;
}

/** Root module of a process: holds the shared parts and serves /healthz, /readyz and /metrics. */
@Global()
@Module({})
export class PlatformModule implements BeforeApplicationShutdown {
  readonly #health: Health;

  constructor(@Inject(HEALTH) health: Health) {
    this.#health = health;
  }

  static register(parts: PlatformParts, features: readonly DynamicModule[]): DynamicModule {
    return {
      module: PlatformModule,
      imports: [...features],
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: LOGGER, useValue: parts.logger },
        { provide: METRICS, useValue: parts.metrics },
        { provide: HEALTH, useValue: parts.health },
        { provide: CLOCK, useValue: parts.clock },
      ],
      exports: [LOGGER, METRICS, HEALTH, CLOCK],
    };
  }

  /** Turns new work away however the application was asked to close. */
  beforeApplicationShutdown(): void {
    this.#health.beginShutdown();
  }
}
