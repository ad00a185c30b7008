import type { Clock, Logger } from '@culprit/kernel';
import type { DocumentKind, DocumentRepository, Store } from '@culprit/store';
import type { AccessSide, CredentialSource, Principal } from './access.js';
import { isSecretAlive, tokenRecordSchema, type TokenRecord } from './token-record.js';

/** Tenant of what belongs to the installation; no token can name it. */
export const installationTenant = '';

/** Tokens, and users, at most. */
export const maxCredentials = 1_000;

const refreshMillis = 4_000;
/** Until the store has answered once, senders without a token of the configuration wait. */
const firstReadMillis = 500;
/** How old the time of the last use may be that the list shows. */
const useMillis = 60_000;

/** What the ledger is read with. */
export interface LedgerParts {
  /** Asked again after a failure: who takes lines must start without the store. */
  readonly openStore: () => Promise<Pick<Store, 'forTenant'>>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Who has which secret, as the store knows it: read every few seconds, so that what one process grants or revokes holds
 * in all of them. While the store is away the last known state stays. Lookups are O(1) and touch memory only.
 */
export class AccessLedger implements CredentialSource {
  readonly #parts: LedgerParts;
  #documents: DocumentRepository | undefined;
  #tokens: readonly TokenRecord[] = [];
  #tokenByDigest: ReadonlyMap<string, TokenRecord> = new Map();
  #users: readonly unknown[] = [];
  #isKnown = false;
  #isFailing = false;
  #timer: NodeJS.Timeout | undefined;
  #reading: Promise<void> = Promise.resolve();
  readonly #usedAt = new Map<string, number>();
  #usesSavedAt = 0;

  constructor(parts: LedgerParts) {
    this.#parts = parts;
  }

  get isKnown(): boolean {
    return this.#isKnown;
  }

  get tokens(): readonly TokenRecord[] {
    return this.#tokens;
  }

  /** People with a password here, as they are kept. */
  get users(): readonly unknown[] {
    return this.#users;
  }

  /** Reads once, then every few seconds. Never rejects: what cannot be read now is read later. */
  async start(): Promise<void> {
    await this.#tick();
  }

  /** Writes what is known of uses; reads no more. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#reading;
    clearTimeout(this.#timer);
    await this.#saveUses().catch(() => undefined);
  }

  /** Reads what is stored now. @throws AppError of the store */
  async refresh(): Promise<void> {
    const documents = await this.documents();
    const [tokens, users] = await Promise.all([
      documents.list('access-token', maxCredentials),
      documents.list('access-user', maxCredentials),
    ]);
    this.#tokens = tokens.map(({ value }) => tokenRecordSchema.parse(value));
    this.#tokenByDigest = new Map(
      this.#tokens.flatMap((token) => token.secrets.map(({ digest }) => [digest, token] as const)),
    );
    this.#users = users.map(({ value }) => value);
    this.#isKnown = true;
  }

  /** Where the documents about access are, those of all tenants. */
  async documents(): Promise<DocumentRepository> {
    this.#documents ??= (await this.#parts.openStore()).forTenant({ tenant: installationTenant }).documents;
    return this.#documents;
  }

  /** Saves a document about access and holds it for true at once in this process. */
  async save(kind: DocumentKind, documentId: string, value: unknown, keepDays?: number): Promise<void> {
    const documents = await this.documents();
    const before = await documents.find(kind, documentId);
    const version = Math.max((before?.version ?? 0) + 1, this.#parts.clock.now());
    await documents.save(kind, [
      { documentId, version, value, ...(keepDays === undefined ? {} : { keepDays }) },
    ]);
    await this.refresh();
  }

  isClosed(side: AccessSide): boolean {
    return side === 'query'
      ? this.#users.length > 0 || this.#tokens.some(({ kind }) => kind === 'user')
      : this.#tokens.some(({ kind }) => kind !== 'user');
  }

  find(digest: string, side: AccessSide): Principal | undefined {
    const token = this.#tokenByDigest.get(digest);
    if (token === undefined || (token.kind === 'user') !== (side === 'query')) return undefined;
    const now = this.#parts.clock.now();
    if (!isSecretAlive(token, digest, now)) return undefined;
    this.#usedAt.set(token.tokenId, now);
    return principalOf(token, digest);
  }

  findByStart(digestStart: string): Principal | undefined {
    for (const digest of this.#tokenByDigest.keys())
      if (digest.startsWith(digestStart)) return this.find(digest, 'ingest');
    return undefined;
  }

  /** Living keys of forwarders. */
  forwarders(): readonly { readonly sharedKey: string; readonly principal: Principal }[] {
    const now = this.#parts.clock.now();
    return this.#tokens.flatMap((token) =>
      token.secrets.flatMap(({ digest, sharedKey }) =>
        sharedKey === null || !isSecretAlive(token, digest, now)
          ? []
          : [{ sharedKey, principal: principalOf(token, digest) }],
      ),
    );
  }

  /** When each token was used last, by any process, in ms since 1970; those of others up to a minute late. */
  async lastUses(): Promise<ReadonlyMap<string, number>> {
    const stored = await (await this.documents()).list('access-token-use', maxCredentials);
    const uses = new Map(stored.map(({ documentId, version }) => [documentId, version]));
    for (const [tokenId, at] of this.#usedAt) uses.set(tokenId, Math.max(at, uses.get(tokenId) ?? 0));
    return uses;
  }

  async #tick(): Promise<void> {
    this.#reading = this.#readQuietly();
    await this.#reading;
    this.#timer = setTimeout(() => void this.#tick(), this.#isKnown ? refreshMillis : firstReadMillis);
    this.#timer.unref();
  }

  async #readQuietly(): Promise<void> {
    try {
      await this.refresh();
      if (this.#parts.clock.now() - this.#usesSavedAt >= useMillis) await this.#saveUses();
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing)
        this.#parts.logger.warn({ err: error }, 'the tokens cannot be read; will try again');
      this.#isFailing = true;
    }
  }

  async #saveUses(): Promise<void> {
    this.#usesSavedAt = this.#parts.clock.now();
    const uses = [...this.#usedAt].map(([documentId, version]) => ({ documentId, version, value: {} }));
    this.#usedAt.clear();
    await (await this.documents()).save('access-token-use', uses);
  }
}

function principalOf(token: TokenRecord, digest: string): Principal {
  return {
    tenant: token.tenant,
    role: token.role ?? undefined,
    name: `token ${token.name}`,
    environment: token.environment,
    isOperator: false,
    digest,
  };
}
