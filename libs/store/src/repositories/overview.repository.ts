import type { EnvironmentName, EpochNanos, LogTypeName } from '@culprit/kernel';
import type { SqlDriver, SqlRow } from '../sql-driver.js';
import { readQuery } from '../sql-files.js';
import type { LogTypeOverview, OverviewRepository, StoreOverview } from '../store.js';
import { readNanos, readNumber, readText } from './sql-row.js';

const readLogTypes = readQuery('read_overview_log_types');
const readRates = readQuery('read_overview_rates');
const readTotals = readQuery('read_overview_totals');

const nanosPerMinute = 60_000_000_000n;
const rateMinutes = 5n;

/** Environments whose rates one overview computes; those with most events come first. */
const maxRatedEnvironments = 50;

export interface OverviewRepositoryDeps {
  readonly driver: SqlDriver;
  readonly tenant: string;
}

/** The numbers of the start page, from the counts that the engine keeps beside the events. */
export class SqlOverviewRepository implements OverviewRepository {
  readonly #deps: OverviewRepositoryDeps;

  constructor(deps: OverviewRepositoryDeps) {
    this.#deps = deps;
  }

  async read(environment?: EnvironmentName): Promise<StoreOverview> {
    const { driver, tenant } = this.#deps;
    const [rows, [totals = {}]] = await Promise.all([
      driver.query({
        name: 'read_overview_log_types',
        sql: readLogTypes,
        parameters: { tenant, environment: environment ?? '' },
      }),
      driver.query({ name: 'read_overview_totals', sql: readTotals, parameters: { tenant } }),
    ]);
    const logTypes = await this.#withRates(rows.map(readLogType));
    const first = logTypes.map((logType) => logType.firstSeen);
    const last = logTypes.map((logType) => logType.lastSeen);
    return {
      eventCount: logTypes.reduce((sum, logType) => sum + logType.eventCount, 0),
      lineCount: logTypes.reduce((sum, logType) => sum + logType.lineCount, 0),
      reportCount: readNumber(totals, 'report_count'),
      firstSeen: first.reduce<EpochNanos | undefined>(
        (a, b) => (a === undefined || b < a ? b : a),
        undefined,
      ),
      lastSeen: last.reduce<EpochNanos | undefined>((a, b) => (a === undefined || b > a ? b : a), undefined),
      diskBytes: readNumber(totals, 'disk_bytes'),
      logTypes,
    };
  }

  async #withRates(logTypes: readonly LogTypeOverview[]): Promise<readonly LogTypeOverview[]> {
    const environments = [...new Set(logTypes.map((logType) => logType.environment))];
    const rateByKey = new Map<string, number>();
    for (const environment of environments.slice(0, maxRatedEnvironments)) {
      const members = logTypes.filter((logType) => logType.environment === environment);
      for (const [logType, rate] of await this.#ratesOf(environment, members)) {
        rateByKey.set(JSON.stringify([environment, logType]), rate);
      }
    }
    return logTypes.map((logType) => ({
      ...logType,
      eventsPerSecond: rateByKey.get(JSON.stringify([logType.environment, logType.logType])) ?? 0,
    }));
  }

  /** Events a second from the start of the fifth last minute, or the first event if later, to the last event. */
  async #ratesOf(
    environment: EnvironmentName,
    members: readonly LogTypeOverview[],
  ): Promise<ReadonlyMap<string, number>> {
    const last = members.reduce(
      (latest, { lastSeen }) => (lastSeen > latest ? lastSeen : latest),
      -(1n << 63n),
    );
    const first = members.reduce(
      (earliest, { firstSeen }) => (firstSeen < earliest ? firstSeen : earliest),
      last,
    );
    const fromMinute = last / nanosPerMinute - rateMinutes + 1n;
    const start = first > fromMinute * nanosPerMinute ? first : fromMinute * nanosPerMinute;
    const seconds = Math.max(1, Number(last - start) / 1e9);
    const rows = await this.#deps.driver.query({
      name: 'read_overview_rates',
      sql: readRates,
      parameters: { tenant: this.#deps.tenant, environment, from_minute: fromMinute },
    });
    return new Map(rows.map((row) => [readText(row, 'log_type'), readNumber(row, 'event_count') / seconds]));
  }
}

function readLogType(row: SqlRow): LogTypeOverview {
  return {
    environment: readText(row, 'environment') as EnvironmentName,
    logType: readText(row, 'log_type') as LogTypeName,
    eventCount: readNumber(row, 'event_count'),
    lineCount: readNumber(row, 'line_count'),
    templateCount: readNumber(row, 'template_count'),
    firstSeen: readNanos(row, 'first_nanos'),
    lastSeen: readNanos(row, 'last_nanos'),
    eventsPerSecond: 0,
  };
}
