import type { RootCauseReport } from '@culprit/correlation';
import type { Clock, IncidentId } from '@culprit/kernel';
import { encodeRows } from '../encoding/row-json.js';
import type { SqlDriver, SqlParameter } from '../sql-driver.js';
import { readQuery } from '../sql-files.js';
import type { ReportHead, ReportPage, ReportRepository, ReportSearch } from '../store.js';
import { checkPageSize, formatPageToken, parsePageToken, tokenNumber } from './page-token.js';
import { decodeRelatedEvents, decodeReportHead, encodePayload } from './payload.codec.js';
import { readNumber, readText } from './sql-row.js';
import { clampNanos, timeBounds } from './time-bounds.js';

const searchReports = readQuery('search_reports');
const countReports = readQuery('count_reports');
const findReport = readQuery('find_report');
const listReportRevisions = readQuery('list_report_revisions');
const listReportVersions = readQuery('list_report_versions');

const reportColumns = [
  'stored_on',
  'tenant',
  'environment',
  'incident_id',
  'revision',
  'incident_type',
  'start_time',
  'end_time',
  'updated_time',
  'significance',
  'merged_into',
  'log_types',
  'hosts',
  'head',
  'related',
];

const millisPerDay = 86_400_000;

export interface ReportRepositoryDeps {
  readonly driver: SqlDriver;
  readonly tenant: string;
  readonly writerId: string;
  readonly clock: Clock;
}

/** Root cause reports over any driver. */
export class SqlReportRepository implements ReportRepository {
  readonly #deps: ReportRepositoryDeps;

  constructor(deps: ReportRepositoryDeps) {
    this.#deps = deps;
  }

  async save(report: RootCauseReport): Promise<void> {
    const { driver, tenant, writerId, clock } = this.#deps;
    const { relatedEvents, ...head } = report;
    const rows = encodeRows([
      [
        Math.floor(clock.now() / millisPerDay),
        tenant,
        report.environment,
        report.incidentId,
        report.revision,
        report.incidentType,
        clampNanos(report.start),
        clampNanos(report.end),
        clampNanos(report.updated),
        report.significance,
        report.mergedInto ?? '',
        report.logTypes,
        report.hosts,
        encodePayload(head),
        encodePayload(relatedEvents),
      ],
    ]);
    await driver.insert({
      table: 'reports',
      columns: reportColumns,
      rows,
      deduplicationToken: `reports/${tenant}/${report.incidentId}/${report.revision}/${writerId}`,
    });
  }

  async search(request: ReportSearch): Promise<ReportPage> {
    const { driver } = this.#deps;
    const pageSize = checkPageSize(request.pageSize);
    const { pageToken, pageSize: _, ...conditions } = request;
    const cursor = parsePageToken(pageToken, conditions, 2);
    const filter = this.#filterOf(request);
    const { until } = timeBounds(request);
    const page = driver.query({
      name: 'search_reports',
      sql: searchReports,
      parameters: {
        ...filter,
        before_nanos: cursor === undefined ? until : tokenNumber(cursor, 0),
        before_id: cursor?.key[1] ?? '',
        row_limit: pageSize + 1,
      },
    });
    const [rows, total] = await Promise.all([page, cursor?.total ?? this.#count(filter, until)]);
    const found = rows.map((row) => decodeReportHead(readText(row, 'head')));
    const reports = found.slice(0, pageSize);
    const last = found.length > pageSize ? reports.at(-1) : undefined;
    const key = last === undefined ? [] : [clampNanos(last.start).toString(), last.incidentId];
    return {
      reports,
      total,
      nextPageToken: last === undefined ? undefined : formatPageToken(conditions, { total, key }),
    };
  }

  async find(incidentId: IncidentId, revision?: number): Promise<RootCauseReport | undefined> {
    const { driver, tenant } = this.#deps;
    const [row] = await driver.query({
      name: 'find_report',
      sql: findReport,
      parameters: { tenant, incident_id: incidentId, revision: revision ?? 0 },
    });
    if (row === undefined) return undefined;
    const head = decodeReportHead(readText(row, 'head'));
    return { ...head, relatedEvents: decodeRelatedEvents(readText(row, 'related')) };
  }

  async listRevisions(incidentId: IncidentId): Promise<readonly ReportHead[]> {
    const { driver, tenant } = this.#deps;
    const rows = await driver.query({
      name: 'list_report_revisions',
      sql: listReportRevisions,
      parameters: { tenant, incident_id: incidentId },
    });
    return rows.map((row) => decodeReportHead(readText(row, 'head')));
  }

  async listVersions(limit: number): Promise<ReadonlyMap<IncidentId, number>> {
    const { driver, tenant } = this.#deps;
    const rows = await driver.query({
      name: 'list_report_versions',
      sql: listReportVersions,
      parameters: { tenant, row_limit: checkPageSize(limit) },
    });
    return new Map(
      rows.map((row) => [readText(row, 'incident_id') as IncidentId, readNumber(row, 'last_revision')]),
    );
  }

  #filterOf(request: ReportSearch): Record<string, SqlParameter> {
    return {
      tenant: this.#deps.tenant,
      environment: request.environment ?? '',
      log_type: request.logType ?? '',
      host: request.host ?? '',
      significances: request.significance ?? [],
      incident_type: request.incidentType ?? '',
      include_merged: request.includeMerged === true ? 1 : 0,
      from_nanos: timeBounds(request).from,
    };
  }

  async #count(filter: Readonly<Record<string, SqlParameter>>, until: bigint): Promise<number> {
    const [row] = await this.#deps.driver.query({
      name: 'count_reports',
      sql: countReports,
      parameters: { ...filter, until_nanos: until },
    });
    return row === undefined ? 0 : readNumber(row, 'row_count');
  }
}
