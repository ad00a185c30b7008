import { copyUntil } from './copy-bytes.js';

/** Byte-level JSON scanning without building values. Every function is iterative, so depth costs no stack. */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;

/** Position of the first byte at or after `position` that is not JSON white space. */
export function skipSpace(bytes: Uint8Array, position: number, end: number): number {
  let i = position;
  while (i < end) {
    const byte = bytes[i];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return i;
    i += 1;
  }
  return i;
}

/** Position just past the string whose opening quote is at `position`, or -1 when it does not end. O(length). */
export function skipString(bytes: Uint8Array, position: number, end: number): number {
  for (let i = position + 1; i < end; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) return i + 1;
    if (byte === BACKSLASH) i += 1;
  }
  return -1;
}

/**
 * Position just past the value that starts at `position`, or -1 when it is cut off or is no value.
 * Objects and arrays are checked for balanced brackets only. O(length), no recursion.
 */
export function skipValue(bytes: Uint8Array, position: number, end: number): number {
  const first = bytes[position];
  if (first === QUOTE) return skipString(bytes, position, end);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return skipNested(bytes, position, end);
  let i = position;
  while (i < end && !isValueEnd(bytes[i])) i += 1;
  return i === position || first === QUOTE || !isScalarStart(first) ? -1 : i;
}

function skipNested(bytes: Uint8Array, position: number, end: number): number {
  let depth = 0;
  for (let i = position; i < end; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) {
      const after = skipString(bytes, i, end);
      if (after < 0) return -1;
      i = after - 1;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth += 1;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth -= 1;
      if (depth === 0) return i + 1;
    }
  }
  return -1;
}

function isValueEnd(byte: number | undefined): boolean {
  return (
    byte === COMMA ||
    byte === CLOSE_BRACE ||
    byte === CLOSE_BRACKET ||
    byte === 0x20 ||
    byte === 0x0a ||
    byte === 0x0d ||
    byte === 0x09
  );
}

/** A number, or the first letter of true, false, null. */
function isScalarStart(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return (byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x74 || byte === 0x66 || byte === 0x6e;
}

/**
 * Writes the text of a JSON string (the bytes between its quotes) as UTF-8 to `target` and returns the position after
 * it. The text is never longer than its source. Lone surrogates become U+FFFD; an unknown escape keeps its letter.
 */
export function unescapeInto(
  source: Uint8Array,
  range: { readonly start: number; readonly end: number },
  target: Uint8Array,
  targetStart: number,
): number {
  let i = range.start;
  let out = targetStart;
  for (;;) {
    const from = i;
    i = copyUntil(BACKSLASH, source, { start: from, end: range.end }, target, out);
    out += i - from;
    if (i >= range.end) return out;
    if (i + 1 === range.end) {
      target[out] = BACKSLASH;
      return out + 1;
    }
    const escape = source[i + 1] ?? 0;
    if (escape !== 0x75) {
      target[out] = plainEscape(escape);
      out += 1;
      i += 2;
      continue;
    }
    let code = hex4(source, i + 2, range.end);
    i += code < 0 ? 2 : 6;
    if (code >= 0xd800 && code < 0xdc00 && source[i] === BACKSLASH && source[i + 1] === 0x75) {
      const low = hex4(source, i + 2, range.end);
      if (low >= 0xdc00 && low < 0xe000) {
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        i += 6;
      }
    }
    out = writeCodePoint(code < 0 || (code >= 0xd800 && code < 0xe000) ? 0xfffd : code, target, out);
  }
}

function plainEscape(letter: number): number {
  switch (letter) {
    case 0x6e:
      return 0x0a;
    case 0x74:
      return 0x09;
    case 0x72:
      return 0x0d;
    case 0x62:
      return 0x08;
    case 0x66:
      return 0x0c;
    default:
      return letter;
  }
}

function hex4(bytes: Uint8Array, position: number, end: number): number {
  if (position + 4 > end) return -1;
  let value = 0;
  for (let i = position; i < position + 4; i++) {
    const digit = hexDigit(bytes[i] ?? 0);
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** Writes one code point as UTF-8 (1 to 4 bytes) and returns the position after it. */
export function writeCodePoint(code: number, target: Uint8Array, position: number): number {
  if (code < 0x80) {
    target[position] = code;
    return position + 1;
  }
  if (code < 0x800) {
    target[position] = 0xc0 | (code >> 6);
    target[position + 1] = 0x80 | (code & 0x3f);
    return position + 2;
  }
  if (code < 0x10000) {
    target[position] = 0xe0 | (code >> 12);
    target[position + 1] = 0x80 | ((code >> 6) & 0x3f);
    target[position + 2] = 0x80 | (code & 0x3f);
    return position + 3;
  }
  target[position] = 0xf0 | (code >> 18);
  target[position + 1] = 0x80 | ((code >> 12) & 0x3f);
  target[position + 2] = 0x80 | ((code >> 6) & 0x3f);
  target[position + 3] = 0x80 | (code & 0x3f);
  return position + 4;
}
