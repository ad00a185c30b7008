import { ACCESS, Operation, RequestError, isOfOtherSite } from '@culprit/platform';
import type { Access, AccessRequest, Principal } from '@culprit/platform';
import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { roles } from '@culprit/platform';
import { z } from 'zod';
import { notFound } from '../not-found.js';
import { AUDIT, SIGN_IN } from '../tokens.js';
import type { AuditLog } from './audit-log.js';
import { cookieIn, setCookie } from './cookies.js';
import { signInStateSchema, type SignInState } from './identity-provider.js';
import { sessionCookie, type Session } from './session-book.js';
import type { SignIn } from './sign-in.js';

const stateCookie = 'culprit_sign_in';
const providerPath = '/api/v1/session/provider';
/** How long somebody may take at the provider. */
const stateSeconds = 600;

const signInBody = z.strictObject({
  name: z.string().min(1).max(200),
  password: z.string().min(1).max(1_000),
});

const sessionAnswer = z
  .object({
    isOpen: z.boolean().describe('True while nobody has to sign in'),
    name: z.string().nullable().describe('Who asks; null for somebody who is not signed in'),
    role: z.enum(roles).nullable(),
    tenant: z.string().nullable(),
    ways: z
      .object({ password: z.boolean(), provider: z.boolean(), token: z.boolean() })
      .readonly()
      .describe('How one can sign in'),
  })
  .readonly()
  .meta({ id: 'Session' });
export type SessionJson = z.output<typeof sessionAnswer>;

type PersonRequest = AccessRequest & { readonly url: string; readonly protocol: string };

interface Reply {
  header(name: string, value: string | readonly string[]): unknown;
  code(status: number): unknown;
}

/** Who somebody is to the console, signing in and out. Holds no data, so that anybody may ask. */
@Controller('api/v1/session')
export class SessionController {
  readonly #access: Access;
  readonly #signIn: SignIn;
  readonly #audit: AuditLog;

  constructor(
    @Inject(ACCESS) access: Access,
    @Inject(SIGN_IN) signIn: SignIn,
    @Inject(AUDIT) audit: AuditLog,
  ) {
    this.#access = access;
    this.#signIn = signIn;
    this.#audit = audit;
  }

  @Operation({ summary: 'Who asks, and how one can sign in', answers: { 200: sessionAnswer } })
  @Get()
  async read(@Req() request: PersonRequest): Promise<SessionJson> {
    const principal = await this.#principalOf(request);
    return {
      isOpen: this.#access.isOpen,
      name: principal?.name ?? null,
      role: principal?.role ?? null,
      tenant: principal?.tenant ?? null,
      ways: this.#signIn.ways,
    };
  }

  @Operation({ summary: 'Signs in with a password', answers: { 204: 'nothing' } })
  @Post()
  @HttpCode(204)
  async signIn(
    @Req() request: PersonRequest,
    @Body({ schema: signInBody }) { name, password }: z.output<typeof signInBody>,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<void> {
    if (isOfOtherSite(request)) throw otherSite();
    const user = await this.#signIn.users.signIn(name, password, request.ip);
    const note = { who: `user ${name}`, action: 'sign in with a password', subject: '', from: request.ip };
    if (user === undefined) {
      await this.#audit.note({
        ...note,
        tenant: this.#signIn.tenant,
        outcome: 'refused: wrong name or password',
      });
      throw new RequestError({
        code: 'CULPRIT_HTTP_UNAUTHENTICATED',
        detail: 'the name or the password is wrong',
      });
    }
    const { tenant, role } = user;
    await this.#open({ tenant, role, name, way: 'password' }, request, reply);
    await this.#audit.note({ ...note, tenant, outcome: 'done' });
  }

  @Operation({ summary: 'Signs out', answers: { 204: 'nothing' } })
  @Delete()
  @HttpCode(204)
  async signOut(@Req() request: PersonRequest, @Res({ passthrough: true }) reply: Reply): Promise<void> {
    if (isOfOtherSite(request)) throw otherSite();
    const cookies = request.headers['cookie'];
    if (typeof cookies === 'string') await this.#signIn.sessions.end(cookies);
    reply.header('set-cookie', this.#sessionCookie('', 0, request));
  }

  @Operation({
    summary: 'Goes to the identity provider to sign in',
    answers: { 302: 'nothing' },
  })
  @Get('provider')
  @HttpCode(302)
  async begin(@Req() request: PersonRequest, @Res({ passthrough: true }) reply: Reply): Promise<void> {
    const { provider } = this.#signIn;
    if (provider === undefined) throw notFound('identity provider');
    const { url, state } = await provider.begin();
    const value = Buffer.from(JSON.stringify(state)).toString('base64url');
    reply.header('set-cookie', this.#stateCookie(value, stateSeconds, request));
    reply.header('location', url);
  }

  @Operation({
    summary: 'Where the identity provider sends people back to',
    answers: { 302: 'nothing' },
    query: z.looseObject({}),
  })
  @Get('provider/callback')
  @HttpCode(302)
  async finish(@Req() request: PersonRequest, @Res({ passthrough: true }) reply: Reply): Promise<void> {
    const { provider, tenant } = this.#signIn;
    if (provider === undefined) throw notFound('identity provider');
    const { name, role } = await provider.finish(queryOf(request.url), stateOf(request));
    const note = {
      tenant,
      who: `user ${name}`,
      action: 'sign in at the provider',
      subject: '',
      from: request.ip,
    };
    if (role === undefined) {
      await this.#audit.note({ ...note, outcome: 'refused: no group with a role' });
      throw new RequestError({
        code: 'CULPRIT_HTTP_FORBIDDEN',
        detail: `${name} is in no group that has a role here`,
        hint: 'Add the group to CULPRIT_QUERY_OIDC_ROLES.',
      });
    }
    const cookie = await this.#open({ tenant, role, name, way: 'provider' }, request, reply);
    reply.header('set-cookie', [cookie, this.#stateCookie('', 0, request)]);
    reply.header('location', '/');
    await this.#audit.note({ ...note, outcome: 'done' });
  }

  async #principalOf(request: PersonRequest): Promise<Principal | undefined> {
    try {
      return await this.#access.admitPerson(request);
    } catch (error) {
      if (error instanceof RequestError && !error.isRetryable) return undefined;
      throw error;
    }
  }

  async #open(person: Omit<Session, 'expiresAt'>, request: PersonRequest, reply: Reply): Promise<string> {
    const { secret, maxAgeSeconds } = await this.#signIn.sessions.open(person);
    const cookie = this.#sessionCookie(secret, maxAgeSeconds, request);
    reply.header('set-cookie', cookie);
    return cookie;
  }

  #sessionCookie(value: string, maxAgeSeconds: number, request: PersonRequest): string {
    const isSecure = this.#signIn.isSecure || request.protocol === 'https';
    return setCookie(sessionCookie, value, { isSecure, sameSite: 'Strict', path: '/', maxAgeSeconds });
  }

  /** Lax: the provider sends people back from another site. */
  #stateCookie(value: string, maxAgeSeconds: number, request: PersonRequest): string {
    const isSecure = this.#signIn.isSecure || request.protocol === 'https';
    return setCookie(stateCookie, value, { isSecure, sameSite: 'Lax', path: providerPath, maxAgeSeconds });
  }
}

function otherSite(): RequestError {
  return new RequestError({
    code: 'CULPRIT_HTTP_FORBIDDEN',
    detail: 'signing in and out is for the pages of this site',
  });
}

function queryOf(url: string): string {
  const at = url.indexOf('?');
  return at < 0 ? '' : url.slice(at);
}

/** Without what this browser was given at the start it is somebody else's sign-in that comes back. */
function stateOf({ headers }: PersonRequest): SignInState {
  const cookies = headers['cookie'];
  const value = typeof cookies === 'string' ? cookieIn(cookies, stateCookie) : undefined;
  try {
    return signInStateSchema.parse(JSON.parse(Buffer.from(value ?? '', 'base64url').toString('utf8')));
  } catch (cause) {
    throw new RequestError({
      code: 'CULPRIT_HTTP_UNAUTHENTICATED',
      detail: 'this sign-in was not started here, or too long ago',
      hint: 'Start again from the page of the console.',
      cause,
    });
  }
}
