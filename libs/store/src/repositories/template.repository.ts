import type { TemplateId } from '@culprit/kernel';
import { hashText, parseTemplateId } from '@culprit/kernel';
import {
  markTemplates,
  sampleTemplate,
  TemplateCatalog,
  type TemplateRow,
  type TemplateSample,
} from '@culprit/pipeline';
import { encodeRows } from '../encoding/row-json.js';
import type { TemplateChanges } from '../event-group.js';
import type { SqlDriver } from '../sql-driver.js';
import { readQuery } from '../sql-files.js';
import type {
  EventRepository,
  StoredEvent,
  StoredTemplate,
  TemplatePage,
  TemplateRepository,
  TemplateRuleRepository,
  TemplateSearch,
} from '../store.js';
import { checkPageSize } from './page-token.js';
import { pageOfTemplates } from './template-page.js';
import { readNanos, readNumber, readText } from './sql-row.js';

const listTemplates = readQuery('list_templates');
const countEventsByTemplate = readQuery('count_events_by_template');

const templateColumns = [
  'tenant',
  'environment',
  'log_type',
  'template_id',
  'canonical_id',
  'text',
  'version',
];

export interface TemplateRepositoryDeps {
  readonly driver: SqlDriver;
  readonly tenant: string;
  /** Part of every deduplication token; see the room's README. */
  readonly writerId: string;
  readonly rules: Pick<TemplateRuleRepository, 'list'>;
  /** Asked when needed: the two repositories know each other. */
  readonly events: () => Pick<EventRepository, 'search'>;
}

/** Which part of the table; empty text means all. */
interface TemplateScope {
  readonly environment: string;
  readonly logType: string;
}

/** Templates over any driver. Aliases are resolved here, at reading: a merge never rewrites stored events. */
export class SqlTemplateRepository implements TemplateRepository {
  readonly #deps: TemplateRepositoryDeps;

  constructor(deps: TemplateRepositoryDeps) {
    this.#deps = deps;
  }

  save(rows: readonly TemplateRow[], version: number): Promise<void> {
    return this.saveAll([{ rows, version }]);
  }

  /** Changes of several batches in one insert. */
  async saveAll(changes: readonly TemplateChanges[]): Promise<void> {
    const rows = changes.flatMap(({ rows, version }) => rows.map((row) => ({ ...row, version })));
    if (rows.length === 0) return;
    const { driver, tenant, writerId } = this.#deps;
    const encoded = encodeRows(
      rows.map((row) => [
        tenant,
        row.environment,
        row.logType,
        row.templateId,
        row.canonicalId,
        row.text,
        row.version,
      ]),
    );
    await driver.insert({
      table: 'templates',
      columns: templateColumns,
      rows: encoded,
      deduplicationToken: `templates/${hashText(encoded.toString('latin1'))}/${writerId}`,
    });
  }

  async search(request: TemplateSearch): Promise<TemplatePage> {
    const all = await this.#read({
      environment: request.environment ?? '',
      logType: request.logType ?? '',
    });
    return pageOfTemplates(all, request);
  }

  async find(templateId: TemplateId): Promise<readonly StoredTemplate[]> {
    const all = await this.#read({ environment: '', logType: '' });
    return all.filter(
      (template) => template.templateId === templateId || template.aliases.includes(templateId),
    );
  }

  async sample(
    { templateId, environment, logType, text }: StoredTemplate,
    limit: number,
  ): Promise<TemplateSample & { readonly events: readonly StoredEvent[] }> {
    const { events } = await this.#deps.events().search({
      templateId,
      environment,
      logType,
      pageSize: checkPageSize(limit),
    });
    const bodies = events.map(({ body }) => body);
    return { ...sampleTemplate(text, bodies), events };
  }

  /** The template, what it was merged into, and all that were merged into that; nothing is counted for it. */
  async withAliases(templateId: TemplateId): Promise<readonly TemplateId[]> {
    const catalog = await this.#readTable({ environment: '', logType: '' });
    const ids = new Set([templateId]);
    for (const template of catalog.templates()) {
      if (template.templateId !== templateId && !template.aliases.includes(templateId)) continue;
      ids.add(template.templateId);
      for (const alias of template.aliases) ids.add(alias);
    }
    return [...ids];
  }

  async #read(scope: TemplateScope): Promise<StoredTemplate[]> {
    const counts = this.#deps.driver.query({
      name: 'count_events_by_template',
      sql: countEventsByTemplate,
      parameters: this.#parametersOf(scope),
    });
    const [catalog, rows, changes] = await Promise.all([
      this.#readTable(scope),
      counts,
      this.#deps.rules.list(),
    ]);
    for (const row of rows) {
      catalog.addTotals({
        environment: readText(row, 'environment'),
        logType: readText(row, 'log_type'),
        templateId: readTemplateId(row, 'template_id'),
        count: readNumber(row, 'event_count'),
        lineCount: readNumber(row, 'line_total'),
        maxSeverity: readNumber(row, 'max_severity'),
        firstSeen: readNanos(row, 'first_nanos'),
        lastSeen: readNanos(row, 'last_nanos'),
      });
    }
    const rules = changes.flatMap(({ rule }) => (rule === undefined ? [] : [rule]));
    return markTemplates(catalog.templates(), rules);
  }

  async #readTable(scope: TemplateScope): Promise<TemplateCatalog> {
    const rows = await this.#deps.driver.query({
      name: 'list_templates',
      sql: listTemplates,
      parameters: this.#parametersOf(scope),
    });
    const catalog = new TemplateCatalog();
    for (const row of rows) {
      catalog.addRow({
        environment: readText(row, 'environment'),
        logType: readText(row, 'log_type'),
        templateId: readTemplateId(row, 'template_id'),
        canonicalId: readTemplateId(row, 'canonical_id'),
        text: readText(row, 'text'),
      });
    }
    return catalog;
  }

  #parametersOf(scope: TemplateScope): Record<string, string> {
    return { tenant: this.#deps.tenant, environment: scope.environment, log_type: scope.logType };
  }
}

function readTemplateId(row: Readonly<Record<string, unknown>>, column: string): TemplateId {
  const id = parseTemplateId(readText(row, column));
  if (id === undefined) throw new Error(`column ${column}: expected 16 hex digits`);
  return id;
}
