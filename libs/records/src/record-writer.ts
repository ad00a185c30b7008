import { copyBytes } from './copy-bytes.js';
import type { PendingRecord } from './pending-record.js';
import { recordFlags, type RecordBatch } from './record-batch.js';
import type { StreamDescriptor } from './stream.js';

/** Bound of what mining looks at, in bytes. */
export const maxMessageBytes = 2048;

const separator = Uint8Array.of(0x20, 0x7c, 0x20);

/** Collects released records in arrays that are reused from batch to batch. */
export class RecordWriter implements RecordBatch {
  readonly streams: readonly StreamDescriptor[];
  length = 0;
  bytes: Uint8Array = new Uint8Array(65_536);
  streamIndex = new Uint32Array(256);
  timeMillis = new Float64Array(256);
  timeSubNanos = new Uint32Array(256);
  severity = new Uint8Array(256);
  flags = new Uint8Array(256);
  bodyStart = new Uint32Array(256);
  bodyEnd = new Uint32Array(256);
  messageStart = new Uint32Array(256);
  messageEnd = new Uint32Array(256);
  statementEnd = new Uint32Array(256);
  attributesStart = new Uint32Array(256);
  attributesEnd = new Uint32Array(256);
  lineCount = new Uint32Array(256);
  #bytesLength = 0;

  constructor(streams: readonly StreamDescriptor[]) {
    this.streams = streams;
  }

  clear(): void {
    this.length = 0;
    this.#bytesLength = 0;
  }

  /** Copies a record out; the pending record may be reused afterwards. */
  write(record: PendingRecord): void {
    const i = this.length;
    if (i === this.streamIndex.length) this.#growArrays();
    const attributes = record.attributes;
    this.#reserve(record.bodyLength + maxMessageBytes * 2 + (attributes?.length ?? 0));
    this.streamIndex[i] = record.streamIndex;
    this.timeMillis[i] = record.millis;
    this.timeSubNanos[i] = record.subNanos;
    this.severity[i] = record.severity;
    this.flags[i] = record.flags | (record.lineCount - record.blankLines > 1 ? recordFlags.multiLine : 0);
    this.lineCount[i] = record.lineCount;
    const bodyStart = this.#bytesLength;
    copyBytes(record.body, record.bodyStart, record.bodyStart + record.bodyLength, this.bytes, bodyStart);
    this.bodyStart[i] = bodyStart;
    this.bodyEnd[i] = bodyStart + record.bodyLength;
    this.#bytesLength = bodyStart + record.bodyLength;
    this.#writeMessage(record, i);
    this.attributesStart[i] = this.#bytesLength;
    if (attributes !== undefined) {
      this.bytes.set(attributes, this.#bytesLength);
      this.#bytesLength += attributes.length;
    }
    this.attributesEnd[i] = this.#bytesLength;
    this.length = i + 1;
  }

  #writeMessage(record: PendingRecord, i: number): void {
    const bodyStart = this.bodyStart[i] ?? 0;
    const { message, messageLength, statementLength } = record;
    const trace = record.frames?.describe();
    if (messageLength < 0 && record.extras.length === 0 && trace === undefined) {
      this.messageStart[i] = bodyStart + record.messageStart;
      const end = bodyStart + Math.min(record.messageEnd, record.messageStart + maxMessageBytes);
      this.messageEnd[i] = end;
      this.statementEnd[i] = end;
      return;
    }
    const start = this.#bytesLength;
    this.messageStart[i] = start;
    const { body, bodyStart: from } = record;
    if (messageLength < 0) this.#append(body, from + record.messageStart, from + record.messageEnd, start);
    else this.#append(message, 0, statementLength, start);
    for (const extra of record.extras) this.#appendExtra(extra, start);
    if (trace !== undefined) this.#appendExtra(trace, start);
    this.statementEnd[i] = this.#bytesLength;
    if (messageLength > statementLength) this.#append(message, statementLength, messageLength, start);
    this.messageEnd[i] = this.#bytesLength;
  }

  #appendExtra(extra: Uint8Array, messageStart: number): void {
    if (this.#bytesLength > messageStart) this.#append(separator, 0, separator.length, messageStart);
    this.#append(extra, 0, extra.length, messageStart);
  }

  #append(bytes: Uint8Array, start: number, end: number, messageStart: number): void {
    const room = Math.max(0, maxMessageBytes - (this.#bytesLength - messageStart));
    const stop = Math.min(end, start + room);
    copyBytes(bytes, start, stop, this.bytes, this.#bytesLength);
    this.#bytesLength += stop - start;
  }

  #reserve(extra: number): void {
    if (this.#bytesLength + extra <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytesLength + extra, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.#bytesLength));
    this.bytes = grown;
  }

  #growArrays(): void {
    const capacity = this.streamIndex.length * 2;
    this.streamIndex = widen32(this.streamIndex, capacity);
    this.timeSubNanos = widen32(this.timeSubNanos, capacity);
    this.bodyStart = widen32(this.bodyStart, capacity);
    this.bodyEnd = widen32(this.bodyEnd, capacity);
    this.messageStart = widen32(this.messageStart, capacity);
    this.messageEnd = widen32(this.messageEnd, capacity);
    this.statementEnd = widen32(this.statementEnd, capacity);
    this.attributesStart = widen32(this.attributesStart, capacity);
    this.attributesEnd = widen32(this.attributesEnd, capacity);
    this.lineCount = widen32(this.lineCount, capacity);
    this.severity = widen8(this.severity, capacity);
    this.flags = widen8(this.flags, capacity);
    const millis = new Float64Array(capacity);
    millis.set(this.timeMillis);
    this.timeMillis = millis;
  }
}

function widen32(from: Uint32Array<ArrayBuffer>, capacity: number): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(capacity);
  to.set(from);
  return to;
}

function widen8(from: Uint8Array<ArrayBuffer>, capacity: number): Uint8Array<ArrayBuffer> {
  const to = new Uint8Array(capacity);
  to.set(from);
  return to;
}
