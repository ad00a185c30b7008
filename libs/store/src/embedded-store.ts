import type { Clock, EpochMillis, Logger } from '@culprit/kernel';
import { openEmbeddedDriver } from './chdb/embedded-driver.js';
import type { EmbeddedDriverOptions } from './chdb/embedded-driver.js';
import { createSqlStore } from './sql-store.js';
import type { Store } from './store.js';

export interface EmbeddedStoreOptions extends EmbeddedDriverOptions {
  readonly logger: Logger;
  /** Tenant of the store's own repositories; `default` where not said. */
  readonly tenant?: string | undefined;
  /** Decides the day of arrival; the machine's clock where not said. */
  readonly clock?: Clock | undefined;
}

const machineClock: Clock = { now: () => Date.now() as EpochMillis };

/**
 * Opens, and creates where needed, a store inside this process.
 * One process may hold one directory; one directory belongs to one process.
 *
 * @throws AppError CULPRIT_STORE_DIRECTORY_LOCKED, CULPRIT_STORE_DIRECTORY_DENIED, CULPRIT_STORE_OPEN_FAILED,
 * CULPRIT_STORE_MIGRATION_CHANGED
 */
export async function createEmbeddedStore(options: EmbeddedStoreOptions): Promise<Store> {
  const { logger, tenant = 'default', clock = machineClock } = options;
  const driver = await openEmbeddedDriver(options);
  return await createSqlStore({ driver, tenant, clock, logger });
}
