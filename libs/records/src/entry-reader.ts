import { RawBatchBuilder, type BuiltLine } from './batch-builder.js';
import { EnvelopeFields, isEnvelope, namesSource } from './envelope-fields.js';
import type { EnvelopeResult } from './envelope-reader.js';
import { slot } from './envelope-keys.js';
import { skipSpace } from './json-scan.js';
import { formatKubernetesEvent } from './kubernetes-event.js';
import { defaultRecordLimits, type RecordLimits, type RejectReason } from './limits.js';
import { LineWriter } from './line-writer.js';
import { severityOfValue } from './severity.js';
import { StreamDirectory, type SourceDefaults } from './stream-directory.js';
import { earliestMillis, latestMillis } from './timestamp.js';
import { ByteInspector, byteTraits } from './utf8.js';

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

const OPEN_BRACE = 0x7b;
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
  readonly #envelope = new EnvelopeFields();
  #bytes: Uint8Array = new Uint8Array(0);
  #rejected = new Map<RejectReason, number>();
  readonly #inspector = new ByteInspector();
  #writer: LineWriter;
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
    this.#writer = this.#createWriter();
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
    const isLevelOnly = !this.#isQualified(keyStart, keyEnd) && namesSource(this.#source);
    if (!this.#hasOwnFields) {
      this.#entry.copyFrom(this.#source);
      this.#hasOwnFields = true;
    }
    return isLevelOnly
      ? this.#entry.offerLevel(keyStart, keyEnd, valueStart, valueEnd)
      : this.#entry.offer(keyStart, keyEnd, valueStart, valueEnd, false);
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
    if (this.#unwrap(this.#bytes, entry.textStart, end, entry)) return;
    this.#add(this.#bytes, entry.textStart, end, this.#stream(), entry);
  }

  /**
   * Adds a line whose text is a JSON object the decoder wrote, in place of the text range. A Kubernetes event is
   * recognised.
   */
  addObject(json: Uint8Array, entry: Entry): void {
    const event = formatKubernetesEvent(json);
    if (event === undefined) {
      if (this.#unwrap(json, 0, json.length, entry)) return;
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
      repaired: this.#writer.repaired,
    };
  }

  /** Goes on with the same input after what {@link take} gave was used. */
  resume(): void {
    this.#startBatch();
  }

  #createWriter(): LineWriter {
    const traits = byteTraits.nonAscii | byteTraits.nul;
    return new LineWriter({
      limits: this.#limits,
      builder: this.#builder,
      traits,
      inspector: this.#inspector,
    });
  }

  #startBatch(): void {
    this.#rejected = new Map();
    this.#sourceStream = -1;
    this.#directory.begin();
    this.#writer = this.#createWriter();
    this.#builder.begin(undefined, Math.min(this.#bytes.length, maxBatchBytes) + 64);
  }

  #isQualified(start: number, end: number): boolean {
    for (let i = start; i < end; i++) if (this.#bytes[i] === DOT) return true;
    // Where dots are not allowed in names, they became underscores.
    return this.#bytes[start] === 0x6b && this.#bytes[start + 1] === 0x38 && this.#bytes[start + 3] === 0x5f;
  }

  #stream(): number {
    const { streams } = this.#builder;
    if (this.#hasOwnFields) return this.#directory.indexOf(this.#bytes, this.#entry, false, streams);
    if (this.#sourceStream < 0)
      this.#sourceStream = this.#directory.indexOf(this.#bytes, this.#source, false, streams);
    return this.#sourceStream;
  }

  #add(bytes: Uint8Array, start: number, end: number, stream: number, entry: Entry): void {
    const line = this.#begin(entry);
    line.end = this.#writer.copy(bytes, start, this.#writer.cut(bytes, start, end));
    line.stream = stream;
    line.attributesStart = line.end;
    line.attributesEnd = this.#copyAttributes(entry);
    this.#builder.addLine(line);
    this.#hasOwnFields = false;
  }

  /**
   * Takes a line that is a collector's JSON envelope out of it: a collector that cannot say where a line is from in the
   * protocol says so in the line. False when it is a program's own JSON, or none.
   */
  #unwrap(bytes: Uint8Array, start: number, end: number, entry: Entry): boolean {
    if (bytes[start] !== OPEN_BRACE || end - start > this.#limits.maxLineBytes * 2) return false;
    const fields = this.#envelope;
    const after = fields.read(bytes, start, end);
    if (after < 0 || skipSpace(bytes, after, end) !== end || !isEnvelope(fields)) return false;
    const isSameBytes = bytes === this.#bytes;
    if (isSameBytes) fields.fillFrom(this.#hasOwnFields ? this.#entry : this.#source);
    const line = this.#begin(entry);
    // Ranges of two buffers cannot be mixed: either the object says whose the line is or the protocol does.
    line.stream =
      isSameBytes || namesSource(fields)
        ? this.#directory.indexOf(bytes, fields, false, this.#builder.streams)
        : this.#stream();
    if (line.severity === 0) line.severity = this.#levelOf(bytes, fields);
    line.end = this.#writer.copyText(bytes, fields);
    this.#writer.copyAttributes(bytes, fields, line);
    this.#builder.addLine(line);
    this.#hasOwnFields = false;
    return true;
  }

  /** Time, severity and the place of the text of the next line. */
  #begin(entry: Entry): BuiltLine {
    const line = this.#built;
    const hasTime = entry.millis >= earliestMillis && entry.millis < latestMillis;
    line.start = this.#builder.bytesLength;
    line.millis = hasTime ? entry.millis : Number.NaN;
    line.subNanos = hasTime ? entry.subNanos : 0;
    line.severity =
      entry.severity === 0
        ? this.#levelOf(this.#bytes, this.#hasOwnFields ? this.#entry : this.#source)
        : entry.severity;
    return line;
  }

  #levelOf(bytes: Uint8Array, fields: EnvelopeFields): number {
    if (!fields.isSet(slot.level)) return 0;
    return severityOfValue(bytes, fields.start[slot.level] ?? 0, fields.end[slot.level] ?? 0);
  }

  #copyAttributes({ attributes, attributesLength }: Entry): number {
    if (attributesLength === 0) return this.#builder.bytesLength;
    if (attributesLength > this.#limits.maxAttributesBytes) {
      this.#writer.count('attributes-dropped');
      return this.#builder.bytesLength;
    }
    return this.#writer.copy(attributes, 0, attributesLength);
  }
}
