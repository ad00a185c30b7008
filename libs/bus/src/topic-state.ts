import type { Logger } from '@culprit/kernel';
import type { BusRecord, RecordPosition } from './bus.js';
import { busError } from './errors.js';
import { partitionOf } from './partitioner.js';
import { totalBytes, type PartitionLog } from './partition-log.js';
import type { PartitionReader } from './partition-reader.js';
import { PublishGate } from './publish-gate.js';

/** What the bus has to know of a topic. */
export interface BusTopic {
  readonly name: string;
  readonly partitions: number;
  readonly maxRecordBytes: number;
  /** When nobody reads and the room is used up: make publishers wait, or let the oldest records go. */
  readonly whenFull: 'wait' | 'discard-oldest';
  /** Room for records that nobody has committed, where it is less than that of every topic. */
  readonly maxRetainedBytes?: number;
}

/** Room of one topic. */
export interface TopicLimits {
  /** Bytes that the slowest running group may be behind before publishers wait. */
  readonly unreadBytes: number;
  /** Bytes kept for groups that have not committed. */
  readonly retainedBytes: number;
  /** Longest wait of a publisher. */
  readonly publishTimeoutMs: number;
}

/** One topic of the in-process bus: its partitions, who reads them, and the gate that publishers pass. */
export class TopicState {
  readonly topic: BusTopic;
  readonly gate: PublishGate;
  readonly #limits: TopicLimits;
  readonly #logger: Logger;
  readonly #logs: PartitionLog[] = [];
  readonly #readers = new Set<readonly PartitionReader[]>();
  /** Let in and not durable yet. */
  #pendingBytes = 0;
  discardedRecords = 0;
  publishedRecords = 0;

  constructor(topic: BusTopic, limits: TopicLimits, logger: Logger) {
    this.topic = topic;
    const retainedBytes = Math.min(limits.retainedBytes, topic.maxRetainedBytes ?? Infinity);
    this.#limits = { ...limits, retainedBytes };
    this.#logger = logger;
    const { publishTimeoutMs: timeoutMs } = limits;
    this.gate = new PublishGate({ topic: topic.name, timeoutMs, isFull: () => this.#isFull() });
  }

  get logs(): readonly PartitionLog[] {
    return this.#logs;
  }

  /** Partitions come in order, once, while the bus opens. */
  addLog(log: PartitionLog): void {
    this.#logs.push(log);
  }

  log(partition: number): PartitionLog {
    const log = this.#logs[partition];
    if (log !== undefined) return log;
    const { name, partitions } = this.topic;
    throw busError({
      code: 'CULPRIT_BUS_BAD_PARTITION',
      message: `${name}: partition ${partition} of ${partitions}`,
    });
  }

  addReaders(readers: readonly PartitionReader[]): void {
    this.#readers.add(readers);
  }

  removeReaders(readers: readonly PartitionReader[]): void {
    this.#readers.delete(readers);
    this.gate.changed();
  }

  /** Records of a partition became durable. */
  appended(partition: number, bytes: number): void {
    for (const readers of this.#readers) readers[partition]?.appended(bytes);
  }

  /** A reader moved on. */
  progressed(partition: number): void {
    let lowest = Infinity;
    for (const readers of this.#readers) lowest = Math.min(lowest, readers[partition]?.position ?? Infinity);
    this.#logs[partition]?.passed(lowest);
    this.gate.changed();
  }

  /** Every known group has committed up to `offset`. */
  async discardBefore(partition: number, offset: number): Promise<void> {
    await this.log(partition).discardBefore(offset);
    this.gate.changed();
  }

  async publish(records: readonly BusRecord[]): Promise<readonly RecordPosition[]> {
    const { maxRecordBytes, name, whenFull } = this.topic;
    const partitions = records.map((record) => this.#partition(record));
    for (const { value } of records) {
      if (value.length > maxRecordBytes) {
        throw busError({
          code: 'CULPRIT_BUS_TOO_LARGE',
          message: `${name}: record of ${value.length} bytes, at most ${maxRecordBytes}`,
        });
      }
    }
    const positions = await this.gate.enter(() => this.#append(records, partitions));
    if (whenFull === 'discard-oldest') await this.#discard(new Set(partitions));
    return positions;
  }

  #partition(record: BusRecord): number {
    const partition = record.partition ?? partitionOf(record.key, this.topic.partitions);
    this.log(partition);
    return partition;
  }

  async #append(
    records: readonly BusRecord[],
    partitions: readonly number[],
  ): Promise<readonly RecordPosition[]> {
    const bytes = totalBytes(records);
    this.#pendingBytes += bytes;
    try {
      const groups = Map.groupBy(records.keys(), (index) => partitions[index] ?? 0);
      const positions: RecordPosition[] = [];
      const appends = [...groups].map(async ([partition, indexes]) => {
        const part = indexes.flatMap((index) => records[index] ?? []);
        const first = await this.log(partition).append(part);
        indexes.forEach((index, ordinal) => (positions[index] = { partition, offset: first + ordinal }));
      });
      await allSettledOrThrow(appends);
      this.publishedRecords += records.length;
      return positions;
    } finally {
      this.#pendingBytes -= bytes;
      this.gate.changed();
    }
  }

  async #discard(partitions: ReadonlySet<number>): Promise<void> {
    const share = this.#limits.retainedBytes / this.topic.partitions;
    for (const partition of partitions) {
      const log = this.log(partition);
      if (log.retainedBytes <= share) continue;
      const records = await log.discardDownTo(share);
      if (records === 0) continue;
      this.discardedRecords += records;
      const fields = { topic: this.topic.name, partition, records, startOffset: log.startOffset };
      this.#logger.warn(fields, 'oldest records discarded, nobody has read them');
    }
  }

  #isFull(): boolean {
    const pending = this.#pendingBytes;
    let unread = 0;
    for (const readers of this.#readers) {
      unread = Math.max(
        unread,
        readers.reduce((sum, reader) => sum + reader.unreadBytes, 0),
      );
    }
    if (pending + unread > this.#limits.unreadBytes) return true;
    if (this.topic.whenFull === 'discard-oldest') return false;
    return this.#logs.reduce((sum, log) => sum + log.retainedBytes, pending) > this.#limits.retainedBytes;
  }
}

/** Waits for all, so that no write is still under way when the caller hears of the first error. */
async function allSettledOrThrow(promises: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(promises);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
