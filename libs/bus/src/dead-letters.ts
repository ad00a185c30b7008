import { createHash } from 'node:crypto';
import { encodeDeadLetter, maxDeadLetterPayloadBytes, topicKey } from '@culprit/contracts';
import type { AppError } from '@culprit/kernel';
import type { BusRecord, ReceivedRecord } from './bus.js';

const maxTextLength = 1_024;

/** A record that can never be processed, who could not, and why. */
export interface RejectedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly group: string;
  readonly record: ReceivedRecord;
  readonly error: AppError;
  /** Takes secrets out of the beginning of the value before it is kept. */
  readonly redact: (payload: Uint8Array) => Uint8Array;
}

/**
 * The record to publish on a dead-letter topic. Only when that is durable may the offset of the rejected record be
 * committed. Not for retryable errors: a lost connection is no fault of the record.
 */
export function deadLetterOf(rejected: RejectedRecord): BusRecord {
  const { topic, partition, group, record, error, redact } = rejected;
  const value = encodeDeadLetter({
    topic,
    partition,
    offset: record.offset,
    group,
    reason: error.code,
    message: error.message.slice(0, maxTextLength),
    key: record.key.slice(0, maxTextLength),
    payload: redact(record.value.subarray(0, maxDeadLetterPayloadBytes)),
    payloadBytes: record.value.length,
    payloadSha256: createHash('sha256').update(record.value).digest(),
  });
  return { key: topicKey(topic, String(partition), String(record.offset)), value };
}
