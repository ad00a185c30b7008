import type { Logger } from '@culprit/kernel';
import type { OffsetStorage } from './group-offsets.js';
import { MemoryLog } from './memory-log.js';
import type { PartitionLog } from './partition-log.js';
import { openSegmentStorage } from './segment-storage.js';

/** Which partition to open. */
export interface OpenLogOptions {
  readonly topic: string;
  readonly partition: number;
  /** Offsets below this were given out before and must not be given out again. */
  readonly minEndOffset: number;
  readonly onAppended: (bytes: number) => void;
}

/** Where logs and offsets are kept. */
export interface BusStorage {
  readonly offsets: OffsetStorage;
  openLog(options: OpenLogOptions): Promise<PartitionLog>;
  damage(): { readonly truncatedBytes: number; readonly corruptBytes: number };
  close(): Promise<void>;
}

/** Options of {@link openStorage}. */
export interface StorageOptions {
  readonly directory?: string;
  readonly segmentBytes: number;
  readonly logger: Logger;
}

/** Opens the driver that the options ask for: segment files in a directory, or memory. */
export function openStorage({ directory, segmentBytes, logger }: StorageOptions): Promise<BusStorage> {
  if (directory === undefined) return Promise.resolve(memoryStorage());
  return openSegmentStorage({ directory, segmentBytes, logger });
}

function memoryStorage(): BusStorage {
  return {
    offsets: { initial: {}, save: () => Promise.resolve() },
    openLog: ({ onAppended }) => Promise.resolve(new MemoryLog(onAppended)),
    damage: () => ({ truncatedBytes: 0, corruptBytes: 0 }),
    close: () => Promise.resolve(),
  };
}
