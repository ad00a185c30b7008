import type { Logger } from '@culprit/kernel';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { problemOf } from './problem.js';
import type { ProblemDetails } from './problem.js';

/** What of a Fastify reply the filter needs. */
export interface ProblemReply {
  readonly sent: boolean;
  code(status: number): unknown;
  header(name: string, value: string): unknown;
  send(body: string): unknown;
}

/** Answers every failed HTTP request with problem+json and logs what is our fault, once per request. */
export class ProblemFilter implements ExceptionFilter {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    answerRequest(this.#logger, error, host);
  }
}

export function answerRequest(logger: Logger, error: unknown, host: ArgumentsHost): void {
  const http = host.switchToHttp();
  const reply = http.getResponse<ProblemReply>();
  const request = http.getRequest<{ readonly url: string }>();
  const details = reportProblem(logger, error, pathOf(request.url));
  if (!reply.sent) sendProblem(reply, details);
}

/** What a caller gets to see of a failure; what is our fault goes to the log. */
export function reportProblem(logger: Logger, error: unknown, path: string): ProblemDetails {
  const details = problemOf(error, path);
  if (details.status >= 500 && details.status !== 503) {
    logger.error({ err: error, path }, 'request failed');
  } else if (details.status === 503) {
    logger.debug({ err: error, path }, 'request turned away');
  }
  return details;
}

/** Writes problem details with their status, content type and Retry-After. */
export function sendProblem(reply: ProblemReply, details: ProblemDetails): void {
  reply.code(details.status);
  reply.header('content-type', 'application/problem+json; charset=utf-8');
  if (details.retryAfterSeconds !== undefined) reply.header('retry-after', String(details.retryAfterSeconds));
  if (details.status === 401) reply.header('www-authenticate', 'Bearer realm="culprit"');
  reply.send(JSON.stringify(details));
}

/** The path without its query, which may hold what a user searched for. */
export function pathOf(url: string): string {
  const end = url.indexOf('?');
  return (end < 0 ? url : url.slice(0, end)).slice(0, 500);
}
