import type { IncidentTypeSummary } from '@culprit/correlation';
import type { Clock, EnvironmentName, IncidentTypeId } from '@culprit/kernel';
import { hashText } from '@culprit/kernel';
import { encodeRows } from '../encoding/row-json.js';
import type { SqlDriver, SqlRow } from '../sql-driver.js';
import { readQuery } from '../sql-files.js';
import type { IncidentTypeRepository } from '../store.js';
import { readNumber, readText } from './sql-row.js';

const listTypes = readQuery('list_incident_types');
const columns = [
  'stored_on',
  'tenant',
  'environment',
  'incident_type',
  'occurrences',
  'first_seen',
  'last_seen',
  'is_routine',
  'title',
];
const millisPerDay = 86_400_000;

/** Kinds of incident, over any driver. */
export class SqlIncidentTypeRepository implements IncidentTypeRepository {
  readonly #deps: { readonly driver: SqlDriver; readonly tenant: string; readonly clock: Clock };

  constructor(deps: { readonly driver: SqlDriver; readonly tenant: string; readonly clock: Clock }) {
    this.#deps = deps;
  }

  async save(types: readonly IncidentTypeSummary[]): Promise<void> {
    if (types.length === 0) return;
    const { driver, tenant, clock } = this.#deps;
    const storedOn = Math.floor(clock.now() / millisPerDay);
    const rows = encodeRows(
      types.map((type) => [
        storedOn,
        tenant,
        type.environment,
        type.incidentType,
        type.occurrences,
        Math.round(type.firstSeen),
        Math.round(type.lastSeen),
        type.isRoutine ? 1 : 0,
        type.title,
      ]),
    );
    const deduplicationToken = `incident_types/${hashText(rows.toString('latin1'))}`;
    await driver.insert({ table: 'incident_types', columns, rows, deduplicationToken });
  }

  async list(environment?: EnvironmentName): Promise<readonly IncidentTypeSummary[]> {
    const { driver, tenant } = this.#deps;
    const rows = await driver.query({
      name: 'list_incident_types',
      sql: listTypes,
      parameters: { tenant, environment: environment ?? '' },
    });
    return rows.map(readType);
  }
}

function readType(row: SqlRow): IncidentTypeSummary {
  return {
    environment: readText(row, 'environment') as EnvironmentName,
    incidentType: readText(row, 'incident_type') as IncidentTypeId,
    occurrences: readNumber(row, 'occurrences'),
    firstSeen: readNumber(row, 'first_seen'),
    lastSeen: readNumber(row, 'last_seen'),
    isRoutine: readNumber(row, 'is_routine') === 1,
    title: readText(row, 'title'),
  };
}
