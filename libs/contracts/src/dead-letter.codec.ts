import { malformed } from './errors.js';
import { DeadLetter as WireDeadLetter } from './gen/culprit/common/v1/dead_letter.js';
import { decodeWire, toSafeInteger } from './wire.js';

/** Most bytes of a value that a dead letter keeps. */
export const maxDeadLetterPayloadBytes = 16_384;

/** A record that can never be processed: where it was, why it failed, and the beginning of what it held. */
export interface DeadLetter {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly group: string;
  /** Stable error code. */
  readonly reason: string;
  readonly message: string;
  readonly key: string;
  /** Redacted, at most {@link maxDeadLetterPayloadBytes}. */
  readonly payload: Uint8Array;
  /** Size of the whole value. */
  readonly payloadBytes: number;
  /** SHA-256 of the whole value, 32 bytes. */
  readonly payloadSha256: Uint8Array;
}

/** Bytes of a record of a dead-letter topic. */
export function encodeDeadLetter(letter: DeadLetter): Uint8Array<ArrayBuffer> {
  return WireDeadLetter.encode({
    ...letter,
    payload: letter.payload.subarray(0, maxDeadLetterPayloadBytes),
    offset: BigInt(letter.offset),
    payloadBytes: BigInt(letter.payloadBytes),
  }).finish();
}

/** The inverse of {@link encodeDeadLetter}. @throws AppError CULPRIT_CONTRACTS_MALFORMED */
export function decodeDeadLetter(bytes: Uint8Array): DeadLetter {
  const wire = decodeWire(WireDeadLetter, bytes, 'dead letter');
  if (wire.topic === '' || wire.reason === '') throw malformed('dead letter: no topic or no reason');
  return {
    ...wire,
    offset: toSafeInteger(wire.offset, 'dead letter: offset'),
    payloadBytes: toSafeInteger(wire.payloadBytes, 'dead letter: payload bytes'),
  };
}
