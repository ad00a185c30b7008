import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Logger } from '@culprit/kernel';
import { lockDirectory } from './directory-lock.js';
import { fileError } from './errors.js';
import { openOffsetsFile } from './offsets-file.js';
import { openSegmentLog, type DamageCounter } from './segment-log.js';
import type { BusStorage } from './storage.js';
import { syncDirectory } from './sync-directory.js';

const tailBytes = 4 * 1_048_576;

/** Options of {@link openSegmentStorage}. */
export interface SegmentStorageOptions {
  readonly directory: string;
  readonly segmentBytes: number;
  readonly logger: Logger;
}

/** Logs and offsets under one directory: `<topic>/<partition>/<base offset>.log`, `offsets.json`, `lock`. */
export async function openSegmentStorage(options: SegmentStorageOptions): Promise<BusStorage> {
  const directory = resolve(options.directory);
  const { segmentBytes, logger } = options;
  try {
    const created = await mkdir(directory, { recursive: true });
    if (created !== undefined) await syncDirectory(dirname(created));
  } catch (cause) {
    throw fileError(`open the bus in ${directory}`, cause);
  }
  const lock = await lockDirectory(directory);
  const damage: DamageCounter = { truncatedBytes: 0, corruptBytes: 0 };
  try {
    const offsets = await openOffsetsFile(directory);
    return {
      offsets,
      async openLog({ topic, partition, minEndOffset, onAppended }) {
        const path = join(directory, topic, String(partition));
        const log = await openSegmentLog({
          directory: path,
          topic,
          partition,
          minEndOffset,
          onAppended,
          segmentBytes,
          tailBytes,
          damage,
          logger,
        });
        await syncDirectory(dirname(path));
        await syncDirectory(directory);
        return log;
      },
      damage: () => ({ ...damage }),
      close: () => lock.release(),
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}
