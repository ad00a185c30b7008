import type { Clock, Logger } from '@culprit/kernel';
import { ACCESS, APP_INTERCEPTOR, Access, CLOCK, LOGGER } from '@culprit/platform';
import type { AccessLedger } from '@culprit/platform';
import type { Store } from '@culprit/store';
import type { Provider } from '@nestjs/common';
import type { QueryConfig } from '../config.js';
import { AUDIT, SIGN_IN, TOKENS } from '../tokens.js';
import { AuditLog } from './audit-log.js';
import { AuditController } from './audit.controller.js';
import { AuditInterceptor } from './audit.interceptor.js';
import { IdentityProvider } from './identity-provider.js';
import { roleOfRoute } from './route-roles.js';
import { SessionBook } from './session-book.js';
import { SessionController } from './session.controller.js';
import type { SignIn } from './sign-in.js';
import { TokenBook } from './token-book.js';
import { TokensController } from './tokens.controller.js';
import { UserBook } from './user-book.js';
import { UsersController } from './users.controller.js';

export const authControllers = [
  TokensController,
  UsersController,
  SessionController,
  AuditController,
] as const;

const millisPerHour = 3_600_000;

/** What {@link authProviders} are made of. */
interface AuthParts {
  readonly store: Store;
  readonly config: QueryConfig;
  readonly ledger: AccessLedger;
}

/** Who may ask what, and who did what. */
export function authProviders({ store, config, ledger }: AuthParts): Provider[] {
  const hasConfiguredTokens = config.tokens.length > 0;
  const provider = providerOf(config);
  return [
    {
      provide: ACCESS,
      inject: [SIGN_IN],
      useFactory: ({ sessions }: SignIn) =>
        new Access({
          ...config,
          side: 'query',
          ledger,
          isClosed: provider !== undefined,
          roleOf: roleOfRoute,
          sessionOf: (cookies) => sessions.find(cookies),
        }),
    },
    {
      provide: SIGN_IN,
      inject: [CLOCK],
      useFactory: (clock: Clock) => signInOf({ ledger, config, clock, provider }),
    },
    {
      provide: TOKENS,
      inject: [CLOCK],
      useFactory: (clock: Clock) =>
        new TokenBook({ ledger, clock, cannotShutOut: hasConfiguredTokens || provider !== undefined }),
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

function signInOf(parts: {
  readonly ledger: AccessLedger;
  readonly config: QueryConfig;
  readonly clock: Clock;
  readonly provider: IdentityProvider | undefined;
}): SignIn {
  const { ledger, config, clock, provider } = parts;
  const cannotShutOut = config.tokens.length > 0 || provider !== undefined;
  const users = new UserBook({ ledger, clock, cannotShutOut });
  const sessions = new SessionBook({
    ledger,
    clock,
    lengthMillis: config.sessionHours * millisPerHour,
    isActiveUser: (name) => users.active(name) !== undefined,
  });
  return {
    users,
    sessions,
    provider,
    tenant: config.oidcTenant,
    isSecure: config.publicUrl?.startsWith('https:') === true,
    get ways() {
      const token = cannotShutOut || ledger.isClosed('query');
      return { password: users.hasUsers, provider: provider !== undefined, token };
    },
  };
}

function providerOf(config: QueryConfig): IdentityProvider | undefined {
  const { oidcIssuer, oidcClientId, publicUrl } = config;
  if (oidcIssuer === undefined || oidcClientId === undefined || publicUrl === undefined) return undefined;
  return new IdentityProvider({
    issuer: oidcIssuer,
    clientId: oidcClientId,
    clientSecret: config.oidcClientSecret,
    scopes: config.oidcScopes,
    groupsClaim: config.oidcGroupsClaim,
    roleByGroup: config.oidcRoles,
    redirectUri: new URL('/api/v1/session/provider/callback', publicUrl).href,
  });
}
