import type { Bus } from '@culprit/bus';
import type { Clock, Logger } from '@culprit/kernel';
import { ACCESS, Access, CLOCK, HEALTH, LOGGER, METRICS, TRACING } from '@culprit/platform';
import type { AccessLedger, Health, Metrics, TlsSource, Tracing } from '@culprit/platform';
import { Module } from '@nestjs/common';
import type { DynamicModule, FactoryProvider } from '@nestjs/common';
import type { IngestConfig } from './config.js';
import { ElasticController, ElasticRootController } from './doors/elastic/elastic.controller.js';
import { DatadogController } from './doors/datadog/datadog.controller.js';
import { FirehoseController } from './doors/firehose/firehose.controller.js';
import { JournaldController } from './doors/journald/journald.controller.js';
import { SplunkController } from './doors/splunk/splunk.controller.js';
import { LokiController } from './doors/loki/loki.controller.js';
import { OtlpController } from './doors/otlp/otlp.controller.js';
import { IngestController } from './ingest.controller.js';
import { IngestService } from './ingest.service.js';
import { ZebriumController } from './doors/zebrium/zebrium.controller.js';
import { HttpAdapterHost } from '@nestjs/core';
import { Intake } from './intake.js';
import type { Route } from './ports/http-alias.port.js';
import { planPorts } from './ports/plan-ports.js';
import { PortGroup } from './ports/port-group.js';
import type { PortReport } from './ports/port.js';
import { INGEST_SERVICE, INTAKE, PORTS } from './tokens.js';

export { ingestConfigSchema } from './config.js';
export type { IngestConfig } from './config.js';
export type { RedactionPolicy } from './redaction-policy.js';
export type { PortReport } from './ports/port.js';
export type { DebugAnswer, IngestAnswer, ReadLine } from './ingest-answer.js';

/** What the module needs from its process. */
export interface IngestModuleOptions {
  readonly bus: Pick<Bus, 'publish' | 'partitionCount'>;
  readonly config: IngestConfig;
  /** Who has which token beside those of the configuration. */
  readonly ledger?: AccessLedger;
  /** The one tenant whose lines the stages behind keep; all where absent. */
  readonly onlyTenant?: string;
  /** Opens the ports of protocols that have one of their own; without it there is HTTP alone. */
  readonly ports?: {
    readonly host: string;
    /** Encrypts all of them but UDP. */
    readonly tls?: TlsSource | undefined;
    /** Told about each port at the start. */
    readonly onReport: (report: PortReport) => void;
  };
}

/** The ingest service as a module: `POST /ingest/v1/logs`. */
export function ingestModule(options: IngestModuleOptions): DynamicModule {
  return {
    module: IngestModule,
    controllers: [...controllers],
    providers: [
      {
        provide: ACCESS,
        useFactory: () => new Access({ ...options.config, side: 'ingest', ledger: options.ledger }),
      },
      {
        provide: INTAKE,
        inject: [CLOCK, HEALTH, METRICS, LOGGER, TRACING],
        useFactory: (clock: Clock, health: Health, metrics: Metrics, logger: Logger, tracing: Tracing) =>
          new Intake({ ...options, clock, health, metrics, logger, tracing }),
      },
      {
        provide: INGEST_SERVICE,
        inject: [INTAKE],
        useFactory: (intake: Intake) => new IngestService(intake),
      },
      ...(options.ports === undefined ? [] : [portsProvider(options, options.ports)]),
    ],
  };
}

function portsProvider(
  { config, ledger }: IngestModuleOptions,
  ports: NonNullable<IngestModuleOptions['ports']>,
): FactoryProvider<PortGroup> {
  return {
    provide: PORTS,
    inject: [INTAKE, ACCESS, LOGGER, HttpAdapterHost],
    useFactory: (intake: Intake, access: Access, logger: Logger, host: HttpAdapterHost) =>
      new PortGroup({
        ...ports,
        logger,
        planned: planPorts(config, {
          intake,
          access,
          ledger,
          tls: ports.tls,
          route: (request, response) => routeOf(host)(request, response),
        }),
      }),
  };
}

/** The router of Fastify, whatever server a request came to. */
function routeOf(host: HttpAdapterHost): Route {
  const fastify = host.httpAdapter.getInstance<{ readonly routing: Route }>();
  return fastify.routing;
}

const controllers = [
  IngestController,
  OtlpController,
  LokiController,
  ElasticController,
  ElasticRootController,
  SplunkController,
  DatadogController,
  FirehoseController,
  JournaldController,
  ZebriumController,
] as const;

@Module({})
class IngestModule {
  /** Shown in Nest's own messages. */
  readonly name = 'ingest';
}
