const ESCAPE = 0x1b;

/** True when the range holds an escape or a zero byte. O(length). */
export function needsCleaning(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if (byte === ESCAPE || byte === 0) return true;
  }
  return false;
}

/**
 * Copies a range without terminal control sequences (ECMA-48: CSI, OSC and two-byte escapes), zero bytes as U+2400.
 * Returns the end in `target`, which needs three times the length of the range.
 */
export function cleanInto(bytes: Uint8Array, start: number, end: number, target: Uint8Array): number {
  let out = 0;
  let i = start;
  while (i < end) {
    const byte = bytes[i] ?? 0;
    if (byte === ESCAPE) {
      i = escapeEnd(bytes, i, end);
      continue;
    }
    if (byte === 0) {
      // U+2400 SYMBOL FOR NULL: a zero byte that a reader can see.
      target[out] = 0xe2;
      target[out + 1] = 0x90;
      target[out + 2] = 0x80;
      out += 3;
    } else {
      target[out] = byte;
      out += 1;
    }
    i += 1;
  }
  return out;
}

function escapeEnd(bytes: Uint8Array, position: number, end: number): number {
  const kind = bytes[position + 1];
  let i = position + 2;
  if (kind === 0x5b) {
    while (i < end && !isFinalByte(bytes[i])) i += 1;
    return Math.min(i + 1, end);
  }
  if (kind === 0x5d) {
    while (i < end && bytes[i] !== 0x07 && bytes[i] !== ESCAPE) i += 1;
    return Math.min(bytes[i] === ESCAPE ? i + 2 : i + 1, end);
  }
  return Math.min(i, end);
}

function isFinalByte(byte: number | undefined): boolean {
  return byte !== undefined && (byte >= 0x40 || byte < 0x20);
}
