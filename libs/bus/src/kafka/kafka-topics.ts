import type { Logger } from '@culprit/kernel';
import type { Admin, ITopicConfig } from 'kafkajs';
import { busError } from '../errors.js';
import type { KafkaTopic } from './kafka-options.js';

const hourMs = 3_600_000;
/** What a record weighs beyond its value: key, headers and the frame round them. */
const recordOverheadBytes = 65_536;
const maxReplicas = 3;

/**
 * Creates the topics that are missing and says how many partitions each has. A topic that is there with another number
 * of partitions keeps it: keys would change their place otherwise.
 *
 * @throws AppError CULPRIT_BUS_UNAVAILABLE
 */
export async function ensureTopics(
  admin: Admin,
  { topics, replicationFactor, logger }: TopicSettings,
): Promise<ReadonlyMap<string, number>> {
  try {
    const known = new Set(await admin.listTopics());
    const missing = topics.filter(({ name }) => !known.has(name));
    if (missing.length > 0) {
      const { brokers } = await admin.describeCluster();
      const replicas = replicationFactor ?? Math.min(brokers.length, maxReplicas);
      await admin.createTopics({
        topics: missing.map((topic) => configOf(topic, replicas)),
        waitForLeaders: true,
        timeout: 15_000,
      });
    }
    const metadata = await admin.fetchTopicMetadata({ topics: topics.map(({ name }) => name) });
    const counts = new Map(metadata.topics.map(({ name, partitions }) => [name, partitions.length]));
    for (const { name, partitions } of topics) {
      const found = counts.get(name);
      if (found !== partitions) logger.warn({ topic: name, partitions, found }, 'topic has other partitions');
    }
    return counts;
  } catch (cause) {
    throw busError({
      code: 'CULPRIT_BUS_UNAVAILABLE',
      message: `the topics cannot be created or read: ${cause instanceof Error ? cause.message : String(cause)}`,
      isRetryable: true,
      hint: 'Check that the brokers can be reached and that this client may create topics.',
      cause,
    });
  }
}

interface TopicSettings {
  readonly topics: readonly KafkaTopic[];
  readonly replicationFactor: number | undefined;
  readonly logger: Logger;
}

function configOf(topic: KafkaTopic, replicas: number): ITopicConfig {
  const { name, partitions, maxRecordBytes, retentionHours, isCompacted } = topic;
  const settings: Record<string, string> = {
    'max.message.bytes': String(maxRecordBytes + recordOverheadBytes),
    'cleanup.policy': isCompacted === true ? 'compact,delete' : 'delete',
    // With three copies a write counts when two of them have it.
    'min.insync.replicas': String(Math.min(2, replicas)),
  };
  if (retentionHours !== undefined) settings['retention.ms'] = String(retentionHours * hourMs);
  return {
    topic: name,
    numPartitions: partitions,
    replicationFactor: replicas,
    configEntries: Object.entries(settings).map(([key, value]) => ({ name: key, value })),
  };
}
