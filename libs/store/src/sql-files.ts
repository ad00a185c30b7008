import { readdirSync, readFileSync } from 'node:fs';

/** A numbered step of the schema. */
export interface Migration {
  readonly version: number;
  /** File name without its suffix, for example `0002_create_events`. */
  readonly name: string;
  readonly sql: string;
}

// Sources and built files lie one level below the package, so that the same relative address serves both.
const migrationsUrl = new URL('../migrations/', import.meta.url);
const queriesUrl = new URL('../queries/', import.meta.url);

const MIGRATION_PATTERN = /^(\d{4})_[a-z0-9_]+\.sql$/;

/** All migrations that ship with this package, in order. */
export function readMigrations(): readonly Migration[] {
  const files = readdirSync(migrationsUrl).filter((file) => MIGRATION_PATTERN.test(file));
  return files.toSorted().map((file) => ({
    version: Number(file.slice(0, 4)),
    name: file.slice(0, -'.sql'.length),
    sql: readFileSync(new URL(file, migrationsUrl), 'utf8'),
  }));
}

/** Text of `queries/<name>.sql`. */
export function readQuery(name: string): string {
  return readFileSync(new URL(`${name}.sql`, queriesUrl), 'utf8').trim();
}
