import type { Clock } from '@culprit/kernel';
import { RequestError, maxCredentials, roles } from '@culprit/platform';
import type { AccessLedger, Principal, Role } from '@culprit/platform';
import { z } from 'zod';
import { notFound } from '../not-found.js';
import { hashPassword, isPassword, passwordHashSchema } from './password.js';
import { SignInThrottle } from './sign-in-throttle.js';
import { mayManage } from './token-book.js';

const userSchema = z.object({
  name: z.string(),
  tenant: z.string(),
  role: z.enum(roles),
  password: passwordHashSchema,
  createdAt: z.number(),
  /** Users stay when they may do nothing any more: that somebody once had a secret keeps the doors closed. */
  isDisabled: z.boolean(),
});

/** Somebody with a password here. */
export type User = Readonly<z.output<typeof userSchema>>;

/** Passwords that are tried at the same time: each takes 32 MiB. */
const maxTries = 4;

/** People who sign in with a password, for one machine without an identity provider. */
export class UserBook {
  readonly #ledger: AccessLedger;
  readonly #clock: Clock;
  readonly #cannotShutOut: boolean;
  readonly #throttle = new SignInThrottle();
  #tries = 0;

  constructor(deps: {
    readonly ledger: AccessLedger;
    readonly clock: Clock;
    readonly cannotShutOut: boolean;
  }) {
    this.#ledger = deps.ledger;
    this.#clock = deps.clock;
    this.#cannotShutOut = deps.cannotShutOut;
  }

  /** True where anybody can sign in with a password. */
  get hasUsers(): boolean {
    return this.#ledger.users.length > 0;
  }

  list(caller: Principal): readonly User[] {
    return this.#ledger.users
      .map((value) => userSchema.parse(value))
      .filter(({ tenant }) => mayManage(caller, tenant))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The user of this name who may sign in, as far as this process knows. */
  active(name: string): User | undefined {
    const found = this.#find(name);
    return found === undefined || found.isDisabled ? undefined : found;
  }

  /** Adds a user, or sets what is said of one; without `role` it stays. @throws RequestError 403, 409 */
  async put(
    user: Pick<User, 'name' | 'tenant'> & { readonly role: Role | undefined; readonly password: string },
    caller: Principal,
  ): Promise<User> {
    await this.#ledger.refresh();
    const before = this.#find(user.name);
    const tenant = before?.tenant ?? user.tenant;
    if (!mayManage(caller, tenant)) throw notYours(caller);
    const role = user.role ?? before?.role ?? 'viewer';
    this.#checkAdmin(role);
    if (before === undefined && this.#ledger.users.length >= maxCredentials) throw full();
    const password = await hashPassword(user.password);
    const createdAt = before?.createdAt ?? this.#clock.now();
    const saved: User = { name: user.name, tenant, role, password, createdAt, isDisabled: false };
    await this.#ledger.save('access-user', saved.name, saved);
    return saved;
  }

  /** Lets a user do nothing any more; his sessions end too. @throws RequestError 404 */
  async disable(name: string, caller: Principal): Promise<void> {
    await this.#ledger.refresh();
    const before = this.#find(name);
    if (before === undefined || !mayManage(caller, before.tenant)) throw notFound('user');
    await this.#ledger.save('access-user', name, { ...before, isDisabled: true });
  }

  /** @returns undefined for a wrong name or password @throws RequestError 429 */
  async signIn(name: string, password: string, from: string): Promise<User | undefined> {
    const keys = [`name ${name}`, `address ${from}`];
    const now = this.#clock.now();
    const wait = this.#throttle.waitMillis(keys, now);
    if (wait > 0) throw tooOften(Math.ceil(wait / 1_000));
    if (this.#tries >= maxTries) throw tooOften(1);
    this.#tries += 1;
    try {
      const user = this.active(name);
      if (!(await isPassword(password, user?.password))) {
        this.#throttle.failed(keys, now);
        return undefined;
      }
      this.#throttle.succeeded(keys);
      return user;
    } finally {
      this.#tries -= 1;
    }
  }

  #find(name: string): User | undefined {
    const found = this.#ledger.users.map((value) => userSchema.parse(value));
    return found.find((user) => user.name === name);
  }

  /** From the first one on everybody has to sign in: it must be one that can let others in. */
  #checkAdmin(role: Role): void {
    if (role === 'admin' || this.#cannotShutOut || this.#ledger.isClosed('query')) return;
    throw new RequestError({
      code: 'CULPRIT_QUERY_NEEDS_ADMIN',
      detail: 'the first user must be an admin: from then on nobody is served who did not sign in',
      hint: 'Give the role admin.',
    });
  }
}

function notYours(caller: Principal): RequestError {
  return new RequestError({
    code: 'CULPRIT_HTTP_FORBIDDEN',
    detail: `${caller.name} manages the access of the tenant ${caller.tenant} alone`,
  });
}

function full(): RequestError {
  return new RequestError({
    code: 'CULPRIT_QUERY_ACCESS_FULL',
    detail: `there are ${maxCredentials} users already`,
  });
}

function tooOften(retryAfterSeconds: number): RequestError {
  return new RequestError({
    code: 'CULPRIT_QUERY_SIGN_IN_TOO_OFTEN',
    detail: 'too many wrong passwords, or too many at once',
    retryAfterSeconds,
  });
}
