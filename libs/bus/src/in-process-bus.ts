import type { Logger } from '@culprit/kernel';
import type { Bus, BusRecord, PartitionLag, RecordPosition, SubscribeOptions, Subscription } from './bus.js';
import { defaultBatchLimits, defaultRetry } from './batch-defaults.js';
import { busClosed, busError, unknownTopic } from './errors.js';
import { GroupOffsets } from './group-offsets.js';
import { openStorage, type BusStorage } from './storage.js';
import { PartitionReader, type RetryPause } from './partition-reader.js';
import { TopicState, type BusTopic, type TopicLimits } from './topic-state.js';

const mebibyte = 1_048_576;

/** Options of {@link createInProcessBus}. */
export interface InProcessBusOptions {
  readonly topics: readonly BusTopic[];
  readonly logger: Logger;
  /** Where the segment logs live; without it everything is in memory and ends with the process. */
  readonly directory?: string;
  /** Room of every topic; the defaults are 64 MiB unread, and 256 MiB in memory or 4 GiB on disk uncommitted, 5 s. */
  readonly limits?: Partial<TopicLimits>;
  /** Pause before a failed batch comes again, default 100 ms doubling to 10 s. */
  readonly retry?: RetryPause;
  /** Size at which a segment file is closed, default 16 MiB. */
  readonly segmentBytes?: number;
}

/** Counters since the bus was opened. */
export interface BusStats {
  readonly publishedRecords: number;
  readonly redeliveries: number;
  /** Records of `discard-oldest` topics that went unread. */
  readonly discardedRecords: number;
  /** Unfinished bytes cut off the ends of segment files when the bus was opened. */
  readonly truncatedBytes: number;
  /** Bytes of segment files that could not be read. */
  readonly corruptBytes: number;
}

/** The bus of the one-process mode, with what an operator wants to see. */
export interface InProcessBus extends Bus {
  stats(): BusStats;
}

/**
 * Opens the bus of the one-process mode.
 *
 * @throws AppError CULPRIT_BUS_IN_USE when another process has the directory, CULPRIT_BUS_CORRUPT when the offsets
 * file is unreadable, CULPRIT_BUS_NO_ACCESS, CULPRIT_BUS_NO_SPACE
 */
export async function createInProcessBus(options: InProcessBusOptions): Promise<InProcessBus> {
  const limits: TopicLimits = {
    unreadBytes: 64 * mebibyte,
    retainedBytes: (options.directory === undefined ? 256 : 4096) * mebibyte,
    publishTimeoutMs: 5_000,
    ...options.limits,
  };
  const states = options.topics.map((topic) => new TopicState(topic, limits, options.logger));
  const storage = await openStorage({ ...options, segmentBytes: options.segmentBytes ?? 16 * mebibyte });
  try {
    const offsets = new GroupOffsets(storage.offsets);
    for (const state of states) {
      for (let partition = 0; partition < state.topic.partitions; partition++) {
        const log = await storage.openLog({
          topic: state.topic.name,
          partition,
          minEndOffset: offsets.highest(state.topic.name, partition),
          onAppended: (bytes) => state.appended(partition, bytes),
        });
        state.addLog(log);
      }
    }
    return new PartitionedBus({ states, storage, offsets, options });
  } catch (error) {
    await Promise.all(states.flatMap((state) => state.logs.map((log) => log.close())));
    await storage.close();
    throw error;
  }
}

interface Parts {
  readonly states: readonly TopicState[];
  readonly storage: BusStorage;
  readonly offsets: GroupOffsets;
  readonly options: InProcessBusOptions;
}

class PartitionedBus implements InProcessBus {
  readonly #states: ReadonlyMap<string, TopicState>;
  readonly #storage: BusStorage;
  readonly #offsets: GroupOffsets;
  readonly #options: InProcessBusOptions;
  /** Groups that read a topic, or are about to. */
  readonly #groups = new Set<string>();
  readonly #subscriptions = new Set<Subscription>();
  #redeliveries = 0;
  #closing: Promise<void> | undefined;
  #isClosed = false;

  constructor({ states, storage, offsets, options }: Parts) {
    this.#states = new Map(states.map((state) => [state.topic.name, state]));
    this.#storage = storage;
    this.#offsets = offsets;
    this.#options = options;
  }

  async publish(topic: string, records: readonly BusRecord[]): Promise<readonly RecordPosition[]> {
    if (this.#isClosed) throw busClosed();
    return this.#state(topic).publish(records);
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    if (this.#closing !== undefined) throw busClosed();
    const state = this.#state(options.topic);
    const name = `${options.group}\0${options.topic}`;
    if (this.#groups.has(name)) {
      throw busError({
        code: 'CULPRIT_BUS_GROUP_TAKEN',
        message: `${options.topic}: group ${options.group} is reading already`,
      });
    }
    this.#groups.add(name);
    try {
      await this.#offsets.register(options.group, options.topic);
      await options.onAssigned?.([...state.logs.keys()], () => true);
      if (this.#closing !== undefined) throw busClosed();
    } catch (error) {
      this.#groups.delete(name);
      throw error;
    }
    const subscription = this.#createSubscription(state, options, () => {
      this.#groups.delete(name);
      this.#subscriptions.delete(subscription);
    });
    this.#subscriptions.add(subscription);
    subscription.start();
    return subscription;
  }

  async committed(group: string, topic: string, partition: number): Promise<number | undefined> {
    this.#state(topic).log(partition);
    return Promise.resolve(this.#offsets.committed(group, topic, partition));
  }

  partitionCount(topic: string): number {
    return this.#state(topic).topic.partitions;
  }

  stats(): BusStats {
    const states = [...this.#states.values()];
    return {
      publishedRecords: states.reduce((sum, state) => sum + state.publishedRecords, 0),
      discardedRecords: states.reduce((sum, state) => sum + state.discardedRecords, 0),
      redeliveries: this.#redeliveries,
      ...this.#storage.damage(),
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const states = [...this.#states.values()];
    const stopped = [...this.#subscriptions].map((subscription) => subscription.close());
    for (const state of states) state.gate.close();
    await Promise.all(stopped);
    this.#isClosed = true;
    await Promise.all(states.flatMap((state) => state.logs.map((log) => log.close())));
    await this.#offsets.close();
    await this.#storage.close();
  }

  #createSubscription(state: TopicState, options: SubscribeOptions, onClose: () => void): GroupReader {
    const { topic, group } = options;
    const readers = state.logs.map((log, partition) => {
      const committed = this.#offsets.committed(group, topic, partition);
      const wanted = options.fromOffsets?.(partition) ?? committed ?? log.startOffset;
      return new PartitionReader({
        topic,
        group,
        partition,
        log,
        start: Math.min(Math.max(wanted, log.startOffset), log.endOffset),
        limits: {
          maxRecords: options.maxRecords ?? defaultBatchLimits.maxRecords,
          maxBytes: options.maxBytes ?? defaultBatchLimits.maxBytes,
        },
        retry: this.#options.retry ?? defaultRetry,
        onBatch: options.onBatch,
        onProgress: () => state.progressed(partition),
        onRedelivery: () => (this.#redeliveries += 1),
        logger: this.#options.logger,
      });
    });
    return new GroupReader({ state, group, readers, offsets: this.#offsets, options, onClose });
  }

  #state(topic: string): TopicState {
    const state = this.#states.get(topic);
    if (state !== undefined) return state;
    throw unknownTopic(topic);
  }
}

interface GroupReaderParts {
  readonly state: TopicState;
  readonly group: string;
  readonly readers: readonly PartitionReader[];
  readonly offsets: GroupOffsets;
  readonly options: Pick<SubscribeOptions, 'onRevoking'>;
  readonly onClose: () => void;
}

/** All partitions of one topic, read by one group. */
class GroupReader implements Subscription {
  readonly topic: string;
  readonly group: string;
  readonly #parts: GroupReaderParts;
  #closing: Promise<void> | undefined;

  constructor(parts: GroupReaderParts) {
    this.topic = parts.state.topic.name;
    this.group = parts.group;
    this.#parts = parts;
  }

  start(): void {
    this.#parts.state.addReaders(this.#parts.readers);
    for (const reader of this.#parts.readers) reader.start();
  }

  async commit(partition: number, offset: number): Promise<void> {
    const { state, offsets } = this.#parts;
    const end = state.log(partition).endOffset;
    if (!Number.isSafeInteger(offset) || offset < 0 || offset > end) {
      throw busError({
        code: 'CULPRIT_BUS_BAD_OFFSET',
        message: `${this.topic}: offset ${offset} committed, partition ${partition} ends at ${end}`,
      });
    }
    await offsets.commit(this.group, this.topic, partition, offset);
    const lowest = offsets.lowest(this.topic, partition);
    if (lowest !== undefined) await state.discardBefore(partition, lowest);
  }

  lag(): readonly PartitionLag[] {
    return this.#parts.readers.map(({ partition, position, failures }) => {
      const highWatermark = this.#parts.state.log(partition).endOffset;
      const committed = this.#parts.offsets.committed(this.group, this.topic, partition);
      return { partition, position, committed, highWatermark, lag: highWatermark - position, failures };
    });
  }

  async close(): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async #close(): Promise<void> {
    const { state, readers, options, onClose } = this.#parts;
    await Promise.all(readers.map((reader) => reader.close()));
    state.removeReaders(readers);
    try {
      await options.onRevoking?.();
    } finally {
      onClose();
    }
  }
}
