import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ClickHouseSettings, ClickHouseClientConfigOptions } from '@clickhouse/client';
import { storeError } from '../errors.js';
import type { SqlParameter } from '../sql-driver.js';
import type { EngineSession, SessionSettings } from './engine-session.js';
import type { SessionQueue } from './session-queue.js';
import { settingValue } from './sql-literals.js';

type Connection = NonNullable<ClickHouseClientConfigOptions['connection']>;
type StatementParams = Parameters<Connection['query']>[0];
type InsertParams = Parameters<Connection['insert']>[0];

/** Settings of the HTTP protocol that mean nothing inside a process. */
export const protocolSettings: ReadonlySet<string> = new Set([
  'wait_end_of_query',
  'send_progress_in_http_headers',
  'enable_http_compression',
  'default_format',
]);

const INSERT_PATTERN = /^INSERT INTO (\w+) \((\w+(?:, \w+)*)\) FORMAT JSONCompactEachRow$/;
const LINE_FEED = 0x0a;

/** Where statements run: reads beside each other, writes one after the other. */
export interface ChdbSessions {
  readonly readers: SessionQueue;
  readonly writer: SessionQueue;
  /** Called once, after both queues are closed. */
  readonly release: () => Promise<void>;
}

/**
 * The connection that makes the official client speak to the engine in this process.
 * Compared with the adapter that comes with the engine it leaks no settings from one statement to the next, lets reads
 * run beside a write, and takes insert bytes without turning them into text.
 */
export function createChdbConnection({ readers, writer, release }: ChdbSessions): Connection {
  let closing: Promise<void> | undefined;

  async function run(queue: SessionQueue, params: StatementParams): Promise<Uint8Array> {
    assertOpen();
    const work = queue.use((session) => runStatement(session, params));
    return await giveUpOn(params.abort_signal, work);
  }

  function assertOpen(): void {
    if (closing !== undefined) throw storeError('CULPRIT_STORE_CLOSED', { message: 'the store is closed' });
  }

  async function insert(params: InsertParams): Promise<void> {
    assertOpen();
    // The session is taken before the bytes are read: what was accepted must be finished before a close.
    const work = writer.use((session) => insertRows(session, params));
    await giveUpOn(params.abort_signal, work);
  }

  return {
    async ping(params) {
      try {
        await run(readers, { ...params, query: 'SELECT 1' });
        return { success: true };
      } catch (error) {
        return { success: false, error: error instanceof Error ? error : new Error(String(error)) };
      }
    },
    async query(params) {
      const queue = isSequential(params.clickhouse_settings) ? writer : readers;
      return { ...baseResult(params), stream: Readable.from([Buffer.from(await run(queue, params))]) };
    },
    async command(params) {
      await run(writer, params);
      return baseResult(params);
    },
    async exec(params) {
      if (params.values !== undefined) {
        await insert({ ...params, values: params.values });
        return { ...baseResult(params), stream: Readable.from([]) };
      }
      return { ...baseResult(params), stream: Readable.from([Buffer.from(await run(writer, params))]) };
    },
    async insert(params) {
      await insert(params);
      return baseResult(params);
    },
    close() {
      closing ??= Promise.all([readers.close(), writer.close()]).then(release);
      return closing;
    },
  };
}

/** A read that must see what was written before waits behind it. */
function isSequential(settings: ClickHouseSettings | undefined): boolean {
  return settings?.select_sequential_consistency === '1';
}

function runStatement(session: EngineSession, params: StatementParams): Promise<Uint8Array> {
  return session.run({
    sql: params.query,
    settings: settingsOf(params.clickhouse_settings),
    parameters: parametersOf(params.query_params),
  });
}

async function insertRows(session: EngineSession, params: InsertParams): Promise<void> {
  const rows = await readPayload(params.values);
  const settings = Object.fromEntries(engineSettings(params.clickhouse_settings));
  await insertInto(session, { query: params.query, rows, settings });
}

/** Stores rows by an INSERT of the one form that this room writes. @throws AppError CULPRIT_STORE_BAD_PAYLOAD */
export async function insertInto(
  session: EngineSession,
  { query, rows, settings }: InsertStatement,
): Promise<void> {
  const match = INSERT_PATTERN.exec(query);
  if (match?.[1] === undefined || match[2] === undefined) {
    throw storeError('CULPRIT_STORE_BAD_PAYLOAD', {
      message: 'an insert must name its table and columns and be JSONCompactEachRow',
    });
  }
  if (rows.length === 0) return;
  assertNoBlankLine(rows);
  await session.insert({ table: match[1], columns: match[2].split(', '), rows, settings });
}

/** An INSERT with its rows and what holds for it. */
export interface InsertStatement {
  readonly query: string;
  readonly rows: Buffer;
  readonly settings: Readonly<Record<string, string | number | boolean>>;
}

/** A blank line would end the rows, and the engine would run the rest as statements. */
function assertNoBlankLine(rows: Buffer): void {
  if (rows[0] === LINE_FEED || rows.includes('\n\n') || rows.includes('\n\r\n')) {
    throw storeError('CULPRIT_STORE_BAD_PAYLOAD', { message: 'insert rows must not contain a blank line' });
  }
}

function settingsOf(settings: ClickHouseSettings | undefined): SessionSettings {
  return new Map(engineSettings(settings).map(([name, value]) => [name, settingValue(value)]));
}

function engineSettings(settings: ClickHouseSettings | undefined): [string, string | number | boolean][] {
  const kept: [string, string | number | boolean][] = [];
  for (const [name, value] of Object.entries(settings ?? {})) {
    if (value === undefined || protocolSettings.has(name)) continue;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      kept.push([name, value]);
    } else {
      throw new TypeError(`the setting ${name} must be a text, a number or a boolean`);
    }
  }
  return kept;
}

function parametersOf(values: Record<string, unknown> | undefined): Record<string, SqlParameter> {
  const parameters: Record<string, SqlParameter> = {};
  for (const [name, value] of Object.entries(values ?? {})) {
    if (!isSqlParameter(value)) throw new TypeError(`the parameter ${name} has an unsupported type`);
    parameters[name] = value;
  }
  return parameters;
}

function isSqlParameter(value: unknown): value is SqlParameter {
  if (Array.isArray(value)) return value.every((item) => typeof item === 'string');
  return (
    typeof value === 'string' ||
    typeof value === 'bigint' ||
    (typeof value === 'number' && Number.isFinite(value))
  );
}

async function readPayload(values: string | Readable): Promise<Buffer> {
  if (typeof values === 'string') return Buffer.from(values);
  const chunks: Buffer[] = [];
  for await (const chunk of values) chunks.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk));
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

/** The caller may stop waiting; the statement goes on and keeps its session until it is done. */
function giveUpOn<Result>(signal: AbortSignal | undefined, work: Promise<Result>): Promise<Result> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      reject(new DOMException('the caller gave up', 'AbortError'));
    };
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}

function baseResult(params: { readonly query_id?: string }): {
  query_id: string;
  response_headers: Record<string, string>;
  http_status_code: number;
} {
  return { query_id: params.query_id ?? randomUUID(), response_headers: {}, http_status_code: 200 };
}
