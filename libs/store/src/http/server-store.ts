import { setTimeout as wait } from 'node:timers/promises';
import { ClickHouseLogLevel, createClient, type ClickHouseSettings } from '@clickhouse/client';
import type { Clock, EpochMillis, Logger } from '@culprit/kernel';
import { toStoreError } from '../errors.js';
import { createSqlDriver, type SqlDriver } from '../sql-driver.js';
import { createSqlStore } from '../sql-store.js';
import type { Store } from '../store.js';

/** Below the ten seconds after which a server closes a connection that nobody uses. */
const idleSocketMs = 2_500;
const requestTimeoutMs = 60_000;
const firstPauseMs = 100;
const maxPauseMs = 5_000;

/** An insert is done when most copies have it, one insert after the other: only then can a read ask for all of them. */
const quorum: ClickHouseSettings = { insert_quorum: 'auto', insert_quorum_parallel: 0 };

/** Where the server is and who we are to it. */
export interface ServerStoreOptions {
  /** For example `http://127.0.0.1:8123`. */
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Database of all tables; it must exist. The server's default where not said. */
  readonly database?: string | undefined;
  /** Cluster of servers that keep copies of the tables (`remote_servers` of their configuration); one server where absent. */
  readonly cluster?: string | undefined;
  readonly logger: Logger;
  /** How long reads and statements wait for a server that is away; Infinity for a stage, default 0. */
  readonly patienceMs?: number | undefined;
  /** Tenant of the store's own repositories; `default` where not said. */
  readonly tenant?: string | undefined;
  /** Decides the day of arrival; the machine's clock where not said. */
  readonly clock?: Clock | undefined;
}

/**
 * Opens a store on a ClickHouse server, or on the front that `serveStore` puts before an embedded engine; several
 * processes may share it. Brings the schema up to date first.
 *
 * @throws AppError CULPRIT_STORE_UNAVAILABLE, CULPRIT_STORE_MIGRATION_CHANGED
 */
export async function createServerStore(options: ServerStoreOptions): Promise<Store> {
  const { logger, tenant = 'default', patienceMs = 0, cluster } = options;
  const clock = options.clock ?? { now: () => Date.now() as EpochMillis };
  const driver = patient(openServerDriver(options), { patienceMs, logger });
  return await createSqlStore({ driver, tenant, clock, logger, cluster });
}

function openServerDriver({ url, username, password, database, cluster }: ServerStoreOptions): SqlDriver {
  return createSqlDriver(
    createClient({
      url,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(database === undefined ? {} : { database }),
      application: 'culprit',
      request_timeout: requestTimeoutMs,
      max_open_connections: 8,
      keep_alive: { enabled: true, idle_socket_ttl: idleSocketMs },
      compression: { request: false, response: false },
      // Failures are told to the caller; by itself the client would print them, statement and all.
      log: { level: ClickHouseLogLevel.OFF },
    }),
    cluster === undefined ? {} : quorum,
  );
}

interface Patience {
  readonly patienceMs: number;
  readonly logger: Logger;
}

/** Asks again while the server is away. Inserts are left to those who know how to look whether they arrived. */
function patient(driver: SqlDriver, { patienceMs, logger }: Patience): SqlDriver {
  async function ask<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const start = performance.now();
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, maxPauseMs)) {
      try {
        return await work();
      } catch (error) {
        const failure = toStoreError(error, name);
        const isAway = failure.code === 'CULPRIT_STORE_UNAVAILABLE';
        if (!isAway || performance.now() - start + pauseMs > patienceMs) throw failure;
        logger.warn({ statement: name }, 'the store does not answer, asking again');
        await wait(pauseMs);
      }
    }
  }
  return {
    query: (query) => ask(query.name, () => driver.query(query)),
    command: (name, sql) => ask(name, () => driver.command(name, sql)),
    insert: (insert) => driver.insert(insert),
    close: () => driver.close(),
  };
}
