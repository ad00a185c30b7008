import { createHmac, randomBytes } from 'node:crypto';
import { Redactor } from '@culprit/records';
import type { Pseudonyms, RawLogBatch, RedactedBatch } from '@culprit/records';
import type { IngestConfig } from './config.js';

/** Hexadecimal digits of a pseudonym: two of 65,000 different secrets have the same about once in two times. */
const pseudonymDigits = 8;
/** Tenants whose redactor is kept; a tenant beyond them gets a new one, which only forgets private keys that are not finished. */
const maxRedactors = 1_000;

/** Replaces secrets by pseudonyms, for every tenant by its own policy and with its own key. */
export class Redaction {
  readonly #config: Pick<IngestConfig, 'redact' | 'redactNames'>;
  readonly #key: string | Uint8Array;
  readonly #redactors = new Map<string, Redactor>();

  constructor(config: Pick<IngestConfig, 'redact' | 'redactNames' | 'redactKey'>) {
    this.#config = config;
    this.#key = config.redactKey === '' ? randomBytes(32) : config.redactKey;
  }

  /** The batch as it may be stored; valid until the next call. */
  redact(tenant: string, batch: RawLogBatch): RedactedBatch {
    return this.#redactorOf(tenant).redact(batch);
  }

  #redactorOf(tenant: string): Redactor {
    const known = this.#redactors.get(tenant);
    if (known !== undefined) return known;
    const { redact, redactNames } = this.#config;
    const redactor = new Redactor({
      groups: new Set(Object.hasOwn(redact.byTenant, tenant) ? redact.byTenant[tenant] : redact.everyone),
      extraNames: redactNames,
      pseudonyms: keyedPseudonyms(createHmac('sha256', this.#key).update(tenant).digest()),
    });
    const [oldest] = this.#redactors.keys();
    if (this.#redactors.size >= maxRedactors && oldest !== undefined) this.#redactors.delete(oldest);
    this.#redactors.set(tenant, redactor);
    return redactor;
  }
}

/** Without the key nobody can try passwords against a pseudonym. */
function keyedPseudonyms(key: Uint8Array): Pseudonyms {
  return (value) => createHmac('sha256', key).update(value).digest('hex').slice(0, pseudonymDigits);
}
