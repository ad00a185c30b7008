import type { Clock } from '@culprit/kernel';
import { hashText } from '@culprit/kernel';
import type { Anomaly, AnomalyBatch } from '@culprit/scoring';
import { encodeRows } from '../encoding/row-json.js';
import type { CellValue } from '../encoding/row-json.js';
import type { SqlDriver } from '../sql-driver.js';
import { readQuery } from '../sql-files.js';
import type { AnomalyBucket, AnomalyFilter, AnomalyRepository, AnomalySearch, Histogram } from '../store.js';
import { checkCount } from './page-token.js';
import { decodeAnomaly, encodePayload } from './payload.codec.js';
import { readNumber, readText } from './sql-row.js';
import { clampNanos, timeBounds } from './time-bounds.js';
import { readHistogram } from './time-grid.js';

const listAnomalies = readQuery('list_anomalies');
const countAnomaliesByTime = readQuery('count_anomalies_by_time');
const findAnomalyBounds = readQuery('find_anomaly_bounds');

const anomalyColumns = [
  'stored_on',
  'tenant',
  'environment',
  'log_type',
  'time',
  'event_id',
  'template_id',
  'kind',
  'surprise',
  'payload',
];

const rowsPerInsert = 2_000;
const millisPerDay = 86_400_000;

export interface AnomalyRepositoryDeps {
  readonly driver: SqlDriver;
  readonly tenant: string;
  readonly writerId: string;
  readonly clock: Clock;
}

/** Anomalies over any driver. */
export class SqlAnomalyRepository implements AnomalyRepository {
  readonly #deps: AnomalyRepositoryDeps;

  constructor(deps: AnomalyRepositoryDeps) {
    this.#deps = deps;
  }

  async save(batches: readonly AnomalyBatch[]): Promise<void> {
    const { driver, writerId } = this.#deps;
    const anomalies = batches.flatMap((batch) => batch.anomalies);
    for (let start = 0; start < anomalies.length; start += rowsPerInsert) {
      const part = anomalies.slice(start, start + rowsPerInsert);
      const rows = encodeRows(part.map((anomaly) => this.#cellsOf(anomaly)));
      await driver.insert({
        table: 'anomalies',
        columns: anomalyColumns,
        rows,
        deduplicationToken: `anomalies/${hashText(rows.toString('latin1'))}/${rows.length}/${writerId}`,
      });
    }
  }

  async list(request: AnomalySearch): Promise<readonly Anomaly[]> {
    const { driver } = this.#deps;
    const { from, until } = timeBounds(request);
    const rows = await driver.query({
      name: 'list_anomalies',
      sql: listAnomalies,
      parameters: {
        ...this.#filterOf(request),
        from_nanos: from,
        until_nanos: until,
        row_limit: checkCount('limit', request.limit, { lowest: 1, highest: 100_000 }),
      },
    });
    return rows.map((row) => decodeAnomaly(readText(row, 'payload')));
  }

  async histogram(filter: AnomalyFilter, maxBuckets: number): Promise<Histogram<AnomalyBucket> | undefined> {
    return readHistogram(
      {
        driver: this.#deps.driver,
        bounds: { name: 'find_anomaly_bounds', sql: findAnomalyBounds },
        counts: { name: 'count_anomalies_by_time', sql: countAnomaliesByTime },
        filter: this.#filterOf(filter),
        window: filter,
        maxBuckets,
      },
      (start, [row]) => ({ start, count: row === undefined ? 0 : readNumber(row, 'row_count') }),
    );
  }

  #filterOf({ environment, logType, minSurprise }: AnomalyFilter) {
    return {
      tenant: this.#deps.tenant,
      environment: environment ?? '',
      log_type: logType ?? '',
      min_surprise: minSurprise ?? 0,
    };
  }

  #cellsOf(anomaly: Anomaly): readonly CellValue[] {
    const { event, surprise, evidence } = anomaly;
    return [
      Math.floor(this.#deps.clock.now() / millisPerDay),
      this.#deps.tenant,
      event.source.environment,
      event.source.logType,
      clampNanos(event.time),
      event.eventId,
      event.templateId,
      evidence[0]?.kind ?? '',
      surprise,
      encodePayload(anomaly),
    ];
  }
}
