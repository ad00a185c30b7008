import { isDigit, skipBlanks } from './header-tokens.js';
import { skipString, unescapeInto } from './json-scan.js';
import { isTraceEnd, lineShape, shapeOf } from './line-shape.js';
import { TraceFrames } from './trace-frames.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LETTER_N = 0x6e;
const LINE_FEED = 0x0a;
const COLON = 0x3a;

/** Bounds of one value that is read and of one line that is kept, in bytes. */
const maxTraceBytes = 32_768;
const maxLineBytes = 512;

/**
 * Finds stack traces that are the values of JSON members, whatever their keys are called, by their shape: several lines
 * of which at least one is a frame, a cause or the heading of a trace. One instance serves all lines.
 */
export class TraceText {
  /** A trace was seen since {@link clear}. */
  isFound = false;
  /** Its first and its last line that say what went wrong; of several traces, of the first and the last. */
  lines: readonly Uint8Array[] = [];
  /** What tells the traces from others. */
  readonly frames = new TraceFrames();
  #scratch: Uint8Array = new Uint8Array(1024);

  clear(): void {
    if (!this.isFound) return;
    this.isFound = false;
    this.lines = [];
    this.frames.clear();
  }

  /** Looks at every string of a JSON text. O(length). */
  readAll(bytes: Uint8Array, start: number, end: number): void {
    for (let i = start; i < end; i++) {
      if (bytes[i] !== QUOTE) continue;
      const after = skipString(bytes, i, end);
      if (after < 0) return;
      this.readString(bytes, i + 1, after - 1);
      i = after - 1;
    }
  }

  /**
   * Looks at one string without its quotes.
   *
   * @returns true when it is a trace of which {@link lines} now holds what went wrong
   */
  readString(bytes: Uint8Array, start: number, end: number): boolean {
    return this.#readString(bytes, start, end, true);
  }

  /** The same for a string whose first line is kept by the caller. */
  readBehindFirstLine(bytes: Uint8Array, start: number, end: number): void {
    this.#readString(bytes, start, end, false);
  }

  #readString(bytes: Uint8Array, start: number, stringEnd: number, takesFirst: boolean): boolean {
    if (!hasLineFeed(bytes, start, stringEnd)) return false;
    const end = Math.min(stringEnd, start + maxTraceBytes);
    if (this.#scratch.length < end - start + 4) this.#scratch = new Uint8Array(end - start + 4);
    const length = unescapeInto(bytes, { start, end }, this.#scratch, 0);
    return this.#readLines(this.#scratch, length, takesFirst);
  }

  #readLines(text: Uint8Array, length: number, takesFirst: boolean): boolean {
    let isTrace = false;
    let isPython = false;
    let first: Uint8Array | undefined;
    let last: Uint8Array | undefined;
    for (let at = 0; at < length;) {
      const feed = text.indexOf(LINE_FEED, at);
      const end = feed < 0 || feed > length ? length : feed;
      const shape = shapeOf(text, at, end);
      if (shape === lineShape.traceback) isPython = true;
      isTrace ||= isTraceShape(shape) || (shape === lineShape.indented && endsInLineNumber(text, at, end));
      const isHeading = at === 0 && shape === lineShape.plain && text.subarray(at, end).includes(0x20);
      const isEnd = isPython && shape === lineShape.plain && isTraceEnd(text, at, end);
      const isTaken = at > 0 || takesFirst;
      if (isTaken && (isHeading || isEnd || saysWhatHappened(shape))) {
        const from = skipBlanks(text, at, end);
        last = text.slice(from, Math.min(end, from + maxLineBytes));
        first ??= last;
      }
      at = end + 1;
    }
    if (!isTrace) return false;
    this.isFound = true;
    this.#readFrames(text, length);
    if (first === undefined || last === undefined) return this.frames.name.length > 0;
    const all = [...this.lines, ...(first === last ? [first] : [first, last])];
    this.lines = all.length > 2 ? [...all.slice(0, 1), ...all.slice(-1)] : all;
    return true;
  }

  #readFrames(text: Uint8Array, length: number): void {
    const { frames } = this;
    let previous: LineOfTrace = { start: 0, end: 0, shape: lineShape.blank };
    let isPython = false;
    for (let start = 0; start < length;) {
      const feed = text.indexOf(LINE_FEED, start);
      const end = feed < 0 || feed > length ? length : feed;
      const shape = shapeOf(text, start, end);
      if (shape === lineShape.frame) frames.addCallOf(text, previous.start, previous.end);
      if (shape === lineShape.numbered) frames.addFrame(text, start, end);
      else if (shape !== lineShape.plain) frames.addLine(text, start, end, shape);
      else if (isPython && isTraceEnd(text, start, end)) frames.addException(text, start, end);
      const isPlace = shape === lineShape.indented && endsInLineNumber(text, start, end);
      if (isPlace && previous.shape === lineShape.plain) frames.addFrame(text, previous.start, previous.end);
      if (shape === lineShape.traceback) isPython = true;
      else if (shape === lineShape.plain || shape === lineShape.exception) isPython = false;
      previous = { start, end, shape };
      start = end + 1;
    }
  }
}

interface LineOfTrace {
  readonly start: number;
  readonly end: number;
  readonly shape: number;
}

function isTraceShape(shape: number): boolean {
  return (
    shape === lineShape.frame ||
    shape === lineShape.cause ||
    shape === lineShape.traceback ||
    shape === lineShape.heading ||
    shape === lineShape.goroutine
  );
}

function saysWhatHappened(shape: number): boolean {
  return (
    shape === lineShape.exception ||
    shape === lineShape.cause ||
    shape === lineShape.panic ||
    shape === lineShape.threadPanic
  );
}

/** `\t/app/main.go:24 +0x1d`: a frame as Go writes it. */
function endsInLineNumber(text: Uint8Array, start: number, end: number): boolean {
  let i = skipBlanks(text, start, end);
  while (i < end && text[i] !== 0x20) i += 1;
  const stop = i;
  while (i > start && isDigit(text[i - 1])) i -= 1;
  return i < stop && text[i - 1] === COLON;
}

function hasLineFeed(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i + 1 < end; i++) {
    if (bytes[i] !== BACKSLASH) continue;
    if (bytes[i + 1] === LETTER_N) return true;
    i += 1;
  }
  return false;
}
