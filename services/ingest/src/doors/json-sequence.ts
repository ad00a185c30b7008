const QUOTE = 0x22;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const BACKSLASH = 0x5c;

/**
 * Ranges of JSON objects that stand one after the other, with blanks or commas between them. Whatever else stands there is
 * a range of its own, so that its reader can count it; an object that does not end reaches to the end. The object is the
 * same each time. O(length).
 */
export function* objectsIn(bytes: Uint8Array): Generator<{ start: number; end: number }> {
  const range = { start: 0, end: 0 };
  for (let i = 0; i < bytes.length; i = range.end) {
    range.start = i;
    range.end = isBetween(bytes[i])
      ? i + 1
      : bytes[i] === OPEN_BRACE
        ? endOfObject(bytes, i)
        : endOfRest(bytes, i);
    if (!isBetween(bytes[i])) yield range;
  }
}

function isBetween(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x2c || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
}

function endOfObject(bytes: Uint8Array, start: number): number {
  let depth = 0;
  for (let i = start; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) i = endOfString(bytes, i);
    else if (byte === OPEN_BRACE) depth += 1;
    else if (byte === CLOSE_BRACE) {
      depth -= 1;
      if (depth === 0) return i + 1;
    }
  }
  return bytes.length;
}

/** Up to the next object, or to the end. */
function endOfRest(bytes: Uint8Array, start: number): number {
  const next = bytes.indexOf(OPEN_BRACE, start);
  return next < 0 ? bytes.length : next;
}

/** Position of the closing quote, or past the end. */
function endOfString(bytes: Uint8Array, start: number): number {
  let i = start + 1;
  while (i < bytes.length && bytes[i] !== QUOTE) i += bytes[i] === BACKSLASH ? 2 : 1;
  return i;
}
