import type { Clock, Logger } from '@culprit/kernel';
import { Global, Inject, Module } from '@nestjs/common';
import type { BeforeApplicationShutdown, DynamicModule, Type } from '@nestjs/common';
import type { Health } from './health.js';
import type { Metrics } from './metrics.js';
import { openApiDocument } from './openapi/document.js';
import { OpenApiController } from './openapi/openapi.controller.js';
import { HealthController, MetricsController } from './platform.controller.js';
import { silentTracing, type Tracing } from './telemetry/tracing.js';
import { CLOCK, HEALTH, LOGGER, METRICS, OPENAPI, TRACING } from './tokens.js';

/** What every module of a process shares. */
export interface PlatformParts {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly clock: Clock;
  /** Off where absent. */
  readonly tracing?: Tracing;
}

const ownControllers: readonly Type[] = [HealthController, MetricsController, OpenApiController];

/** The controllers of a process in the order in which Nest registers them. */
export function controllersOf(features: readonly DynamicModule[]): readonly Type[] {
  return [...features.flatMap(({ controllers }) => controllers ?? []), ...ownControllers];
}

/** Root module of a process: holds the shared parts and serves /healthz, /readyz, /metrics and /api/v1/openapi.json. */
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
      controllers: [...ownControllers],
      providers: [
        { provide: LOGGER, useValue: parts.logger },
        { provide: METRICS, useValue: parts.metrics },
        { provide: HEALTH, useValue: parts.health },
        { provide: CLOCK, useValue: parts.clock },
        { provide: OPENAPI, useFactory: () => openApiDocument(controllersOf(features)) },
        { provide: TRACING, useValue: parts.tracing ?? silentTracing },
      ],
      exports: [LOGGER, METRICS, HEALTH, CLOCK, TRACING],
    };
  }

  /** Turns new work away however the application was asked to close. */
  beforeApplicationShutdown(): void {
    this.#health.beginShutdown();
  }
}
