import { randomUUID } from 'node:crypto';
import type { Clock, Logger } from '@culprit/kernel';
import { createEventWriter } from './event-writer.js';
import { runMigrations } from './migration-runner.js';
import { SqlAnomalyRepository } from './repositories/anomaly.repository.js';
import { SqlDecisionRepository } from './repositories/decision.repository.js';
import { SqlDocumentRepository } from './repositories/document.repository.js';
import { SqlEventRepository } from './repositories/event.repository.js';
import { SqlFeedbackRepository } from './repositories/feedback.repository.js';
import { SqlIncidentTypeRepository } from './repositories/incident-type.repository.js';
import { SqlOverviewRepository } from './repositories/overview.repository.js';
import { SqlReportRepository } from './repositories/report.repository.js';
import { SqlSnapshotRepository } from './repositories/snapshot.repository.js';
import { SqlTemplateRepository } from './repositories/template.repository.js';
import { SqlTemplateRuleRepository } from './repositories/template-rule.repository.js';
import type { SqlDriver } from './sql-driver.js';
import { readMigrations } from './sql-files.js';
import type { Store, TenantStore } from './store.js';

export interface SqlStoreDeps {
  readonly driver: SqlDriver;
  readonly tenant: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Cluster of servers that keep copies of the tables; one server where absent. */
  readonly cluster?: string | undefined;
}

/** The store over an open driver; brings the schema up to date first. Closes the driver when that fails. */
export async function createSqlStore(deps: SqlStoreDeps): Promise<Store> {
  try {
    const { driver, logger, cluster } = deps;
    await runMigrations(driver, { migrations: readMigrations(), logger, cluster });
  } catch (error) {
    await deps.driver.close();
    throw error;
  }
  return {
    ...createTenantStore(deps),
    snapshots: new SqlSnapshotRepository(deps),
    forTenant: ({ tenant }) => createTenantStore({ ...deps, tenant }),
    close: () => deps.driver.close(),
  };
}

function createTenantStore({ driver, tenant, clock, logger }: SqlStoreDeps): TenantStore {
  const writerId = randomUUID();
  const templateRules = new SqlTemplateRuleRepository({ driver, tenant });
  const templates = new SqlTemplateRepository({
    driver,
    tenant,
    writerId,
    rules: templateRules,
    events: () => events,
  });
  const events: SqlEventRepository = new SqlEventRepository({
    driver,
    tenant,
    withAliases: (templateId) => templates.withAliases(templateId),
  });
  return {
    events,
    templates,
    templateRules,
    reports: new SqlReportRepository({ driver, tenant, writerId, clock }),
    anomalies: new SqlAnomalyRepository({ driver, tenant, writerId, clock }),
    overview: new SqlOverviewRepository({ driver, tenant }),
    decisions: new SqlDecisionRepository({ driver, tenant }),
    incidentTypes: new SqlIncidentTypeRepository({ driver, tenant, clock }),
    feedback: new SqlFeedbackRepository({ driver, tenant }),
    documents: new SqlDocumentRepository({ driver, tenant }),
    createEventWriter: (isOurs) =>
      createEventWriter({ driver, events, templates, tenant, writerId: randomUUID(), clock, logger, isOurs }),
  };
}
