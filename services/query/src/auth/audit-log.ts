import { randomBytes } from 'node:crypto';
import type { Clock, Logger } from '@culprit/kernel';
import type { Principal } from '@culprit/platform';
import type { Store } from '@culprit/store';
import { z } from 'zod';

/** Entries that are shown at most. */
export const maxAuditEntries = 1_000;

const maxTextCharacters = 300;

const entrySchema = z.object({
  at: z.number(),
  who: z.string(),
  action: z.string(),
  subject: z.string(),
  from: z.string(),
  outcome: z.string(),
});

/** One thing that somebody did. `at` in ms since 1970, wall clock. */
export type AuditEntry = Readonly<z.output<typeof entrySchema>>;

/** What somebody did, before it is dated. */
export type AuditNote = Omit<AuditEntry, 'at'> & Pick<Principal, 'tenant'>;

/**
 * Who did what, when and from where; never what was said in it, which may be secret. Kept for a number of days, then
 * forgotten by the store itself.
 */
export class AuditLog {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #keepDays: number;

  constructor(deps: {
    readonly store: Store;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly keepDays: number;
  }) {
    this.#store = deps.store;
    this.#clock = deps.clock;
    this.#logger = deps.logger;
    this.#keepDays = deps.keepDays;
  }

  /** Writes an entry down. What was done stays done where this fails: then the log of the process has it. */
  async note({ tenant, ...note }: AuditNote): Promise<void> {
    const at = this.#clock.now();
    const value = { at, ...note, subject: short(note.subject), who: short(note.who) };
    const documentId = `${at}-${randomBytes(4).toString('hex')}`;
    try {
      await this.#documents(tenant).save('audit', [
        { documentId, version: at, value, keepDays: this.#keepDays },
      ]);
    } catch (error) {
      this.#logger.error({ err: error, tenant, ...value }, 'an entry of the audit log could not be stored');
    }
  }

  /** The newest first. @param limit 1..1,000 */
  async list(tenant: string, limit: number): Promise<readonly AuditEntry[]> {
    const found = await this.#documents(tenant).list('audit', limit);
    return found.map(({ value }) => entrySchema.parse(value));
  }

  #documents(tenant: string) {
    return this.#store.forTenant({ tenant }).documents;
  }
}

function short(text: string): string {
  return text.slice(0, maxTextCharacters);
}
