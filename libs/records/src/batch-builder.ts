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

/** Fills one {@link RawLogBatch}; its arrays double as they fill up. */
export class RawBatchBuilder {
  bytes: Uint8Array;
  bytesLength = 0;
  lineCount = 0;
  readonly streams: StreamDescriptor[] = [];
  #capacity: number;
  #lineStart: Uint32Array;
  #lineEnd: Uint32Array;
  #streamIndex: Uint32Array;
  #timeMillis: Float64Array;
  #timeSubNanos: Uint32Array;
  #severity: Uint8Array;
  #attributesStart: Uint32Array;
  #attributesEnd: Uint32Array;

  /** @param bytes buffer to fill, or to point into for text that is taken as it is */
  constructor(bytes: Uint8Array, lines: number) {
    const capacity = Math.max(lines, 16);
    this.bytes = bytes;
    this.#capacity = capacity;
    this.#lineStart = new Uint32Array(capacity);
    this.#lineEnd = new Uint32Array(capacity);
    this.#streamIndex = new Uint32Array(capacity);
    this.#timeMillis = new Float64Array(capacity);
    this.#timeSubNanos = new Uint32Array(capacity);
    this.#severity = new Uint8Array(capacity);
    this.#attributesStart = new Uint32Array(capacity);
    this.#attributesEnd = new Uint32Array(capacity);
  }

  /** Makes room for `extra` more bytes. */
  reserve(extra: number): void {
    if (this.bytesLength + extra <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytesLength + extra, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.bytesLength));
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

  #grow(): void {
    const capacity = this.#capacity * 2;
    const wider = (from: Uint32Array): Uint32Array => {
      const to = new Uint32Array(capacity);
      to.set(from);
      return to;
    };
    this.#lineStart = wider(this.#lineStart);
    this.#lineEnd = wider(this.#lineEnd);
    this.#streamIndex = wider(this.#streamIndex);
    this.#timeSubNanos = wider(this.#timeSubNanos);
    this.#attributesStart = wider(this.#attributesStart);
    this.#attributesEnd = wider(this.#attributesEnd);
    const millis = new Float64Array(capacity);
    millis.set(this.#timeMillis);
    this.#timeMillis = millis;
    const severity = new Uint8Array(capacity);
    severity.set(this.#severity);
    this.#severity = severity;
    this.#capacity = capacity;
  }
}
