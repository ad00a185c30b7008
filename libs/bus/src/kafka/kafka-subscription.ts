import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '@culprit/kernel';
import type { Admin, Consumer, EachBatchPayload, KafkaMessage } from 'kafkajs';
import type { PartitionLag, ReceivedRecord, SubscribeOptions, Subscription } from '../bus.js';
import { busError } from '../errors.js';
import { PartitionReader, type RetryPause } from '../partition-reader.js';
import { FetchedLog } from './fetched-log.js';
import { committedOffsets, topicOffsets } from './kafka-offsets.js';
import { Membership, type MemberEvents } from './membership.js';
import type { JoinGate } from './patient-assigner.js';

/** How often the end of partitions is asked for that are not being fetched. */
const refreshIntervalMs = 1_000;

/** Options of {@link KafkaSubscription}. */
export interface KafkaSubscriptionOptions extends SubscribeOptions {
  readonly consumer: Consumer;
  /** Keeps the member from joining again before its last words are said. */
  readonly gate: JoinGate;
  /** Names at the broker. */
  readonly brokerTopic: string;
  readonly brokerGroup: string;
  readonly admin: Admin;
  readonly logger: Logger;
  readonly maxRecords: number;
  readonly maxBytes: number;
  readonly maxFetchedBytes: number;
  readonly sessionTimeoutMs: number;
  readonly retry: RetryPause;
  readonly onFatal: (error: Error) => void;
  readonly onClose: () => void;
}

interface Part {
  readonly log: FetchedLog;
  readonly reader: PartitionReader;
  committed: number | undefined;
  isPaused: boolean;
}

/**
 * One member of a consumer group. The client fetches into bounded queues, one a partition, and is paused where one is
 * full; handlers work on the queues. So a slow handler costs no membership, and offsets are committed only by those
 * who know that the work is durable.
 */
export class KafkaSubscription implements Subscription {
  readonly topic: string;
  readonly group: string;
  readonly #options: KafkaSubscriptionOptions;
  #parts = new Map<number, Part>();
  /** Rises with every assignment: work for an earlier one is given up. */
  #assignment = 0;
  #revoking: Promise<void> | undefined;
  #membership: Membership | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: KafkaSubscriptionOptions) {
    this.topic = options.topic;
    this.group = options.group;
    this.#options = options;
  }

  /** Joins the group; resolves when the first assignment is being read. */
  async start(): Promise<void> {
    const { consumer, topic, brokerTopic, logger, onFatal } = this.#options;
    const isReading = Promise.withResolvers<void>();
    this.#membership = new Membership(memberEvents(consumer), this.#options.sessionTimeoutMs);
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      const partitions = payload.memberAssignment[brokerTopic] ?? [];
      // Before the client fetches anything: where to begin is not known yet.
      if (partitions.length > 0) consumer.pause([{ topic: brokerTopic, partitions }]);
      void this.#assign(partitions).then(isReading.resolve);
    });
    consumer.on(consumer.events.REBALANCING, () => void this.#revoke());
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      logger.error(
        { topic, group: this.group, err: payload.error, restart: payload.restart },
        'consumer failed',
      );
      if (!payload.restart) onFatal(payload.error);
    });
    await consumer.connect();
    await consumer.subscribe({ topics: [brokerTopic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: (payload) => Promise.resolve(this.#take(payload)),
    });
    this.#timer = setInterval(() => void this.#refresh(), refreshIntervalMs);
    this.#timer.unref();
    await isReading.promise;
  }

  async commit(partition: number, offset: number): Promise<void> {
    const { consumer, topic, brokerTopic } = this.#options;
    const part = this.#parts.get(partition);
    if (part === undefined) throw notOwner(topic, partition);
    if (offset > part.log.highWatermark) await this.#refresh();
    if (!Number.isSafeInteger(offset) || offset < 0 || offset > part.log.highWatermark) {
      throw busError({
        code: 'CULPRIT_BUS_BAD_OFFSET',
        message: `${topic}: offset ${offset} committed, partition ${partition} ends at ${part.log.highWatermark}`,
      });
    }
    if (offset <= (part.committed ?? -1)) return;
    try {
      await consumer.commitOffsets([{ topic: brokerTopic, partition, offset: String(offset) }]);
    } catch (cause) {
      throw notOwner(topic, partition, cause);
    }
    part.committed = offset;
  }

  lag(): readonly PartitionLag[] {
    return [...this.#parts].map(([partition, { log, reader, committed }]) => {
      const { position, failures } = reader;
      const { highWatermark } = log;
      return { partition, position, committed, highWatermark, lag: highWatermark - position, failures };
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#revoke();
    this.#assignment++;
    await this.#options.consumer.disconnect();
    this.#options.onClose();
  }

  #take(payload: EachBatchPayload): void {
    const { batch } = payload;
    const part = this.#parts.get(batch.partition);
    if (part === undefined || payload.isStale()) return;
    part.log.highWatermark = Number(batch.highWatermark);
    const bytes = part.log.append(batch.messages.map(receivedOf));
    payload.resolveOffset(batch.lastOffset());
    part.reader.appended(bytes);
    if (!part.log.isFull) return;
    part.isPaused = true;
    this.#options.consumer.pause([{ topic: this.#options.brokerTopic, partitions: [batch.partition] }]);
  }

  /** Hands nothing out any more and lets the handler say its last word while commits still count. */
  #revoke(): Promise<void> {
    this.#revoking ??= this.#sayLastWords();
    return this.#revoking;
  }

  async #sayLastWords(): Promise<void> {
    const { gate } = this.#options;
    gate.isBusy = true;
    try {
      await this.#stopReading();
      await this.#options.onRevoking?.();
    } catch (error) {
      if (this.#closing !== undefined) throw error;
      this.#options.logger.warn({ topic: this.topic, err: error }, 'last words before a rebalance failed');
    } finally {
      gate.isBusy = false;
    }
  }

  async #stopReading(): Promise<void> {
    await Promise.all([...this.#parts.values()].map(({ reader }) => reader.close()));
  }

  /** Starts reading what the group gave to this member; tries again until it works or the next assignment comes. */
  async #assign(partitions: readonly number[]): Promise<void> {
    const assignment = ++this.#assignment;
    // A member that was given up for dead hears of it only now: what it had is lost to it.
    await (this.#revoking ?? this.#stopReading());
    this.#revoking = undefined;
    for (let failures = 1; assignment === this.#assignment; failures++) {
      try {
        await this.#begin(partitions, assignment);
        return;
      } catch (error) {
        const { logger, retry } = this.#options;
        logger.warn({ topic: this.topic, partitions, err: error }, 'partitions cannot be read yet');
        await wait(Math.min(retry.firstMs * 2 ** Math.min(failures, 30), retry.maxMs));
      }
    }
  }

  async #begin(partitions: readonly number[], assignment: number): Promise<void> {
    const { admin, topic, brokerTopic, group, brokerGroup, fromOffsets, onAssigned, logger } = this.#options;
    this.#parts = new Map();
    await onAssigned?.(
      partitions,
      () => assignment === this.#assignment && this.#membership?.isCertain === true,
    );
    const [ends, committed] = await Promise.all([
      topicOffsets(admin, brokerTopic),
      committedOffsets(admin, brokerGroup, brokerTopic),
    ]);
    if (assignment !== this.#assignment) return;
    for (const partition of partitions) {
      const { low = 0, high = 0 } = ends.get(partition) ?? {};
      const wanted = fromOffsets?.(partition) ?? committed.get(partition) ?? low;
      const start = Math.min(Math.max(wanted, low), high);
      if (wanted < low)
        logger.error({ topic, partition, wanted, low }, 'records expired before they were read');
      this.#parts.set(
        partition,
        this.#createPart({ partition, start, high, committed: committed.get(partition) }),
      );
    }
    logger.info({ topic, group, partitions }, 'partitions assigned');
  }

  #createPart({ partition, start, high, committed }: PartPlace): Part {
    const {
      consumer,
      topic,
      brokerTopic,
      group,
      logger,
      retry,
      onBatch,
      maxRecords,
      maxBytes,
      maxFetchedBytes,
    } = this.#options;
    const log = new FetchedLog({ start, highWatermark: high, maxBytes: maxFetchedBytes });
    const resume = (): void => {
      if (!part.isPaused || log.isFull) return;
      part.isPaused = false;
      consumer.resume([{ topic: brokerTopic, partitions: [partition] }]);
    };
    const reader = new PartitionReader({
      topic,
      group,
      partition,
      log,
      start,
      limits: { maxRecords, maxBytes },
      retry,
      onBatch,
      onProgress: resume,
      onRedelivery: () => undefined,
      logger,
    });
    const part: Part = { log, reader, committed, isPaused: true };
    consumer.seek({ topic: brokerTopic, partition, offset: String(start) });
    reader.start();
    resume();
    return part;
  }

  /** Learns how far partitions go that are paused, and thus tell nothing. */
  async #refresh(): Promise<void> {
    const parts = this.#parts;
    if (parts.size === 0) return;
    try {
      const ends = await topicOffsets(this.#options.admin, this.#options.brokerTopic);
      for (const [partition, { log }] of parts) log.highWatermark = ends.get(partition)?.high ?? 0;
    } catch (error) {
      this.#options.logger.debug({ topic: this.topic, err: error }, 'ends of partitions not known');
    }
  }
}

function memberEvents(consumer: Consumer): MemberEvents {
  const { REQUEST, HEARTBEAT, GROUP_JOIN } = consumer.events;
  return {
    onAnswer: (listener) => void consumer.on(REQUEST, ({ payload }) => listener(payload)),
    onAlive(listener) {
      consumer.on(HEARTBEAT, listener);
      consumer.on(GROUP_JOIN, listener);
    },
  };
}

type Header = string | Buffer;

interface PartPlace {
  readonly partition: number;
  readonly start: number;
  readonly high: number;
  readonly committed: number | undefined;
}

function receivedOf({ offset, key, value, headers }: KafkaMessage): ReceivedRecord {
  const entries = Object.entries(headers ?? {}).map(
    ([name, header]) => [name, textOf(header ?? '')] as const,
  );
  return {
    offset: Number(offset),
    key: key?.toString('utf8') ?? '',
    value: value ?? new Uint8Array(0),
    headers: Object.fromEntries(entries),
  };
}

/** Foreign producers may repeat a header; the first one counts. */
function textOf(header: Header | readonly Header[]): string {
  if (typeof header === 'string') return header;
  if (Buffer.isBuffer(header)) return header.toString('utf8');
  const [first] = header;
  return first === undefined ? '' : textOf(first);
}

function notOwner(topic: string, partition: number, cause?: unknown): Error {
  return busError({
    code: 'CULPRIT_BUS_NOT_OWNER',
    message: `${topic}: partition ${partition} belongs to another member of the group by now, or the broker is away`,
    isRetryable: true,
    cause,
  });
}
