import { randomUUID } from 'node:crypto';
import type { Clock } from '@culprit/kernel';
import type { DocumentRepository } from '@culprit/store';

/** How long a holder that says nothing is believed to live. */
const leaseMs = 30_000;

/**
 * One of several processes over a shared store does what must be done once. Who takes the lease over acts from the next
 * look on: by then all see the same holder, also when two reached for it at once.
 */
export class Lease {
  readonly #documents: DocumentRepository;
  readonly #clock: Clock;
  readonly #name: string;
  readonly #holder = randomUUID();

  constructor(deps: {
    readonly documents: DocumentRepository;
    readonly clock: Clock;
    readonly name: string;
  }) {
    this.#documents = deps.documents;
    this.#clock = deps.clock;
    this.#name = deps.name;
  }

  /** Asks for the lease, or for more time. */
  async isMine(): Promise<boolean> {
    const found = await this.#documents.find('lease', this.#name);
    const now = this.#clock.now();
    const { holder, until } = readLease(found?.value);
    if (holder !== this.#holder && until > now) return false;
    if (holder !== this.#holder || until - now < leaseMs / 2) {
      const version = Math.max(now, (found?.version ?? 0) + 1);
      await this.#documents.save('lease', [
        { documentId: this.#name, version, value: { holder: this.#holder, until: now + leaseMs } },
      ]);
    }
    return holder === this.#holder;
  }

  /** Lets somebody else go on at once. */
  async release(): Promise<void> {
    const found = await this.#documents.find('lease', this.#name);
    if (found === undefined || readLease(found.value).holder !== this.#holder) return;
    const version = Math.max(this.#clock.now(), found.version + 1);
    await this.#documents.save('lease', [{ documentId: this.#name, version, value: undefined }]);
  }
}

function readLease(value: unknown): { readonly holder: string; readonly until: number } {
  const lease = value as { readonly holder?: string; readonly until?: number } | undefined;
  return { holder: lease?.holder ?? '', until: lease?.until ?? 0 };
}
