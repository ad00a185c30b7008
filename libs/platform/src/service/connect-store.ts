import type { Logger } from '@culprit/kernel';
import { createServerStore, type Store } from '@culprit/store';
import type { z } from 'zod';
import type { storeConfigSchema } from './service-config.js';

/** The parsed settings of {@link storeConfigSchema}. */
export type StoreConfig = Readonly<z.output<typeof storeConfigSchema>>;

/** How a process meets the store that it shares. */
export interface StoreMeeting {
  readonly config: StoreConfig;
  readonly logger: Logger;
  /** How long reads wait for a store that is away. */
  readonly patienceMs: number;
}

/**
 * Opens the store of the settings and brings its schema up to date.
 *
 * @throws AppError CULPRIT_STORE_UNAVAILABLE, CULPRIT_STORE_MIGRATION_CHANGED
 */
export function connectStore({ config, logger, patienceMs }: StoreMeeting): Promise<Store> {
  const { url, username, password, database, cluster } = config;
  return createServerStore({
    url,
    logger,
    patienceMs,
    username: username === '' ? undefined : username,
    password: password === '' ? undefined : password,
    database: database === '' ? undefined : database,
    cluster: cluster === '' ? undefined : cluster,
  });
}
