import type { Logger } from '@culprit/kernel';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { throwError } from 'rxjs';
import { answerRequest, reportProblem } from '../problem.filter.js';
import { statusOf } from './grpc-status.js';

/** Answers failed calls in gRPC's words, and failed requests as `ProblemFilter` does. */
export class CallFilter implements ExceptionFilter {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  catch(error: unknown, host: ArgumentsHost): unknown {
    if (host.getType() !== 'rpc') return answerRequest(this.#logger, error, host);
    const { path = '' } = host.getArgByIndex<{ readonly path?: string }>(2);
    const status = statusOf(reportProblem(this.#logger, error, path));
    return throwError(() => status);
  }
}
