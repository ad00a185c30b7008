import { Readable } from 'node:stream';
import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client';
import { toStoreError } from './errors.js';

/** A value of a typed placeholder `{name:Type}`. */
export type SqlParameter = string | number | bigint | readonly string[];

/** A row as it came: every field is checked where it is read. */
export type SqlRow = Readonly<Record<string, unknown>>;

/** A SELECT of queries/*.sql with its values. */
export interface SqlQuery {
  /** The file's name without its suffix; names the statement in errors. */
  readonly name: string;
  readonly sql: string;
  readonly parameters?: Readonly<Record<string, SqlParameter>>;
  /** True where the answer must hold every write that the store took in before, whoever sent it. */
  readonly afterWrites?: boolean;
}

/** Rows encoded as JSONCompactEachRow by this room; bytes of any other origin are forbidden. */
export interface SqlInsert {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: Buffer;
  /** Two inserts with the same token into the same table are one. */
  readonly deduplicationToken: string;
}

/**
 * The seam under all repositories: what an embedded engine and a server have in common.
 * Every failure is an AppError with a code of this room.
 */
export interface SqlDriver {
  query(query: SqlQuery): Promise<readonly SqlRow[]>;
  /** DDL and other statements without a result. */
  command(name: string, sql: string): Promise<void>;
  /** Resolves when the rows are on disk; the bytes must stay unchanged until then. */
  insert(insert: SqlInsert): Promise<void>;
  close(): Promise<void>;
}

/** Bounds of every read: a page that cannot be had within them is an error, never a stall. */
export const readSettings = {
  max_execution_time: 20,
  max_memory_usage: '200000000',
  max_result_bytes: '268435456',
  output_format_json_quote_64bit_integers: 1,
} satisfies ClickHouseSettings;

/** Asks a replica for what a quorum has; an embedded engine answers behind the writes that wait already. */
const sequential: ClickHouseSettings = { select_sequential_consistency: '1' };

/** Inserts are synchronous, one block each, and atomic: a row is there for all to see or not at all. */
const insertSettings: ClickHouseSettings = {
  async_insert: 0,
  insert_deduplicate: 1,
  input_format_parallel_parsing: 0,
};

/**
 * The driver over any client of the official library, whatever connection it was given.
 *
 * @param replication settings of inserts where tables keep copies of each other
 */
export function createSqlDriver(client: ClickHouseClient, replication: ClickHouseSettings = {}): SqlDriver {
  return {
    async query({ name, sql, parameters, afterWrites }) {
      try {
        const result = await client.query({
          query: sql,
          format: 'JSONEachRow',
          clickhouse_settings: { ...readSettings, ...(afterWrites === true ? sequential : {}) },
          ...(parameters === undefined ? {} : { query_params: { ...parameters } }),
        });
        return await result.json<SqlRow>();
      } catch (error) {
        throw toStoreError(error, name);
      }
    },
    async command(name, sql) {
      try {
        await client.command({ query: sql });
      } catch (error) {
        throw toStoreError(error, name);
      }
    },
    async insert({ table, columns, rows, deduplicationToken }) {
      try {
        const { stream } = await client.exec({
          query: `INSERT INTO ${table} (${columns.join(', ')}) FORMAT JSONCompactEachRow`,
          values: Readable.from([rows], { objectMode: false }),
          clickhouse_settings: {
            ...insertSettings,
            ...replication,
            insert_deduplication_token: deduplicationToken,
          },
        });
        stream.resume();
      } catch (error) {
        throw toStoreError(error, `insert into ${table}`);
      }
    },
    close: () => client.close(),
  };
}
