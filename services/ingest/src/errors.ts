import { RequestError } from '@culprit/platform';
import { TooLargeError } from './doors/decode-error.js';
import type { DecodeError } from './doors/decode-error.js';

/** Seconds after which a collector that was turned away should come again. */
const RETRY_SECONDS = 2;

export function tooLarge(detail: string): RequestError {
  return new RequestError({
    code: 'CULPRIT_INGEST_TOO_LARGE',
    detail,
    hint: 'Send smaller batches.',
  });
}

export function brokenEncoding(encoding: string, cause: unknown): RequestError {
  return new RequestError({
    code: 'CULPRIT_INGEST_ENCODING_BROKEN',
    detail: `the body is not whole ${encoding} data`,
    cause,
  });
}

export function brokenBody(cause: unknown): RequestError {
  return new RequestError({
    code: 'CULPRIT_INGEST_BODY_BROKEN',
    detail: 'the body ended before it was complete',
    cause,
  });
}

export function busy(detail: string): RequestError {
  return new RequestError({ code: 'CULPRIT_INGEST_BUSY', detail, retryAfterSeconds: RETRY_SECONDS });
}

export function stopping(): RequestError {
  return new RequestError({
    code: 'CULPRIT_INGEST_STOPPING',
    detail: 'the service is shutting down',
    retryAfterSeconds: RETRY_SECONDS,
  });
}

export function notStored(cause: unknown): RequestError {
  const reason = cause instanceof Error && 'isRetryable' in cause ? cause.message : 'publishing failed';
  return new RequestError({
    code: 'CULPRIT_INGEST_NOT_STORED',
    detail: `the lines could not be stored: ${reason}`,
    retryAfterSeconds: RETRY_SECONDS,
    cause,
  });
}

/** A body that is not what its protocol says. */
export function malformed(error: DecodeError): RequestError {
  if (error instanceof TooLargeError) return tooLarge(error.message);
  return new RequestError({ code: 'CULPRIT_INGEST_BODY_MALFORMED', detail: error.message, cause: error });
}

/** Lines of a tenant that nobody behind the doors keeps apart from others. */
export function notOurTenant(tenant: string, onlyTenant: string): RequestError {
  return new RequestError({
    code: 'CULPRIT_HTTP_FORBIDDEN',
    detail: `this Culprit keeps the lines of the tenant ${onlyTenant}, not of ${tenant}`,
    hint: 'Use a token of that tenant; environments keep the lines of several teams apart.',
  });
}

export function batchIdReused(): RequestError {
  return new RequestError({
    code: 'CULPRIT_INGEST_BATCH_ID_REUSED',
    detail: 'this X-Batch-Id came before with another body',
    hint: 'Give every batch an id of its own, and keep it only for retries.',
  });
}
