import { randomUUID } from 'node:crypto';
import type { Clock } from '@culprit/kernel';
import { encodeRows } from '../encoding/row-json.js';
import { storeError } from '../errors.js';
import type { SqlDriver, SqlRow } from '../sql-driver.js';
import { readQuery } from '../sql-files.js';
import type { StoredToken, TokenRepository } from '../store.js';
import { readNanos, readNumber, readText } from './sql-row.js';
import { clampNanos } from './time-bounds.js';

const listTokens = readQuery('list_tokens');

const tokenColumns = [
  'tenant',
  'token_hash',
  'name',
  'scope',
  'created_at',
  'expires_at',
  'is_revoked',
  'version',
];

const scopes: readonly StoredToken['scope'][] = ['ingest', 'read', 'admin'];
const HASH_PATTERN = /^[0-9a-f]{64}$/;

/** Credentials, known only by their hash, over any driver. */
export class SqlTokenRepository implements TokenRepository {
  readonly #driver: SqlDriver;
  readonly #tenant: string;
  readonly #clock: Clock;
  #lastVersion = 0;

  constructor(deps: { readonly driver: SqlDriver; readonly tenant: string; readonly clock: Clock }) {
    this.#driver = deps.driver;
    this.#tenant = deps.tenant;
    this.#clock = deps.clock;
  }

  async save(token: StoredToken): Promise<void> {
    if (!HASH_PATTERN.test(token.tokenHash)) {
      throw storeError('CULPRIT_STORE_BAD_REQUEST', {
        message: 'tokenHash: expected 64 lower-case hex digits',
      });
    }
    this.#lastVersion = Math.max(this.#lastVersion + 1, this.#clock.now());
    await this.#driver.insert({
      table: 'tokens',
      columns: tokenColumns,
      rows: encodeRows([
        [
          this.#tenant,
          token.tokenHash,
          token.name,
          token.scope,
          clampNanos(token.createdAt),
          clampNanos(token.expiresAt ?? 0n),
          token.isRevoked ? 1 : 0,
          this.#lastVersion,
        ],
      ]),
      deduplicationToken: `tokens/${randomUUID()}`,
    });
  }

  async list(): Promise<readonly StoredToken[]> {
    const rows = await this.#driver.query({
      name: 'list_tokens',
      sql: listTokens,
      parameters: { tenant: this.#tenant },
    });
    return rows.map(readToken);
  }
}

function readToken(row: SqlRow): StoredToken {
  const scope = scopes.find((known) => known === readText(row, 'scope'));
  if (scope === undefined) throw new Error('column scope: expected one of the known scopes');
  const expiresAt = readNanos(row, 'expires_nanos');
  return {
    tokenHash: readText(row, 'token_hash'),
    name: readText(row, 'name'),
    scope,
    createdAt: readNanos(row, 'created_nanos'),
    expiresAt: expiresAt === 0n ? undefined : expiresAt,
    isRevoked: readNumber(row, 'is_revoked') === 1,
  };
}
