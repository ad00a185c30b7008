import type { RawLogBatch } from '@culprit/records';
import type { RuleChange } from '@culprit/scoring';
import { malformed } from './errors.js';
import { encodeNested } from './columns.js';
import { RawLogBatch as WireBatch, RawRecord } from './gen/culprit/logs/v1/raw.js';
import { rulesFromWire } from './rules.codec.js';
import { sourceFromWire } from './source.codec.js';
import { decodeWire, toMillisOrBefore } from './wire.js';

/** Event time has reached this point although no line says so: lets bins of idle sources close. */
export interface Progress {
  /** Milliseconds since 1970, or -Infinity. */
  readonly highestTimeMillis: number;
}

/** What a record of the raw topic holds. */
export type RawRecordContent =
  | { readonly kind: 'lines'; readonly batch: RawLogBatch }
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'rules'; readonly changes: readonly RuleChange[] };

/** Number of the field `batch` of a raw record. */
const batchField = 1;
const noColumns = WireBatch.decode(new Uint8Array(0));

/**
 * Bytes of a batch of raw lines. Only the used part of the arena is written. O(bytes); no work per line but one
 * pass over the ends.
 */
export function encodeRawLogBatch(batch: RawLogBatch): Uint8Array<ArrayBuffer> {
  const count = batch.lineCount;
  const small = WireBatch.encode({
    ...noColumns,
    lineCount: count,
    streams: [...batch.streams],
    receivedMillis: batch.receivedMillis,
  }).finish();
  return encodeNested(batchField, small, [
    { number: 2, bytes: batch.bytes.subarray(0, usedArena(batch)) },
    { number: 4, bytes: columnBytes(batch.lineStart, count) },
    { number: 5, bytes: columnBytes(batch.lineEnd, count) },
    { number: 6, bytes: columnBytes(batch.streamIndex, count) },
    { number: 7, bytes: columnBytes(batch.timeMillis, count) },
    { number: 8, bytes: columnBytes(batch.timeSubNanos, count) },
    { number: 9, bytes: columnBytes(batch.severity, count) },
    { number: 10, bytes: columnBytes(batch.attributesStart, count) },
    { number: 11, bytes: columnBytes(batch.attributesEnd, count) },
  ]);
}

/** Bytes of a progress record of the raw topic. */
export function encodeProgress(progress: Progress): Uint8Array<ArrayBuffer> {
  return RawRecord.encode({ progress }).finish();
}

/**
 * Reads a record of the raw topic. The arena of a batch is a view of `bytes`, not a copy.
 *
 * @throws AppError CULPRIT_CONTRACTS_MALFORMED for anything that is not whole: ranges outside the arena, columns of
 * another length, a stream that is not listed.
 */
export function decodeRawRecord(bytes: Uint8Array): RawRecordContent {
  const wire = decodeWire(RawRecord, bytes, 'raw record');
  const { batch, progress, rules } = wire;
  const contents = [batch, progress, rules].filter((content) => content !== undefined);
  if (contents.length !== 1) throw malformed('raw record: not one of lines, progress and rules');
  if (batch !== undefined) return { kind: 'lines', batch: batchFromWire(batch) };
  if (rules !== undefined) return { kind: 'rules', changes: rulesFromWire(rules.changes) };
  const highestTimeMillis = toMillisOrBefore(progress?.highestTimeMillis, 'progress');
  return { kind: 'progress', progress: { highestTimeMillis } };
}

/** Like {@link decodeRawRecord}, where only lines are welcome. */
export function decodeRawLogBatch(bytes: Uint8Array): RawLogBatch {
  const content = decodeRawRecord(bytes);
  if (content.kind !== 'lines') throw malformed(`raw record: ${content.kind} where lines were expected`);
  return content.batch;
}

function batchFromWire(wire: WireBatch): RawLogBatch {
  const count = wire.lineCount;
  const batch: RawLogBatch = {
    streams: wire.streams.map(sourceFromWire),
    lineCount: count,
    bytes: wire.arena,
    lineStart: uint32Column(wire.lineStart, count, 'line_start'),
    lineEnd: uint32Column(wire.lineEnd, count, 'line_end'),
    streamIndex: uint32Column(wire.streamIndex, count, 'stream_index'),
    timeMillis: float64Column(wire.timeMillis, count, 'time_millis'),
    timeSubNanos: uint32Column(wire.timeSubNanos, count, 'time_sub_nanos'),
    severity: checkedColumn(wire.severity, count, 'severity'),
    attributesStart: uint32Column(wire.attributesStart, count, 'attributes_start'),
    attributesEnd: uint32Column(wire.attributesEnd, count, 'attributes_end'),
    receivedMillis: wire.receivedMillis,
  };
  checkRanges(batch.lineStart, batch.lineEnd, wire.arena.length, 'line');
  checkRanges(batch.attributesStart, batch.attributesEnd, wire.arena.length, 'attributes');
  checkValues(batch);
  return batch;
}

function usedArena(batch: RawLogBatch): number {
  let used = 0;
  for (let i = 0; i < batch.lineCount; i++) {
    const lineEnd = batch.lineEnd[i] ?? 0;
    const attributesEnd = batch.attributesEnd[i] ?? 0;
    if (lineEnd > used) used = lineEnd;
    if (attributesEnd > used) used = attributesEnd;
  }
  return used;
}

function columnBytes(column: Uint32Array | Float64Array | Uint8Array, count: number): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, count * column.BYTES_PER_ELEMENT);
}

/** Copies, because a view of the payload would rarely be aligned. */
function uint32Column(wire: Uint8Array, count: number, name: string): Uint32Array {
  const column = new Uint32Array(checkedColumn(wire, count * 4, name).length / 4);
  new Uint8Array(column.buffer).set(wire);
  return column;
}

function float64Column(wire: Uint8Array, count: number, name: string): Float64Array {
  const column = new Float64Array(checkedColumn(wire, count * 8, name).length / 8);
  new Uint8Array(column.buffer).set(wire);
  return column;
}

function checkedColumn(wire: Uint8Array, expected: number, name: string): Uint8Array {
  if (wire.length === expected) return wire;
  throw malformed(`raw log batch: ${name} has ${wire.length} bytes instead of ${expected}`);
}

function checkRanges(starts: Uint32Array, ends: Uint32Array, limit: number, name: string): void {
  for (let i = 0; i < starts.length; i++) {
    const end = ends[i] ?? 0;
    if (end > limit || (starts[i] ?? 0) > end) {
      throw malformed(`raw log batch: ${name} ${i} lies outside the arena of ${limit} bytes`);
    }
  }
}

function checkValues(batch: RawLogBatch): void {
  const streamCount = batch.streams.length;
  for (let i = 0; i < batch.lineCount; i++) {
    const isWhole =
      (batch.streamIndex[i] ?? 0) < streamCount &&
      (batch.severity[i] ?? 0) <= 24 &&
      (batch.timeSubNanos[i] ?? 0) < 1_000_000 &&
      Math.abs(batch.timeMillis[i] ?? 0) !== Infinity;
    if (!isWhole) throw malformed(`raw log batch: line ${i} has a stream, severity or time out of range`);
  }
}
