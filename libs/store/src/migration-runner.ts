import { createHash } from 'node:crypto';
import type { Logger } from '@culprit/kernel';
import { storeError } from './errors.js';
import type { SqlDriver, SqlRow } from './sql-driver.js';
import { readQuery } from './sql-files.js';
import type { Migration } from './sql-files.js';
import { readNumber, readText } from './repositories/sql-row.js';
import { replicatedDdl } from './replicated-ddl.js';
import { encodeRows } from './encoding/row-json.js';

/**
 * Brings the schema up to date. Each file runs once and is recorded with its checksum; an edited or missing one stops
 * the start, because what it once did is in the data. A file interrupted halfway runs again: all are idempotent.
 */
export async function runMigrations(
  driver: SqlDriver,
  options: {
    readonly migrations: readonly Migration[];
    readonly logger: Logger;
    /** Cluster of servers on which every statement runs; one server where absent. */
    readonly cluster?: string | undefined;
  },
): Promise<void> {
  const { cluster } = options;
  const render = (sql: string): string => (cluster === undefined ? sql : replicatedDdl(sql, cluster));
  await driver.command('create_schema_migrations', render(readQuery('create_schema_migrations')));
  const applied = await driver.query({
    name: 'list_schema_migrations',
    sql: readQuery('list_schema_migrations'),
  });
  assertUnchanged(applied, options.migrations);
  const done = new Set(applied.map((row) => readNumber(row, 'version')));
  for (const migration of options.migrations) {
    if (done.has(migration.version)) continue;
    await driver.command(migration.name, render(migration.sql));
    await driver.insert({
      table: 'schema_migrations',
      columns: ['version', 'name', 'checksum'],
      rows: encodeRows([[migration.version, migration.name, checksumOf(migration)]]),
      deduplicationToken: `schema_migrations/${migration.name}`,
    });
    options.logger.info({ migration: migration.name }, 'schema migrated');
  }
}

function assertUnchanged(applied: readonly SqlRow[], migrations: readonly Migration[]): void {
  const known = new Map(migrations.map((migration) => [migration.version, migration]));
  for (const row of applied) {
    const migration = known.get(readNumber(row, 'version'));
    if (migration !== undefined && checksumOf(migration) === readText(row, 'checksum')) continue;
    throw storeError('CULPRIT_STORE_MIGRATION_CHANGED', {
      message: `the data was written by another version: migration ${readText(row, 'name')} is ${migration === undefined ? 'unknown here' : 'different here'}`,
      hint: 'Start the version that wrote the data, or use another data directory.',
    });
  }
}

/** Line endings do not count: a checkout may change them. */
function checksumOf(migration: Migration): string {
  return createHash('sha256').update(migration.sql.replaceAll('\r\n', '\n')).digest('hex');
}
