import type * as Kafkajs from 'kafkajs';
import type { Bus, BusRecord, RecordPosition, SubscribeOptions, Subscription } from '../bus.js';
import { defaultBatchLimits, defaultRetry } from '../batch-defaults.js';
import { busClosed, busError, unknownTopic } from '../errors.js';
import { partitionOf } from '../partitioner.js';
import type { KafkaLibrary } from './codecs.js';
import { createClient, loadKafka } from './kafka-client.js';
import { committedOffsets, topicOffsets } from './kafka-offsets.js';
import type { KafkaBusOptions } from './kafka-options.js';
import { KafkaPublisher } from './kafka-publisher.js';
import { KafkaSubscription } from './kafka-subscription.js';
import { ensureTopics } from './kafka-topics.js';
import { patientAssigner, type JoinGate } from './patient-assigner.js';

/** Longest wait of one fetch: how late a partition goes on that was paused, and how long closing takes. */
const fetchWaitMs = 200;
const defaultFetchedBytes = 8 << 20;
const defaultSessionTimeoutMs = 30_000;

/** The bus over Kafka, with what only a broker can tell. */
export interface KafkaBus extends Bus {
  /** Records of a topic that a group has not committed yet, whoever its members are. */
  groupLag(group: string, topic: string): Promise<number>;
}

/**
 * Opens the bus over a Kafka cluster and creates the topics that are missing.
 *
 * @throws AppError CULPRIT_BUS_UNAVAILABLE when no broker answers or the topics cannot be created
 */
export async function createKafkaBus(options: KafkaBusOptions): Promise<KafkaBus> {
  const kafka = await loadKafka();
  const client = createClient(kafka, options);
  const admin = client.admin();
  try {
    await admin.connect();
    const { replicationFactor, logger, prefix = '' } = options;
    const topics = options.topics.map((topic) => ({ ...topic, name: prefix + topic.name }));
    const partitions = await ensureTopics(admin, { topics, replicationFactor, logger });
    return new BrokerBus({ kafka, client, admin, partitions, options });
  } catch (cause) {
    await admin.disconnect();
    throw busError({
      code: 'CULPRIT_BUS_UNAVAILABLE',
      message: `cannot work with Kafka at ${options.brokers.join(', ')}: ${cause instanceof Error ? cause.message : String(cause)}`,
      isRetryable: true,
      hint: 'Check that a broker listens there and that this client may create topics.',
      cause,
    });
  }
}

interface Parts {
  readonly kafka: KafkaLibrary;
  readonly client: Kafkajs.Kafka;
  readonly admin: Kafkajs.Admin;
  readonly partitions: ReadonlyMap<string, number>;
  readonly options: KafkaBusOptions;
}

class BrokerBus implements KafkaBus {
  readonly #parts: Parts;
  readonly #prefix: string;
  readonly #publisher: KafkaPublisher;
  readonly #maxBytesByTopic: ReadonlyMap<string, number>;
  readonly #subscriptions = new Map<string, KafkaSubscription>();
  #closing: Promise<void> | undefined;

  constructor(parts: Parts) {
    const { kafka, client, options } = parts;
    this.#parts = parts;
    this.#prefix = options.prefix ?? '';
    this.#publisher = new KafkaPublisher(kafka, client, options);
    this.#maxBytesByTopic = new Map(options.topics.map(({ name, maxRecordBytes }) => [name, maxRecordBytes]));
  }

  async publish(topic: string, records: readonly BusRecord[]): Promise<readonly RecordPosition[]> {
    if (this.#closing !== undefined) throw busClosed();
    const count = this.partitionCount(topic);
    const maxRecordBytes = this.#maxBytesByTopic.get(topic) ?? 0;
    const partitions = records.map((record) => {
      const partition = record.partition ?? partitionOf(record.key, count);
      if (!(partition >= 0 && partition < count)) {
        throw busError({
          code: 'CULPRIT_BUS_BAD_PARTITION',
          message: `${topic}: partition ${partition} of ${count}`,
        });
      }
      if (record.value.length > maxRecordBytes) {
        throw busError({
          code: 'CULPRIT_BUS_TOO_LARGE',
          message: `${topic}: record of ${record.value.length} bytes, at most ${maxRecordBytes}`,
        });
      }
      return partition;
    });
    if (records.length === 0) return [];
    return await this.#publisher.publish({ topic: this.#prefix + topic, records, partitions });
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    if (this.#closing !== undefined) throw busClosed();
    this.partitionCount(options.topic);
    const { topic, group } = options;
    const name = `${group}\0${topic}`;
    if (this.#subscriptions.has(name)) {
      throw busError({
        code: 'CULPRIT_BUS_GROUP_TAKEN',
        message: `${topic}: group ${group} is reading already`,
      });
    }
    const { admin, options: settings } = this.#parts;
    const gate: JoinGate = { isBusy: false };
    const subscription = new KafkaSubscription({
      ...defaultBatchLimits,
      ...options,
      consumer: this.#createConsumer(this.#prefix + group, gate),
      gate,
      brokerTopic: this.#prefix + topic,
      brokerGroup: this.#prefix + group,
      admin,
      logger: settings.logger,
      retry: settings.retry ?? defaultRetry,
      maxFetchedBytes: settings.maxFetchedBytes ?? defaultFetchedBytes,
      sessionTimeoutMs: settings.sessionTimeoutMs ?? defaultSessionTimeoutMs,
      onFatal: settings.onFatal,
      onClose: () => this.#subscriptions.delete(name),
    });
    this.#subscriptions.set(name, subscription);
    await subscription.start();
    return subscription;
  }

  async committed(group: string, topic: string, partition: number): Promise<number | undefined> {
    this.partitionCount(topic);
    const offsets = await committedOffsets(this.#parts.admin, this.#prefix + group, this.#prefix + topic);
    return offsets.get(partition);
  }

  async groupLag(group: string, topic: string): Promise<number> {
    const { admin } = this.#parts;
    const [ends, committed] = await Promise.all([
      topicOffsets(admin, this.#prefix + topic),
      committedOffsets(admin, this.#prefix + group, this.#prefix + topic),
    ]);
    let lag = 0;
    for (const [partition, { low, high }] of ends) lag += high - Math.max(low, committed.get(partition) ?? 0);
    return lag;
  }

  partitionCount(topic: string): number {
    const count = this.#parts.partitions.get(this.#prefix + topic);
    if (count === undefined) throw unknownTopic(topic);
    return count;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#subscriptions.values()].map((subscription) => subscription.close()));
    await this.#publisher.close();
    await this.#parts.admin.disconnect();
  }

  #createConsumer(group: string, gate: JoinGate): Kafkajs.Consumer {
    const sessionTimeout = this.#parts.options.sessionTimeoutMs ?? defaultSessionTimeoutMs;
    const { client, kafka } = this.#parts;
    return client.consumer({
      groupId: group,
      sessionTimeout,
      heartbeatInterval: Math.min(3_000, sessionTimeout / 3),
      maxWaitTimeInMs: fetchWaitMs,
      maxBytesPerPartition: 4 << 20,
      maxBytes: 32 << 20,
      allowAutoTopicCreation: false,
      partitionAssigners: [patientAssigner(kafka, gate)],
      // Joining again waits as long as the group does: a minute.
      retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 30 },
    });
  }
}
