import { createHash } from 'node:crypto';
import { encodeDeadLetter, maxDeadLetterPayloadBytes, topicKey } from '@culprit/contracts';
import type { AppError } from '@culprit/kernel';
import type { BusRecord, ReceivedRecord } from './bus.js';
import { redactSecrets } from './redact.js';

const maxTextLength = 1_024;

/** A record that can never be processed, who could not, and why. */
export interface RejectedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly group: string;
  readonly record: ReceivedRecord;
  readonly error: AppError;
}

/**
 * The record to publish on a dead-letter topic: where the record was, why it failed, and how it began, without what
 * looks like a secret. Only when that is durable may the offset of the rejected record be
 * committed. Not for retryable errors: a lost connection is no fault of the record.
 */
export function deadLetterOf(rejected: RejectedRecord): BusRecord {
  const { topic, partition, group, record, error } = rejected;
  const value = encodeDeadLetter({
    topic,
    partition,
    offset: record.offset,
    group,
    reason: error.code,
    message: error.message.slice(0, maxTextLength),
    key: record.key.slice(0, maxTextLength),
    payload: redactSecrets(record.value.subarray(0, maxDeadLetterPayloadBytes)),
    payloadBytes: record.value.length,
    payloadSha256: createHash('sha256').update(record.value).digest(),
  });
  return { key: topicKey(topic, String(partition), String(record.offset)), value };
}
