import { accessSync, constants, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type * as Chdb from 'chdb';
import { createClient } from '@clickhouse/client';
import { AppError } from '@culprit/kernel';
import { storeError } from '../errors.js';
import { createSqlDriver, readSettings } from '../sql-driver.js';
import type { SqlDriver } from '../sql-driver.js';
import { createChdbConnection, type ChdbSessions } from './chdb-connection.js';
import { findLikelyHolder, findLockHolder } from './directory-lock.js';
import { EngineSession } from './engine-session.js';
import type { SessionSettings } from './engine-session.js';
import { SessionQueue } from './session-queue.js';
import { settingValue } from './sql-literals.js';

/** Where the engine keeps its data and how much of the machine it may use. */
export interface EmbeddedDriverOptions {
  readonly directory: string;
  /** Ceiling of the engine's own memory; 320 MB where not said. */
  readonly maxMemoryBytes?: number | undefined;
  /** Threads of one statement; 2 where not said. */
  readonly maxThreads?: number | undefined;
}

const readerCount = 2;

/** Reads may change limits of their own, nothing else. */
const readerSettings: SessionSettings = new Map([
  ['readonly', '2'],
  ...Object.entries(readSettings).map(([name, value]): [string, string] => [name, settingValue(value)]),
]);
const writerSettings: SessionSettings = new Map();

/** The engine binds one directory a process; a second store would share or break the first one's sessions. */
let openDirectory: string | undefined;

/** The driver over an engine in this process. */
export async function openEmbeddedDriver(options: EmbeddedDriverOptions): Promise<SqlDriver> {
  const connection = createChdbConnection(await openEngine(options));
  return createSqlDriver(createClient({ connection }));
}

/**
 * Opens the engine in this process with one session that writes and two that read.
 * The engine is loaded here and not before, so that a process without a store does not pay for it.
 */
export async function openEngine(options: EmbeddedDriverOptions): Promise<ChdbSessions> {
  const directory = resolve(options.directory);
  if (openDirectory !== undefined) {
    throw storeError('CULPRIT_STORE_DIRECTORY_LOCKED', {
      message: `this process has a store open in ${openDirectory}; only one is possible at a time`,
    });
  }
  prepareDirectory(directory);
  assertNotLocked(directory);
  openDirectory = directory;
  try {
    const chdb = await import('chdb');
    await chdb.drainPending();
    const sessions = openSessions(chdb, directory, options);
    return {
      ...sessions,
      async release() {
        await chdb.drainPending();
        openDirectory = undefined;
      },
    };
  } catch (error) {
    openDirectory = undefined;
    throw openFailure(error, directory);
  }
}

function openSessions(
  chdb: typeof Chdb,
  directory: string,
  options: EmbeddedDriverOptions,
): { readonly writer: SessionQueue; readonly readers: SessionQueue } {
  const connectionArgs = engineArguments(options);
  const open = (): InstanceType<(typeof Chdb)['Session']> => new chdb.Session(directory, { connectionArgs });
  const writer = new EngineSession({ open, base: writerSettings });
  const readers = Array.from(
    { length: readerCount },
    () => new EngineSession({ open, base: readerSettings }),
  );
  return { writer: new SessionQueue([writer]), readers: new SessionQueue(readers) };
}

/** The engine's defaults are those of a server with a machine of its own: 90 % of the memory, 16 merge threads. */
function engineArguments({ maxMemoryBytes = 320_000_000, maxThreads = 2 }: EmbeddedDriverOptions): string[] {
  return [
    `--max_server_memory_usage=${Math.trunc(maxMemoryBytes)}`,
    `--max_threads=${Math.trunc(maxThreads)}`,
    '--background_pool_size=1',
    '--background_merges_mutations_concurrency_ratio=1',
    '--background_schedule_pool_size=1',
    '--mark_cache_size=33554432',
    '--uncompressed_cache_size=0',
    '--index_mark_cache_size=8388608',
    // Compiled expressions gain nothing on reads this small, and the compiler stays in memory.
    '--compile_expressions=0',
    '--compile_aggregate_expressions=0',
    '--compile_sort_description=0',
    '--logger.level=none',
  ];
}

function prepareDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true });
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw directoryDenied(directory, error);
  }
}

function directoryDenied(directory: string, cause: unknown): Error {
  return storeError('CULPRIT_STORE_DIRECTORY_DENIED', {
    message: `cannot write to the data directory ${directory}`,
    hint: 'Choose a directory that this user may create files in.',
    cause,
  });
}

function assertNotLocked(directory: string): void {
  const holder = findLockHolder(directory);
  if (holder !== undefined) throw directoryLocked(directory, holder);
}

function directoryLocked(directory: string, holder: number, cause?: unknown): Error {
  return storeError('CULPRIT_STORE_DIRECTORY_LOCKED', {
    message: `another Culprit process uses ${directory} (process ${holder})`,
    hint: 'Stop the other process, or choose another data directory.',
    cause,
  });
}

function openFailure(error: unknown, directory: string): Error {
  if (error instanceof AppError) return error;
  if (error instanceof Error && 'code' in error && error.code === 'CHDB_PLATFORM') {
    return storeError('CULPRIT_STORE_OPEN_FAILED', {
      message: 'the embedded engine does not exist for this system',
      hint: 'It runs on Linux with glibc and on macOS, on x64 and arm64.',
      cause: error,
    });
  }
  const holder = findLikelyHolder(directory);
  if (holder !== undefined) return directoryLocked(directory, holder, error);
  return storeError('CULPRIT_STORE_OPEN_FAILED', {
    message: `the engine cannot open the data directory ${directory}`,
    hint: 'Check that no other process uses it, that all files in it belong to this user, and that the disk has space.',
    cause: error,
  });
}
