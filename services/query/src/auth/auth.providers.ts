import type { Clock, Logger } from '@culprit/kernel';
import { ACCESS, APP_INTERCEPTOR, Access, CLOCK, LOGGER } from '@culprit/platform';
import type { AccessLedger } from '@culprit/platform';
import type { Store } from '@culprit/store';
import type { Provider } from '@nestjs/common';
import type { QueryConfig } from '../config.js';
import { AUDIT, TOKENS } from '../tokens.js';
import { AuditLog } from './audit-log.js';
import { AuditController } from './audit.controller.js';
import { AuditInterceptor } from './audit.interceptor.js';
import { roleOfRoute } from './route-roles.js';
import { TokenBook } from './token-book.js';
import { TokensController } from './tokens.controller.js';

export const authControllers = [TokensController, AuditController] as const;

/** Who may ask what, and who did what. */
export function authProviders(options: {
  readonly store: Store;
  readonly config: QueryConfig;
  readonly ledger: AccessLedger;
}): Provider[] {
  const { store, config, ledger } = options;
  return [
    {
      provide: ACCESS,
      useFactory: () => new Access({ ...config, side: 'query', ledger, roleOf: roleOfRoute }),
    },
    {
      provide: TOKENS,
      inject: [CLOCK],
      useFactory: (clock: Clock) =>
        new TokenBook({ ledger, clock, hasConfiguredTokens: config.tokens.length > 0 }),
    },
    {
      provide: AUDIT,
      inject: [CLOCK, LOGGER],
      useFactory: (clock: Clock, logger: Logger) =>
        new AuditLog({ store, clock, logger, keepDays: config.auditDays }),
    },
    { provide: APP_INTERCEPTOR, useClass: AuditInterceptor },
  ];
}
