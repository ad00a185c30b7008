import { AppError } from '@culprit/kernel';
import { z } from 'zod';
import { statusByCode, titleByStatus } from './problem-catalogue.js';

/** One field of a request that breaks a rule. */
export interface FieldProblem {
  readonly field: string;
  readonly rule: string;
}

/** Body of every error answer: RFC 9457 problem details with our stable code. */
export const problemSchema = z
  .object({
    type: z.string().describe('A URN that follows from the code'),
    title: z.string().describe('What the status means'),
    status: z.int().min(400).max(599),
    code: z.string().describe('Stable, for programs'),
    detail: z.string().describe('What is wrong with this request, for people'),
    instance: z.string().describe('The path of the request'),
    hint: z.string().optional().describe('What to do about it'),
    errors: z
      .array(z.object({ field: z.string(), rule: z.string() }).readonly())
      .readonly()
      .optional()
      .describe('Each field that breaks a rule'),
    retryAfterSeconds: z.int().min(1).optional().describe('The same as Retry-After'),
  })
  .readonly()
  .meta({ id: 'Problem', description: 'RFC 9457 problem details' });

/** The problem details of one error. */
export type ProblemDetails = z.output<typeof problemSchema>;

/** Options of {@link RequestError}. */
export interface RequestErrorOptions {
  /** A code of the catalogue; its status is what the client gets. */
  readonly code: keyof typeof statusByCode;
  readonly detail: string;
  readonly hint?: string;
  readonly errors?: readonly FieldProblem[];
  /** Whole seconds after which the same request may succeed, >= 1; becomes Retry-After. */
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/** A request that cannot be served, with all the client needs to act. */
export class RequestError extends AppError {
  readonly errors: readonly FieldProblem[];
  readonly retryAfterSeconds: number | undefined;

  constructor(options: RequestErrorOptions) {
    super({
      code: options.code,
      message: options.detail,
      isRetryable: options.retryAfterSeconds !== undefined,
      ...(options.hint === undefined ? {} : { hint: options.hint }),
      ...(options.cause === undefined ? {} : { cause: options.cause }),
    });
    this.errors = options.errors ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

const DEFAULT_RETRY_SECONDS = 1;

/**
 * Turns anything thrown into problem details. Only messages written for clients get out: those of AppError and of
 * client errors (4xx) of the HTTP stack. Everything else says "internal error", never a stack, SQL or a path.
 */
export function problemOf(error: unknown, instance: string): ProblemDetails {
  if (error instanceof RequestError) {
    return problem(statusOf(error), error.code, error.message, instance, {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      ...(error.errors.length === 0 ? {} : { errors: error.errors }),
      ...(error.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: error.retryAfterSeconds }),
    });
  }
  if (error instanceof AppError) return appProblem(error, instance);
  const status = httpStatusOf(error);
  if (status === 404)
    return problem(404, 'CULPRIT_HTTP_NOT_FOUND', 'there is nothing at this address', instance, {});
  if (status < 500) return problem(status, `CULPRIT_HTTP_${status}`, clientMessage(error), instance, {});
  if (status === 503) {
    return problem(503, 'CULPRIT_HTTP_UNAVAILABLE', 'the service is shutting down', instance, {
      retryAfterSeconds: DEFAULT_RETRY_SECONDS,
    });
  }
  return problem(
    500,
    'CULPRIT_HTTP_INTERNAL',
    'internal error; the log of the service has the details',
    instance,
    {},
  );
}

function appProblem(error: AppError, instance: string): ProblemDetails {
  const status = statusOf(error);
  const detail = status === 500 ? 'internal error; the log of the service has the details' : error.message;
  return problem(status, error.code, detail, instance, {
    ...(error.hint === undefined || status === 500 ? {} : { hint: error.hint }),
    ...(error.isRetryable ? { retryAfterSeconds: DEFAULT_RETRY_SECONDS } : {}),
  });
}

function statusOf(error: AppError): number {
  const known: Readonly<Record<string, number>> = statusByCode;
  return known[error.code] ?? (error.isRetryable ? 503 : 500);
}

function problem(
  status: number,
  code: string,
  detail: string,
  instance: string,
  extra: Pick<ProblemDetails, 'hint' | 'errors' | 'retryAfterSeconds'>,
): ProblemDetails {
  return {
    type: `urn:culprit:error:${code.toLowerCase()}`,
    title: titleByStatus[status] ?? 'Request failed',
    status,
    code,
    detail,
    instance,
    ...extra,
  };
}

/** Nest says `getStatus()`, Fastify `statusCode`; a stream that broke off says neither. */
function httpStatusOf(error: unknown): number {
  if (typeof error !== 'object' || error === null) return 500;
  if ('getStatus' in error && typeof error.getStatus === 'function') return Number(error.getStatus());
  if ('statusCode' in error && typeof error.statusCode === 'number' && error.statusCode >= 400) {
    return error.statusCode;
  }
  return 500;
}

function clientMessage(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 500) : 'bad request';
}
