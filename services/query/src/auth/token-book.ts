import { randomBytes } from 'node:crypto';
import type { Clock } from '@culprit/kernel';
import {
  RequestError,
  anonymousTenant,
  digestOfSecret,
  isForgettable,
  maxCredentials,
  newSecret,
  rotated,
  stateOfToken,
} from '@culprit/platform';
import type { AccessLedger, Principal, TokenDraft, TokenRecord } from '@culprit/platform';
import { notFound } from '../not-found.js';

/** A token with its secret, which nobody can be shown again. */
export interface NewSecretOfToken {
  readonly token: TokenRecord;
  readonly secret: string;
}

/** Makes, rotates and revokes tokens; each change holds at once in this process and within seconds in all others. */
export class TokenBook {
  readonly #ledger: AccessLedger;
  readonly #clock: Clock;
  readonly #cannotShutOut: boolean;
  /** Changes wait for each other, so that none is decided on old ground. */
  #tail: Promise<unknown> = Promise.resolve();

  constructor(deps: {
    readonly ledger: AccessLedger;
    readonly clock: Clock;
    /** True where the configuration has another way in. */
    readonly cannotShutOut: boolean;
  }) {
    this.#ledger = deps.ledger;
    this.#clock = deps.clock;
    this.#cannotShutOut = deps.cannotShutOut;
  }

  /** Tokens that somebody may see, the newest first, with the time of their last use. */
  async list(caller: Principal): Promise<readonly { token: TokenRecord; usedAt: number | undefined }[]> {
    await this.#ledger.refresh();
    const uses = await this.#ledger.lastUses();
    return this.#ledger.tokens
      .filter(({ tenant }) => mayManage(caller, tenant))
      .toSorted((a, b) => b.createdAt - a.createdAt)
      .map((token) => ({ token, usedAt: uses.get(token.tokenId) }));
  }

  /** @throws RequestError 403, 409 */
  async create(draft: TokenDraft, caller: Principal): Promise<NewSecretOfToken> {
    return await this.#exclusively(async () => {
      checkTenant(caller, draft);
      await this.#ledger.refresh();
      this.#checkName(draft);
      this.#checkAdmin(draft);
      await this.#makeRoom();
      const secret = newSecret(draft.kind);
      const token: TokenRecord = {
        ...draft,
        tokenId: randomBytes(6).toString('hex'),
        secrets: [{ ...keptOf(draft, secret), until: null }],
        createdAt: this.#clock.now(),
        createdBy: caller.name,
        revokedAt: null,
      };
      await this.#save(token);
      return { token, secret };
    });
  }

  /** Gives a token a new secret; the one before goes on for the overlap. @throws RequestError 404, 409 */
  async rotate(tokenId: string, overlapMillis: number, caller: Principal): Promise<NewSecretOfToken> {
    return await this.#exclusively(async () => {
      const before = await this.#find(tokenId, caller);
      const nowMillis = this.#clock.now();
      if (stateOfToken(before, nowMillis) !== 'active') throw notFound('active token');
      const secret = newSecret(before.kind);
      const token = rotated(before, { ...keptOf(before, secret), nowMillis, overlapMillis });
      await this.#save(token);
      return { token, secret };
    });
  }

  /** Ends a token with all its secrets. @throws RequestError 404 */
  async revoke(tokenId: string, caller: Principal): Promise<void> {
    await this.#exclusively(async () => {
      const before = await this.#find(tokenId, caller);
      if (before.revokedAt === null) await this.#save({ ...before, revokedAt: this.#clock.now() });
    });
  }

  async #find(tokenId: string, caller: Principal): Promise<TokenRecord> {
    await this.#ledger.refresh();
    const found = this.#ledger.tokens.find((token) => token.tokenId === tokenId);
    if (found === undefined || !mayManage(caller, found.tenant)) throw notFound('token');
    return found;
  }

  #checkName({ name, tenant }: TokenDraft): void {
    const now = this.#clock.now();
    const isTaken = this.#ledger.tokens.some(
      (token) => token.name === name && token.tenant === tenant && stateOfToken(token, now) === 'active',
    );
    if (isTaken) {
      throw new RequestError({
        code: 'CULPRIT_QUERY_NAME_TAKEN',
        detail: `there is a token called "${name}" already`,
        hint: 'Choose another name, or rotate or revoke that one.',
      });
    }
  }

  /** From the first one on everybody needs a token: it must be one that can make more. */
  #checkAdmin({ kind, role }: TokenDraft): void {
    if (kind !== 'user' || role === 'admin' || this.#cannotShutOut || this.#ledger.isClosed('query')) return;
    throw new RequestError({
      code: 'CULPRIT_QUERY_NEEDS_ADMIN',
      detail: 'the first user token must be one of an admin: from then on nobody is served without a token',
      hint: 'Make one with the role admin first.',
    });
  }

  /** Forgets what ended a month ago when there is no room; the last of a kind stays, as it keeps the doors closed. */
  async #makeRoom(): Promise<void> {
    const { tokens } = this.#ledger;
    if (tokens.length < maxCredentials) return;
    const now = this.#clock.now();
    const old = tokens.find(
      (token) =>
        isForgettable(token, now) && tokens.some((other) => other !== token && other.kind === token.kind),
    );
    if (old === undefined) {
      throw new RequestError({
        code: 'CULPRIT_QUERY_ACCESS_FULL',
        detail: `there are ${maxCredentials} tokens already`,
        hint: 'Revoked and expired ones make room a month after their end.',
      });
    }
    await this.#ledger.save('access-token', old.tokenId, undefined);
  }

  async #save(token: TokenRecord): Promise<void> {
    await this.#ledger.save('access-token', token.tokenId, token);
  }

  async #exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#tail.then(work, work);
    this.#tail = done.catch(() => undefined);
    return await done;
  }
}

/** True where somebody manages the access of a tenant. */
export function mayManage({ tenant, isOperator }: Principal, of: string): boolean {
  return isOperator || tenant === of;
}

function checkTenant(caller: Principal, { kind, tenant }: TokenDraft): void {
  if (!mayManage(caller, tenant)) {
    throw new RequestError({
      code: 'CULPRIT_HTTP_FORBIDDEN',
      detail: `${caller.name} manages the access of the tenant ${caller.tenant} alone`,
    });
  }
  // The stages behind the doors keep the lines of one tenant; those of another would be among its own.
  if (kind !== 'user' && tenant !== anonymousTenant) {
    throw new RequestError({
      code: 'CULPRIT_HTTP_INVALID',
      detail: `lines are kept for the tenant ${anonymousTenant} alone`,
      hint: 'Give each team an environment of its own.',
    });
  }
}

function keptOf(
  { kind }: Pick<TokenDraft, 'kind'>,
  secret: string,
): { digest: string; sharedKey: string | null } {
  return { digest: digestOfSecret(secret), sharedKey: kind === 'forward' ? secret : null };
}
