import { SPACE, WEIGHTS, isHexDigit } from './bytes.js';
import { HASH_PRIME, HASH_SEED } from './skeleton.js';
import { isReservedHash } from './words.js';

/** Longest plain word. */
export const MAX_PLAIN_WORD = 24;

/**
 * Whether a range is a *plain word*: it stands behind a blank and before one, or at the end of the line; it consists of
 * letters; and it is none of the words that the scanner reads in a way of their own. How the rest of a line is cut does
 * not depend on which plain word stands where one stands. O(length).
 */
export function isPlainWord(bytes: Uint8Array, from: number, to: number, lineEnd: number): boolean {
  const length = to - from;
  if (length < 1 || length > MAX_PLAIN_WORD || bytes[from - 1] !== SPACE) return false;
  if (to !== lineEnd && bytes[to] !== SPACE) return false;
  if (length >= 8 && (length & 3) === 0 && isHexDigit(bytes[from] ?? 0)) return false;
  let hash = HASH_SEED;
  for (let i = from; i < to; i++) {
    const byte = bytes[i] ?? 0;
    if (WEIGHTS[byte] !== 0) return false;
    hash = Math.imul(hash ^ byte, HASH_PRIME);
  }
  return !isReservedHash(hash);
}
