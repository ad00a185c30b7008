import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { RequestError, problemOf } from './problem.js';
import { pathOf, sendProblem } from './problem.filter.js';
import type { ProblemReply } from './problem.filter.js';
import { RouteMethods } from './route-methods.js';
import type { TlsSource } from './tls/tls-source.js';

/** Route setting (`@RouteConfig(bodyStream)`) of handlers that read the request body themselves, as a stream. */
export const bodyStream = { bodyStream: true } as const;

const JSON_BODY_LIMIT_BYTES = 1_048_576;
const REQUEST_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_TIMEOUT_MS = 75_000;
const MAX_CONNECTIONS = 8_192;

/**
 * Fastify with our limits: a request must be complete within 30 s, JSON bodies stay under 1 MiB, and routes marked
 * {@link bodyStream} get the body unread.
 */
export function createHttpAdapter(tls?: TlsSource): FastifyAdapter {
  const limits = { headersTimeout: REQUEST_TIMEOUT_MS, maxHeaderSize: 32_768 };
  const adapter = new FastifyAdapter({
    logger: false,
    skipMiddie: true,
    bodyLimit: JSON_BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    ...(tls === undefined ? { http: limits } : { https: { ...limits, ...tls.options } }),
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 500 },
    clientErrorHandler: (error: Error, socket: Socket) => answerUnreadable(error, socket),
    frameworkErrors: (error: unknown, request: { readonly url: string }, reply: unknown) => {
      sendProblem(reply as ProblemReply, problemOf(error, pathOf(request.url)));
    },
  });
  const fastify = adapter.getInstance();
  fastify.server.maxConnections = MAX_CONNECTIONS;
  if (tls !== undefined && fastify.server instanceof TlsServer) tls.renew(fastify.server);
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', async (request: RoutedRequest, payload: Body) => {
    if ('bodyStream' in request.routeOptions.config) return payload;
    throw new RequestError({
      code: 'CULPRIT_HTTP_UNSUPPORTED_MEDIA_TYPE',
      detail: 'expected a body of content-type application/json',
    });
  });
  fastify.addContentTypeParser('application/json', async (request: RoutedRequest, payload: Body) => {
    if ('bodyStream' in request.routeOptions.config) return payload;
    return parseJson(await readText(payload, JSON_BODY_LIMIT_BYTES));
  });
  const methods = new RouteMethods();
  fastify.addHook('onRoute', ({ url, method }) => methods.add(url, [method].flat()));
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.headers(securityHeaders);
    const allowed = request.is404 ? methods.of(pathOf(request.url)) : [];
    if (allowed.length === 0) done();
    else refuseMethod(request, reply, allowed);
  });
  fastify.addHook('onSend', async (request, reply, payload) => withEntityTag(request, reply, payload));
  return adapter;
}

function refuseMethod(
  request: { readonly url: string; readonly method: string },
  reply: ProblemReply,
  allowed: readonly string[],
): void {
  reply.header('allow', allowed.join(', '));
  const error = new RequestError({
    code: 'CULPRIT_HTTP_METHOD_NOT_ALLOWED',
    detail: `this address takes ${allowed.join(', ')}`,
  });
  sendProblem(reply, problemOf(error, pathOf(request.url)));
}

interface TaggedReply {
  readonly statusCode: number;
  getHeader(name: string): unknown;
  header(name: string, value: string): unknown;
  code(status: number): unknown;
}

/**
 * Gives every JSON answer to a GET an ETag that follows from its bytes, and answers 304 to who has them already: asking
 * again and again costs no transfer while nothing changes.
 */
function withEntityTag(
  request: { readonly method: string; readonly headers: { readonly 'if-none-match'?: string | undefined } },
  reply: TaggedReply,
  payload: unknown,
): unknown {
  const isJson = String(reply.getHeader('content-type')).startsWith('application/json');
  if (request.method !== 'GET' || reply.statusCode !== 200 || typeof payload !== 'string' || !isJson)
    return payload;
  const tag = `"${createHash('sha256').update(payload).digest('base64url').slice(0, 22)}"`;
  reply.header('etag', tag);
  const known = request.headers['if-none-match'] ?? '';
  // Proxies that pack answers make the tag a weak one.
  if (!known.split(',').some((one) => one.trim().replace(/^W\//, '') === tag)) return payload;
  reply.code(304);
  return '';
}

const statusByParserCode: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_INVALID_EOF_STATE: 400,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** A request that never became one: bad syntax, headers too large, too slow. There is no reply object yet. */
function answerUnreadable(error: Error, socket: Socket): void {
  if (!socket.writable) return;
  const code = 'code' in error ? String(error.code) : '';
  const status = statusByParserCode[code] ?? 400;
  const details = problemOf(
    Object.assign(new Error('the request cannot be read'), { statusCode: status }),
    '/',
  );
  const body = JSON.stringify(details);
  socket.end(
    `HTTP/1.1 ${status} ${details.title}\r\ncontent-type: application/problem+json; charset=utf-8\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

type Body = AsyncIterable<Uint8Array>;

interface RoutedRequest {
  readonly routeOptions: { readonly config: object };
}

/** Nothing may be loaded, framed, sniffed or cached; the one HTML page loosens what it needs. */
const securityHeaders = {
  'content-security-policy':
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

async function readText(payload: Body, limit: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of payload) {
    size += chunk.length;
    if (size > limit) {
      throw new RequestError({
        code: 'CULPRIT_HTTP_TOO_LARGE',
        detail: `the body is larger than ${limit} bytes`,
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Schemas are strict, so a `__proto__` key is refused there like any unknown key; it never reaches a merge. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RequestError({
      code: 'CULPRIT_HTTP_INVALID',
      detail: 'the body is not valid JSON',
      cause: error,
    });
  }
}
