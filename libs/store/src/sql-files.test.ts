import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readMigrations, readQuery } from './sql-files.js';

const sourceUrl = new URL('./', import.meta.url);
const sources = readdirSync(sourceUrl, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => readFileSync(new URL(file, sourceUrl), 'utf8'))
  .join('\n');
const queryNames = readdirSync(new URL('../queries/', import.meta.url)).map((file) =>
  file.replace(/\.sql$/, ''),
);

describe('migrations', () => {
  const migrations = readMigrations();

  it('are numbered without a gap', () => {
    expect(migrations.length).toBeGreaterThan(0);
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1));
  });

  const creating = migrations.filter(({ sql }) => sql.includes('CREATE TABLE'));
  const changing = migrations.filter(({ sql }) => !sql.includes('CREATE TABLE'));

  it.each(creating)('$name can be repeated, is bounded and says why', ({ sql }) => {
    expect(sql).toMatch(/CREATE TABLE IF NOT EXISTS/);
    expect(sql).toMatch(/^ORDER BY /m);
    expect(sql).toMatch(/non_replicated_deduplication_window = \d+/);
    expect(sql).toMatch(/^-- ORDER BY/m);
    expect(sql).toMatch(/^--.*(PARTITION BY|[Nn]ot partitioned)/m);
    expect(sql).toMatch(/^--.*TTL/m);
  });

  it.each(changing)(
    '$name changes settings or drops a table, which can be repeated, and says why',
    ({ sql }) => {
      expect(sql).toMatch(/^-- /);
      expect(sql.replaceAll(/^--.*$/gm, '').trim()).toMatch(
        /^(?:ALTER TABLE \w+\s+MODIFY SETTING\s+[^;]+|DROP TABLE IF EXISTS \w+)$/,
      );
    },
  );
});

describe('queries', () => {
  it('are found', () => {
    expect(queryNames.length).toBeGreaterThan(10);
  });

  it.each(queryNames)('%s is used and takes values only as typed parameters', (name) => {
    const sql = readQuery(name);
    expect(sources).toContain(`readQuery('${name}')`);
    expect(sql).not.toMatch(/\$\{|\?|;/);
    for (const [, type] of sql.matchAll(/\{\w+:([^}]+)\}/g)) {
      expect(type).toMatch(/^(String|U?Int\d+|Float64|Array\(String\))$/);
    }
  });

  it.each(
    queryNames.filter((name) => !/_(?:schema_migrations|state_snapshots|state_snapshot_part)$/.test(name)),
  )('%s sees one tenant only', (name) => {
    const sql = readQuery(name);
    const tables = sql.match(/FROM (?!\(|system\.)\w+/g) ?? [];
    const walls = sql.match(/tenant = \{tenant:String\}/g) ?? [];
    expect(tables.length).toBeGreaterThan(0);
    expect(walls).toHaveLength(tables.length);
  });
});
