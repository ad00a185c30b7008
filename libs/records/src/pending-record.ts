import { copyBytes } from './copy-bytes.js';
import { lineShape } from './line-shape.js';
import { TraceFrames } from './trace-frames.js';

/** How a multi-line record is going on. */
export const traceMode = {
  none: 0,
  frames: 1,
  python: 2,
  pythonDone: 3,
  go: 4,
  report: 5,
  panicked: 6,
} as const;

const shrinkAbove = 4096;
const noBytes = new Uint8Array(0);
const noExtras: readonly Uint8Array[] = [];

/** The one record of a stream that may still grow. Kept and reused for the life of the stream. */
export class PendingRecord {
  isOpen = false;
  streamIndex = 0;
  millis = 0;
  subNanos = 0;
  severity = 0;
  flags = 0;
  lineCount = 0;
  /** Blank lines behind the body that join it only if more of the record follows. */
  blankLines = 0;
  mode: number = traceMode.none;
  hasHeader = false;
  isIndented = false;
  /** The body is `body[bodyStart, bodyStart + bodyLength)`. */
  body: Uint8Array = noBytes;
  bodyStart = 0;
  bodyLength = 0;
  /** The message is a range of the body, places counted from its start, or `message` where it is not a part of the body. */
  messageStart = 0;
  messageEnd = 0;
  message: Uint8Array = noBytes;
  /** Bytes of `message`, -1 where the message is a part of the body. */
  messageLength = -1;
  /** How much of `message` decides the template; members of a structured body follow. */
  statementLength = 0;
  /** First and last exception line of a trace, and the lines of a report. */
  extras: readonly Uint8Array[] = noExtras;
  /** What tells its stack trace from others; undefined until a record of the stream has one. */
  frames: TraceFrames | undefined;
  /** The part of the header that a continuation repeats, as a range of the body. */
  signatureStart = 0;
  signatureEnd = 0;
  /** Envelope time of the last line, NaN without one. */
  lastSeenMillis = Number.NaN;
  /** Lane time at which the last line came. */
  touchedMillis = Number.NEGATIVE_INFINITY;
  attributes: Uint8Array | undefined;
  /** It is noted that the body may lie in the batch in progress. */
  isBorrower = false;
  /** The buffer of its own, for a body that is not the range of a batch. */
  #own: Uint8Array = noBytes;

  open(streamIndex: number): void {
    this.isOpen = true;
    this.streamIndex = streamIndex;
    this.flags = 0;
    this.severity = 0;
    this.lineCount = 0;
    this.blankLines = 0;
    this.mode = traceMode.none;
    this.hasHeader = false;
    this.isIndented = false;
    this.body = this.#own;
    this.bodyStart = 0;
    this.bodyLength = 0;
    this.messageStart = 0;
    this.messageEnd = 0;
    this.messageLength = -1;
    this.extras = noExtras;
    this.frames?.clear();
    this.signatureStart = 0;
    this.signatureEnd = 0;
    this.lastSeenMillis = Number.NaN;
    this.attributes = undefined;
  }

  close(): void {
    this.isOpen = false;
    if (this.#own.length > shrinkAbove) this.#own = noBytes;
    this.body = this.#own;
  }

  /** Takes a range as its body where it lies: until {@link keep}, the bytes must stay as they are. */
  borrow(bytes: Uint8Array, start: number, end: number): void {
    this.body = bytes;
    this.bodyStart = start;
    this.bodyLength = end - start;
  }

  /** Copies a borrowed body into the buffer of its own. */
  keep(): void {
    if (this.body === this.#own) return;
    const { body, bodyStart, bodyLength } = this;
    this.body = this.#own;
    this.bodyStart = 0;
    this.bodyLength = 0;
    this.append(body, bodyStart, bodyStart + bodyLength);
  }

  /** Appends raw bytes; the caller has checked the bound. */
  append(bytes: Uint8Array, start: number, end: number): void {
    this.keep();
    const needed = this.bodyLength + end - start + 1;
    if (needed > this.#own.length) {
      const grown = new Uint8Array(Math.max(needed, this.#own.length * 2));
      grown.set(this.#own.subarray(0, this.bodyLength));
      this.#own = grown;
      this.body = grown;
    }
    copyBytes(bytes, start, end, this.#own, this.bodyLength);
    this.bodyLength += end - start;
  }

  /** Appends a further line: the blank lines that waited, a line feed, the line. */
  appendLine(bytes: Uint8Array, start: number, end: number): void {
    for (let i = 0; i <= this.blankLines; i++) this.append(lineFeed, 0, 1);
    this.blankLines = 0;
    this.append(bytes, start, end);
  }

  /** Keeps a message that is no part of the body; all of it decides the template. */
  takeMessage(bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (this.message.length < length) this.message = new Uint8Array(length + (length >> 1));
    copyBytes(bytes, start, end, this.message, 0);
    this.messageLength = length;
    this.statementLength = length;
  }

  /** A trace that stood beside the text or in a member of it. */
  takeFrames(frames: TraceFrames): void {
    if (frames.name.length === 0) return;
    this.frames ??= new TraceFrames();
    this.frames.restore(frames.numbers, frames.name);
  }

  /** Keeps the first and the last exception line; of a report, the first few lines. */
  addExtra(line: Uint8Array): void {
    const limit = this.mode === traceMode.report ? 4 : 2;
    if (this.extras.length < limit) this.extras = [...this.extras, line];
    else if (this.mode !== traceMode.report) this.extras = [...this.extras.slice(0, 1), line];
  }
}

const lineFeed = Uint8Array.of(0x0a);

/** The mode that a first line of this shape starts. */
export function modeOfFirstLine(shape: number): number {
  switch (shape) {
    case lineShape.exception:
    case lineShape.cause:
      return traceMode.frames;
    case lineShape.traceback:
      return traceMode.python;
    case lineShape.panic:
    case lineShape.goroutine:
      return traceMode.go;
    case lineShape.threadPanic:
      return traceMode.panicked;
    default:
      return traceMode.none;
  }
}
