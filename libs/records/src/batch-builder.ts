import type { RawLogBatch } from './raw-log-batch.js';
import type { StreamDescriptor } from './stream.js';

/** One line for {@link RawBatchBuilder}; the reader reuses one for all lines. */
export interface BuiltLine {
  start: number;
  end: number;
  stream: number;
  millis: number;
  subNanos: number;
  severity: number;
  attributesStart: number;
  attributesEnd: number;
}

/** Larger buffers than these are given back after use: one huge input must not cost memory for ever. */
const maxKeptBytes = 8 << 20;
const maxKeptLines = 131_072;

/**
 * Fills one {@link RawLogBatch} after the other in the same arrays, which double as they fill up: a batch is valid until
 * the next {@link begin}.
 */
export class RawBatchBuilder {
  bytes: Uint8Array = new Uint8Array(0);
  bytesLength = 0;
  lineCount = 0;
  streams: StreamDescriptor[] = [];
  #own: Uint8Array = new Uint8Array(0);
  #capacity = 0;
  #lineStart = new Uint32Array(0);
  #lineEnd = new Uint32Array(0);
  #streamIndex = new Uint32Array(0);
  #timeMillis = new Float64Array(0);
  #timeSubNanos = new Uint32Array(0);
  #severity = new Uint8Array(0);
  #attributesStart = new Uint32Array(0);
  #attributesEnd = new Uint32Array(0);

  constructor() {
    this.#allocate(16);
  }

  /**
   * Starts an empty batch.
   *
   * @param input bytes to point into, for text that is taken as it is; undefined for a buffer of `byteCount` bytes
   */
  begin(input: Uint8Array | undefined, byteCount: number): void {
    this.bytesLength = 0;
    this.lineCount = 0;
    this.streams = [];
    if (this.#capacity > maxKeptLines) this.#allocate(16);
    if (input !== undefined) {
      this.bytes = input;
      return;
    }
    const isWasteful = this.#own.length > maxKeptBytes && byteCount <= maxKeptBytes;
    if (isWasteful || this.#own.length < byteCount) this.#own = new Uint8Array(byteCount);
    this.bytes = this.#own;
  }

  /** Makes room for `extra` more bytes. */
  reserve(extra: number): void {
    if (this.bytesLength + extra <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytesLength + extra, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.bytesLength));
    if (this.bytes === this.#own) this.#own = grown;
    this.bytes = grown;
  }

  addLine(line: BuiltLine): void {
    const i = this.lineCount;
    if (i === this.#capacity) this.#grow();
    this.#lineStart[i] = line.start;
    this.#lineEnd[i] = line.end;
    this.#streamIndex[i] = line.stream;
    this.#timeMillis[i] = line.millis;
    this.#timeSubNanos[i] = line.subNanos;
    this.#severity[i] = line.severity;
    this.#attributesStart[i] = line.attributesStart;
    this.#attributesEnd[i] = line.attributesEnd;
    this.lineCount = i + 1;
  }

  toBatch(receivedMillis: number): RawLogBatch {
    return {
      streams: this.streams,
      lineCount: this.lineCount,
      bytes: this.bytes,
      lineStart: this.#lineStart,
      lineEnd: this.#lineEnd,
      streamIndex: this.#streamIndex,
      timeMillis: this.#timeMillis,
      timeSubNanos: this.#timeSubNanos,
      severity: this.#severity,
      attributesStart: this.#attributesStart,
      attributesEnd: this.#attributesEnd,
      receivedMillis,
    };
  }

  #allocate(capacity: number): void {
    this.#lineStart = new Uint32Array(capacity);
    this.#lineEnd = new Uint32Array(capacity);
    this.#streamIndex = new Uint32Array(capacity);
    this.#timeMillis = new Float64Array(capacity);
    this.#timeSubNanos = new Uint32Array(capacity);
    this.#severity = new Uint8Array(capacity);
    this.#attributesStart = new Uint32Array(capacity);
    this.#attributesEnd = new Uint32Array(capacity);
    this.#capacity = capacity;
  }

  #grow(): void {
    const {
      lineStart,
      lineEnd,
      streamIndex,
      timeMillis,
      timeSubNanos,
      severity,
      attributesStart,
      attributesEnd,
    } = this.toBatch(Number.NaN);
    this.#allocate(this.#capacity * 2);
    this.#lineStart.set(lineStart);
    this.#lineEnd.set(lineEnd);
    this.#streamIndex.set(streamIndex);
    this.#timeMillis.set(timeMillis);
    this.#timeSubNanos.set(timeSubNanos);
    this.#severity.set(severity);
    this.#attributesStart.set(attributesStart);
    this.#attributesEnd.set(attributesEnd);
  }
}
