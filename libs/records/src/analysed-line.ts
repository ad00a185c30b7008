import type { BodyText } from './body-text.js';
import { LayoutReader, type HeaderLayout } from './header-layout.js';
import { HeaderReader } from './header.js';
import { statusSeverity } from './http-status.js';
import { closingBracket, indexOfBytes, isBlank, isLetter, skipBlanks } from './header-tokens.js';
import { JsonBody } from './json-body.js';
import { lineShape, shapeOf } from './line-shape.js';
import { LogfmtLine } from './logfmt.js';
import { maxMessageBytes } from './record-writer.js';
import { cleanInto, needsCleaning } from './text-clean.js';
import { timeKind, type ParsedTime } from './timestamp.js';
import type { TraceText } from './trace-text.js';

/** What a thread writes that gives up. */
const fatal = 21;
const replacement = Uint8Array.of(0xef, 0xbf, 0xbd);

/**
 * One line as analysis sees it: cleaned of control sequences, with its header, time, severity, message and shape. One
 * instance serves all lines; it owns the buffers.
 */
export class AnalysedLine {
  readonly header = new HeaderReader();
  readonly #layouts = new LayoutReader();
  /** Of the message inside a JSON body. */
  readonly #inner = new HeaderReader();
  readonly #json = new JsonBody(maxMessageBytes);
  readonly #logfmt = new LogfmtLine(maxMessageBytes);
  #scratch: Uint8Array = new Uint8Array(4096);
  /** The cleaned text is `bytes[start, end)`; it is the input itself where nothing had to be cleaned. */
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  isCleaned = false;
  hasReplacement = false;
  time: ParsedTime = this.header.time;
  severity = 0;
  /** The line carries signs of beginning a record: a header, a JSON body, `key=value` pairs with time or level. */
  beginsRecord = false;
  /** The stack traces in a JSON body. */
  trace: TraceText | undefined;
  /** What a structured body says; without one the message is `bytes[messageStart, end)`. */
  flattened: BodyText | undefined;
  /** Where the message begins in it. */
  flattenedStart = 0;
  messageStart = 0;
  /** {@link lineShape} of the text behind the part of the header that repeats. */
  shape: number = lineShape.plain;
  contentStart = 0;

  /**
   * @param mayNeedCleaning false when the caller knows that no control byte occurs
   * @param layout header of the stream's lines where the general rules find none
   */
  read(
    bytes: Uint8Array,
    start: number,
    end: number,
    traits: { readonly mayNeedCleaning: boolean; readonly mayHaveReplacement: boolean },
    layout?: HeaderLayout,
  ): void {
    this.#clean(bytes, start, end, traits.mayNeedCleaning);
    this.hasReplacement =
      (traits.mayHaveReplacement && indexOfBytes(bytes, start, end, replacement) >= 0) ||
      (this.isCleaned && bytes.subarray(start, end).includes(0));
    this.flattened = undefined;
    this.flattenedStart = 0;
    this.trace = undefined;
    const { header } = this;
    header.read(this.bytes, this.start, this.end);
    if (layout !== undefined && header.time.kind === timeKind.none)
      this.#layouts.read(layout, header, this.bytes, this.start, this.end);
    this.time = header.time;
    this.severity = header.severity;
    this.messageStart = header.messageStart;
    this.beginsRecord = header.hasHeader;
    if (!this.#readJson() && !header.hasHeader) this.#readLogfmt();
    if (this.severity === 0) this.severity = statusSeverity(this.bytes, this.start, this.end);
    if (this.beginsRecord && this.#isLink()) this.beginsRecord = false;
    this.contentStart = this.beginsRecord ? this.#repeatedContent() : this.start;
    this.shape = shapeOf(this.bytes, this.contentStart, this.end);
    if (this.severity === 0 && this.shape === lineShape.threadPanic) this.severity = fatal;
  }

  #clean(bytes: Uint8Array, start: number, end: number, mayNeedCleaning: boolean): void {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.isCleaned = mayNeedCleaning && needsCleaning(bytes, start, end);
    if (!this.isCleaned) return;
    if (this.#scratch.length < (end - start) * 3) this.#scratch = new Uint8Array((end - start) * 3);
    this.end = cleanInto(bytes, start, end, this.#scratch);
    this.bytes = this.#scratch;
    this.start = 0;
  }

  #readJson(): boolean {
    const { bytes, header } = this;
    const at = this.messageStart;
    if (bytes[at] !== 0x7b || bytes[this.end - 1] !== 0x7d || this.end - at < 7) return false;
    const json = this.#json;
    if (!json.read(bytes, at, this.end)) return false;
    this.beginsRecord = true;
    this.trace = json.trace;
    if (json.severity > 0) this.severity = json.severity;
    if (header.time.kind === timeKind.none) this.time = json.time;
    this.flattened = json.text;
    this.flattenedStart = this.#innerHeaderEnd();
    return true;
  }

  /** A collector may have wrapped a line with a header of its own: what the wrapping does not say, that header does. */
  #innerHeaderEnd(): number {
    const inner = this.#inner;
    const { text, messageLength } = this.#json;
    inner.read(text.bytes, 0, messageLength);
    if (inner.time.kind === timeKind.none || inner.messageStart >= messageLength) return 0;
    if (this.time.kind === timeKind.none) this.time = inner.time;
    if (this.severity === 0) this.severity = inner.severity;
    return inner.messageStart;
  }

  #readLogfmt(): void {
    const logfmt = this.#logfmt;
    const first = this.bytes[this.start];
    if (!isLetter(first) && first !== 0x22 && first !== 0x40) return;
    if (!logfmt.read(this.bytes, this.start, this.end)) return;
    this.beginsRecord = true;
    this.time = logfmt.time;
    if (logfmt.severity > 0) this.severity = logfmt.severity;
    this.messageStart = logfmt.messageStart;
    if (logfmt.isBody) this.flattened = logfmt.text;
  }

  /** `note: run with …` looks like a level, and belongs to a trace. */
  #isLink(): boolean {
    const hasLevelOnly = this.header.hasLevel && this.time.kind === timeKind.none;
    return hasLevelOnly && shapeOf(this.bytes, this.start, this.end) === lineShape.link;
  }

  /** Behind the logger, one blank and any brackets: where a repeated header leaves the text with its indentation. */
  #repeatedContent(): number {
    const { bytes, header, end } = this;
    if (header.signatureEnd <= header.signatureStart) return header.messageStart;
    let position = header.signatureEnd;
    if (isBlank(bytes[position])) position += 1;
    while (bytes[position] === 0x5b && header.time.kind !== timeKind.clock) {
      const close = closingBracket(bytes, position, end);
      if (close < 0) break;
      position = close + 1;
      if (isBlank(bytes[position])) position += 1;
    }
    return skipBlanks(bytes, position, end) >= header.messageStart ? position : header.messageStart;
  }
}
