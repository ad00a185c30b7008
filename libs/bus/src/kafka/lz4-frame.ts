/** Little-endian bytes 04 22 4d 18 begin a frame. */
const frameMagic = 0x184d2204;
const isStored = 0x8000_0000;
const shortestMatch = 4;

const broken = 'a batch is no whole lz4 frame';

/** What a frame unpacks to so far: grows by doubling, up to what is allowed. */
interface Output {
  bytes: Uint8Array<ArrayBuffer>;
  written: number;
  readonly maxBytes: number;
}

/**
 * Unpacks one lz4 frame, as Kafka's clients write them. Checksums are not looked at: a batch has its own. Every step
 * moves forward and what is written has a limit, so that no frame, however broken, takes longer than its length and the
 * limit. O(length of the result).
 *
 * @throws when the frame is broken or unpacks to more than `maxBytes`
 * Source: lz4, lz4_Frame_format.md and lz4_Block_format.md.
 */
export function unpackLz4Frame(frame: Uint8Array, maxBytes: number): Uint8Array<ArrayBuffer> {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const flags = frame[4] ?? 0;
  let at = 7 + ((flags & 0x08) === 0 ? 0 : 8) + ((flags & 0x01) === 0 ? 0 : 4);
  if (frame.length < at || view.getUint32(0, true) !== frameMagic) throw new Error(broken);
  const checksumBytes = (flags & 0x10) === 0 ? 0 : 4;
  const output: Output = {
    bytes: new Uint8Array(Math.min(maxBytes, frame.length * 4)),
    written: 0,
    maxBytes,
  };
  for (;;) {
    if (at + 4 > frame.length) throw new Error(broken);
    const size = view.getUint32(at, true);
    if (size === 0) return output.bytes.subarray(0, output.written);
    at += 4;
    const end = at + (size % isStored);
    if (end > frame.length) throw new Error(broken);
    const block = frame.subarray(at, end);
    if (size >= isStored) append(output, block);
    else unpackBlock(block, output);
    at = end + checksumBytes;
  }
}

function unpackBlock(block: Uint8Array, output: Output): void {
  for (let i = 0; i < block.length;) {
    const token = block[i] ?? 0;
    const literal = readLength(block, i + 1, token >> 4);
    i = literal.end + literal.length;
    if (i > block.length) throw new Error(broken);
    append(output, block.subarray(literal.end, i));
    // The last sequence of a block has no match.
    if (i === block.length) return;
    const offset = (block[i] ?? 0) + (block[i + 1] ?? 0) * 256;
    const match = readLength(block, i + 2, token & 15);
    i = match.end;
    copy(output, offset, match.length + shortestMatch);
  }
}

/** A length of 15 goes on in the bytes that follow, up to the first below 255. */
function readLength(
  block: Uint8Array,
  at: number,
  first: number,
): { readonly length: number; readonly end: number } {
  let length = first;
  let end = at;
  if (first === 15)
    for (let more = 255; more === 255; end++) {
      more = block[end] ?? 0;
      length += more;
    }
  return { length, end };
}

function append(output: Output, literal: Uint8Array): void {
  makeRoom(output, literal.length);
  output.bytes.set(literal, output.written);
  output.written += literal.length;
}

function copy(output: Output, offset: number, length: number): void {
  if (offset === 0 || offset > output.written) throw new Error(broken);
  makeRoom(output, length);
  const { bytes } = output;
  // A copy may overlap what it writes: that is how runs are packed.
  for (let end = output.written + length; output.written < end; output.written++)
    bytes[output.written] = bytes[output.written - offset] ?? 0;
}

function makeRoom(output: Output, length: number): void {
  const needed = output.written + length;
  if (needed <= output.bytes.length) return;
  if (needed > output.maxBytes) throw new Error('a batch unpacks to too many bytes');
  const grown = new Uint8Array(Math.min(output.maxBytes, Math.max(needed, output.bytes.length * 2)));
  grown.set(output.bytes.subarray(0, output.written));
  output.bytes = grown;
}
