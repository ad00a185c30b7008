import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { AppError, type Logger } from '@culprit/kernel';
import { insertInto, protocolSettings, type ChdbSessions } from '../chdb/chdb-connection.js';
import { openEngine, type EmbeddedDriverOptions } from '../chdb/embedded-driver.js';
import { settingValue } from '../chdb/sql-literals.js';
import { engineCodeOf, storeError } from '../errors.js';

/** Largest request, and largest after unpacking: a group of events is 4 MiB. */
const maxBodyBytes = 64 << 20;
/** How long a client may take to send a request: less than a group waits for a member. */
const maxSendingMs = 8_000;
/** The engine's number for "too many statements at once". */
const busyCode = 202;
const badRequestCode = 36;
/** Arguments of a request that are no settings of the engine. */
const ownArguments: ReadonlySet<string> = new Set(['query', 'query_id', 'database', 'session_id', 'role']);

/** Where the front listens and what lies behind it. */
export interface StoreFrontOptions extends EmbeddedDriverOptions {
  readonly logger: Logger;
  /** 0 picks a free one. The front listens on this machine only. */
  readonly port: number;
}

/** A running front. */
export interface StoreFront {
  /** Address for clients, for example `http://127.0.0.1:8123`. */
  readonly url: string;
  /** Answers what is under way, then closes the engine. */
  close(): Promise<void>;
}

/**
 * Opens an embedded engine and answers the part of ClickHouse's HTTP protocol that its official client uses, so that
 * several processes of one machine share one store where there is no server. Whoever may open a port of this machine
 * may read and write everything: it listens on the loopback address alone and refuses what a browser sends.
 *
 * @throws AppError as `createEmbeddedStore`, CULPRIT_STORE_OPEN_FAILED when the port is taken
 */
export async function serveStore(options: StoreFrontOptions): Promise<StoreFront> {
  const sessions = await openEngine(options);
  const server = createServer(
    { connectionsCheckingInterval: 1_000 },
    (request, response) => void answer(sessions, request, response),
  );
  // Longer than any client keeps an idle connection: otherwise it might write into one that is just being closed.
  server.keepAliveTimeout = 10_000;
  // Rows of a process that froze while it sent them must not arrive when it goes on.
  server.requestTimeout = maxSendingMs;
  try {
    await listen(server, options.port);
  } catch (cause) {
    await closeSessions(sessions);
    throw storeError('CULPRIT_STORE_OPEN_FAILED', {
      message: `cannot listen on port ${options.port} of 127.0.0.1`,
      hint: 'Choose another port, or stop what uses it.',
      cause,
    });
  }
  const { port } = server.address() as AddressInfo;
  options.logger.info({ port, directory: options.directory }, 'store front is ready');
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      await closed;
      await closeSessions(sessions);
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
}

async function closeSessions({ readers, writer, release }: ChdbSessions): Promise<void> {
  await Promise.all([readers.close(), writer.close()]);
  await release();
}

async function answer(
  sessions: ChdbSessions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  try {
    refuseBrowsers(request);
    if (request.method === 'GET' && url.pathname === '/ping') {
      send(response, 200, 'Ok.\n');
      return;
    }
    const body = await readBody(request);
    send(response, 200, await run(sessions, url.searchParams, body));
  } catch (error) {
    const { status, code, text } = describe(error);
    response.setHeader('x-clickhouse-exception-code', String(code));
    // What a client sent and nobody read would be taken for its next request.
    if (!request.complete) response.setHeader('connection', 'close');
    send(response, status, text);
  }
}

/** A page in a browser could otherwise make it send statements to this machine. */
function refuseBrowsers({ headers }: IncomingMessage): void {
  const host = headers.host?.split(':')[0];
  const isBrowser = headers.origin !== undefined || headers['sec-fetch-site'] !== undefined;
  if (isBrowser || (host !== '127.0.0.1' && host !== 'localhost'))
    throw storeError('CULPRIT_STORE_BAD_REQUEST', { message: 'only programs of this machine are served' });
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes)
      throw storeError('CULPRIT_STORE_BAD_REQUEST', {
        message: `a request has at most ${maxBodyBytes} bytes`,
      });
    chunks.push(chunk);
  }
  const body = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
  if (request.headers['content-encoding'] !== 'gzip') return body;
  return gunzipSync(body, { maxOutputLength: maxBodyBytes });
}

async function run(
  sessions: ChdbSessions,
  given: URLSearchParams,
  body: Buffer,
): Promise<Uint8Array | string> {
  const settings: Record<string, string> = {};
  const fields: Record<string, string> = {};
  for (const [name, value] of given) {
    if (name.startsWith('param_')) fields[name.slice('param_'.length)] = value;
    else if (!ownArguments.has(name) && !protocolSettings.has(name)) settings[name] = value;
  }
  const query = given.get('query');
  if (query?.startsWith('INSERT ') === true && body.length > 0) {
    await sessions.writer.use((session) => insertInto(session, { query, rows: body, settings }));
    return '';
  }
  const sql = query ?? body.toString('utf8');
  const isSequential = settings['select_sequential_consistency'] === '1';
  const queue = isRead(sql) && !isSequential ? sessions.readers : sessions.writer;
  const values = new Map(Object.entries(settings).map(([name, value]) => [name, settingValue(value)]));
  return await queue.use((session) => session.run({ sql, settings: values, parameters: {}, fields }));
}

/** Statements that begin with SELECT or WITH, comments aside, run beside a write and cannot change anything. */
function isRead(sql: string): boolean {
  return /^\s*(?:--[^\n]*\n\s*)*(?:SELECT|WITH)\b/i.test(sql);
}

interface Failure {
  readonly status: number;
  readonly code: number;
  readonly text: string;
}

/** The engine's own message where there is one: the client reads code and name from its text. */
function describe(error: unknown): Failure {
  const text = error instanceof Error ? error.message : String(error);
  const code = error instanceof AppError ? undefined : engineCodeOf(error);
  if (code !== undefined) return { status: 500, code, text };
  if (error instanceof AppError && error.isRetryable)
    return { status: 503, code: busyCode, text: `Code: ${busyCode}. DB::Exception: ${text}. (BUSY)` };
  return {
    status: 400,
    code: badRequestCode,
    text: `Code: ${badRequestCode}. DB::Exception: ${text}. (BAD_ARGUMENTS)`,
  };
}

function send(response: ServerResponse, status: number, body: Uint8Array | string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(body);
}
