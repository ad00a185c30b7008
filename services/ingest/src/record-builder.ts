import { encodeRawLogBatch } from '@culprit/contracts';
import { RawBatchBuilder } from '@culprit/records';
import type { BuiltLine, RawLogBatch, StreamDescriptor } from '@culprit/records';

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
  readonly #batch = new RawBatchBuilder();
  readonly #line: BuiltLine = {
    start: 0,
    end: 0,
    stream: 0,
    millis: NaN,
    subNanos: 0,
    severity: 0,
    attributesStart: 0,
    attributesEnd: 0,
  };
  readonly #indexByStream = new Map<StreamDescriptor, number>();
  #nameBytes = 0;

  constructor() {
    this.#batch.begin(undefined, maxRecordBytes);
  }

  get lineCount(): number {
    return this.#batch.lineCount;
  }

  /** True when the line still fits; always true for an empty record. */
  hasRoomFor(batch: RawLogBatch, line: number, stream: StreamDescriptor): boolean {
    if (this.lineCount === 0) return true;
    if (this.lineCount === maxRecordLines) return false;
    const names = this.#indexByStream.has(stream) ? 0 : nameBytesOf(stream);
    return this.#batch.bytesLength + this.#nameBytes + names + lineBytesOf(batch, line) <= maxRecordBytes;
  }

  append(batch: RawLogBatch, line: number, stream: StreamDescriptor): void {
    this.#batch.reserve(lineBytesOf(batch, line));
    const built = this.#line;
    built.start = this.#batch.bytesLength;
    built.end = this.#copy(batch.bytes, batch.lineStart[line] ?? 0, batch.lineEnd[line] ?? 0);
    built.attributesStart = built.end;
    built.attributesEnd = this.#copy(
      batch.bytes,
      batch.attributesStart[line] ?? 0,
      batch.attributesEnd[line] ?? 0,
    );
    built.stream = this.#indexOf(stream);
    built.millis = batch.timeMillis[line] ?? NaN;
    built.subNanos = batch.timeSubNanos[line] ?? 0;
    built.severity = batch.severity[line] ?? 0;
    this.#batch.addLine(built);
  }

  /** The bytes of the record; the builder is empty afterwards. */
  finish(receivedMillis: number): Uint8Array {
    const value = encodeRawLogBatch(this.#batch.toBatch(receivedMillis));
    this.#batch.begin(undefined, maxRecordBytes);
    this.#indexByStream.clear();
    this.#nameBytes = 0;
    return value;
  }

  /** @returns the end of the copy in the arena */
  #copy(bytes: Uint8Array, start: number, end: number): number {
    const into = this.#batch;
    if (end > start) Buffer.prototype.copy.call(bytes, into.bytes, into.bytesLength, start, end);
    into.bytesLength += end - start;
    return into.bytesLength;
  }

  #indexOf(stream: StreamDescriptor): number {
    const known = this.#indexByStream.get(stream);
    if (known !== undefined) return known;
    const index = this.#batch.streams.push(stream) - 1;
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
