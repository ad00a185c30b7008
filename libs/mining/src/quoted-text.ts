import {
  APOSTROPHE,
  BACKSLASH,
  BLANK,
  CLOSE_PAREN,
  COLON,
  EQUALS,
  OPEN_PAREN,
  QUOTE,
  SLASH,
  SPACE,
  WEIGHTS,
  isDigit,
  isLetter,
} from './bytes.js';
import { CONSTANT, HASH_PRIME, HASH_SEED } from './skeleton.js';
import type { Skeleton } from './skeleton.js';
import { isMessageKey, isFailureKey } from './words.js';

/** Longest quoted text that is looked at for its end. */
const MAX_TEXT = 4_096;
/** Longest name of a key that is looked up. */
const MAX_KEY = 16;

const QUOTE_COLON = (QUOTE << 8) | COLON;
const QUOTE_COLON_SPACE = (QUOTE << 16) | (COLON << 8) | SPACE;

/** Whether a quote after this gap opens the value of a key: `key="`, `"key":"`, `"key": "`. */
export function opensValue(gap: number): boolean {
  if ((gap & 0xff) === EQUALS) return true;
  return (gap & 0xffff) === QUOTE_COLON || (gap & 0xffffff) === QUOTE_COLON_SPACE;
}

/**
 * Whether the text quoted as value of the last element's key is a value as a whole: neither what the statement says
 * nor what went wrong, by which events are told apart.
 */
export function isPlainKey(keyHash: number): boolean {
  return !isMessageKey(keyHash) && !isFailureKey(keyHash);
}

/** The mark at `i`, escaped or not, with something other than `:` or `=` behind it, which would make it a key. */
export function closesQuote(bytes: Uint8Array, i: number, end: number, mark: number): boolean {
  const at = i < end && bytes[i] === BACKSLASH ? i + 1 : i;
  if (at >= end || bytes[at] !== mark) return false;
  return at + 1 >= end || (bytes[at + 1] !== COLON && bytes[at + 1] !== EQUALS);
}

/** Whether a user agent begins here: a product and its version (RFC 9110, 10.1.5), other than the protocol itself. */
export function startsProduct(bytes: Uint8Array, at: number, end: number): boolean {
  let i = at;
  while (i < end && (isLetter(bytes[i] ?? 0) || bytes[i] === 0x2d)) i++;
  const isHttp = i - at === 4 && bytes[at] === 0x48 && bytes[at + 1] === 0x54;
  return i > at && i + 1 < end && bytes[i] === SLASH && isDigit(bytes[i + 1] ?? 0) && !isHttp;
}

/**
 * Position of the quote that ends a text of several words begun at `from`, or -1 when it is one word, has no end or
 * is followed by a letter, a digit or a colon. Escaped quotes belong to the text.
 */
export function endOfQuotedText(bytes: Uint8Array, from: number, end: number): number {
  const limit = Math.min(end, from + MAX_TEXT);
  let hasBlank = false;
  let i = from;
  for (; i < limit && bytes[i] !== QUOTE; i++) {
    if (bytes[i] === BACKSLASH) i += 1;
    else if (bytes[i] === SPACE) hasBlank = true;
  }
  if (!hasBlank || i >= limit) return -1;
  const next = i + 1 < end ? (bytes[i + 1] ?? 0) : SPACE;
  return isLetter(next) || isDigit(next) || next === COLON ? -1 : i;
}

/**
 * Whether the line says something in words besides the values of keys: before `at`, in the elements read so far, or
 * behind it under a key for messages. Without such words a quoted text is all there is to tell events apart.
 */
export function hasStatement(line: Skeleton, bytes: Uint8Array, at: number, end: number): boolean {
  for (let i = 0; i < line.size; i++) {
    const isFree = line.kinds[i] === CONSTANT && (line.gaps[i] === SPACE || line.gaps[i] === 0);
    const isLast = i + 1 === line.size;
    if (isFree && !isLast && !startsWithMark(line.gaps[i + 1] ?? 0)) return true;
    if (isMessageKey(line.hashes[i] ?? 0)) return true;
  }
  for (let i = at; i < end; i++) {
    const isKeyEnd = bytes[i] === EQUALS || (bytes[i] === QUOTE && i + 1 < end && bytes[i + 1] === COLON);
    if (isKeyEnd && isMessageKey(hashOfKeyBefore(bytes, at, i))) return true;
  }
  return false;
}

/** Whether a gap starts with `=`, `:` or the closing quote of a key. */
function startsWithMark(gap: number): boolean {
  let first = gap;
  while (first >>> 8 !== 0) first >>>= 8;
  return first === EQUALS || first === COLON || first === QUOTE;
}

function hashOfKeyBefore(bytes: Uint8Array, from: number, keyEnd: number): number {
  let start = keyEnd;
  while (start > from && keyEnd - start < MAX_KEY && isLetter(bytes[start - 1] ?? 0)) start--;
  let hash = HASH_SEED;
  for (let i = start; i < keyEnd; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), HASH_PRIME);
  return hash;
}

/** Whether nothing stands where a value would, `close` ending its marks: `key=""`, `"key":""`, `name ""`, `call ()`. */
export function isEmptyValue(bytes: Uint8Array, close: number, lineStart: number): boolean {
  if (close - 2 < lineStart) return false;
  const mark = bytes[close];
  const isBehindBlank = WEIGHTS[bytes[close - 2] ?? 0] === BLANK;
  if (mark === CLOSE_PAREN) return bytes[close - 1] === OPEN_PAREN && isBehindBlank;
  if ((mark !== QUOTE && mark !== APOSTROPHE) || bytes[close - 1] !== mark) return false;
  return isBehindBlank || bytes[close - 2] === EQUALS || bytes[close - 2] === COLON;
}

/** Whether `=` at `equals` has no value: the next word is already a key, or the line ends. */
export function lacksValue(bytes: Uint8Array, equals: number, end: number): boolean {
  let i = equals + 1;
  while (i < end && bytes[i] === SPACE) i++;
  const from = i;
  while (i < end && isKeyByte(bytes[i] ?? 0)) i++;
  return (
    from === end || (i > from && i < end && bytes[i] === EQUALS && (i + 1 === end || bytes[i + 1] !== SPACE))
  );
}

function isKeyByte(byte: number): boolean {
  return isLetter(byte) || isDigit(byte) || byte === 0x5f || byte === 0x2d || byte === 0x2e;
}
