import type { Clock } from '@culprit/kernel';
import { digestOfSecret, kindOfSecret, newSecret, roles } from '@culprit/platform';
import type { AccessLedger, Principal } from '@culprit/platform';
import { z } from 'zod';
import { cookieIn } from './cookies.js';

const sessionSchema = z.object({
  tenant: z.string(),
  name: z.string(),
  role: z.enum(roles),
  /** How the person signed in: a user of this installation, or one of the identity provider. */
  way: z.enum(['password', 'provider']),
  expiresAt: z.number(),
});

/** A sign-in that goes on. */
export type Session = Readonly<z.output<typeof sessionSchema>>;

/** How long what was read about a session holds: the time after which a sign-out elsewhere is noticed here. */
const cacheMillis = 4_000;
const maxCached = 2_000;
const keepDays = 8;

export const sessionCookie = 'culprit_session';

interface Cached {
  readonly session: Session | undefined;
  readonly readAt: number;
}

/** Sessions of people, known by the digest of what their cookie holds, the same in every process. */
export class SessionBook {
  readonly #ledger: AccessLedger;
  readonly #clock: Clock;
  readonly #lengthMillis: number;
  readonly #isActiveUser: (name: string) => boolean;
  readonly #cache = new Map<string, Cached>();

  constructor(deps: {
    readonly ledger: AccessLedger;
    readonly clock: Clock;
    readonly lengthMillis: number;
    /** False once a user with a password may do nothing any more. */
    readonly isActiveUser: (name: string) => boolean;
  }) {
    this.#ledger = deps.ledger;
    this.#clock = deps.clock;
    this.#lengthMillis = deps.lengthMillis;
    this.#isActiveUser = deps.isActiveUser;
  }

  /** @returns what the cookie of the person holds from now on */
  async open(
    person: Omit<Session, 'expiresAt'>,
  ): Promise<{ readonly secret: string; readonly maxAgeSeconds: number }> {
    const secret = newSecret('session');
    const now = this.#clock.now();
    const session: Session = { ...person, expiresAt: now + this.#lengthMillis };
    const documents = await this.#ledger.documents();
    const documentId = digestOfSecret(secret);
    await documents.save('access-session', [{ documentId, version: now, value: session, keepDays }]);
    this.#remember(documentId, session);
    return { secret, maxAgeSeconds: Math.floor(this.#lengthMillis / 1_000) };
  }

  /** Ends the session of these cookies; nothing happens where there is none. */
  async end(cookies: string): Promise<void> {
    const digest = digestOfCookies(cookies);
    if (digest === undefined) return;
    const documents = await this.#ledger.documents();
    const known = await documents.find('access-session', digest);
    if (known !== undefined) {
      const version = Math.max(known.version + 1, this.#clock.now());
      await documents.save('access-session', [{ documentId: digest, version, value: undefined, keepDays }]);
    }
    this.#remember(digest, undefined);
  }

  /** Who is signed in with these cookies. */
  async find(cookies: string): Promise<Principal | undefined> {
    const digest = digestOfCookies(cookies);
    const session = digest === undefined ? undefined : await this.#read(digest);
    if (digest === undefined || session === undefined || session.expiresAt <= this.#clock.now())
      return undefined;
    if (session.way === 'password' && !this.#isActiveUser(session.name)) return undefined;
    const { tenant, role, name } = session;
    return { tenant, role, name: `user ${name}`, environment: '', isOperator: false, digest };
  }

  async #read(digest: string): Promise<Session | undefined> {
    const cached = this.#cache.get(digest);
    if (cached !== undefined && this.#clock.now() - cached.readAt < cacheMillis) return cached.session;
    const found = await (await this.#ledger.documents()).find('access-session', digest);
    const session = found === undefined ? undefined : sessionSchema.parse(found.value);
    this.#remember(digest, session);
    return session;
  }

  #remember(digest: string, session: Session | undefined): void {
    this.#cache.delete(digest);
    this.#cache.set(digest, { session, readAt: this.#clock.now() });
    const [oldest] = this.#cache.keys();
    if (this.#cache.size > maxCached && oldest !== undefined) this.#cache.delete(oldest);
  }
}

function digestOfCookies(cookies: string): string | undefined {
  const secret = cookieIn(cookies, sessionCookie);
  return secret !== undefined && kindOfSecret(secret) === 'session' ? digestOfSecret(secret) : undefined;
}
