import { createHash } from 'node:crypto';
import { encodeDeadLetter, maxDeadLetterPayloadBytes, topicKey } from '@culprit/contracts';
import { AppError } from '@culprit/kernel';
import type { BusProducer, ReceivedRecord } from './bus.js';

/** Options of {@link createDeadLetters}. */
export interface DeadLetterOptions {
  readonly bus: BusProducer;
  /** The dead-letter topic of the stage. */
  readonly topic: string;
  readonly group: string;
  /** Takes secrets out of the beginning of a value before it is kept. */
  readonly redact: (payload: Uint8Array) => Uint8Array;
}

/** A record that cannot be processed, and why. */
export interface RejectedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly record: ReceivedRecord;
  readonly error: unknown;
}

/** Keeps records that can never be processed. */
export interface DeadLetters {
  /** Resolves when the letter is durable: only then may the offset of the record be committed. */
  add(rejected: RejectedRecord): Promise<void>;
}

/** Dead letters of one stage. Only for permanent errors: a lost connection is no fault of the record. */
export function createDeadLetters(options: DeadLetterOptions): DeadLetters {
  const { bus, topic, group, redact } = options;
  return {
    async add({ topic: source, partition, record, error }) {
      const { key, offset, value } = record;
      const letter = encodeDeadLetter({
        topic: source,
        partition,
        offset,
        group,
        reason: error instanceof AppError ? error.code : 'CULPRIT_BUS_UNEXPECTED',
        message: (error instanceof Error ? error.message : String(error)).slice(0, 1024),
        key: key.slice(0, 1024),
        payload: redact(value.subarray(0, maxDeadLetterPayloadBytes)),
        payloadBytes: value.length,
        payloadSha256: createHash('sha256').update(value).digest(),
      });
      await bus.publish(topic, [{ key: topicKey(source, String(partition), String(offset)), value: letter }]);
    },
  };
}
