/** A record to publish. The bus owns `value` from then on: do not change it afterwards. */
export interface BusRecord {
  /** Records of one key keep their order. */
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** Overrules the partition that the key would give. */
  readonly partition?: number;
}

/** Where a published record went. */
export interface RecordPosition {
  readonly partition: number;
  readonly offset: number;
}

/** A record as a consumer sees it; `value` may be a view of a larger buffer and is never changed. */
export interface ReceivedRecord {
  readonly offset: number;
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** Consecutive records of one partition, never empty, in order of offset. Offsets may have gaps. */
export interface BusBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly ReceivedRecord[];
  /** Offset that the next published record will get: `highWatermark - last offset - 1` records are still unread. */
  readonly highWatermark: number;
}

/** How to read a topic. */
export interface SubscribeOptions {
  readonly topic: string;
  /** Consumer group: each group reads every record; one subscription per group and topic. */
  readonly group: string;
  /**
   * First offset to read, where a snapshot knows better than the bus; undefined falls back to the committed offset,
   * and without one to the oldest record.
   */
  readonly fromOffsets?: (partition: number) => number | undefined;
  /**
   * Called before the first batch, and again whenever the group spreads its partitions anew: from then on this
   * subscription reads `partitions` and no other, and what it knows of any of them may be out of date. Offsets are asked
   * for afterwards. When it rejects, it is called again after a pause.
   *
   * `isOurs` says whether the partitions can still be nobody else's. A member that the system froze for longer than its
   * group waits gets false when it goes on, before it can know why: what it had in hand is no longer its to do.
   */
  readonly onAssigned?: (partitions: readonly number[], isOurs: () => boolean) => Promise<void>;
  /**
   * Called when the partitions may go to somebody else, and before the subscription closes: no batch is under way, and
   * commits still count. Where a member is given up for dead it is not called.
   */
  readonly onRevoking?: () => Promise<void>;
  /**
   * Called with one batch of a partition at a time. When it resolves, reading goes on behind the batch; nothing is
   * committed by that. When it rejects, the same records come again after a pause that grows.
   */
  readonly onBatch: (batch: BusBatch) => Promise<void>;
  /** Most records in a batch, default 64. */
  readonly maxRecords?: number;
  /** Most bytes of values in a batch, default 4 MiB; a single larger record comes alone. */
  readonly maxBytes?: number;
}

/** How far one partition has been read. */
export interface PartitionLag {
  readonly partition: number;
  /** Next offset to hand out. */
  readonly position: number;
  /** Next offset to read after a restart; undefined before the first commit. */
  readonly committed: number | undefined;
  readonly highWatermark: number;
  /** `highWatermark - position`: records not yet processed. */
  readonly lag: number;
  /** Failed attempts at the batch that is being handled; 0 when all is well. */
  readonly failures: number;
}

/** A running reader of one topic. */
export interface Subscription {
  readonly topic: string;
  readonly group: string;
  /**
   * Says that everything before `offset` is done: reading starts there after a restart. Resolves when durable.
   * Records that every known group has committed may be deleted. A lower offset than the one committed is ignored. @throws AppError
   * CULPRIT_BUS_BAD_OFFSET behind the end, CULPRIT_BUS_NOT_OWNER when the partition belongs to somebody else by now.
   */
  commit(partition: number, offset: number): Promise<void>;
  lag(): readonly PartitionLag[];
  /** Stops reading; resolves when the batch in flight is handled. */
  close(): Promise<void>;
}

/** The publishing half of the port. */
export interface BusProducer {
  /**
   * Appends records, in the order given within each partition. Resolves when all of them are durable, with their
   * positions in the order of `records`.
   *
   * Waits while more unread bytes are queued than allowed. On rejection some records may be there: publish again,
   * readers recognise repeats by their ids.
   *
   * @throws AppError CULPRIT_BUS_FULL (retryable) when the wait was too long, CULPRIT_BUS_NO_SPACE (retryable),
   * CULPRIT_BUS_TOO_LARGE, CULPRIT_BUS_UNKNOWN_TOPIC, CULPRIT_BUS_BAD_PARTITION, CULPRIT_BUS_CLOSED
   */
  publish(topic: string, records: readonly BusRecord[]): Promise<readonly RecordPosition[]>;
}

/** The reading half of the port. */
export interface BusConsumer {
  subscribe(options: SubscribeOptions): Promise<Subscription>;
  /** Next offset to read of a group, undefined before its first commit. */
  committed(group: string, topic: string, partition: number): Promise<number | undefined>;
}

/** Topics cut into ordered partitions, in Kafka's words. At-least-once: a record may come again after a failure. */
export interface Bus extends BusProducer, BusConsumer {
  partitionCount(topic: string): number;
  /** Stops all subscriptions, waits for the batches in flight and for pending writes. */
  close(): Promise<void>;
}
