import {
  AppError,
  ByteReader,
  ByteWriter,
  decodeUtf8,
  toEpochNanos,
  type EpochMillis,
  type LogTypeName,
  type TemplateId,
} from '@culprit/kernel';
import { LineCache } from '@culprit/mining';
import {
  RecordAssembler,
  recordFlags,
  type AssemblerOptions,
  type RawLogBatch,
  type RecordBatch,
  type StreamDescriptor,
} from '@culprit/records';
import {
  binMillis,
  concerns,
  RuleSet,
  type RuleChange,
  type StructuredBatch,
  type StructuredEvent,
  type TemplateAlias,
  type TemplateControl as ControlOfTemplate,
  type TemplateRule,
} from '@culprit/scoring';
import { CountTable } from './count-table.js';
import { eventIdOf, type EventRows, type TemplateRow } from './event-rows.js';
import { LogTypeEntry } from './log-type-entry.js';
import { membersOf } from './record-members.js';
import { TemplateControl, type Message } from './template-control.js';

/** Log types past the limit share this one, so that their records are kept, counted and visible. */
const overflowLogType = '__other__' as LogTypeName;
const maxParameters = 32;
const maxParameterCharacters = 256;
const memberLimits = { count: maxParameters, valueBytes: maxParameterCharacters };
const snapshotVersion = 2;
/** How far back a decision of a person reaches: bins as old as that may still be open, ms. */
const controlReachMillis = 60_000;

/** Settings of {@link StructuringStage}. */
export interface StructuringOptions {
  /** Partition of the raw topic this stage reads. */
  readonly lane: number;
  /** Log types with a miner of their own; more share `__other__`. Default 2,000. */
  readonly maxLogTypes?: number;
  readonly assembler?: AssemblerOptions;
}

/** What structuring made of one raw batch. `rows` is valid until the next call. */
export interface Structured {
  readonly batch: StructuredBatch;
  readonly rows: EventRows;
}

/**
 * Raw batches of one lane in, structured batches and rows out: one batch in, one batch out.
 *
 * State: pending multi-line records per stream and one template miner per log type. Same batches, same order, same
 * output; a snapshot taken between two batches continues exactly. O(bytes) per batch.
 */
export class StructuringStage {
  readonly #options: StructuringOptions;
  readonly #counts = new CountTable();
  readonly #entryByKey = new Map<string, LogTypeEntry>();
  #assembler: RecordAssembler;
  /** Shared by the miners of all log types, so that its memory does not grow with their number. */
  readonly #cache = new LineCache();
  #entryByStream: (LogTypeEntry | undefined)[] = [];
  #lastSequence = -1;
  #foldedLogTypes = 0;
  #batchNumber = 0;
  #templateIndex = new Uint32Array(1024);
  #templateIds: TemplateId[] = [];
  #templateRows: TemplateRow[] = [];
  #exemplars: StructuredEvent[] = [];
  #aliases: TemplateAlias[] = [];
  #controls: ControlOfTemplate[] = [];
  #ruleSet = new RuleSet();
  #rules: readonly TemplateRule[] = [];
  /** Log types with records in the batch in progress. */
  readonly #touched = new Set<LogTypeEntry>();

  constructor(options: StructuringOptions) {
    this.#options = options;
    this.#assembler = new RecordAssembler(options.assembler);
  }

  /** Sequence of the last batch applied, -1 before the first. */
  get lastSequence(): number {
    return this.#lastSequence;
  }

  /** Highest event time seen, -Infinity before the first record. */
  get highestTime(): number {
    return this.#assembler.laneMillis;
  }

  /** Lines taken in whose record is not complete yet. */
  get pendingLines(): number {
    const { linesIn, linesOut } = this.#assembler.counters;
    return linesIn - linesOut;
  }

  /** Log types that had to share the overflow log type. */
  get foldedLogTypes(): number {
    return this.#foldedLogTypes;
  }

  /** Lines of log types with more templates than are told apart, by log type: a template explosion. O(log types). */
  get templateExplosions(): ReadonlyMap<LogTypeName, number> {
    const lines = new Map<LogTypeName, number>();
    for (const { logType, miner } of this.#entryByKey.values()) {
      const { overflowLines } = miner.notices;
      if (overflowLines > 0) lines.set(logType, (lines.get(logType) ?? 0) + overflowLines);
    }
    return lines;
  }

  /** Number of log types with a miner. */
  get logTypeCount(): number {
    return this.#entryByKey.size;
  }

  /** Number of templates of all log types. O(log types). */
  get templateCount(): number {
    let count = 0;
    for (const { miner } of this.#entryByKey.values()) count += miner.size;
    return count;
  }

  /** Counters of the record assembler: what was repaired, cut or inherited. */
  get assemblerCounters(): RecordAssembler['counters'] {
    return this.#assembler.counters;
  }

  /** Structures one raw batch. Sequences rise by lane; the caller skips repeated ones. */
  push(sequence: number, batch: RawLogBatch): Structured {
    return this.#structure(sequence, this.#assembler.push(batch));
  }

  /** Time has passed without lines: releases pending records up to `timeMillis`. The lane is idle until its next lines. */
  advance(sequence: number, timeMillis: number): Structured {
    const structured = this.#structure(sequence, this.#assembler.advance(timeMillis));
    return { ...structured, batch: { ...structured.batch, isIdle: true } };
  }

  /**
   * Takes changes of the rules in: they hold for every record that comes after. Changes that are known already change
   * nothing. A step of the lane like {@link push}: it has a sequence, so that a replay changes the rules at the same place.
   */
  applyRules(sequence: number, changes: readonly RuleChange[]): Structured {
    const records = this.#assembler.advance(this.highestTime);
    this.#begin(records.length);
    if (this.#ruleSet.apply(changes)) {
      this.#rules = this.#ruleSet.rules();
      const bin = Math.max(0, binOf(this.highestTime - controlReachMillis));
      for (const entry of this.#entryByKey.values()) {
        this.#control(entry);
        this.#takeControls(entry, bin);
      }
    }
    return this.#structureAll(sequence, records);
  }

  /** Changes among these that were not applied yet. */
  missingRules(changes: readonly RuleChange[]): RuleChange[] {
    return this.#ruleSet.missing(changes);
  }

  /** The rules in force. */
  get rules(): readonly TemplateRule[] {
    return this.#rules;
  }

  /** Records that a split had no part left for: they stayed with what was split. */
  get heldBackRecords(): number {
    let records = 0;
    for (const { control } of this.#entryByKey.values()) records += control?.heldBack ?? 0;
    return records;
  }

  /** End of input: releases everything pending and lets the lane's time run to the end. */
  flush(sequence: number): Structured {
    const structured = this.#structure(sequence, this.#assembler.flush());
    return { ...structured, batch: { ...structured.batch, highestTime: Infinity } };
  }

  #structure(sequence: number, records: RecordBatch): Structured {
    this.#begin(records.length);
    return this.#structureAll(sequence, records);
  }

  #structureAll(sequence: number, records: RecordBatch): Structured {
    for (let i = 0; i < records.length; i++) this.#structureRecord(sequence, records, i);
    this.#collectChanges();
    this.#lastSequence = sequence;
    const lane = this.#options.lane;
    return {
      batch: {
        lane,
        sequence,
        highestTime: this.highestTime,
        counts: this.#counts.toCounts(),
        exemplars: this.#exemplars,
        aliases: this.#aliases,
        controls: this.#controls,
      },
      rows: {
        lane,
        sequence,
        records,
        templateIndex: this.#templateIndex,
        templateIds: this.#templateIds,
        templates: this.#templateRows,
      },
    };
  }

  #begin(length: number): void {
    this.#batchNumber = (this.#batchNumber + 1) >>> 0;
    this.#counts.clear();
    this.#templateIds = [];
    this.#templateRows = [];
    this.#exemplars = [];
    this.#aliases = [];
    this.#controls = [];
    this.#touched.clear();
    if (length > this.#templateIndex.length) this.#templateIndex = new Uint32Array(length * 2);
  }

  #structureRecord(sequence: number, records: RecordBatch, i: number): void {
    const time = records.timeMillis[i] ?? 0;
    const entry = this.#entryOf(records, records.streamIndex[i] ?? 0);
    const { miner, control } = entry;
    const sizeBefore = miner.size;
    const mined = miner.mine(records.bytes, records.messageStart[i] ?? 0, records.statementEnd[i] ?? 0);
    let template = miner.canonical(mined);
    const bin = binOf(time);
    // What rules do depends on every form a template had, so that it does not depend on where a batch ends.
    if (miner.size !== sizeBefore || (control !== undefined && miner.hasChanges))
      this.#takeChanges(entry, bin);
    if (control !== undefined) {
      template = control.assign(template, messageOf(records, i));
      this.#takeControls(entry, bin);
    }
    entry.reserve(Math.max(mined, template));
    this.#counts.add(entry, template, bin, records.severity[i] ?? 0);
    this.#templateIndex[i] = this.#referTo(entry, template);
    if (entry.shouldForward(template, bin, time, records.severity[i] ?? 0)) {
      this.#exemplars.push(this.#eventOf({ sequence, records, index: i, entry, template }));
    }
  }

  #referTo(entry: LogTypeEntry, template: number): number {
    if (entry.referenceBatch[template] === this.#batchNumber) return entry.reference[template] ?? 0;
    this.#touched.add(entry);
    const reference = this.#templateIds.push(entry.idOf(template)) - 1;
    entry.reference[template] = reference;
    entry.referenceBatch[template] = this.#batchNumber;
    return reference;
  }

  #eventOf(at: EventAt): StructuredEvent {
    const { records, index, entry, template } = at;
    const stream = streamOf(records, index);
    return {
      eventId: eventIdOf(this.#options.lane, at.sequence, index),
      time: toEpochNanos(records.timeMillis[index] ?? 0, records.timeSubNanos[index] ?? 0),
      source: {
        environment: entry.environment,
        logType: entry.logType,
        namespace: stream.namespace,
        service: stream.service,
        pod: stream.pod,
        container: stream.container,
        host: stream.host,
      },
      severity: records.severity[index] ?? 0,
      templateId: entry.idOf(template),
      message: textOf(records.bytes, records.messageStart[index], records.messageEnd[index]),
      body: textOf(records.bytes, records.bodyStart[index], records.bodyEnd[index]),
      parameters: [
        ...parametersOf(entry, template, messageOf(records, index)),
        ...membersOf(records, index, memberLimits).map(({ name, value }) => `${name}=${value}`),
      ].slice(0, maxParameters),
      hasStackTrace: ((records.flags[index] ?? 0) & recordFlags.stackTrace) !== 0,
    };
  }

  #entryOf(records: RecordBatch, streamIndex: number): LogTypeEntry {
    const known = this.#entryByStream[streamIndex];
    if (known !== undefined) return known;
    const stream = records.streams[streamIndex];
    if (stream === undefined)
      throw new Error(`record refers to stream ${streamIndex}, which is not in the table`);
    const entry = this.#openEntry(stream);
    this.#entryByStream[streamIndex] = entry;
    return entry;
  }

  #openEntry(stream: StreamDescriptor): LogTypeEntry {
    const known = this.#entryByKey.get(keyOf(stream.environment, stream.logType));
    if (known !== undefined) return known;
    const isFull = this.#entryByKey.size >= (this.#options.maxLogTypes ?? 2_000);
    if (isFull) this.#foldedLogTypes++;
    const logType = isFull ? overflowLogType : stream.logType;
    const key = keyOf(stream.environment, logType);
    const entry = this.#entryByKey.get(key) ?? LogTypeEntry.create(stream.environment, logType, this.#cache);
    this.#entryByKey.set(key, entry);
    this.#control(entry);
    return entry;
  }

  /** Puts the rules in force on a log type; one that no rule is about, nor was, goes without. */
  #control(entry: LogTypeEntry): void {
    const rules = this.#rules.filter((rule) => concerns(rule, entry.environment, entry.logType));
    if (rules.length === 0 && entry.control === undefined) return;
    entry.control ??= new TemplateControl(entry, entry.miner);
    entry.control.setRules(rules, this.highestTime);
  }

  #takeControls({ environment, logType, control }: LogTypeEntry, binStart: number): void {
    if (control === undefined || !control.hasChanges) return;
    const { rows, controls } = control.takeChanges();
    for (const row of rows) this.#templateRows.push({ environment, logType, ...row });
    const version = this.#ruleSet.version;
    for (const change of controls)
      this.#controls.push({ binStart: binStart as EpochMillis, version, environment, logType, change });
  }

  #collectChanges(): void {
    const bin = binOf(this.highestTime);
    for (const entry of this.#touched) this.#takeChanges(entry, bin);
  }

  #takeChanges(entry: LogTypeEntry, binStart: number): void {
    const { environment, logType, miner, control } = entry;
    for (const change of miner.takeChanges()) {
      const { templateId } = change;
      const index = miner.indexOf(templateId);
      if (index !== undefined) control?.minedChanged(index);
      const canonicalId =
        change.kind === 'merged' ? change.into : (control?.canonicalIdOf(templateId) ?? templateId);
      const text =
        change.kind === 'merged' ? (index === undefined ? '' : miner.templateText(index)) : change.text;
      this.#templateRows.push({ environment, logType, templateId, text, canonicalId });
      if (change.kind === 'merged') {
        this.#aliases.push({
          binStart: binStart as EpochMillis,
          environment,
          logType,
          templateId,
          into: change.into,
        });
      }
    }
    this.#takeControls(entry, binStart);
  }

  /** Everything needed to continue exactly after the last batch. */
  snapshot(): Uint8Array {
    const writer = new ByteWriter(1 << 16);
    writer.uint32(snapshotVersion);
    writer.uint32(this.#options.lane);
    writer.float64(this.#lastSequence);
    writer.uint32(this.#foldedLogTypes);
    writer.bytes(this.#assembler.snapshot());
    this.#ruleSet.write(writer);
    writer.uint32(this.#entryByKey.size);
    for (const entry of this.#entryByKey.values()) entry.write(writer);
    return writer.toBytes();
  }

  /** @throws AppError CULPRIT_PIPELINE_SNAPSHOT when the bytes are not a snapshot of this lane and version. */
  static restore(bytes: Uint8Array, options: StructuringOptions): StructuringStage {
    const reader = new ByteReader(bytes);
    const version = reader.uint32();
    const lane = reader.uint32();
    if (version !== snapshotVersion || lane !== options.lane) {
      throw new AppError({
        code: 'CULPRIT_PIPELINE_SNAPSHOT',
        message: `expected a structuring snapshot of version ${snapshotVersion} and lane ${options.lane}, got version ${version}, lane ${lane}`,
      });
    }
    const stage = new StructuringStage(options);
    stage.#lastSequence = reader.float64();
    stage.#foldedLogTypes = reader.uint32();
    stage.#assembler = RecordAssembler.restore(reader.bytes(), options.assembler);
    stage.#ruleSet = RuleSet.read(reader);
    stage.#rules = stage.#ruleSet.rules();
    const entries = reader.uint32();
    for (let i = 0; i < entries; i++) {
      const entry = LogTypeEntry.read(reader, { cache: stage.#cache, rules: stage.#rules });
      stage.#entryByKey.set(keyOf(entry.environment, entry.logType), entry);
    }
    return stage;
  }
}

interface EventAt {
  readonly sequence: number;
  readonly records: RecordBatch;
  readonly index: number;
  readonly entry: LogTypeEntry;
  readonly template: number;
}

function keyOf(environment: string, logType: string): string {
  return `${environment}\n${logType}`;
}

function streamOf(records: RecordBatch, index: number): StreamDescriptor {
  const stream = records.streams[records.streamIndex[index] ?? 0];
  if (stream === undefined) throw new Error(`record ${index} has no stream`);
  return stream;
}

function textOf(bytes: Uint8Array, start = 0, end = 0): string {
  return decodeUtf8(bytes.subarray(start, end));
}

/** Start of the bin of a time, ms. */
function binOf(timeMillis: number): number {
  return Math.floor(timeMillis / binMillis) * binMillis;
}

function messageOf(records: RecordBatch, index: number): Message {
  return {
    bytes: records.bytes,
    start: records.messageStart[index] ?? 0,
    end: records.statementEnd[index] ?? 0,
    timeMillis: records.timeMillis[index] ?? 0,
  };
}

function parametersOf(entry: LogTypeEntry, template: number, message: Message): string[] {
  const { miner, control } = entry;
  if (control !== undefined && template >= miner.capacity) {
    const values = control.parametersOf(template, message).slice(0, maxParameters);
    return values.map((value) => value.slice(0, maxParameterCharacters));
  }
  const { bytes } = message;
  const { parameterCount, parameterSpans } = miner;
  const parameters: string[] = [];
  for (let p = 0; p < Math.min(parameterCount, maxParameters); p++) {
    const start = parameterSpans[2 * p] ?? 0;
    const end = Math.min(parameterSpans[2 * p + 1] ?? start, start + maxParameterCharacters);
    parameters.push(decodeUtf8(bytes.subarray(start, end)));
  }
  return parameters;
}
