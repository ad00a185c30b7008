import { Metadata, status, type ServiceError, type StatusObject } from '@grpc/grpc-js';
import { AppError } from '@culprit/kernel';
import type { ProblemDetails } from '../problem.js';

/** The status of a call for the status that HTTP has for the same failure. */
const codeByStatus: Readonly<Record<number, status>> = {
  400: status.INVALID_ARGUMENT,
  401: status.UNAUTHENTICATED,
  403: status.PERMISSION_DENIED,
  404: status.NOT_FOUND,
  408: status.DEADLINE_EXCEEDED,
  409: status.FAILED_PRECONDITION,
  413: status.RESOURCE_EXHAUSTED,
  422: status.RESOURCE_EXHAUSTED,
  429: status.RESOURCE_EXHAUSTED,
  500: status.INTERNAL,
  503: status.UNAVAILABLE,
  504: status.DEADLINE_EXCEEDED,
};

/** Trailers that say of a failed call what problem details say of a failed request. */
const codeTrailer = 'culprit-code';
const retryTrailer = 'retry-after';

/** A failed call, in gRPC's words. */
export function statusOf(problem: ProblemDetails): Partial<StatusObject> {
  const metadata = new Metadata();
  metadata.set(codeTrailer, problem.code);
  if (problem.retryAfterSeconds !== undefined) metadata.set(retryTrailer, String(problem.retryAfterSeconds));
  return { code: codeByStatus[problem.status] ?? status.UNKNOWN, details: problem.detail, metadata };
}

/** Codes after which the same call may succeed. */
const retryable: ReadonlySet<status> = new Set([
  status.UNAVAILABLE,
  status.DEADLINE_EXCEEDED,
  status.RESOURCE_EXHAUSTED,
  status.ABORTED,
]);

/** What the caller of a method gets to see of its failure. */
export function callError(path: string, error: ServiceError): AppError {
  const [code] = error.metadata?.get(codeTrailer) ?? [];
  return new AppError({
    code: typeof code === 'string' ? code : 'CULPRIT_PLATFORM_CALL_FAILED',
    message: `${path}: ${error.details === '' ? status[error.code] : error.details}`,
    isRetryable: retryable.has(error.code),
    cause: error,
  });
}
