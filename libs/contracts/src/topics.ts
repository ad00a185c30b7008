/** What happens to records of a topic that nobody has read when its room is used up. */
export type FullPolicy =
  /** Publishers wait, then fail with a retryable error: nothing is lost. */
  | 'wait'
  /** The oldest records go, counted and logged. */
  | 'discard-oldest';

/** One row of the table of topics. */
export interface TopicDefinition {
  readonly name: string;
  /** Message of proto/ that a value holds. */
  readonly payload: string;
  /** What the key is made of: records of one key keep their order. */
  readonly key: readonly string[];
  readonly partitions: number;
  /** How long a broker keeps records; the in-process bus keeps them until every group has read them. */
  readonly retentionHours: number;
  /** True where only the last record of a key matters. */
  readonly isCompacted: boolean;
  /** Largest value accepted. */
  readonly maxRecordBytes: number;
  readonly whenFull: FullPolicy;
  /** Room of the in-process bus for records that nobody reads, where it is less than that of other topics. */
  readonly maxRetainedBytes?: number;
}

const mebibyte = 1_048_576;

/** Header of a record of {@link topics}.rawLogs that names the request it came from and its place in it. */
export const batchHeader = 'batch';

/** Every topic of the system; nothing else names one. */
export const topics = {
  rawLogs: {
    name: 'culprit.logs.raw.v1',
    payload: 'culprit.logs.v1.RawRecord',
    key: ['environment', 'log type'],
    partitions: 8,
    retentionHours: 72,
    isCompacted: false,
    maxRecordBytes: mebibyte,
    whenFull: 'wait',
  },
  structuredEvents: {
    name: 'culprit.events.structured.v1',
    payload: 'culprit.events.v1.StructuredBatch',
    key: ['environment', 'log type'],
    partitions: 8,
    retentionHours: 72,
    isCompacted: false,
    maxRecordBytes: 32 * mebibyte,
    whenFull: 'wait',
  },
  scoredAnomalies: {
    name: 'culprit.anomalies.scored.v1',
    payload: 'culprit.events.v1.AnomalyBatch',
    key: ['environment'],
    partitions: 8,
    retentionHours: 72,
    isCompacted: false,
    maxRecordBytes: 32 * mebibyte,
    whenFull: 'wait',
  },
  reportedIncidents: {
    name: 'culprit.incidents.reported.v1',
    payload: 'culprit.incidents.v1.ReportRevision',
    key: ['incident id'],
    partitions: 1,
    retentionHours: 168,
    isCompacted: true,
    maxRecordBytes: 32 * mebibyte,
    whenFull: 'wait',
  },
  structuringDeadLetters: deadLetters('structuring'),
  scoringDeadLetters: deadLetters('scoring'),
  correlationDeadLetters: deadLetters('correlation'),
} as const satisfies Record<string, TopicDefinition>;

/** The same table as a list. */
export const allTopics: readonly TopicDefinition[] = Object.values(topics);

function deadLetters(stage: string): TopicDefinition {
  return {
    name: `culprit.dlq.${stage}.v1`,
    payload: 'culprit.common.v1.DeadLetter',
    key: ['topic', 'partition', 'offset'],
    partitions: 1,
    retentionHours: 336,
    isCompacted: false,
    maxRecordBytes: 65_536,
    whenFull: 'discard-oldest',
    maxRetainedBytes: 64 * mebibyte,
  };
}

/** Separates the parts of a key; no name may hold it, so distinct parts never make the same key. */
const keySeparator = '\u001f';

/** Key of a record from its parts, in the order the table gives. */
export function topicKey(...parts: readonly string[]): string {
  return parts.join(keySeparator);
}
