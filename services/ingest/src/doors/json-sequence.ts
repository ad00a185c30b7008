const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Ranges of JSON objects that stand one after the other, with anything or nothing between them. An object that does not
 * end reaches to the end. The object is the same each time. O(length).
 */
export function* objectsIn(bytes: Uint8Array): Generator<{ start: number; end: number }> {
  const range = { start: 0, end: 0 };
  let depth = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === QUOTE && depth > 0) i = endOfString(bytes, i);
    else if (byte === 0x7b) {
      if (depth === 0) range.start = i;
      depth += 1;
    } else if (byte === 0x7d && depth > 0) {
      depth -= 1;
      range.end = i + 1;
      if (depth === 0) yield range;
    }
  }
  range.end = bytes.length;
  if (depth > 0) yield range;
}

/** Position of the closing quote, or past the end. */
function endOfString(bytes: Uint8Array, start: number): number {
  let i = start + 1;
  while (i < bytes.length && bytes[i] !== QUOTE) i += bytes[i] === BACKSLASH ? 2 : 1;
  return i;
}
