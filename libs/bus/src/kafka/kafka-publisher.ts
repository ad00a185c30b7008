import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '@culprit/kernel';
import type * as Kafkajs from 'kafkajs';
import type { BusRecord, RecordPosition } from '../bus.js';
import { busError } from '../errors.js';
import { totalBytes } from '../partition-log.js';
import type { KafkaLibrary } from './codecs.js';
import type { KafkaBusOptions } from './kafka-options.js';

/** Bytes sent in one request; a larger publication goes alone. */
const maxRequestBytes = 8 << 20;

/** Records with their partitions, on the way to one topic. */
export interface Publication {
  readonly topic: string;
  readonly records: readonly BusRecord[];
  readonly partitions: readonly number[];
}

interface Waiting extends Publication {
  readonly bytes: number;
  readonly resolve: (positions: readonly RecordPosition[]) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Sends what publishers bring, one request at a time; what comes while one is under way goes with the next. So order
 * holds, many small publications cost one request, and the broker recognises a request that the client repeats.
 */
export class KafkaPublisher {
  readonly #client: Kafkajs.Kafka;
  readonly #logger: Logger;
  readonly #compression: Kafkajs.CompressionTypes;
  readonly #timeoutMs: number;
  readonly #maxPendingBytes: number;
  readonly #queue = new Set<Waiting>();
  #producer: Kafkajs.Producer | undefined;
  #pendingBytes = 0;
  #sending: Promise<void> | undefined;

  constructor(kafka: KafkaLibrary, client: Kafkajs.Kafka, options: KafkaBusOptions) {
    this.#client = client;
    this.#logger = options.logger;
    this.#compression = compressionOf(kafka, options.compression ?? 'none');
    this.#timeoutMs = options.publishTimeoutMs ?? 5_000;
    this.#maxPendingBytes = options.maxPendingBytes ?? 64 << 20;
  }

  /** Resolves when the records are on all in-sync copies. After a rejection some of them may be. */
  publish(publication: Publication): Promise<readonly RecordPosition[]> {
    const bytes = totalBytes(publication.records);
    if (this.#pendingBytes > 0 && this.#pendingBytes + bytes > this.#maxPendingBytes) {
      return Promise.reject(
        busError({
          code: 'CULPRIT_BUS_FULL',
          message: `${this.#pendingBytes} bytes wait for the broker already`,
          isRetryable: true,
        }),
      );
    }
    return new Promise((resolve, reject) => {
      this.#pendingBytes += bytes;
      const leave = (): void => {
        clearTimeout(timer);
        if (this.#queue.delete(waiting)) this.#pendingBytes -= bytes;
      };
      const waiting: Waiting = {
        ...publication,
        bytes,
        resolve(positions) {
          leave();
          resolve(positions);
        },
        reject(error) {
          leave();
          reject(error);
        },
      };
      const timer = setTimeout(() => waiting.reject(this.#late()), this.#timeoutMs);
      this.#queue.add(waiting);
      this.#sending ??= this.#send().finally(() => (this.#sending = undefined));
    });
  }

  /** Waits for the request under way as long as a publisher would: the client itself tries for ever. */
  async close(): Promise<void> {
    const waiting = new AbortController();
    const late = wait(this.#timeoutMs, undefined, { signal: waiting.signal }).catch(() => undefined);
    await Promise.race([this.#sending, late]);
    waiting.abort();
    await this.#producer?.disconnect();
  }

  async #send(): Promise<void> {
    while (this.#queue.size > 0) {
      const group = this.#nextGroup();
      try {
        const answer = await this.#request(group);
        for (const { waiting, offsets } of positionsOf(group, answer)) waiting.resolve(offsets);
      } catch (cause) {
        const error = unavailable(cause);
        for (const waiting of group) waiting.reject(error);
      }
    }
  }

  /** Publications for one request, in the order they came. */
  #nextGroup(): Waiting[] {
    const group: Waiting[] = [];
    let bytes = 0;
    for (const waiting of this.#queue) {
      bytes += waiting.bytes;
      if (group.length > 0 && bytes > maxRequestBytes) break;
      group.push(waiting);
    }
    return group;
  }

  async #request(group: readonly Waiting[]): Promise<Kafkajs.RecordMetadata[]> {
    const producer = await this.#connected();
    try {
      return await producer.sendBatch({
        acks: -1,
        timeout: this.#timeoutMs,
        compression: this.#compression,
        topicMessages: topicMessagesOf(group),
      });
    } catch (error) {
      // The client has lost count of what the broker has: a new producer starts a new count.
      this.#producer = undefined;
      producer.disconnect().catch(() => undefined);
      throw error;
    }
  }

  async #connected(): Promise<Kafkajs.Producer> {
    if (this.#producer !== undefined) return this.#producer;
    const producer = this.#client.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition ?? 0,
      retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: Number.MAX_SAFE_INTEGER },
    });
    await producer.connect();
    this.#producer = producer;
    return producer;
  }

  #late(): Error {
    this.#logger.debug({ timeoutMs: this.#timeoutMs }, 'no answer of the broker in time');
    return busError({
      code: 'CULPRIT_BUS_UNAVAILABLE',
      message: `no answer of the broker after ${this.#timeoutMs} ms; the records may be there`,
      isRetryable: true,
    });
  }
}

function compressionOf(
  { CompressionTypes }: KafkaLibrary,
  name: NonNullable<KafkaBusOptions['compression']>,
): Kafkajs.CompressionTypes {
  const types = {
    none: CompressionTypes.None,
    gzip: CompressionTypes.GZIP,
    snappy: CompressionTypes.Snappy,
    zstd: CompressionTypes.ZSTD,
  };
  return types[name];
}

function topicMessagesOf(group: readonly Waiting[]): Kafkajs.TopicMessages[] {
  return [...Map.groupBy(group, ({ topic }) => topic)].map(([topic, publications]) => ({
    topic,
    messages: publications.flatMap(({ records, partitions }) =>
      records.map((record, index) => messageOf(record, partitions[index] ?? 0)),
    ),
  }));
}

function messageOf({ key, value, headers }: BusRecord, partition: number): Kafkajs.Message {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return { key, value: bytes, partition, ...(headers === undefined ? {} : { headers: { ...headers } }) };
}

/** The broker answers with the first offset of every partition; records lie behind it in the order they were sent. */
function positionsOf(
  group: readonly Waiting[],
  answer: readonly Kafkajs.RecordMetadata[],
): { waiting: Waiting; offsets: readonly RecordPosition[] }[] {
  const next = new Map(
    answer.map(({ topicName, partition, baseOffset }) => [`${topicName} ${partition}`, Number(baseOffset)]),
  );
  return group.map((waiting) => ({
    waiting,
    offsets: waiting.partitions.map((partition) => {
      const place = `${waiting.topic} ${partition}`;
      const offset = next.get(place) ?? -1;
      next.set(place, offset + 1);
      return { partition, offset };
    }),
  }));
}

function unavailable(cause: unknown): Error {
  return busError({
    code: 'CULPRIT_BUS_UNAVAILABLE',
    message: `the broker did not take the records: ${cause instanceof Error ? cause.message : String(cause)}`,
    isRetryable: true,
    cause,
  });
}
