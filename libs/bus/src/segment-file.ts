import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReceivedRecord } from './bus.js';
import { findFrame, markerBytes, parseFrame } from './frame.js';
import type { ReadLimits } from './partition-log.js';

const magic = Buffer.from('CULPSEG1');
/** Magic and marker at the start of every file. */
export const segmentHeaderBytes = magic.length + markerBytes;
const blockBytes = 1_048_576;

/** One file of a partition. */
export interface Segment {
  readonly path: string;
  /** Offset of its first record. */
  readonly baseOffset: number;
  readonly marker: Uint8Array;
  /** Bytes that are durable and may be read. */
  size: number;
  /** Places already reported as damaged. */
  readonly reportedDamage: Set<number>;
}

/** A new, empty segment and the header to write into its file. */
export function newSegment(directory: string, baseOffset: number): { segment: Segment; header: Uint8Array } {
  const marker = randomBytes(markerBytes);
  const path = join(directory, segmentName(baseOffset));
  const segment = { path, baseOffset, marker, size: segmentHeaderBytes, reportedDamage: new Set<number>() };
  return { segment, header: Buffer.concat([magic, marker]) };
}

/** File names have a fixed width, so that they sort by offset. */
export function segmentName(baseOffset: number): string {
  return `${String(baseOffset).padStart(20, '0')}.log`;
}

/** Base offset of a file name, undefined for other files. */
export function baseOffsetOf(name: string): number | undefined {
  return /^\d{20}\.log$/.test(name) ? Number(name.slice(0, 20)) : undefined;
}

/** Opens what another run wrote; undefined where the file has no valid header. */
export async function openSegment(directory: string, name: string): Promise<Segment | undefined> {
  const path = join(directory, name);
  const file = await open(path, 'r');
  try {
    const header = Buffer.alloc(segmentHeaderBytes);
    const { bytesRead } = await file.read(header, 0, header.length, 0);
    if (bytesRead < header.length || header.compare(magic, 0, magic.length, 0, magic.length) !== 0)
      return undefined;
    const { size } = await file.stat();
    const marker = header.subarray(magic.length);
    return { path, baseOffset: baseOffsetOf(name) ?? 0, marker, size, reportedDamage: new Set() };
  } finally {
    await file.close();
  }
}

/** What {@link scanEnd} found. */
export interface SegmentEnd {
  /** End of the last whole record: what follows was never acknowledged, or is damaged. */
  readonly size: number;
  readonly nextOffset: number;
}

/** Finds the end of the last whole record in the bytes of a segment. Damage before it does not matter here. */
export function scanEnd(segment: Pick<Segment, 'marker' | 'baseOffset'>, bytes: Buffer): SegmentEnd {
  let size = segmentHeaderBytes;
  let nextOffset = segment.baseOffset;
  let at: number | undefined = size;
  while (at !== undefined) {
    const frame = parseFrame(segment.marker, bytes, at);
    if (frame.kind === 'record') {
      nextOffset = frame.record.offset + 1;
      at = size = frame.end;
    } else {
      at = findFrame(segment.marker, bytes, at + 1);
    }
  }
  return { size, nextOffset };
}

/** Where to read, and how much. */
export interface ReadRequest {
  readonly segment: Segment;
  readonly position: number;
  /** Records below are passed over. */
  readonly fromOffset: number;
  /** First offset of the next segment. */
  readonly endOffset: number;
  readonly limits: ReadLimits;
}

/** Records found, and where to go on. */
export interface ReadResult {
  readonly records: readonly ReceivedRecord[];
  readonly position: number;
  /** Length of a damaged stretch that was passed over; then there are no records. */
  readonly damagedBytes: number;
}

/** Reads about a block of records; empty where all of them lie below `fromOffset` or are damaged. */
export async function readRecords(request: ReadRequest): Promise<ReadResult> {
  const { segment, position } = request;
  const available = segment.size - position;
  let block = await readBlock(segment.path, position, Math.min(blockBytes, available));
  let first = parseFrame(segment.marker, block, 0);
  if (first.kind === 'incomplete' && first.size > block.length && first.size <= available) {
    block = await readBlock(segment.path, position, first.size);
    first = parseFrame(segment.marker, block, 0);
  }
  if (first.kind === 'record') return collect(request, block);
  const rest = await readBlock(segment.path, position, available);
  const damagedBytes = findFrame(segment.marker, rest, 1) ?? available;
  return { records: [], position: position + damagedBytes, damagedBytes };
}

function collect(request: ReadRequest, block: Buffer): ReadResult {
  const { segment, position, fromOffset, endOffset, limits } = request;
  const records: ReceivedRecord[] = [];
  let bytes = 0;
  let at = 0;
  while (records.length < limits.maxRecords) {
    const frame = parseFrame(segment.marker, block, at);
    if (frame.kind !== 'record') break;
    // What lies behind the start of the next segment was written, never acknowledged, and written again there.
    if (frame.record.offset >= endOffset) return { records, position: segment.size, damagedBytes: 0 };
    if (frame.record.offset >= fromOffset) {
      bytes += frame.record.value.length;
      if (records.length > 0 && bytes > limits.maxBytes) break;
      records.push(frame.record);
    }
    at = frame.end;
  }
  return { records, position: position + at, damagedBytes: 0 };
}

async function readBlock(path: string, position: number, length: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const block = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await file.read(block, filled, length - filled, position + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return block.subarray(0, filled);
  } finally {
    await file.close();
  }
}
