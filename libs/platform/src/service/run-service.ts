import { createKafkaBus, type KafkaBus, type KafkaTopic } from '@culprit/bus';
import { allTopics } from '@culprit/contracts';
import type { Logger } from '@culprit/kernel';
import type { Store } from '@culprit/store';
import type { DynamicModule } from '@nestjs/common';
import { loadConfig, type Config, type ConfigSchemas } from '../config.js';
import type { GrpcOptions, GrpcService } from '../grpc/grpc-server.js';
import { createHealth, type Health } from '../health.js';
import { createHttpApp } from '../http-app.js';
import { closeOnSignal, describeFatal, systemClock } from '../lifecycle.js';
import { createLogger } from '../logger.js';
import { createProcessMetrics } from '../process-metrics.js';
import { openTelemetry } from '../telemetry/telemetry.js';
import { openTls, tlsConfigSchema, type TlsSource } from '../tls/tls-source.js';
import { connectStore } from './connect-store.js';
import {
  kafkaConfigSchema,
  kafkaTlsOf,
  saslOf,
  serviceConfigSchema,
  storeConfigSchema,
  tlsOf,
  type KafkaConfig,
  type ServiceConfig,
} from './service-config.js';

const commonSchemas = {
  service: serviceConfigSchema,
  kafka: kafkaConfigSchema,
  store: storeConfigSchema,
  tls: tlsConfigSchema,
};

/** What a service is made of in a process of its own. */
export interface ServiceParts<Schemas extends ConfigSchemas> {
  readonly config: Config<Schemas>;
  /** Address that the process listens on. */
  readonly host: string;
  /** What encrypts its ports; undefined where they are not encrypted. */
  readonly tls: TlsSource | undefined;
  readonly bus: KafkaBus;
  readonly health: Health;
  readonly logger: Logger;
  /** Opens the store that all services share. */
  readonly openStore: () => Promise<Store>;
  /** Ends the process: it can do nothing more that is right, and a new one can. */
  readonly onFatal: (error: Error) => void;
}

/** One service as a process. */
export interface ServiceDefinition<Schemas extends ConfigSchemas> {
  readonly name: string;
  /** Settings of its own, by section. */
  readonly schemas: Schemas;
  /** How long reads wait for a store that is away: Infinity for a stage, 0 where somebody waits for an answer. */
  readonly storePatienceMs: number;
  readonly modules: (parts: ServiceParts<Schemas>) => Promise<readonly DynamicModule[]>;
  /** What it answers over gRPC, where a port is set. */
  readonly grpcServices?: readonly GrpcService[];
}

/**
 * Runs a service over Kafka and a shared store until SIGTERM or SIGINT, then drains it: no new work, what is under way
 * is finished, checkpoints are taken. Ends the process with 0, 1 when it failed, 78 when its settings are wrong.
 */
export async function runService<const Schemas extends ConfigSchemas>(
  definition: ServiceDefinition<Schemas>,
): Promise<void> {
  try {
    process.exit(await serve(definition));
  } catch (error) {
    const { text, exitCode } = describeFatal(error);
    process.stderr.write(`${text}\n`);
    process.exit(exitCode);
  }
}

async function serve<const Schemas extends ConfigSchemas>(
  definition: ServiceDefinition<Schemas>,
): Promise<number> {
  const config = loadConfig({ ...definition.schemas, ...commonSchemas }, process.env);
  const { service, kafka, store: storeConfig, tls: tlsConfig } = config as Config<typeof commonSchemas>;
  const name = `culprit-${definition.name}`;
  const telemetry = await openTelemetry(name, process.env);
  const { tracing } = telemetry;
  const logger = createLogger({ name, level: service.logLevel, fields: () => tracing.logFields() });
  const metrics = createProcessMetrics();
  telemetry.sendMetrics(metrics);
  const health = createHealth();
  const onFatal = fatal(logger);
  const opened: { close(): Promise<void> }[] = [telemetry];
  const bus = await openBus(definition.name, { kafka, logger, onFatal });
  opened.push(bus);
  const openStore = async (): Promise<Store> => {
    const store = await connectStore({
      config: storeConfig,
      logger,
      patienceMs: definition.storePatienceMs,
    });
    opened.push(store);
    return store;
  };
  const { host } = service;
  const tls = openTls(tlsConfig, logger);
  const parts = { config: config as Config<Schemas>, host, tls, bus, health, logger, openStore, onFatal };
  const app = await createHttpApp({
    logger,
    health,
    metrics,
    tracing,
    clock: systemClock,
    tls,
    modules: await definition.modules(parts),
    grpc: grpcOf(service, definition.grpcServices),
  });
  opened.push(app);
  const address = await app.listen(service.host, service.port);
  logger.info({ address, grpcAddress: app.grpcAddress }, 'service is ready');
  return await closeOnSignal({
    health,
    logger,
    drainTimeoutMs: service.drainTimeoutMs,
    async close() {
      for (const part of opened.toReversed()) await part.close();
    },
  });
}

function grpcOf(
  service: ServiceConfig,
  services: readonly GrpcService[] | undefined,
): GrpcOptions | undefined {
  if (services === undefined || service.grpcPort === 0) return undefined;
  return { host: service.host, port: service.grpcPort, services, tls: tlsOf(service) };
}

interface BusSettings {
  readonly kafka: KafkaConfig;
  readonly logger: Logger;
  readonly onFatal: (error: Error) => void;
}

function openBus(name: string, { kafka, logger, onFatal }: BusSettings): Promise<KafkaBus> {
  const { brokers, compression, sessionTimeoutMs, replicationFactor, partitions, prefix } = kafka;
  const sasl = saslOf(kafka, process.env);
  return createKafkaBus({
    brokers,
    clientId: `culprit-${name}-${process.pid}`,
    topics: allTopics.map((topic): KafkaTopic => (topic.partitions === 1 ? topic : { ...topic, partitions })),
    logger,
    prefix,
    compression,
    tls: kafkaTlsOf(kafka),
    sessionTimeoutMs,
    ...(sasl === undefined ? {} : { sasl }),
    ...(replicationFactor === 0 ? {} : { replicationFactor }),
    onFatal,
  });
}

function fatal(logger: Logger): (error: Error) => void {
  return (error) => {
    logger.error({ err: error }, 'cannot go on; the process ends and should be started again');
    process.exit(1);
  };
}
