import { encodeRawLogBatch } from '@culprit/contracts';
import type { RawLogBatch, StreamDescriptor } from '@culprit/records';

/** Most lines of one bus record. */
export const maxRecordLines = 1_000;
/** Most bytes of text, attributes and stream names of one bus record; a single larger line travels alone. */
export const maxRecordBytes = 524_288;

/** Numbers that a stream costs beside its names. */
const STREAM_OVERHEAD_BYTES = 32;

/**
 * Gathers lines for one bus record into arrays that are used again and again. Only the text that belongs to the lines
 * is copied: what an envelope wrapped round them stays behind.
 */
export class RecordBuilder {
  #arena = Buffer.allocUnsafe(maxRecordBytes);
  #arenaLength = 0;
  #nameBytes = 0;
  #lineCount = 0;
  #streams: StreamDescriptor[] = [];
  readonly #indexByStream = new Map<StreamDescriptor, number>();
  readonly #lineStart = new Uint32Array(maxRecordLines);
  readonly #lineEnd = new Uint32Array(maxRecordLines);
  readonly #streamIndex = new Uint32Array(maxRecordLines);
  readonly #timeMillis = new Float64Array(maxRecordLines);
  readonly #timeSubNanos = new Uint32Array(maxRecordLines);
  readonly #severity = new Uint8Array(maxRecordLines);
  readonly #attributesStart = new Uint32Array(maxRecordLines);
  readonly #attributesEnd = new Uint32Array(maxRecordLines);

  get lineCount(): number {
    return this.#lineCount;
  }

  /** True when the line still fits; always true for an empty record. */
  hasRoomFor(batch: RawLogBatch, line: number, stream: StreamDescriptor): boolean {
    if (this.#lineCount === 0) return true;
    if (this.#lineCount === maxRecordLines) return false;
    const names = this.#indexByStream.has(stream) ? 0 : nameBytesOf(stream);
    return this.#arenaLength + this.#nameBytes + names + lineBytesOf(batch, line) <= maxRecordBytes;
  }

  append(batch: RawLogBatch, line: number, stream: StreamDescriptor): void {
    this.#reserve(lineBytesOf(batch, line));
    const i = this.#lineCount;
    this.#lineStart[i] = this.#arenaLength;
    this.#lineEnd[i] = this.#copy(batch.bytes, batch.lineStart[line] ?? 0, batch.lineEnd[line] ?? 0);
    this.#attributesStart[i] = this.#arenaLength;
    this.#attributesEnd[i] = this.#copy(
      batch.bytes,
      batch.attributesStart[line] ?? 0,
      batch.attributesEnd[line] ?? 0,
    );
    this.#streamIndex[i] = this.#indexOf(stream);
    this.#timeMillis[i] = batch.timeMillis[line] ?? NaN;
    this.#timeSubNanos[i] = batch.timeSubNanos[line] ?? 0;
    this.#severity[i] = batch.severity[line] ?? 0;
    this.#lineCount = i + 1;
  }

  /** The bytes of the record; the builder is empty afterwards. */
  finish(receivedMillis: number): Uint8Array {
    const value = encodeRawLogBatch({
      streams: this.#streams,
      lineCount: this.#lineCount,
      bytes: this.#arena,
      lineStart: this.#lineStart,
      lineEnd: this.#lineEnd,
      streamIndex: this.#streamIndex,
      timeMillis: this.#timeMillis,
      timeSubNanos: this.#timeSubNanos,
      severity: this.#severity,
      attributesStart: this.#attributesStart,
      attributesEnd: this.#attributesEnd,
      receivedMillis,
    });
    this.#arenaLength = 0;
    this.#nameBytes = 0;
    this.#lineCount = 0;
    this.#streams = [];
    this.#indexByStream.clear();
    return value;
  }

  /** @returns the end of the copy in the arena */
  #copy(bytes: Uint8Array, start: number, end: number): number {
    if (end > start) Buffer.prototype.copy.call(bytes, this.#arena, this.#arenaLength, start, end);
    this.#arenaLength += end - start;
    return this.#arenaLength;
  }

  #reserve(extra: number): void {
    const needed = this.#arenaLength + extra;
    if (needed <= this.#arena.length) return;
    const grown = Buffer.allocUnsafe(needed);
    this.#arena.copy(grown, 0, 0, this.#arenaLength);
    this.#arena = grown;
  }

  #indexOf(stream: StreamDescriptor): number {
    const known = this.#indexByStream.get(stream);
    if (known !== undefined) return known;
    const index = this.#streams.length;
    this.#streams.push(stream);
    this.#indexByStream.set(stream, index);
    this.#nameBytes += nameBytesOf(stream);
    return index;
  }
}

function lineBytesOf(batch: RawLogBatch, line: number): number {
  const text = (batch.lineEnd[line] ?? 0) - (batch.lineStart[line] ?? 0);
  return text + (batch.attributesEnd[line] ?? 0) - (batch.attributesStart[line] ?? 0);
}

/** At most: UTF-16 units take up to three bytes each in UTF-8. */
function nameBytesOf(stream: StreamDescriptor): number {
  const { environment, logType, namespace, service, pod, container, host } = stream;
  const units =
    environment.length +
    logType.length +
    namespace.length +
    service.length +
    pod.length +
    container.length +
    host.length;
  return units * 3 + STREAM_OVERHEAD_BYTES;
}
