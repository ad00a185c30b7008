import { createHash } from 'node:crypto';
import type { BusBatch, ReceivedRecord } from '@culprit/bus';
import { encodeDeadLetter, maxDeadLetterPayloadBytes, topicKey } from '@culprit/contracts';
import type { AppError } from '@culprit/kernel';
import type { StageOutput } from './stage-runner.js';

/** Makes dead letters for a stage: where the record was, why it cannot be read, and the beginning of what it held. */
export function createDeadLetters(topic: string, group: string) {
  return (batch: BusBatch, record: ReceivedRecord, cause: AppError): StageOutput => ({
    topic,
    key: topicKey(batch.topic, String(batch.partition), String(record.offset)),
    value: encodeDeadLetter({
      topic: batch.topic,
      partition: batch.partition,
      offset: record.offset,
      group,
      reason: cause.code,
      message: cause.message,
      key: record.key,
      payload: record.value.slice(0, maxDeadLetterPayloadBytes),
      payloadBytes: record.value.length,
      payloadSha256: createHash('sha256').update(record.value).digest(),
    }),
  });
}
