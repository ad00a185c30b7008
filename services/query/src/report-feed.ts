import { randomUUID } from 'node:crypto';
import type { IncidentId, Logger } from '@culprit/kernel';
import { RequestError } from '@culprit/platform';
import type { ReportRepository, TenantContext } from '@culprit/store';

/** What a listener is told. */
export type FeedEvent =
  /** Where the feed stands; the first thing a listener hears. */
  | { readonly kind: 'ready'; readonly id: string }
  /** A report is new or has a new revision. */
  | { readonly kind: 'report'; readonly id: string; readonly change: ReportChange }
  /** What the listener knew cannot be continued: read everything again. */
  | { readonly kind: 'reset'; readonly id: string };

/** A report that appeared or changed. */
export interface ReportChange {
  readonly incidentId: IncidentId;
  readonly revision: number;
  readonly isNew: boolean;
}

/** What the feed reads of one tenant. */
interface FeedStore {
  forTenant(context: TenantContext): { readonly reports: Pick<ReportRepository, 'listVersions'> };
}

type Listener = (event: FeedEvent) => void;

/** Options of {@link ReportFeed}. */
export interface ReportFeedOptions {
  readonly store: FeedStore;
  readonly logger: Logger;
  /** How often the store is asked while somebody listens. */
  readonly intervalMs: number;
  /** Listeners of all tenants at a time; more are turned away with 429. */
  readonly maxListeners: number;
}

const MAX_WATCHED_REPORTS = 500;
const MAX_KEPT_CHANGES = 1_000;

/**
 * Tells listeners which reports are new or changed. It compares the store's revision numbers and needs no bus, so it
 * tells of a report only when it can be read. The store is asked while somebody listens and for one tenant once,
 * however many listen.
 */
export class ReportFeed {
  readonly #options: ReportFeedOptions;
  readonly #watchByTenant = new Map<string, TenantWatch>();
  readonly #epoch = randomUUID().slice(0, 8);
  #listenerCount = 0;
  #timer: NodeJS.Timeout | undefined;
  #isPolling = false;

  constructor(options: ReportFeedOptions) {
    this.#options = options;
  }

  /**
   * Starts telling a listener what happens after `lastEventId`, or from now on without one.
   *
   * @returns ends it
   * @throws RequestError 429 when too many listen already
   */
  async listen(tenant: string, lastEventId: string | undefined, listener: Listener): Promise<() => void> {
    const { maxListeners } = this.#options;
    if (this.#listenerCount >= maxListeners) {
      throw new RequestError({
        code: 'CULPRIT_QUERY_TOO_MANY_LISTENERS',
        detail: `${maxListeners} listeners are connected already`,
        retryAfterSeconds: 30,
      });
    }
    this.#listenerCount++;
    try {
      const watch = this.#watchOf(tenant);
      await watch.poll();
      watch.add(listener, lastEventId);
      this.#timer ??= setInterval(() => void this.#poll(), this.#options.intervalMs);
      return () => this.#leave(watch, listener);
    } catch (error) {
      this.#listenerCount--;
      throw error;
    }
  }

  /** Stops asking the store; listeners hear nothing more. */
  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#watchByTenant.clear();
  }

  #watchOf(tenant: string): TenantWatch {
    const { reports } = this.#options.store.forTenant({ tenant });
    const watch = this.#watchByTenant.get(tenant) ?? new TenantWatch(this.#epoch, reports);
    this.#watchByTenant.set(tenant, watch);
    return watch;
  }

  #leave(watch: TenantWatch, listener: Listener): void {
    if (!watch.remove(listener)) return;
    this.#listenerCount--;
    if (this.#listenerCount > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #poll(): Promise<void> {
    if (this.#isPolling) return;
    this.#isPolling = true;
    for (const watch of this.#watchByTenant.values()) {
      if (!watch.isHeard) continue;
      await watch.poll().catch((error: unknown) => {
        this.#options.logger.warn({ err: error }, 'report feed could not read the store');
      });
    }
    this.#isPolling = false;
  }
}

/** The changes of one tenant, numbered without a gap. */
class TenantWatch {
  readonly #epoch: string;
  readonly #reports: Pick<ReportRepository, 'listVersions'>;
  readonly #listeners = new Set<Listener>();
  #revisionById: ReadonlyMap<IncidentId, number> | undefined;
  #changes: ReportChange[] = [];
  /** Number of the last change; the changes kept are the last ones up to it. */
  #lastNumber = 0;
  #polling: Promise<void> | undefined;

  constructor(epoch: string, reports: Pick<ReportRepository, 'listVersions'>) {
    this.#epoch = epoch;
    this.#reports = reports;
  }

  get isHeard(): boolean {
    return this.#listeners.size > 0;
  }

  add(listener: Listener, lastEventId: string | undefined): void {
    const missed = this.#changesAfter(lastEventId);
    listener({ kind: missed === undefined ? 'reset' : 'ready', id: this.#idOf(this.#lastNumber) });
    const firstNumber = this.#lastNumber - (missed?.length ?? 0) + 1;
    missed?.forEach((change, i) => listener({ kind: 'report', id: this.#idOf(firstNumber + i), change }));
    this.#listeners.add(listener);
  }

  remove(listener: Listener): boolean {
    return this.#listeners.delete(listener);
  }

  /** Compares the store with what was there before; one look at a time, so that nothing is told twice. */
  poll(): Promise<void> {
    this.#polling ??= this.#compare().finally(() => {
      this.#polling = undefined;
    });
    return this.#polling;
  }

  /** The first look only remembers. */
  async #compare(): Promise<void> {
    const known = this.#revisionById;
    const found = await this.#reports.listVersions(MAX_WATCHED_REPORTS);
    this.#revisionById = found;
    if (known === undefined) return;
    // Oldest start first, as they would have been told one by one.
    for (const [incidentId, revision] of [...found].toReversed()) {
      const before = known.get(incidentId);
      if (before !== revision) this.#tell({ incidentId, revision, isNew: before === undefined });
    }
  }

  #tell(change: ReportChange): void {
    this.#lastNumber++;
    this.#changes = [...this.#changes, change].slice(-MAX_KEPT_CHANGES);
    for (const listener of this.#listeners) {
      listener({ kind: 'report', id: this.#idOf(this.#lastNumber), change });
    }
  }

  /** Undefined when the listener comes from another life of this process, or from too long ago. */
  #changesAfter(lastEventId: string | undefined): readonly ReportChange[] | undefined {
    if (lastEventId === undefined) return [];
    const [epoch, number] = lastEventId.split('-');
    const missed = this.#lastNumber - Number(number);
    if (epoch !== this.#epoch || !(missed >= 0) || missed > this.#changes.length) return undefined;
    return missed === 0 ? [] : this.#changes.slice(-missed);
  }

  #idOf(number: number): string {
    return `${this.#epoch}-${number}`;
  }
}
