import { RawBatchBuilder, type BuiltLine } from './batch-builder.js';
import { copyBytes } from './copy-bytes.js';
import { EnvelopeFields } from './envelope-fields.js';
import type { EnvelopeResult } from './envelope-reader.js';
import { slot, sourceSlots } from './envelope-keys.js';
import { formatKubernetesEvent } from './kubernetes-event.js';
import { defaultRecordLimits, type RecordLimits, type RejectReason, type RepairReason } from './limits.js';
import { severityOfValue } from './severity.js';
import { StreamDirectory, type SourceDefaults } from './stream-directory.js';
import { earliestMillis, latestMillis } from './timestamp.js';
import { byteTraits, cutEnd, inspectBytes, isWellFormed, repairInto } from './utf8.js';

/** One line as a decoder found it; the decoder reuses one for all lines. */
export interface Entry {
  /** Text, as a range of the bytes given to `begin`. */
  textStart: number;
  textEnd: number;
  /** Milliseconds since the epoch, NaN where the protocol said none. */
  millis: number;
  /** Nanoseconds inside that millisecond. */
  subNanos: number;
  /** OpenTelemetry severity 1..24, 0 where the protocol said none. */
  severity: number;
  /** JSON object text with what the decoder kept of the attributes: the first `attributesLength` bytes. */
  attributes: Uint8Array;
  attributesLength: number;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const DOT = 0x2e;
/** Lines beyond this many bytes start a new batch, so that a large request does not hold up everything else. */
const maxBatchBytes = 4_194_304;
const maxBatchLines = 16_384;

/**
 * The normaliser for protocols that are not JSON lines: a decoder says which attributes the source has and where each
 * line lies, and this gives lines with the same streams, log types and severities as {@link EnvelopeReader} would.
 * Attributes are ranges of the bytes as they came, so nothing is decoded for a source that is known. O(bytes).
 */
export class EntryReader {
  readonly #limits: RecordLimits;
  readonly #directory: StreamDirectory;
  readonly #builder: RawBatchBuilder;
  readonly #source = new EnvelopeFields();
  readonly #entry = new EnvelopeFields();
  #bytes: Uint8Array = new Uint8Array(0);
  #rejected = new Map<RejectReason, number>();
  #repaired = new Map<RepairReason, number>();
  /** Stream of the source alone, -1 until a line needs it. */
  #sourceStream = -1;
  #hasOwnFields = false;
  readonly #built: BuiltLine = {
    start: 0,
    end: 0,
    stream: 0,
    millis: 0,
    subNanos: 0,
    severity: 0,
    attributesStart: 0,
    attributesEnd: 0,
  };

  /** @param options.builder a batch is valid until the next input of any reader that shares it */
  constructor(options: {
    readonly defaults: SourceDefaults;
    readonly limits?: Partial<RecordLimits>;
    readonly builder?: RawBatchBuilder;
  }) {
    this.#limits = { ...defaultRecordLimits, ...options.limits };
    this.#builder = options.builder ?? new RawBatchBuilder();
    this.#directory = new StreamDirectory(options.defaults, this.#limits.maxRememberedStreams);
  }

  /** Starts an input; all ranges given from now on are ranges of `bytes`. */
  begin(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#startBatch();
    this.beginSource();
  }

  /** True when there is enough for a batch: the decoder should hand it on and go on behind it. */
  get isFull(): boolean {
    return this.#builder.lineCount >= maxBatchLines || this.#builder.bytesLength >= maxBatchBytes;
  }

  get lineCount(): number {
    return this.#builder.lineCount;
  }

  /** Another source: nothing is known of it yet. */
  beginSource(): void {
    this.#source.clear(this.#bytes);
    this.#sourceStream = -1;
    this.beginEntry();
  }

  /** One attribute of the source of all lines until the next {@link beginSource}. Returns false for an unknown key. */
  sourceAttribute(
    keyStart: number,
    keyEnd: number,
    valueStart: number,
    valueEnd: number,
    isEscaped = false,
  ): boolean {
    this.#sourceStream = -1;
    return this.#source.offer(keyStart, keyEnd, valueStart, valueEnd, isEscaped);
  }

  /** A name of the service for want of any other name of the source. */
  suggestService(start: number, end: number): void {
    this.#sourceStream = -1;
    this.#source.suggestService(start, end);
  }

  /** Another line of the same source. */
  beginEntry(): void {
    this.#hasOwnFields = false;
  }

  /**
   * One attribute of the next line. Where the source has a name, only qualified keys (`k8s.pod.name`) speak of it: a
   * program's own `service=payments` is about the call it makes.
   *
   * @returns true when the key was understood; otherwise the decoder keeps the attribute
   */
  entryAttribute(keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): boolean {
    if (!this.#isQualified(keyStart, keyEnd) && this.#namesSource()) return false;
    if (!this.#hasOwnFields) {
      this.#entry.copyFrom(this.#source);
      this.#hasOwnFields = true;
    }
    return this.#entry.offer(keyStart, keyEnd, valueStart, valueEnd, false);
  }

  /** Severity 1..24 of a level written in a range of the bytes, 0 when it is none. */
  severityOf(start: number, end: number): number {
    return severityOfValue(this.#bytes, start, end);
  }

  /** Adds a line of the current source. A line feed at its end is framing. */
  addEntry(entry: Entry): void {
    let end = entry.textEnd;
    if (end > entry.textStart && this.#bytes[end - 1] === LINE_FEED) end -= 1;
    if (end > entry.textStart && this.#bytes[end - 1] === CARRIAGE_RETURN) end -= 1;
    this.#add(this.#bytes, entry.textStart, end, this.#stream(), entry);
  }

  /**
   * Adds a line whose text is a JSON object the decoder wrote, in place of the text range. A Kubernetes event is
   * recognised.
   */
  addObject(json: Uint8Array, entry: Entry): void {
    const event = formatKubernetesEvent(json);
    if (event === undefined) {
      this.#add(json, 0, json.length, this.#stream(), entry);
      return;
    }
    const stream = this.#directory.indexOf(this.#bytes, undefined, true, this.#builder.streams);
    this.#add(event.text, 0, event.text.length, stream, { ...entry, severity: event.severity });
  }

  /** Counts a line that cannot be stored. */
  reject(reason: RejectReason): void {
    this.#rejected.set(reason, (this.#rejected.get(reason) ?? 0) + 1);
  }

  /** The lines since `begin` or the last `take`; valid until the next call of any reader that shares the builder. */
  take(receivedMillis: number): EnvelopeResult {
    return {
      batch: this.#builder.toBatch(receivedMillis),
      rejected: this.#rejected,
      repaired: this.#repaired,
    };
  }

  /** Goes on with the same input after what {@link take} gave was used. */
  resume(): void {
    this.#startBatch();
  }

  #startBatch(): void {
    this.#rejected = new Map();
    this.#repaired = new Map();
    this.#sourceStream = -1;
    this.#directory.begin();
    this.#builder.begin(undefined, Math.min(this.#bytes.length, maxBatchBytes) + 64);
  }

  #namesSource(): boolean {
    for (const source of sourceSlots) if (this.#source.isSet(source)) return true;
    return false;
  }

  #isQualified(start: number, end: number): boolean {
    for (let i = start; i < end; i++) if (this.#bytes[i] === DOT) return true;
    return false;
  }

  #stream(): number {
    const { streams } = this.#builder;
    if (this.#hasOwnFields) return this.#directory.indexOf(this.#bytes, this.#entry, false, streams);
    if (this.#sourceStream < 0)
      this.#sourceStream = this.#directory.indexOf(this.#bytes, this.#source, false, streams);
    return this.#sourceStream;
  }

  #severity(said: number): number {
    if (said !== 0) return said;
    const fields = this.#hasOwnFields ? this.#entry : this.#source;
    if (!fields.isSet(slot.level)) return 0;
    return severityOfValue(this.#bytes, fields.start[slot.level] ?? 0, fields.end[slot.level] ?? 0);
  }

  #add(bytes: Uint8Array, start: number, lineEnd: number, stream: number, entry: Entry): void {
    let end = lineEnd;
    if (end - start > this.#limits.maxLineBytes) {
      end = cutEnd(bytes, start, this.#limits.maxLineBytes);
      this.#repair('line-truncated');
    }
    const line = this.#built;
    const hasTime = entry.millis >= earliestMillis && entry.millis < latestMillis;
    line.start = this.#builder.bytesLength;
    line.end = this.#copy(bytes, start, end);
    line.stream = stream;
    line.millis = hasTime ? entry.millis : Number.NaN;
    line.subNanos = hasTime ? entry.subNanos : 0;
    line.severity = this.#severity(entry.severity);
    line.attributesStart = line.end;
    line.attributesEnd = this.#copyAttributes(entry);
    this.#builder.addLine(line);
    this.#hasOwnFields = false;
  }

  #copyAttributes({ attributes, attributesLength }: Entry): number {
    if (attributesLength === 0) return this.#builder.bytesLength;
    if (attributesLength > this.#limits.maxAttributesBytes) {
      this.#repair('attributes-dropped');
      return this.#builder.bytesLength;
    }
    return this.#copy(attributes, 0, attributesLength);
  }

  /** Appends text, made well-formed, and returns where it ends. */
  #copy(bytes: Uint8Array, start: number, end: number): number {
    const builder = this.#builder;
    const at = builder.bytesLength;
    const traits = inspectBytes(bytes, start, end);
    if ((traits & byteTraits.nul) !== 0) this.#repair('nul-bytes');
    if ((traits & byteTraits.nonAscii) !== 0 && !isWellFormed(bytes, start, end)) {
      this.#repair('invalid-utf8');
      builder.reserve((end - start) * 3);
      builder.bytesLength = repairInto(bytes, { start, end }, builder.bytes, at);
    } else {
      builder.reserve(end - start);
      copyBytes(bytes, start, end, builder.bytes, at);
      builder.bytesLength = at + end - start;
    }
    return builder.bytesLength;
  }

  #repair(reason: RepairReason): void {
    this.#repaired.set(reason, (this.#repaired.get(reason) ?? 0) + 1);
  }
}
