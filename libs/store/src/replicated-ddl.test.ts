import { describe, expect, it } from 'vitest';
import { replicatedDdl } from './replicated-ddl.js';
import { readMigrations, readQuery } from './sql-files.js';

/** What a statement does, without comments. */
const bare = (sql: string): string => sql.replaceAll(/^--.*\n/gm, '');

describe('the schema on a cluster', () => {
  it('is made on every server, with tables that keep copies of each other', () => {
    const sql =
      'CREATE TABLE IF NOT EXISTS t (a UInt8)\nENGINE = ReplacingMergeTree(a)\nORDER BY a\nSETTINGS non_replicated_deduplication_window = 9';
    expect(replicatedDdl(sql, 'logs')).toBe(
      "CREATE TABLE IF NOT EXISTS t ON CLUSTER 'logs' (a UInt8)\nENGINE = ReplicatedReplacingMergeTree(a)\nORDER BY a\nSETTINGS replicated_deduplication_window = 9",
    );
    expect(replicatedDdl('ALTER TABLE events\n  MODIFY SETTING x = 1', 'logs')).toBe(
      "ALTER TABLE events ON CLUSTER 'logs'\n  MODIFY SETTING x = 1",
    );
  });

  const statements = [
    ...readMigrations().map(({ name, sql }) => ({ name, sql })),
    { name: 'create_schema_migrations', sql: readQuery('create_schema_migrations') },
  ];

  it.each(statements)('has nothing left that one server alone would keep: $name', ({ sql }) => {
    const rendered = bare(replicatedDdl(sql, 'logs'));
    expect(rendered.match(/ON CLUSTER 'logs'/g)).toHaveLength(1);
    expect(rendered).not.toMatch(/\bnon_replicated|ENGINE = (?!Replicated)/);
    const isTable = rendered.startsWith('CREATE TABLE');
    expect(rendered.match(/ENGINE = Replicated(?:Replacing)?MergeTree/g) ?? []).toHaveLength(isTable ? 1 : 0);
    expect(rendered.match(/\breplicated_deduplication_window = \d+/g) ?? []).toHaveLength(isTable ? 1 : 0);
  });

  it('takes no name that could be more than a name', () => {
    for (const cluster of ["x' AS", '', 'a b']) {
      expect(() => replicatedDdl('ALTER TABLE events', cluster)).toThrow('cluster: expected');
    }
  });

  it('refuses a statement of a kind that it does not know', () => {
    expect(() => replicatedDdl('DROP TABLE events', 'logs')).toThrow('no statement of a kind');
  });
});
