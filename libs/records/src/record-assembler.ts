import { AnalysedLine } from './analysed-line.js';
import { readSnapshot, writeSnapshot, type StreamState } from './assembler-snapshot.js';
import { defaultAssemblerOptions, type AssemblerCounters, type AssemblerOptions } from './assembler-types.js';
import { BatchTraits } from './batch-traits.js';
import { continues, isExtra, isShort, modeAfter, readFrames } from './continuation.js';
import { plainBytes } from './copy-bytes.js';
import { Framing } from './framing.js';
import { indexOfByte, skipBlanks } from './header-tokens.js';
import { HeaderReader } from './header.js';
import { BorrowedBodies } from './borrowed-bodies.js';
import { LaneClock } from './lane-clock.js';
import { peekLayout } from './layout-peek.js';
import { lineShape } from './line-shape.js';
import { appendPartial, clearPartial } from './partial-line.js';
import { PendingRecord, modeOfFirstLine, traceMode } from './pending-record.js';
import type { RawLogBatch } from './raw-log-batch.js';
import { recordFlags, type RecordBatch } from './record-batch.js';
import { RecordWriter, maxMessageBytes } from './record-writer.js';
import { StreamTable } from './stream-table.js';
import { settleTime, type SettledTime, type TimeContext } from './time-rules.js';
import { timeKind } from './timestamp.js';
import { TraceText } from './trace-text.js';
import { cutEnd } from './utf8.js';

const maxExtraBytes = 512;
const clockJumpMillis = 60_000;
const maxPeekLines = 256;
/** Waiting records are looked at once in this much lane time. */
const releaseEveryMillis = 1_000;
const LINE_FEED = 0x0a;

/**
 * Makes log records out of raw lines: takes off container framing, reads header, time and severity, joins the lines of
 * one record, and prepares the message that mining looks at. State per stream; everything in event time and bounded.
 *
 * The batch that a method returns is valid until the next call. Lines in equal the lines counted in the records out
 * plus those pending. O(bytes); no objects, strings or patterns per line.
 */
export class RecordAssembler {
  readonly counters: AssemblerCounters = {
    linesIn: 0,
    recordsOut: 0,
    linesOut: 0,
    truncatedRecords: 0,
    repairedTimes: 0,
    clockJumps: 0,
    refusedStreams: 0,
  };
  readonly #options: Required<AssemblerOptions>;
  readonly #table: StreamTable;
  readonly #states: StreamState[] = [];
  readonly #writer: RecordWriter;
  readonly #framing = new Framing();
  readonly #line = new AnalysedLine();
  readonly #trace = new TraceText();
  readonly #settled: SettledTime = { millis: 0, subNanos: 0, flags: 0 };
  readonly #context: TimeContext = {
    envelopeMillis: Number.NaN,
    envelopeSubNanos: 0,
    previousMillis: Number.NaN,
    receivedMillis: Number.NaN,
    isWeakText: false,
    latestMillis: Number.NaN,
  };
  #settleOptions: { readonly zoneOffsetMinutes: number; readonly referenceMillis: number };
  readonly #traits = new BatchTraits();
  readonly #borrowed = new BorrowedBodies();
  /** Time of the last record of any stream: the best guess for a stream that has said nothing of time yet. */
  #latestMillis = Number.NaN;
  readonly #peekHeader = new HeaderReader();
  readonly #clock = new LaneClock();
  /** Lane time at which waiting records are looked at next. */
  #nextRelease = Number.NEGATIVE_INFINITY;

  constructor(options: AssemblerOptions = {}) {
    this.#options = { ...defaultAssemblerOptions, ...options };
    this.#table = new StreamTable(this.#options.maxDerivedStreams);
    this.#writer = new RecordWriter(this.#table.streams);
    this.#settleOptions = {
      zoneOffsetMinutes: this.#options.timeZoneOffsetMinutes,
      referenceMillis: this.#options.referenceMillis,
    };
  }

  /** Event time of the lane: what its streams agree on, -Infinity before the first record. */
  get laneMillis(): number {
    return this.#clock.millis;
  }

  /** Takes lines in; gives the records that are complete now, in the order they were completed. */
  push(input: RawLogBatch): RecordBatch {
    this.#writer.clear();
    const bytes = plainBytes(input.bytes);
    const batch = bytes === input.bytes ? input : { ...input, bytes };
    const states = batch.streams.map((stream) => this.#stateOf(this.#table.add(stream)));
    this.#traits.begin(batch);
    this.#borrowed.begin(bytes);
    this.#context.receivedMillis = batch.receivedMillis;
    for (let i = 0; i < batch.lineCount; i++) {
      const state = states[batch.streamIndex[i] ?? 0];
      if (state === undefined) continue;
      if (Number.isNaN(state.previousMillis)) this.#peek(batch, i, state);
      this.#takeLine(batch, i, state);
      if (this.#clock.millis >= this.#nextRelease) this.#releaseDue();
    }
    this.#borrowed.end();
    this.counters.refusedStreams = this.#table.refused;
    return this.#writer;
  }

  /**
   * Time has passed without lines: gives the records that waited long enough for another one. Of lines that say nothing
   * of time nobody knows how long they waited: any passing of time ends their records.
   */
  advance(watermarkMillis: number): RecordBatch {
    this.#writer.clear();
    this.#clock.moveTo(watermarkMillis);
    if (this.#clock.millis === Number.NEGATIVE_INFINITY) this.#releaseAll();
    else this.#releaseDue();
    return this.#writer;
  }

  /** Gives everything that is pending: the end of the input. */
  flush(): RecordBatch {
    this.#writer.clear();
    this.#releaseAll();
    return this.#writer;
  }

  #releaseAll(): void {
    for (const state of this.#states) {
      if (state.partialLines > 0) this.#takePartialAsWhole(state);
      if (state.pending.isOpen) this.#release(state.pending);
    }
  }

  /** All state, to go on elsewhere as if nothing had happened. */
  snapshot(): Uint8Array {
    return writeSnapshot({
      streams: this.#table.streams,
      states: this.#states,
      counters: this.counters,
      latestMillis: this.#latestMillis,
      clock: this.#clock.toNumbers(),
    });
  }

  /** The assembler that {@link snapshot} was taken of. Throws RangeError with the reason when the bytes are torn. */
  static restore(bytes: Uint8Array, options: AssemblerOptions = {}): RecordAssembler {
    const assembler = new RecordAssembler(options);
    const { streams, states, counters, latestMillis, clock } = readSnapshot(plainBytes(bytes));
    assembler.#latestMillis = latestMillis;
    assembler.#clock.restore(clock);
    assembler.#scheduleRelease();
    for (const [index, stream] of streams.entries()) {
      if (assembler.#table.add(stream) !== index)
        throw new RangeError('records snapshot: a stream occurs twice');
      const state = states[index];
      assembler.#states[index] = state ?? assembler.#stateOf(index);
    }
    Object.assign(assembler.counters, counters);
    return assembler;
  }

  #stateOf(index: number): StreamState {
    const known = this.#states[index];
    if (known !== undefined) return known;
    const state: StreamState = {
      index,
      pending: new PendingRecord(),
      previousMillis: Number.NaN,
      partial: undefined,
      partialLines: 0,
      layout: undefined,
      isPeeked: false,
    };
    this.#states[index] = state;
    return state;
  }

  /** Looks ahead for the time of a line that has none: lines of a file, which nobody has received at any time. */
  #peek(batch: RawLogBatch, from: number, state: StreamState): void {
    if (!Number.isNaN(batch.timeMillis[from] ?? Number.NaN) || !Number.isNaN(batch.receivedMillis)) return;
    if (!state.isPeeked) {
      state.isPeeked = true;
      state.layout = peekLayout(batch, from);
    }
    if (state.layout === undefined && Number.isNaN(this.#latestMillis)) this.#peekTime(batch, from, state);
  }

  /** Lines before the first time of a stream get that time, or the first of any stream, if it is near. */
  #peekTime(batch: RawLogBatch, from: number, state: StreamState): void {
    const header = this.#peekHeader;
    const last = Math.min(batch.lineCount, from + maxPeekLines);
    for (let i = from; i < last; i++) {
      const envelopeMillis = batch.timeMillis[i] ?? Number.NaN;
      header.read(batch.bytes, batch.lineStart[i] ?? 0, batch.lineEnd[i] ?? 0);
      if (header.time.kind < timeKind.local && Number.isNaN(envelopeMillis)) continue;
      const zone = header.time.kind === timeKind.local ? this.#options.timeZoneOffsetMinutes * 60_000 : 0;
      const millis = header.time.kind < timeKind.local ? envelopeMillis : header.time.millis - zone;
      if (Number.isNaN(state.previousMillis)) state.previousMillis = millis;
      if (batch.streamIndex[i] !== batch.streamIndex[from]) continue;
      state.previousMillis = millis;
      return;
    }
  }

  #takeLine(batch: RawLogBatch, i: number, base: StreamState): void {
    this.counters.linesIn += 1;
    const framing = this.#framing;
    framing.read(batch.bytes, batch.lineStart[i] ?? 0, batch.lineEnd[i] ?? 0);
    const state = framing.podEnd > 0 ? this.#podState(base) : base;
    const context = this.#context;
    const isFramed = framing.time.kind === timeKind.absolute;
    context.envelopeMillis = isFramed ? framing.time.millis : (batch.timeMillis[i] ?? Number.NaN);
    context.envelopeSubNanos = isFramed ? framing.time.subNanos : (batch.timeSubNanos[i] ?? 0);
    let { bytes, start, end } = framing;
    let lines = 1;
    if (framing.isPartial || state.partialLines > 0) {
      appendPartial(state, bytes.subarray(start, end), this.#options.maxRecordBytes);
      if (framing.isPartial && state.partialLines < this.#options.maxRecordLines) return;
      bytes = state.partial ?? bytes;
      start = 0;
      end = bytes.length;
      lines = state.partialLines;
      clearPartial(state);
    }
    const attributesEnd = batch.attributesEnd[i] ?? 0;
    const attributesStart = batch.attributesStart[i] ?? 0;
    const opened = this.#takeText(state, { bytes, start, end, lines, severity: batch.severity[i] ?? 0 });
    if (attributesEnd > attributesStart && opened !== undefined) {
      opened.attributes = batch.bytes.slice(attributesStart, attributesEnd);
      this.#takeTrace(opened, opened.attributes);
    }
  }

  /** A stack trace that came beside the text belongs to the record as one in the text does. */
  #takeTrace(opened: PendingRecord, attributes: Uint8Array): void {
    const trace = this.#trace;
    trace.clear();
    trace.readAll(attributes, 0, attributes.length);
    if (trace.isFound) opened.flags |= recordFlags.stackTrace;
    for (const line of trace.lines) opened.addExtra(line);
    opened.takeFrames(trace.frames);
  }

  #podState(base: StreamState): StreamState {
    const { bytes, podStart, podEnd, containerEnd } = this.#framing;
    const index = this.#table.derive(base.index, {
      bytes,
      kind: 'pod',
      nameStart: podStart,
      nameEnd: podEnd,
      otherStart: podEnd + 1,
      otherEnd: containerEnd,
    });
    return this.#stateOf(index);
  }

  /**
   * Takes the text of one line, which may hold line feeds if a collector joined lines before: then the parts after
   * the first always belong to it. Returns the record that was opened, undefined when the line joined one.
   */
  #takeText(base: StreamState, text: LineText): PendingRecord | undefined {
    const { bytes, start, end } = text;
    const feed = this.#traits.lineFeedIn(bytes, start, end);
    const firstEnd = feed < 0 ? end : feed;
    const line = this.#line;
    line.read(bytes, start, firstEnd, this.#traits.of(bytes, start, firstEnd), base.layout?.layout);
    const state = this.#programState(base);
    this.#settle(state);
    const { pending } = state;
    const joins =
      pending.isOpen &&
      this.#isNear(pending) &&
      continues(pending, line, this.#settled.millis) &&
      this.#hasRoom(pending, end - start);
    if (joins) this.#join(pending, bytes, start, firstEnd, text.lines);
    else this.#open(state, text, firstEnd);
    for (let at = firstEnd; at < end;) {
      const next = indexOfByte(bytes, at + 1, end, LINE_FEED);
      const stop = next < 0 ? end : next;
      line.read(bytes, at + 1, stop, this.#traits.of(bytes, at + 1, stop));
      this.#join(pending, bytes, at + 1, stop, 0);
      at = stop;
    }
    return joins ? undefined : pending;
  }

  #programState(base: StreamState): StreamState {
    const { header, bytes } = this.#line;
    if (header.programEnd === 0) return base;
    const index = this.#table.derive(base.index, {
      bytes,
      kind: 'program',
      nameStart: header.programStart,
      nameEnd: header.programEnd,
      otherStart: header.hostStart,
      otherEnd: header.hostEnd,
    });
    return this.#stateOf(index);
  }

  #settle(state: StreamState): void {
    this.#context.previousMillis = state.previousMillis;
    this.#context.latestMillis = this.#latestMillis;
    this.#context.isWeakText = this.#line.header.isCount && this.#line.time === this.#line.header.time;
    settleTime(this.#line.time, this.#context, this.#settleOptions, this.#settled);
  }

  /** Lines of one record are written at once: an envelope that says otherwise ends the record. */
  #isNear(pending: PendingRecord): boolean {
    const gap = this.#context.envelopeMillis - pending.lastSeenMillis;
    return !(gap > this.#options.maxWaitMillis);
  }

  #hasRoom(pending: PendingRecord, length: number): boolean {
    const { maxRecordBytes, maxRecordLines } = this.#options;
    if (pending.bodyLength + length + 1 <= maxRecordBytes && pending.lineCount < maxRecordLines) return true;
    pending.flags |= recordFlags.truncated;
    this.counters.truncatedRecords += 1;
    return false;
  }

  #open(state: StreamState, text: LineText, end: number): void {
    const { pending } = state;
    const { bytes, start } = text;
    if (pending.isOpen) this.#release(pending);
    const line = this.#line;
    const settled = this.#settled;
    pending.open(state.index);
    pending.millis = settled.millis;
    pending.subNanos = settled.subNanos;
    pending.flags = settled.flags;
    pending.severity = line.severity > 0 ? line.severity : text.severity;
    pending.lineCount = text.lines;
    pending.hasHeader = line.beginsRecord;
    pending.isIndented = !line.beginsRecord && line.shape === lineShape.indented;
    pending.mode = line.header.isReport ? traceMode.report : modeOfFirstLine(line.shape);
    readFrames(pending, line, traceMode.none);
    pending.lastSeenMillis = this.#context.envelopeMillis;
    const limit = this.#options.maxRecordBytes;
    const isLong = end - start > limit;
    this.#borrowed.take(pending, bytes, start, isLong ? cutEnd(bytes, start, limit) : end);
    if (line.hasReplacement) pending.flags |= recordFlags.textRepaired;
    if (end - start >= limit - 3) pending.flags |= recordFlags.truncated;
    if (line.trace?.isFound === true) pending.flags |= recordFlags.stackTrace;
    if (line.trace !== undefined) {
      for (const traceLine of line.trace.lines) pending.addExtra(traceLine);
      pending.takeFrames(line.trace.frames);
    }
    this.#setMessage(pending);
    if (settled.millis < state.previousMillis - clockJumpMillis) this.counters.clockJumps += 1;
    if ((settled.flags & recordFlags.timeRepaired) !== 0) this.counters.repairedTimes += 1;
    const isGuess =
      (settled.flags & recordFlags.timeInherited) !== 0 && Number.isNaN(this.#context.envelopeMillis);
    if (!isGuess) state.previousMillis = settled.millis;
    this.#latestMillis = settled.millis;
    if (!isGuess) this.#clock.observe(state.index, settled.millis);
    pending.touchedMillis = this.#clock.millis;
  }

  /** Releases what waited long enough, measured from its last line, so that a stream that lags is not cut short. */
  #releaseDue(): void {
    const due = this.#clock.millis - this.#options.maxWaitMillis;
    for (const { pending } of this.#states) {
      if (!pending.isOpen) continue;
      // Came before the lane knew any time: its wait begins now.
      if (pending.touchedMillis === Number.NEGATIVE_INFINITY) pending.touchedMillis = this.#clock.millis;
      if (pending.touchedMillis < due) this.#release(pending);
    }
    this.#scheduleRelease();
  }

  /** The next whole step of lane time: the same whether or not the assembler was restored in between. */
  #scheduleRelease(): void {
    this.#nextRelease = (Math.floor(this.#clock.millis / releaseEveryMillis) + 1) * releaseEveryMillis;
  }

  #setMessage(pending: PendingRecord): void {
    const line = this.#line;
    let { end } = line;
    while (end > line.messageStart && isTrailing(line.bytes[end - 1])) end -= 1;
    if (line.flattened !== undefined) {
      const { bytes, length, statementLength } = line.flattened;
      pending.takeMessage(bytes, line.flattenedStart, length);
      pending.statementLength = statementLength - line.flattenedStart;
    } else if (line.isCleaned) {
      pending.takeMessage(line.bytes, line.messageStart, Math.min(end, line.messageStart + maxMessageBytes));
    } else {
      pending.messageStart = line.messageStart - line.start;
      pending.messageEnd = Math.min(end - line.start, pending.bodyLength);
      pending.signatureStart = line.header.signatureStart - line.start;
      pending.signatureEnd = line.header.signatureEnd - line.start;
    }
  }

  #join(pending: PendingRecord, bytes: Uint8Array, start: number, end: number, lines: number): void {
    const line = this.#line;
    pending.lineCount += lines;
    if (line.shape === lineShape.blank && !line.beginsRecord) {
      pending.blankLines += 1;
      return;
    }
    pending.appendLine(bytes, start, end);
    pending.touchedMillis = this.#clock.millis;
    pending.lastSeenMillis = this.#context.envelopeMillis;
    if (line.hasReplacement) pending.flags |= recordFlags.textRepaired;
    const isWordless = pending.mode === traceMode.none && pending.extras.length === 0 && isShort(pending);
    if (isExtra(pending, line) || (isWordless && line.shape === lineShape.indented)) {
      const from = skipBlanks(line.bytes, line.contentStart, line.end);
      pending.addExtra(line.bytes.slice(from, Math.min(line.end, from + maxExtraBytes)));
    }
    const modeBefore = pending.mode;
    pending.mode = modeAfter(pending, line);
    readFrames(pending, line, modeBefore);
    if (pending.mode !== traceMode.none && pending.mode !== traceMode.report)
      pending.flags |= recordFlags.stackTrace;
  }

  #release(pending: PendingRecord): void {
    this.#writer.write(pending);
    this.counters.recordsOut += 1;
    this.counters.linesOut += pending.lineCount;
    pending.close();
  }

  /** The engine's last part never came: what there is becomes a line. */
  #takePartialAsWhole(state: StreamState): void {
    const bytes = state.partial ?? new Uint8Array(0);
    this.#context.envelopeMillis = Number.NaN;
    const lines = state.partialLines;
    clearPartial(state);
    this.#takeText(state, { bytes, start: 0, end: bytes.length, lines, severity: 0 });
  }
}

interface LineText {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly lines: number;
  readonly severity: number;
}

function isTrailing(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d;
}
