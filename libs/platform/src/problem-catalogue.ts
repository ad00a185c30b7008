/**
 * The one table from error code to HTTP status. A code that is not here answers 503 when its error is retryable and
 * 500 otherwise. Collectors throw a batch away on 4xx other than 429 and retry on 503, so a passing trouble must
 * never be answered with 400, 413 or 500.
 */
export const statusByCode = {
  CULPRIT_HTTP_INVALID: 400,
  CULPRIT_HTTP_UNAUTHENTICATED: 401,
  CULPRIT_HTTP_FORBIDDEN: 403,
  CULPRIT_HTTP_NOT_FOUND: 404,
  CULPRIT_HTTP_UNSUPPORTED_MEDIA_TYPE: 415,
  CULPRIT_HTTP_TOO_LARGE: 413,
  CULPRIT_HTTP_UNAVAILABLE: 503,
  CULPRIT_HTTP_TIMEOUT: 504,
  CULPRIT_INGEST_BODY_BROKEN: 400,
  CULPRIT_INGEST_ENCODING_BROKEN: 400,
  CULPRIT_INGEST_ALL_REJECTED: 400,
  CULPRIT_INGEST_DEFAULTS_INVALID: 400,
  CULPRIT_INGEST_BATCH_ID_REUSED: 409,
  CULPRIT_INGEST_TOO_LARGE: 413,
  CULPRIT_INGEST_ENCODING_UNSUPPORTED: 415,
  CULPRIT_INGEST_MEDIA_TYPE_UNSUPPORTED: 415,
  CULPRIT_INGEST_RATE_EXCEEDED: 429,
  CULPRIT_INGEST_BUSY: 503,
  CULPRIT_INGEST_STOPPING: 503,
  CULPRIT_INGEST_NOT_STORED: 503,
  CULPRIT_QUERY_NOT_FOUND: 404,
  CULPRIT_QUERY_BUSY: 503,
  CULPRIT_QUERY_RULES_FULL: 409,
  CULPRIT_QUERY_SCAN_QUEUE_FULL: 429,
  CULPRIT_STORE_BAD_PAGE_TOKEN: 400,
  CULPRIT_STORE_BAD_REQUEST: 400,
  CULPRIT_STORE_MEMORY: 422,
  CULPRIT_STORE_TIMEOUT: 504,
} as const;

export const titleByStatus: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not authenticated',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  408: 'Request took too long',
  409: 'Conflict',
  413: 'Too large',
  414: 'Address too long',
  415: 'Unsupported media type',
  422: 'Too much to answer',
  429: 'Too many requests',
  431: 'Headers too large',
  500: 'Internal error',
  503: 'Not available right now',
  504: 'Timed out',
};
