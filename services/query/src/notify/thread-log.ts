import type { Clock } from '@culprit/kernel';
import type { DocumentRepository, StoredDocument } from '@culprit/store';
import type { MessageThread } from './thread.js';

/** How long messages are remembered, days. */
const keepDays = 30;
const maxThreads = 1_000;

/** Messages of a tenant: what waits, what was told, and what could not be. */
export class ThreadLog {
  readonly #documents: DocumentRepository;
  readonly #clock: Clock;
  #lastVersion = 0;

  constructor(deps: { readonly documents: DocumentRepository; readonly clock: Clock }) {
    this.#documents = deps.documents;
    this.#clock = deps.clock;
  }

  /** Changed last first, at most 1,000. */
  async list(): Promise<readonly MessageThread[]> {
    return (await this.#documents.list('notification-thread', maxThreads)).map((found) => this.#read(found));
  }

  async find(threadId: string): Promise<MessageThread | undefined> {
    const found = await this.#documents.find('notification-thread', threadId);
    return found === undefined ? undefined : this.#read(found);
  }

  /** The later change stays, also when the clock stands still or was set back since the thread was read. */
  async save(threads: readonly MessageThread[]): Promise<void> {
    this.#lastVersion = Math.max(this.#clock.now(), this.#lastVersion + 1);
    await this.#documents.save(
      'notification-thread',
      threads.map((thread) => ({
        documentId: thread.threadId,
        version: this.#lastVersion,
        value: thread,
        keepDays,
      })),
    );
  }

  #read({ version, value }: StoredDocument): MessageThread {
    this.#lastVersion = Math.max(this.#lastVersion, version);
    return value as MessageThread;
  }
}
