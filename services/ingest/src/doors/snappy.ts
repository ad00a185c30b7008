import { uncompress } from 'snappyjs';
import { DecodeError } from './decode-error.js';

/** A copy of 64 bytes takes three: no data can be packed more than about 22 times. */
const maxRatio = 24;
const headerBytes = 8;

/**
 * Unpacks a snappy block. A block says its length first, so a lie costs nothing.
 *
 * @throws DecodeError
 */
export function unpackSnappy(block: Uint8Array, maxBytes: number): Uint8Array {
  try {
    return uncompress(block, Math.min(maxBytes, (block.length + headerBytes) * maxRatio));
  } catch (cause) {
    throw new DecodeError('the body is not whole snappy data', { cause });
  }
}
