/** A copy of 64 bytes takes three: no data can be packed more than about 22 times, so more is a lie. */
const maxRatio = 24;
const headerBytes = 8;

/**
 * Unpacks a snappy block. A block says its length first, so a bomb costs nothing; every step moves forward, so no block
 * takes longer than its length and that of its result. Written here because the library that packs blocks never returns
 * from some broken ones. O(length of the result).
 *
 * @returns the bytes; why there are none when the block says it is longer than `maxBytes`, or is no whole block
 * Source: google/snappy, format_description.txt.
 */
export function unpackSnappy(
  block: Uint8Array,
  maxBytes: number,
): Uint8Array<ArrayBuffer> | 'too-large' | 'broken' {
  const { length, position } = readLength(block);
  if (length > maxBytes) return 'too-large';
  if (length < 0 || length > (block.length + headerBytes) * maxRatio) return 'broken';
  const output = new Uint8Array(length);
  let written = 0;
  for (let i = position; i < block.length;) {
    const tag = block[i] ?? 0;
    i += 1;
    if ((tag & 3) === 0) {
      const short = tag >> 2;
      const extra = Math.max(0, short - 59);
      const size = (extra === 0 ? short : readLittleEndian(block, i, extra)) + 1;
      i += extra;
      if (size < 1 || i + size > block.length || written + size > length) return 'broken';
      output.set(block.subarray(i, i + size), written);
      i += size;
      written += size;
      continue;
    }
    const isShort = (tag & 3) === 1;
    const size = isShort ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
    const width = isShort ? 1 : (tag & 3) === 2 ? 2 : 4;
    const low = readLittleEndian(block, i, width);
    const offset = low + (isShort ? (tag >> 5) * 256 : 0);
    i += width;
    if (low < 0 || offset === 0 || offset > written || written + size > length) return 'broken';
    // A copy may overlap what it writes: that is how runs are packed.
    for (let end = written + size; written < end; written++) output[written] = output[written - offset] ?? 0;
  }
  return written === length ? output : 'broken';
}

/** The length before the first element; -1 when there is none. */
function readLength(block: Uint8Array): { readonly length: number; readonly position: number } {
  let length = 0;
  for (let i = 0; i < 5; i++) {
    const byte = block[i];
    if (byte === undefined) break;
    length += (byte & 0x7f) * 128 ** i;
    if (byte < 0x80) return { length, position: i + 1 };
  }
  return { length: -1, position: 0 };
}

/** -1 when the bytes end before. */
function readLittleEndian(bytes: Uint8Array, at: number, width: number): number {
  if (at + width > bytes.length) return -1;
  let value = 0;
  for (let i = width - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}
