import type { EnvironmentName, LogTypeName, TemplateId } from '@culprit/kernel';
import { errorSeverity } from '@culprit/kernel';
import type { ByteReader, ByteWriter } from '@culprit/kernel';
import { TemplateMiner } from '@culprit/mining';
import type { LineCache } from '@culprit/mining';
import type { TemplateRule } from '@culprit/scoring';
import { TemplateControl } from './template-control.js';

/** A template with fewer occurrences than this is rare: more of its events travel on whole. */
const rareCount = 256;
/** Whole events of one template forwarded per bin: of a rare template, and of a common one. */
const forwardedWhenRare = 4;
const forwardedWhenCommon = 1;

/**
 * What structuring remembers of one log type: its miner and, per template, how many whole events of the current bin
 * were forwarded. The decision depends on the order of records only, never on how they were batched.
 */
export class LogTypeEntry {
  readonly environment: EnvironmentName;
  readonly logType: LogTypeName;
  readonly miner: TemplateMiner;
  /** Undefined until a rule is about the log type. */
  control: TemplateControl | undefined;
  /** Scratch of the batch in progress: last count slot of a template, valid when `slotBatch` is the batch's number. */
  slot: Int32Array = new Int32Array(64);
  slotBatch: Uint32Array = new Uint32Array(64);
  /** Scratch of the batch in progress: position in the batch's list of template ids. */
  reference: Int32Array = new Int32Array(64);
  referenceBatch: Uint32Array = new Uint32Array(64);
  #bin: Float64Array = new Float64Array(64).fill(-Infinity);
  #earliest: Float64Array = new Float64Array(64);
  #forwarded: Uint8Array = new Uint8Array(64);
  /** Highest severity forwarded in the bin. */
  #severity: Uint8Array = new Uint8Array(64);
  readonly #ids: (TemplateId | undefined)[] = [];

  private constructor(environment: EnvironmentName, logType: LogTypeName, miner: TemplateMiner) {
    this.environment = environment;
    this.logType = logType;
    this.miner = miner;
  }

  /** A log type of which nothing is known yet. */
  static create(environment: EnvironmentName, logType: LogTypeName, cache: LineCache): LogTypeEntry {
    const miner = new TemplateMiner({ scope: `${environment}/${logType}`, cache });
    return new LogTypeEntry(environment, logType, miner);
  }

  /** Makes room for a template index in every per-template array. */
  reserve(template: number): void {
    const capacity = this.slot.length;
    if (template < capacity) return;
    const grown = Math.max(template + 1, capacity * 2);
    this.slot = growInt(this.slot, grown);
    this.slotBatch = growUint(this.slotBatch, grown);
    this.reference = growInt(this.reference, grown);
    this.referenceBatch = growUint(this.referenceBatch, grown);
    const bin = new Float64Array(grown).fill(-Infinity);
    bin.set(this.#bin);
    this.#bin = bin;
    const earliest = new Float64Array(grown);
    earliest.set(this.#earliest);
    this.#earliest = earliest;
    const forwarded = new Uint8Array(grown);
    forwarded.set(this.#forwarded);
    this.#forwarded = forwarded;
    const severity = new Uint8Array(grown);
    severity.set(this.#severity);
    this.#severity = severity;
  }

  /**
   * Whether the whole event travels on: the first ones of a template in a bin, its first error, and any that turns out
   * to be earlier than those. Late events of a rare template always do.
   */
  shouldForward(template: number, bin: number, timeMillis: number, severity: number): boolean {
    const current = this.#bin[template] ?? -Infinity;
    const isRare = this.#countOf(template) <= rareCount;
    if (bin > current) {
      this.#bin[template] = bin;
      this.#earliest[template] = timeMillis;
      this.#forwarded[template] = 1;
      this.#severity[template] = severity;
      return true;
    }
    if (bin < current) return isRare;
    const isFirstError = severity >= errorSeverity && (this.#severity[template] ?? 0) < errorSeverity;
    if (isFirstError) this.#severity[template] = severity;
    const isEarlier = timeMillis < (this.#earliest[template] ?? Infinity);
    if (isEarlier) this.#earliest[template] = timeMillis;
    const limit = isRare ? forwardedWhenRare : forwardedWhenCommon;
    const forwarded = this.#forwarded[template] ?? 0;
    if (forwarded >= limit) return isEarlier || isFirstError;
    this.#forwarded[template] = forwarded + 1;
    return true;
  }

  /** Template id of a template index; cached, because it is asked for every record. */
  idOf(template: number): TemplateId {
    const known = this.#ids[template];
    if (known !== undefined) return known;
    const id = this.#isOfRule(template)?.templateId(template) ?? this.miner.templateId(template);
    this.#ids[template] = id;
    return id;
  }

  #countOf(template: number): number {
    return this.#isOfRule(template)?.count(template) ?? this.miner.count(template);
  }

  /** Indices from the miner's capacity on are those of templates that rules made. */
  #isOfRule(template: number): TemplateControl | undefined {
    return template >= this.miner.capacity ? this.control : undefined;
  }

  write(writer: ByteWriter): void {
    writer.text(this.environment);
    writer.text(this.logType);
    writer.bytes(this.miner.snapshot());
    this.#writeForwarded(writer, 0, Math.min(this.miner.size, this.#bin.length));
    writer.uint8(this.control === undefined ? 0 : 1);
    if (this.control === undefined) return;
    this.control.write(writer);
    this.#writeForwarded(writer, this.miner.capacity, this.control.size);
  }

  #writeForwarded(writer: ByteWriter, from: number, count: number): void {
    writer.uint32(count);
    for (let i = from; i < from + count; i++) {
      writer.float64(this.#bin[i] ?? -Infinity);
      writer.float64(this.#earliest[i] ?? 0);
      writer.uint8(this.#forwarded[i] ?? 0);
      writer.uint8(this.#severity[i] ?? 0);
    }
  }

  #readForwarded(reader: ByteReader, from: number): void {
    const count = reader.uint32();
    this.reserve(Math.max(0, from + count - 1));
    for (let i = from; i < from + count; i++) {
      this.#bin[i] = reader.float64();
      this.#earliest[i] = reader.float64();
      this.#forwarded[i] = reader.uint8();
      this.#severity[i] = reader.uint8();
    }
  }

  /** @param rules those in force when the bytes were written */
  static read(
    reader: ByteReader,
    { cache, rules }: { readonly cache: LineCache; readonly rules: readonly TemplateRule[] },
  ): LogTypeEntry {
    const environment = reader.text() as EnvironmentName;
    const logType = reader.text() as LogTypeName;
    const entry = new LogTypeEntry(environment, logType, TemplateMiner.restore(reader.bytes(), cache));
    entry.#readForwarded(reader, 0);
    if (reader.uint8() === 0) return entry;
    entry.control = new TemplateControl(entry, entry.miner);
    entry.control.restore(reader, rules);
    entry.#readForwarded(reader, entry.miner.capacity);
    return entry;
  }
}

function growInt(old: Int32Array, length: number): Int32Array {
  const grown = new Int32Array(length);
  grown.set(old);
  return grown;
}

function growUint(old: Uint32Array, length: number): Uint32Array {
  const grown = new Uint32Array(length);
  grown.set(old);
  return grown;
}
