import type { Clock, Logger } from '@culprit/kernel';
import { CLOCK, HEALTH, LOGGER } from '@culprit/platform';
import type { AccessLedger, Health } from '@culprit/platform';
import { Module } from '@nestjs/common';
import type { DynamicModule, Provider } from '@nestjs/common';
import type { Store } from '@culprit/store';
import type { QueryConfig } from './config.js';
import { readConsoleFiles } from './console-pages.js';
import { CareController } from './care/care.controller.js';
import { careProvider } from './care/care.providers.js';
import { ConsoleController } from './console.controller.js';
import { authControllers, authProviders } from './auth/auth.providers.js';
import { AlertmanagerController } from './alertmanager.controller.js';
import { DecisionsController } from './decisions.controller.js';
import { DecisionsService, type DecisionPublisher } from './decisions.service.js';
import { EventsController } from './events.controller.js';
import { IncidentTypesController } from './incident-types.controller.js';
import { IncidentsController } from './incidents.controller.js';
import { notifyControllers, notifyProviders } from './notify/notify.providers.js';
import { McpController } from './mcp/mcp.controller.js';
import { QueryGrpcController } from './query-grpc.controller.js';
import { OverviewController } from './overview.controller.js';
import { OverviewService } from './overview.service.js';
import { LiveController } from './live.controller.js';
import { ReportFeed } from './report-feed.js';
import { ScanQueue } from './scan-queue.js';
import { ScansController } from './scans.controller.js';
import { CONSOLE_FILES, FEED, OVERVIEW, DECISIONS, RULES, SCANS, STORE } from './tokens.js';
import { RulesController } from './rules.controller.js';
import { RulesService, type RulePublisher } from './rules.service.js';
import { summaryControllers, summaryProviders } from './summary/summary.providers.js';
import { TemplatesController } from './templates.controller.js';

export { queryConfigSchema } from './config.js';
export type { QueryConfig } from './config.js';
export type { EventJson } from './event-json.js';
export type {
  MuteJson,
  ParameterJson,
  RuleJson,
  TemplateDetailJson,
  TemplateJson,
  TemplateListJson,
} from './template-json.js';
export { templateListJson } from './template-json.js';
export type { DecisionJson } from './decision-schemas.js';
export type { IncidentTypeJson } from './incident-types.controller.js';
export type {
  ChannelJson,
  ChannelTestJson,
  NotificationJson,
  NotificationRuleJson,
} from './notify/notification-answers.js';
export type { SummaryJson, SummaryPreviewJson, SummaryStateJson } from './summary/summary.controller.js';
export type { Ask } from './mcp/ask.js';
export { serveMcpOverStdio } from './mcp/stdio.js';
export type { AuditEntryJson } from './auth/audit.controller.js';
export type { SessionJson } from './auth/session.controller.js';
export type { NewTokenJson, TokenJson } from './auth/token-answers.js';
export type { UserJson } from './auth/users.controller.js';
export type { CareJson, CareListJson, CareState } from './care/care.js';
export { queryGrpcService } from './query-grpc.controller.js';
export { parseRules } from './parse-rules.js';
export { createDecisionPublisher, createRulePublisher } from './rule-publisher.js';
export type { RulePublisher } from './rules.service.js';
export type { IncidentEventJson, IncidentJson, RelatedJson, RevisionJson } from './report-json.js';
export type { LearningJson, LogTypeJson, OverviewJson } from './overview.service.js';
export type { AnomalyHistogramJson, EventHistogramJson } from './histogram-json.js';
export type { ScanJson } from './scan-queue.js';
export { parseTimeInput } from './time-input.js';

/** What the module needs from its process. */
export interface QueryModuleOptions {
  readonly store: Store;
  readonly config: QueryConfig;
  /** Who has which token beside those of the configuration. */
  readonly ledger: AccessLedger;
  /** Where changes of rules about templates go to be applied. */
  readonly rulePublisher: RulePublisher;
  /** Where decisions about incidents go to be applied. */
  readonly decisionPublisher: DecisionPublisher;
  /** Where the built pages of the console are; without them the process serves REST only. */
  readonly consoleDirectory: string;
}

const FEED_INTERVAL_MS = 2_000;

const controllers = [
  LiveController,
  IncidentsController,
  EventsController,
  TemplatesController,
  RulesController,
  DecisionsController,
  IncidentTypesController,
  ScansController,
  AlertmanagerController,
  OverviewController,
  CareController,
  ...notifyControllers,
  ...summaryControllers,
  ...authControllers,
  McpController,
  QueryGrpcController,
  ConsoleController,
];

/** The query service as a module: REST under /api/v1 and the console at /. */
export function queryModule(options: QueryModuleOptions): DynamicModule {
  const { store, config } = options;
  return {
    module: QueryModule,
    controllers: [...controllers],
    providers: [
      { provide: STORE, useValue: store },
      {
        provide: SCANS,
        inject: [CLOCK, LOGGER],
        useFactory: (clock: Clock, logger: Logger) =>
          new ScanQueue({ store, clock, logger, maxWaiting: config.maxWaitingScans }),
      },
      {
        provide: FEED,
        inject: [LOGGER],
        useFactory: (logger: Logger) =>
          new ReportFeed({
            store,
            logger,
            intervalMs: FEED_INTERVAL_MS,
            maxListeners: config.maxListeners,
          }),
      },
      { provide: CONSOLE_FILES, useFactory: () => readConsoleFiles(options.consoleDirectory) },
      ...authProviders(options),
      ...decisionProviders(options),
      careProvider(options),
      ...notifyProviders(options),
      ...summaryProviders(options),
      {
        provide: OVERVIEW,
        inject: [HEALTH],
        useFactory: (health: Health) =>
          new OverviewService({ store, health, learningMinutes: config.learningMinutes }),
      },
    ],
  };
}

/** What people decide, about event types and about incidents. */
function decisionProviders({ store, rulePublisher, decisionPublisher }: QueryModuleOptions): Provider[] {
  return [
    {
      provide: DECISIONS,
      inject: [CLOCK],
      useFactory: (clock: Clock) => new DecisionsService({ store, clock, publisher: decisionPublisher }),
    },
    {
      provide: RULES,
      inject: [CLOCK],
      useFactory: (clock: Clock) => new RulesService({ store, clock, publisher: rulePublisher }),
    },
  ];
}

@Module({})
class QueryModule {
  /** Shown in Nest's own messages. */
  readonly name = 'query';
}
