import { DIGIT, LETTER, TOKEN_SIGN, hasWord, isOf } from './byte-classes.js';

/** Shortest value that is believed to be a credential by its looks alone. */
const minOpaqueBytes = 8;
/** From here on letters alone may be one, when nothing divides them into words. */
const longRunBytes = 20;

/**
 * True for what looks made by a machine to be guessed by nobody: one piece, with letters and digits, or long with
 * letters in both cases. Words, numbers, names such as `default/web-tls` and counts are not.
 */
export function isOpaque(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length < minOpaqueBytes) return false;
  let digits = 0;
  let upper = 0;
  let lower = 0;
  let joints = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] ?? 0;
    if (isOf(bytes, i, DIGIT)) digits++;
    else if (isOf(bytes, i, LETTER)) {
      if (byte < 0x61) upper++;
      else lower++;
    } else if (isOf(bytes, i, TOKEN_SIGN)) joints++;
    else return false;
  }
  const letters = upper + lower;
  if (letters === 0) return digits >= longRunBytes;
  if (digits > 0) return joints * 4 <= length;
  return length >= longRunBytes && joints * 16 <= length && (joints === 0 || (upper > 0 && lower > 0));
}

const emptyWords = ['null', 'nil', 'none', 'undefined', 'true', 'false', 'yes', 'no'];

/** True where a value says that there is none: empty, `null`, `****`, `<hidden>`, `[FILTERED]`, `${VARIABLE}`, `%s`. */
export function isPlaceholder(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start];
  if (end <= start || first === undefined) return true;
  if (isBracketed(bytes, start, end)) return true;
  if (first === 0x25 && end - start === 2) return true;
  if (emptyWords.some((word) => word.length === end - start && hasWord(bytes, start, end, word))) return true;
  return isMask(bytes, start, end);
}

/** `<…>`, `[…]`, `${…}`, `$(…)`, `{{…}}`: a name that stands for a value. */
function isBracketed(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start];
  const second = bytes[start + 1];
  const closing = first === 0x3c ? 0x3e : 0x5d;
  // Where a value is not in quotes, the bracket ends it.
  if (first === 0x3c || first === 0x5b) return bytes[end - 1] === closing || bytes[end] === closing;
  if (first === 0x24) return second === 0x7b || second === 0x28;
  return first === 0x7b && second === 0x7b;
}

/** `****`, `----`, `xxxx`: no letter or digit but x. */
function isMask(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++)
    if (isOf(bytes, i, LETTER | DIGIT) && ((bytes[i] ?? 0) | 0x20) !== 0x78) return false;
  return true;
}
