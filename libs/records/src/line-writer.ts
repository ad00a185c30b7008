import type { BuiltLine, RawBatchBuilder } from './batch-builder.js';
import { copyBytes } from './copy-bytes.js';
import type { EnvelopeFields } from './envelope-fields.js';
import { slot } from './envelope-keys.js';
import { unescapeInto } from './json-scan.js';
import type { RecordLimits, RepairReason } from './limits.js';
import { byteTraits, cutEnd, isWellFormed, repairInto, type ByteInspector } from './utf8.js';

const OPEN_BRACE = 0x7b;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Puts text and attributes of lines into a batch: cut at the limit, well-formed, every change counted. */
export class LineWriter {
  readonly #limits: RecordLimits;
  readonly #builder: RawBatchBuilder;
  /** What the input holds somewhere: bits of `byteTraits`; a bit that is not set spares a look at each line. */
  readonly #traits: number;
  readonly #inspector: ByteInspector;
  readonly repaired = new Map<RepairReason, number>();

  constructor(options: {
    readonly limits: RecordLimits;
    readonly builder: RawBatchBuilder;
    readonly traits: number;
    readonly inspector: ByteInspector;
  }) {
    this.#limits = options.limits;
    this.#builder = options.builder;
    this.#traits = options.traits;
    this.#inspector = options.inspector;
  }

  count(reason: RepairReason): void {
    this.repaired.set(reason, (this.repaired.get(reason) ?? 0) + 1);
  }

  /** End of the part of a line that is kept. */
  cut(bytes: Uint8Array, start: number, end: number): number {
    if (end - start <= this.#limits.maxLineBytes) return end;
    this.count('line-truncated');
    return cutEnd(bytes, start, this.#limits.maxLineBytes);
  }

  /** True when a range is not well-formed UTF-8, which is counted, as zero bytes are. */
  needsRepair(bytes: Uint8Array, start: number, end: number): boolean {
    if ((this.#traits & (byteTraits.nul | byteTraits.nonAscii)) === 0) return false;
    const traits = this.#inspector.inspectText(bytes, start, end);
    if ((traits & byteTraits.nul) !== 0) this.count('nul-bytes');
    if ((traits & byteTraits.nonAscii) === 0 || isWellFormed(bytes, start, end)) return false;
    this.count('invalid-utf8');
    return true;
  }

  /** Appends a range to the batch's bytes and returns where it ends. */
  copy(bytes: Uint8Array, start: number, end: number): number {
    return this.copyAs(bytes, start, end, this.needsRepair(bytes, start, end));
  }

  copyAs(bytes: Uint8Array, start: number, end: number, needsRepair: boolean): number {
    const builder = this.#builder;
    builder.reserve((end - start) * (needsRepair ? 3 : 1));
    const at = builder.bytesLength;
    if (needsRepair) builder.bytesLength = repairInto(bytes, { start, end }, builder.bytes, at);
    else {
      copyBytes(bytes, start, end, builder.bytes, at);
      builder.bytesLength = at + end - start;
    }
    return builder.bytesLength;
  }

  /** Appends the text value of an envelope without its escapes and its last line feed; returns where it ends. */
  copyText(bytes: Uint8Array, fields: EnvelopeFields): number {
    const builder = this.#builder;
    const start = fields.start[slot.text] ?? 0;
    const end = fields.end[slot.text] ?? 0;
    const from = builder.bytesLength;
    builder.reserve(end - start + 4);
    let to = fields.isString(slot.text)
      ? unescapeInto(bytes, { start, end }, builder.bytes, from)
      : this.copyAs(bytes, start, end, false);
    if (to > from && builder.bytes[to - 1] === LINE_FEED) to -= 1;
    if (to > from && builder.bytes[to - 1] === CARRIAGE_RETURN) to -= 1;
    to = this.cut(builder.bytes, from, to);
    builder.bytesLength = to;
    if (!this.needsRepair(builder.bytes, from, to)) return to;
    const raw = builder.bytes.slice(from, to);
    builder.bytesLength = from;
    return this.copyAs(raw, 0, raw.length, true);
  }

  /** Appends the members of an envelope that no rule understood, as the text of a JSON object. */
  copyAttributes(bytes: Uint8Array, fields: EnvelopeFields, line: BuiltLine): void {
    const builder = this.#builder;
    line.attributesStart = builder.bytesLength;
    line.attributesEnd = builder.bytesLength;
    if (fields.unknownCount === 0) return;
    let length = 2;
    for (let i = 0; i < fields.unknownCount; i++) {
      length += (fields.unknownEnd[i] ?? 0) - (fields.unknownStart[i] ?? 0) + 1;
    }
    if (length > this.#limits.maxAttributesBytes || fields.unknownDropped > 0) {
      this.count('attributes-dropped');
      if (length > this.#limits.maxAttributesBytes) return;
    }
    builder.reserve(length * 3);
    for (let i = 0; i < fields.unknownCount; i++) {
      builder.bytes[builder.bytesLength] = i === 0 ? OPEN_BRACE : 0x2c;
      builder.bytesLength += 1;
      this.copy(bytes, fields.unknownStart[i] ?? 0, fields.unknownEnd[i] ?? 0);
    }
    builder.reserve(1);
    builder.bytes[builder.bytesLength] = 0x7d;
    builder.bytesLength += 1;
    line.attributesEnd = builder.bytesLength;
  }
}
