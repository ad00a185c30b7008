import type { Readable } from 'node:stream';
import type { Principal } from '@culprit/platform';
import type { IngestRequest } from './ingest.service.js';
import type { Values } from './request-plan.js';

/** What of an HTTP request the controllers of this service read. */
export interface HttpRequest {
  readonly headers: Values;
  readonly query: Values;
  /** The unread body; undefined when there is none. */
  readonly body?: Readable;
  readonly raw: Readable;
  /** Who sends it, once that is known. */
  readonly principal?: Principal;
}

/** The request as the service takes it. */
export function ingestRequestOf(request: HttpRequest, tenant: string): IngestRequest {
  return {
    tenant,
    environment: request.principal?.environment ?? '',
    headers: request.headers,
    query: request.query,
    body: request.body ?? request.raw,
  };
}

/** What of an HTTP answer the controllers set beside its body. */
export interface HttpReply {
  header(name: string, value: string): unknown;
  code(status: number): unknown;
}
