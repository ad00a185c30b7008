import { mkdir, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '@culprit/kernel';
import type { BusRecord, ReceivedRecord } from './bus.js';
import { fileError } from './errors.js';
import type { PartitionLog, ReadLimits } from './partition-log.js';
import { RecordWindow } from './record-window.js';
import {
  baseOffsetOf,
  openSegment,
  readRecords,
  scanEnd,
  segmentHeaderBytes,
  type Segment,
} from './segment-file.js';
import { SegmentWriter, type OpenAppendFile } from './segment-writer.js';
import { syncDirectory } from './sync-directory.js';

/** Places in files that are remembered, so that reading on does not start from the front of a segment. */
const maxCursors = 16;

/** Options of {@link openSegmentLog}. */
export interface SegmentLogOptions {
  readonly directory: string;
  readonly topic: string;
  readonly partition: number;
  readonly minEndOffset: number;
  readonly segmentBytes: number;
  /** Newest bytes kept in memory for readers that are close to the end. */
  readonly tailBytes: number;
  readonly onAppended: (bytes: number) => void;
  readonly damage: DamageCounter;
  readonly logger: Logger;
  /** How files are opened for writing; another one only where a test makes the disk fail. */
  readonly openFile?: OpenAppendFile;
}

/** What was found broken, over all partitions. */
export interface DamageCounter {
  truncatedBytes: number;
  corruptBytes: number;
}

interface Cursor {
  readonly segment: Segment;
  readonly position: number;
}

/** Opens the segment files of a partition and repairs their end: what was written and never acknowledged goes. */
export async function openSegmentLog(options: SegmentLogOptions): Promise<PartitionLog> {
  const { directory, topic, partition } = options;
  try {
    await mkdir(directory, { recursive: true });
    const segments = await openSegments(options);
    const endOffset = await repairEnd(options, segments);
    return new SegmentLog(options, segments, endOffset);
  } catch (cause) {
    throw fileError(`${topic}/${partition}: open the log in ${directory}`, cause);
  }
}

async function openSegments(options: SegmentLogOptions): Promise<Segment[]> {
  const { directory, topic, partition, damage, logger } = options;
  const names = (await readdir(directory)).filter((name) => baseOffsetOf(name) !== undefined).toSorted();
  const segments: Segment[] = [];
  for (const name of names) {
    const segment = await openSegment(directory, name);
    if (segment !== undefined) {
      segments.push(segment);
      continue;
    }
    const path = join(directory, name);
    const { size } = await stat(path);
    await rename(path, `${path}.unreadable`);
    damage.corruptBytes += size;
    logger.error({ topic, partition, path, bytes: size }, 'segment without a valid header set aside');
  }
  return segments;
}

/** @returns offset that the next record gets */
async function repairEnd(options: SegmentLogOptions, segments: Segment[]): Promise<number> {
  const { topic, partition, damage, logger, minEndOffset } = options;
  const last = segments.at(-1);
  if (last === undefined) return minEndOffset;
  const { size, nextOffset } = scanEnd(last, await readFile(last.path));
  const bytes = last.size - size;
  if (bytes > 0) {
    const file = await open(last.path, 'r+');
    try {
      await file.truncate(size);
      await file.datasync();
    } finally {
      await file.close();
    }
    last.size = size;
    damage.truncatedBytes += bytes;
    logger.warn(
      { topic, partition, path: last.path, bytes, nextOffset },
      'unfinished end of a segment cut off',
    );
  }
  if (nextOffset < minEndOffset) {
    logger.error({ topic, partition, nextOffset, minEndOffset }, 'records that were committed are gone');
  }
  return Math.max(nextOffset, minEndOffset);
}

/** A partition in segment files; the newest records are also at hand in memory. */
class SegmentLog implements PartitionLog {
  readonly #options: SegmentLogOptions;
  readonly #segments: Segment[];
  readonly #writer: SegmentWriter;
  readonly #tail: RecordWindow;
  /** Where the record of an offset lies, for offsets at which reads have stopped. */
  readonly #cursors = new Map<number, Cursor>();

  constructor(options: SegmentLogOptions, segments: Segment[], endOffset: number) {
    this.#options = options;
    this.#segments = segments;
    this.#tail = new RecordWindow(endOffset);
    this.#writer = new SegmentWriter({
      ...options,
      segments,
      endOffset,
      onDurable: (records, bytes) => {
        for (const record of records) this.#tail.push(record);
        this.#tail.dropDownTo(options.tailBytes);
        options.onAppended(bytes);
      },
    });
  }

  get startOffset(): number {
    return this.#segments[0]?.baseOffset ?? this.endOffset;
  }

  get endOffset(): number {
    return this.#tail.endOffset;
  }

  get highWatermark(): number {
    return this.endOffset;
  }

  get retainedBytes(): number {
    return this.#segments.reduce((sum, { size }) => sum + size, 0);
  }

  append(records: readonly BusRecord[]): Promise<number> {
    return this.#writer.append(records);
  }

  async read(offset: number, limits: ReadLimits): Promise<readonly ReceivedRecord[]> {
    const from = Math.max(offset, this.startOffset);
    if (from >= this.#tail.startOffset) return this.#tail.read(from, limits);
    const end = this.#tail.startOffset;
    let cursor = this.#cursors.get(from) ?? this.#segmentOf(from);
    while (cursor !== undefined) {
      const { segment, position } = cursor;
      if (position >= segment.size) {
        cursor = this.#segmentAfter(segment);
        continue;
      }
      const result = await this.#readAt(cursor, from, limits);
      if (result === undefined) return this.read(offset, limits);
      const last = result.records.at(-1);
      if (last !== undefined) {
        this.#remember(last.offset + 1, { segment, position: result.position });
        return result.records;
      }
      cursor = { segment, position: result.position };
    }
    // Everything up to the part in memory is unreadable and reported.
    return end < this.#tail.startOffset ? this.read(end, limits) : this.#tail.read(end, limits);
  }

  bytesFrom(offset: number): number {
    const count = this.endOffset - this.startOffset;
    if (count === 0) return 0;
    return (this.retainedBytes * (this.endOffset - Math.max(offset, this.startOffset))) / count;
  }

  passed(offset: number): void {
    this.#tail.dropBefore(Math.min(offset, this.endOffset));
  }

  async discardBefore(offset: number): Promise<void> {
    while ((this.#segments[1]?.baseOffset ?? Infinity) <= offset) await this.#deleteOldest();
  }

  async discardDownTo(bytes: number): Promise<number> {
    const before = this.startOffset;
    while (this.#segments.length > 1 && this.retainedBytes > bytes) await this.#deleteOldest();
    return this.startOffset - before;
  }

  async close(): Promise<void> {
    await this.#writer.close();
  }

  /** Undefined when the segment was deleted meanwhile. */
  async #readAt({ segment, position }: Cursor, fromOffset: number, limits: ReadLimits) {
    const { topic, partition, damage, logger } = this.#options;
    const endOffset = this.#segmentAfter(segment)?.segment.baseOffset ?? Infinity;
    try {
      const result = await readRecords({ segment, position, fromOffset, endOffset, limits });
      if (result.damagedBytes > 0 && !segment.reportedDamage.has(position)) {
        segment.reportedDamage.add(position);
        damage.corruptBytes += result.damagedBytes;
        const fields = { topic, partition, path: segment.path, position, bytes: result.damagedBytes };
        logger.error(fields, 'damaged records passed over');
      }
      return result;
    } catch (cause) {
      if (!this.#segments.includes(segment)) return undefined;
      throw fileError(`${topic}/${partition}: read ${segment.path}`, cause);
    }
  }

  #segmentOf(offset: number): Cursor | undefined {
    const segment = this.#segments.findLast(({ baseOffset }) => baseOffset <= offset);
    return segment && { segment, position: segmentHeaderBytes };
  }

  #segmentAfter(segment: Segment): Cursor | undefined {
    const next = this.#segments.find(({ baseOffset }) => baseOffset > segment.baseOffset);
    return next && { segment: next, position: segmentHeaderBytes };
  }

  #remember(offset: number, cursor: Cursor): void {
    this.#cursors.delete(offset);
    this.#cursors.set(offset, cursor);
    const [oldest] = this.#cursors.keys();
    if (this.#cursors.size > maxCursors && oldest !== undefined) this.#cursors.delete(oldest);
  }

  async #deleteOldest(): Promise<void> {
    const segment = this.#segments.shift();
    if (segment === undefined) return;
    for (const [offset, cursor] of this.#cursors) {
      if (cursor.segment === segment) this.#cursors.delete(offset);
    }
    try {
      await unlink(segment.path);
      await syncDirectory(this.#options.directory);
    } catch (cause) {
      const { topic, partition, logger } = this.#options;
      const error = fileError(`${topic}/${partition}: delete ${segment.path}`, cause);
      logger.warn({ topic, partition, error }, 'segment could not be deleted');
    }
  }
}
