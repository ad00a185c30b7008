import type { Admin } from 'kafkajs';

/** Offsets a partition holds: `low` inclusive, `high` exclusive. */
export interface OffsetBounds {
  readonly low: number;
  readonly high: number;
}

/** What the broker keeps of every partition of a topic. */
export async function topicOffsets(admin: Admin, topic: string): Promise<ReadonlyMap<number, OffsetBounds>> {
  const offsets = await admin.fetchTopicOffsets(topic);
  return new Map(
    offsets.map(({ partition, low, high }) => [partition, { low: Number(low), high: Number(high) }]),
  );
}

/** Next offset to read of every partition that a group has committed. */
export async function committedOffsets(
  admin: Admin,
  group: string,
  topic: string,
): Promise<ReadonlyMap<number, number>> {
  const answers = await admin.fetchOffsets({ groupId: group, topics: [topic] });
  return new Map(
    answers
      .flatMap(({ partitions }) => partitions)
      .map(({ partition, offset }) => [partition, Number(offset)] as const)
      .filter(([, offset]) => offset >= 0),
  );
}
