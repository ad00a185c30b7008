import { createFileSnapshotStore, type Store } from '@culprit/store';
import type { Config, ConfigSchemas } from '../config.js';
import type { StageEnvironment } from '../create-stage.js';
import type { ServiceParts } from './run-service.js';

/** Settings that {@link openStage} reads. */
interface StageSettings {
  readonly flushIntervalMs: number;
  readonly checkpointIntervalMs: number;
  readonly snapshotDirectory: string;
}

/** What a stage needs, in a process of its own: the bus, the shared store and the snapshots of its kind. */
export async function openStage<Schemas extends ConfigSchemas>({
  bus,
  config,
  logger,
  openStore,
  onFatal,
}: ServiceParts<Schemas> & {
  readonly config: Config<Schemas> & { readonly pipeline: StageSettings };
}): Promise<StageEnvironment & { readonly store: Store }> {
  const { flushIntervalMs, checkpointIntervalMs, snapshotDirectory } = config.pipeline;
  const store = await openStore();
  return {
    bus,
    store,
    snapshots:
      snapshotDirectory === ''
        ? store.snapshots
        : createFileSnapshotStore({ directory: snapshotDirectory, logger }),
    flushIntervalMs,
    checkpointIntervalMs,
    onBroken: onFatal,
  };
}
