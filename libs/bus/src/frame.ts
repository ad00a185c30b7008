import { crc32 } from 'node:zlib';
import type { BusRecord, ReceivedRecord } from './bus.js';

/** Bytes of the random mark that starts every frame of one segment file. */
export const markerBytes = 8;
/** Marker 8, length 4, CRC-32 4, offset 8, key length 4, headers length 4. All little endian. */
export const frameHeaderBytes = 32;
const lengthAt = markerBytes;
const checksumAt = 12;
const offsetAt = 16;
const keyLengthAt = 24;
const headersLengthAt = 28;
const noHeaders: Readonly<Record<string, string>> = {};

/** What lies at a place of a segment. */
export type ParsedFrame =
  | { readonly kind: 'record'; readonly record: ReceivedRecord; readonly end: number }
  /** The block ends before the frame does, which would be `size` bytes long. */
  | { readonly kind: 'incomplete'; readonly size: number }
  | { readonly kind: 'damaged' };

/** A record as it is written: header with key and headers, then the value itself, which is not copied. */
export function encodeFrame(
  marker: Uint8Array,
  offset: number,
  record: BusRecord,
): readonly [Uint8Array, Uint8Array] {
  const headers = record.headers === undefined ? '' : JSON.stringify(record.headers);
  const keyLength = Buffer.byteLength(record.key);
  const headersLength = Buffer.byteLength(headers);
  const head = Buffer.allocUnsafe(frameHeaderBytes + keyLength + headersLength);
  head.set(marker, 0);
  head.writeUInt32LE(head.length - offsetAt + record.value.length, lengthAt);
  head.writeBigUInt64LE(BigInt(offset), offsetAt);
  head.writeUInt32LE(keyLength, keyLengthAt);
  head.writeUInt32LE(headersLength, headersLengthAt);
  head.write(record.key, frameHeaderBytes);
  head.write(headers, frameHeaderBytes + keyLength);
  head.writeUInt32LE(crc32(record.value, crc32(head.subarray(offsetAt))), checksumAt);
  return [head, record.value];
}

/** Reads the frame at `at`; the value of the record is a view of `block`. */
export function parseFrame(marker: Uint8Array, block: Buffer, at: number): ParsedFrame {
  if (at + frameHeaderBytes > block.length) return { kind: 'incomplete', size: frameHeaderBytes };
  if (block.compare(marker, 0, markerBytes, at, at + markerBytes) !== 0) return { kind: 'damaged' };
  const end = at + offsetAt + block.readUInt32LE(at + lengthAt);
  if (end > block.length) return { kind: 'incomplete', size: end - at };
  if (crc32(block.subarray(at + offsetAt, end)) !== block.readUInt32LE(at + checksumAt)) {
    return { kind: 'damaged' };
  }
  const keyStart = at + frameHeaderBytes;
  const headersStart = keyStart + block.readUInt32LE(at + keyLengthAt);
  const valueStart = headersStart + block.readUInt32LE(at + headersLengthAt);
  if (valueStart > end) return { kind: 'damaged' };
  const record = {
    offset: Number(block.readBigUInt64LE(at + offsetAt)),
    key: block.toString('utf8', keyStart, headersStart),
    value: block.subarray(valueStart, end),
    headers: valueStart === headersStart ? noHeaders : parseHeaders(block, headersStart, valueStart),
  };
  return { kind: 'record', record, end };
}

/**
 * Where the next whole frame starts after a damaged stretch, found by its marker. The marker is random for each
 * file, so that nothing a log line holds can pass for one.
 */
export function findFrame(marker: Uint8Array, block: Buffer, from: number): number | undefined {
  for (let at = block.indexOf(marker, from); at !== -1; at = block.indexOf(marker, at + 1)) {
    if (parseFrame(marker, block, at).kind === 'record') return at;
  }
  return undefined;
}

/** The checksum vouches for the text: it is what {@link encodeFrame} wrote. */
function parseHeaders(block: Buffer, start: number, end: number): Readonly<Record<string, string>> {
  return JSON.parse(block.toString('utf8', start, end)) as Readonly<Record<string, string>>;
}
