import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createInProcessBus, type InProcessBus } from '@culprit/bus';
import { allTopics, decodeReportRevision, topics } from '@culprit/contracts';
import type { RootCauseReport } from '@culprit/correlation';
import {
  AccessLedger,
  anonymousTenant,
  createHealth,
  createHttpApp,
  createLogger,
  createProcessMetrics,
  openTelemetry,
  openTls,
  systemClock,
  type HttpApp,
  type LogLevel,
  type Telemetry,
  type TlsSource,
} from '@culprit/platform';
import { correlationModule } from '@culprit/service-correlation/module';
import { ingestModule, type IngestModuleOptions, type PortReport } from '@culprit/service-ingest/module';
import {
  createDecisionPublisher,
  createRulePublisher,
  queryGrpcService,
  queryModule,
} from '@culprit/service-query/module';
import { scoringModule } from '@culprit/service-scoring/module';
import { structuringModule } from '@culprit/service-structuring/module';
import { createEmbeddedStore, createFileSnapshotStore, type Store } from '@culprit/store';
import { AppError, type Logger } from '@culprit/kernel';
import { loadEmbeddedConfig, type EmbeddedConfig } from './config.js';

/** Unread bytes of a topic that are kept in memory before senders have to wait: what keeps the process small. */
const maxUnreadBytes = 16 << 20;

/** Where the launcher leaves the built pages. */
const consoleDirectory = fileURLToPath(new URL('../../console/dist/pages', import.meta.url));

/** Settings of {@link startEmbedded}. */
export interface EmbeddedOptions {
  /** Everything Culprit keeps: journal, store and snapshots. Created when missing. */
  readonly directory: string;
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  readonly logLevel: LogLevel;
  /** Where `CULPRIT_*` settings are read from, usually `process.env`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Called with every report revision, in order. */
  readonly onReport?: (report: RootCauseReport) => void;
}

/** A running one-process Culprit. */
export interface Embedded {
  /** Address clients can use. */
  readonly address: string;
  /** Ports of protocols that have one of their own. */
  readonly ports: readonly PortReport[];
  /** Stops accepting, finishes what is under way, takes checkpoints and releases the data directory. */
  close(): Promise<void>;
}

/**
 * Starts every service in this process over the in-process bus and the embedded store: the composition root of the
 * one-process mode. Nothing here but wiring.
 *
 * @throws AppError when the directory is in use or not writable, or the port is taken
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const config = loadEmbeddedConfig(options.environment);
  const telemetry = await openTelemetry('culprit', options.environment);
  const { tracing } = telemetry;
  const logger = createLogger({ level: options.logLevel, fields: () => tracing.logFields() });
  makeDirectory(options.directory);
  const opened: (() => Promise<void>)[] = [() => telemetry.close()];
  try {
    const bus = await createInProcessBus({
      // One partition: one thread does the work, so more lanes would only cost memory.
      topics: allTopics.map((topic) => ({ ...topic, partitions: 1 })),
      logger,
      directory: join(options.directory, 'journal'),
      limits: { unreadBytes: maxUnreadBytes },
    });
    opened.push(() => bus.close());
    const store = await createEmbeddedStore({ directory: join(options.directory, 'store'), logger });
    opened.push(() => store.close());
    const ledger = new AccessLedger({ openStore: () => Promise.resolve(store), clock: systemClock, logger });
    await ledger.start();
    opened.push(() => ledger.close());
    checkExposure(options.host, config, ledger);
    const ports: PortReport[] = [];
    const app = await createApp({
      directory: options.directory,
      config,
      logger,
      bus,
      store,
      ledger,
      telemetry,
      tls: openTls(config.tls, logger),
      ports: { host: options.host, onReport: (report) => ports.push(report) },
    });
    opened.push(() => app.close());
    await announceReports(bus, options.onReport);
    const address = await app.listen(options.host, options.port);
    if (app.grpcAddress !== undefined)
      ports.push({ name: 'gRPC', address: app.grpcAddress, reason: undefined });
    return { address, ports, close: () => closeAll(opened) };
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

/** Without tokens only this machine is served: listening on more would be a mistake, and is not done. */
function checkExposure(host: string, config: EmbeddedConfig, ledger: AccessLedger): void {
  if (isLoopbackHost(host)) return;
  const open = (['ingest', 'query'] as const).filter(
    (section) =>
      config[section].tokens.length === 0 &&
      config[section].anonymousFrom === 'loopback' &&
      !ledger.isClosed(section) &&
      !(section === 'query' && config.query.oidcIssuer !== undefined),
  );
  if (open.length === 0) return;
  const variables = open.map((section) => `CULPRIT_${section.toUpperCase()}_TOKENS`);
  throw new AppError({
    code: 'CULPRIT_OPEN_TO_NETWORK',
    message: `will not listen on ${host} without tokens`,
    hint: `Make tokens with "culprit tokens create" first, set ${variables.join(' and ')} (tenant:token), or …_ANONYMOUS_FROM=anywhere behind a proxy that knows its users.`,
  });
}

function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

interface AppParts {
  readonly directory: string;
  readonly config: EmbeddedConfig;
  readonly logger: Logger;
  readonly bus: InProcessBus;
  readonly store: Store;
  readonly ledger: AccessLedger;
  readonly telemetry: Telemetry;
  readonly tls: TlsSource | undefined;
  readonly ports: NonNullable<IngestModuleOptions['ports']>;
}

async function createApp(parts: AppParts): Promise<HttpApp> {
  const { config, logger, bus, store, ledger, tls } = parts;
  const snapshots = createFileSnapshotStore({ directory: join(parts.directory, 'snapshots'), logger });
  const { flushIntervalMs, checkpointIntervalMs, idleAfterMs, falseReportsPerDay } = config.pipeline;
  const stage = { bus, store, snapshots, flushIntervalMs, checkpointIntervalMs };
  const { grpcPort: port } = config.query;
  const metrics = createProcessMetrics();
  parts.telemetry.sendMetrics(metrics);
  return await createHttpApp({
    logger,
    health: createHealth(),
    metrics,
    tracing: parts.telemetry.tracing,
    clock: systemClock,
    tls,
    grpc:
      port === 0
        ? undefined
        : { host: parts.ports.host, port, services: [queryGrpcService], tls: tls?.files },
    modules: [
      ingestModule({
        bus,
        config: config.ingest,
        ports: { ...parts.ports, tls },
        ledger,
        onlyTenant: anonymousTenant,
      }),
      structuringModule({ ...stage, idleAfterMs }),
      scoringModule(stage),
      correlationModule({ ...stage, correlation: { falseReportsPerDay } }),
      queryModule({
        store,
        ledger,
        config: config.query,
        rulePublisher: createRulePublisher(bus),
        decisionPublisher: createDecisionPublisher(bus),
        consoleDirectory,
      }),
    ],
  });
}

async function announceReports(bus: InProcessBus, onReport: EmbeddedOptions['onReport']): Promise<void> {
  const subscription = await bus.subscribe({
    topic: topics.reportedIncidents.name,
    group: 'culprit-announce',
    onBatch: async (batch) => {
      for (const record of batch.records) onReport?.(decodeReportRevision(record.value));
      await subscription.commit(batch.partition, (batch.records.at(-1)?.offset ?? -1) + 1);
    },
  });
}

/** Closes in reverse order of opening; the first failure is reported after everything was tried. */
async function closeAll(opened: (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (let close = opened.pop(); close !== undefined; close = opened.pop()) {
    await close().catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw new Error('could not close everything', { cause: failures[0] });
}

function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new AppError({
      code: 'CULPRIT_DATA_DIRECTORY',
      message: `cannot create the data directory ${directory} (${code})`,
      hint: 'Choose one you may write to with --data.',
      cause: error,
    });
  }
}
