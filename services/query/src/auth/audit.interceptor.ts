import { accessRequestOf, handlerNameOf, problemOf } from '@culprit/platform';
import { Inject } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { catchError, concatMap, from, map, throwError, type Observable } from 'rxjs';
import { AUDIT } from '../tokens.js';
import type { AuditLog } from './audit-log.js';
import { ruleOfRoute } from './route-roles.js';

interface AddressedRequest {
  readonly url: string;
}

/** Writes down what changes something: every route of the table that has an action, done or refused. */
export class AuditInterceptor implements NestInterceptor {
  readonly #audit: AuditLog;

  constructor(@Inject(AUDIT) audit: AuditLog) {
    this.#audit = audit;
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const action = ruleOfRoute(handlerNameOf(context))?.action;
    const { principal, ip } = accessRequestOf(context);
    if (action === undefined || principal === undefined) return next.handle();
    const [path = ''] = context.switchToHttp().getRequest<AddressedRequest>().url.split('?');
    const note = (subject: string, outcome: string): Observable<void> =>
      from(
        this.#audit.note({
          tenant: principal.tenant,
          who: principal.name,
          action,
          subject,
          from: ip,
          outcome,
        }),
      );
    return next.handle().pipe(
      catchError((error: unknown) =>
        note(path, `refused: ${problemOf(error, path).code}`).pipe(concatMap(() => throwError(() => error))),
      ),
      concatMap((answer: unknown) => note(subjectOf(path, answer), 'done').pipe(map(() => answer))),
    );
  }
}

/** What was made has an id in the answer; what was there has it in the address. */
function subjectOf(path: string, answer: unknown): string {
  const made = idIn(answer);
  return made === undefined || path.includes(made) ? path : `${path} ${made}`;
}

function idIn(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  for (const [key, value] of Object.entries(answer)) {
    if (key.endsWith('Id') && typeof value === 'string') return value;
    if (key === 'token') return idIn(value);
  }
  return undefined;
}
