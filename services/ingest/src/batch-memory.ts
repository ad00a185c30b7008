/** What happened to a batch of the same id. */
export type BatchMemoryAnswer<Outcome> =
  | { readonly kind: 'new' }
  | { readonly kind: 'repeat'; readonly outcome: Promise<Outcome> }
  /** The same id came with other bytes: a mistake of the sender that must not cost lines. */
  | { readonly kind: 'conflict' };

interface Entry<Outcome> {
  readonly fingerprint: string;
  readonly outcome: Promise<Outcome>;
  readonly expiresMillis: number;
}

/**
 * Remembers which batches were stored, so that a collector that missed our answer may send again without a second
 * copy. Bounded by time and number; lives in memory: what outlives a crash is the identity on the bus records.
 */
export class BatchMemory<Outcome> {
  readonly #entryById = new Map<string, Entry<Outcome>>();
  readonly #keepMillis: number;
  readonly #maxEntries: number;

  constructor(options: { readonly keepMillis: number; readonly maxEntries: number }) {
    this.#keepMillis = options.keepMillis;
    this.#maxEntries = options.maxEntries;
  }

  get size(): number {
    return this.#entryById.size;
  }

  look(id: string, fingerprint: string, nowMillis: number): BatchMemoryAnswer<Outcome> {
    this.#forget(nowMillis);
    const entry = this.#entryById.get(id);
    if (entry === undefined) return { kind: 'new' };
    return entry.fingerprint === fingerprint
      ? { kind: 'repeat', outcome: entry.outcome }
      : { kind: 'conflict' };
  }

  /** Remembers a batch from the moment it is under way; one that fails is forgotten, so that a retry is stored. */
  remember(
    id: string,
    batch: { readonly fingerprint: string; readonly outcome: Promise<Outcome> },
    nowMillis: number,
  ): void {
    const entry = { ...batch, expiresMillis: nowMillis + this.#keepMillis };
    this.#entryById.set(id, entry);
    batch.outcome.catch(() => {
      if (this.#entryById.get(id) === entry) this.#entryById.delete(id);
    });
  }

  /** Insertion order is order of expiry, so only the oldest need a look. */
  #forget(nowMillis: number): void {
    for (const [id, { expiresMillis }] of this.#entryById) {
      if (expiresMillis > nowMillis && this.#entryById.size < this.#maxEntries) return;
      this.#entryById.delete(id);
    }
  }
}
