import type { EnvironmentName, LogTypeName, TemplateId } from '@culprit/kernel';
import { hashText, parseTemplateId } from '@culprit/kernel';
import type { TemplateRow } from '@culprit/pipeline';
import { encodeRows } from '../encoding/row-json.js';
import type { TemplateChanges } from '../event-group.js';
import type { SqlDriver } from '../sql-driver.js';
import { readQuery } from '../sql-files.js';
import type { StoredTemplate, TemplatePage, TemplateRepository, TemplateSearch } from '../store.js';
import { checkPageSize, formatPageToken, parsePageToken, tokenNumber } from './page-token.js';
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
    const pageSize = checkPageSize(request.pageSize);
    const { pageToken, pageSize: _, ...conditions } = request;
    const cursor = parsePageToken(pageToken, conditions, 2);
    const all = await this.#read({
      environment: request.environment ?? '',
      logType: request.logType ?? '',
    });
    const text = (request.text ?? '').toLowerCase();
    const found = all.filter((template) => template.text.toLowerCase().includes(text)).toSorted(byCount);
    const start =
      cursor === undefined ? 0 : firstAfter(found, Number(tokenNumber(cursor, 0)), cursor.key[1] ?? '');
    const templates = found.slice(start, start + pageSize);
    const last = start + pageSize < found.length ? templates.at(-1) : undefined;
    const total = cursor?.total ?? found.length;
    return {
      templates,
      total,
      nextPageToken:
        last === undefined
          ? undefined
          : formatPageToken(conditions, { total, key: [String(last.count), keyOf(last)] }),
    };
  }

  async find(templateId: TemplateId): Promise<readonly StoredTemplate[]> {
    const all = await this.#read({ environment: '', logType: '' });
    return all.filter(
      (template) => template.templateId === templateId || template.aliases.includes(templateId),
    );
  }

  /** The template, what it was merged into, and all that were merged into that; nothing is counted for it. */
  async withAliases(templateId: TemplateId): Promise<readonly TemplateId[]> {
    const table = await this.#readTable({ environment: '', logType: '' });
    const ids = new Set([templateId]);
    for (const template of table.toTemplates()) {
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
    const [table, rows] = await Promise.all([this.#readTable(scope), counts]);
    for (const row of rows) {
      table.count({
        environment: readText(row, 'environment'),
        logType: readText(row, 'log_type'),
        templateId: readTemplateId(row, 'template_id'),
        count: readNumber(row, 'event_count'),
        maxSeverity: readNumber(row, 'max_severity'),
        firstSeen: readNanos(row, 'first_nanos'),
        lastSeen: readNanos(row, 'last_nanos'),
      });
    }
    return table.toTemplates();
  }

  async #readTable(scope: TemplateScope): Promise<TemplateTable> {
    const rows = await this.#deps.driver.query({
      name: 'list_templates',
      sql: listTemplates,
      parameters: this.#parametersOf(scope),
    });
    const table = new TemplateTable();
    for (const row of rows) {
      table.add({
        environment: readText(row, 'environment'),
        logType: readText(row, 'log_type'),
        templateId: readTemplateId(row, 'template_id'),
        canonicalId: readTemplateId(row, 'canonical_id'),
        text: readText(row, 'text'),
      });
    }
    return table;
  }

  #parametersOf(scope: TemplateScope): Record<string, string> {
    return { tenant: this.#deps.tenant, environment: scope.environment, log_type: scope.logType };
  }
}

interface TemplateTotals {
  readonly environment: string;
  readonly logType: string;
  readonly templateId: TemplateId;
  readonly count: number;
  readonly maxSeverity: number;
  readonly firstSeen: StoredTemplate['firstSeen'];
  readonly lastSeen: StoredTemplate['lastSeen'];
}

/** Joins template rows and totals, following aliases to their end. */
class TemplateTable {
  readonly #rowByKey = new Map<string, TemplateRow>();
  readonly #templateByKey = new Map<string, StoredTemplate>();

  add(row: TemplateRow): void {
    this.#rowByKey.set(keyOf(row), row);
  }

  count(totals: TemplateTotals): void {
    this.#merge(totals, this.#canonicalOf(totals));
  }

  toTemplates(): StoredTemplate[] {
    for (const row of this.#rowByKey.values()) {
      this.#merge(
        { ...row, count: 0, maxSeverity: 0, firstSeen: undefined, lastSeen: undefined },
        this.#canonicalOf(row),
      );
    }
    return [...this.#templateByKey.values()];
  }

  /** Ends at a template that is its own; a cycle, which no miner writes, ends where it was entered. */
  #canonicalOf(from: Pick<TemplateRow, 'environment' | 'logType' | 'templateId'>): TemplateId {
    const seen = new Set<TemplateId>();
    let id = from.templateId;
    for (;;) {
      seen.add(id);
      const row = this.#rowByKey.get(keyOf({ ...from, templateId: id }));
      if (row === undefined || seen.has(row.canonicalId)) return id;
      id = row.canonicalId;
    }
  }

  #merge(totals: TemplateTotals, canonicalId: TemplateId): void {
    const key = keyOf({ ...totals, templateId: canonicalId });
    const known = this.#templateByKey.get(key);
    const aliases = new Set(known?.aliases);
    if (totals.templateId !== canonicalId) aliases.add(totals.templateId);
    this.#templateByKey.set(key, {
      templateId: canonicalId,
      environment: totals.environment as EnvironmentName,
      logType: totals.logType as LogTypeName,
      text: this.#rowByKey.get(key)?.text ?? '',
      count: (known?.count ?? 0) + totals.count,
      maxSeverity: Math.max(known?.maxSeverity ?? 0, totals.maxSeverity),
      firstSeen: earlier(known?.firstSeen, totals.firstSeen),
      lastSeen: later(known?.lastSeen, totals.lastSeen),
      aliases: [...aliases].toSorted(),
    });
  }
}

function earlier(
  a: StoredTemplate['firstSeen'],
  b: StoredTemplate['firstSeen'],
): StoredTemplate['firstSeen'] {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}

function later(a: StoredTemplate['lastSeen'], b: StoredTemplate['lastSeen']): StoredTemplate['lastSeen'] {
  if (a === undefined || b === undefined) return a ?? b;
  return a > b ? a : b;
}

/** JSON text: no two different keys look the same. */
function keyOf(row: {
  readonly environment: string;
  readonly logType: string;
  readonly templateId: string;
}): string {
  return JSON.stringify([row.environment, row.logType, row.templateId]);
}

function byCount(a: StoredTemplate, b: StoredTemplate): number {
  return b.count - a.count || compareText(keyOf(a), keyOf(b));
}

function firstAfter(sorted: readonly StoredTemplate[], count: number, key: string): number {
  const index = sorted.findIndex(
    (template) =>
      template.count < count || (template.count === count && compareText(keyOf(template), key) > 0),
  );
  return index < 0 ? sorted.length : index;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function readTemplateId(row: Readonly<Record<string, unknown>>, column: string): TemplateId {
  const id = parseTemplateId(readText(row, column));
  if (id === undefined) throw new Error(`column ${column}: expected 16 hex digits`);
  return id;
}
