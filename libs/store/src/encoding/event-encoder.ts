import { encodeUtf8 } from '@culprit/kernel';
import type { TemplateId } from '@culprit/kernel';
import type { EventRows } from '@culprit/pipeline';
import type { StreamDescriptor } from '@culprit/records';
import { maxEscapedLength, writeJsonText } from './json-bytes.js';

/** Columns of the events table in the order in which {@link EventEncoder} writes them. */
export const eventColumns = [
  'stored_on',
  'tenant',
  'environment',
  'log_type',
  'namespace',
  'service',
  'pod',
  'container',
  'host',
  'template_id',
  'time',
  'lane',
  'sequence',
  'row_index',
  'severity',
  'flags',
  'line_count',
  'body',
  'attributes',
] as const;

/** Range of DateTime64(9): 1900-01-01 to 2262-04-11, in milliseconds. */
const lowestMillis = -2_208_988_800_000;
const highestMillis = 9_223_372_036_000;

const billion = 1_000_000_000;

/** Room for everything in a row that is neither text nor the stream's prefix. */
const fixedRowBytes = 256;

/** What the encoder had to change. */
export interface EncoderCounters {
  readonly repairedTexts: number;
  readonly clampedTimes: number;
}

/**
 * Turns structured records into insert bytes (JSONCompactEachRow) in one growing buffer, without a string or an object
 * a row: the part of a row that its stream decides is encoded once, numbers are written digit by digit.
 */
export class EventEncoder {
  readonly #tenant: string;
  readonly #prefixByStream = new WeakMap<StreamDescriptor, Uint8Array>();
  readonly #counters = { repairedTexts: 0, clampedTimes: 0 };
  #buffer: Buffer;
  #length = 0;
  #rowCount = 0;
  #lineCount = 0;
  #storedOn = 0;

  constructor(options: { readonly tenant: string; readonly initialBytes: number }) {
    this.#tenant = options.tenant;
    this.#buffer = Buffer.allocUnsafeSlow(options.initialBytes);
  }

  get rowCount(): number {
    return this.#rowCount;
  }

  /** Lines that the rows were made of. */
  get lineCount(): number {
    return this.#lineCount;
  }

  get byteLength(): number {
    return this.#length;
  }

  get counters(): EncoderCounters {
    return this.#counters;
  }

  /** The bytes so far: a view that the next {@link begin} makes invalid. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Starts an empty group of rows. @param storedOn day of arrival, in days since 1970 */
  begin(storedOn: number): void {
    this.#length = 0;
    this.#rowCount = 0;
    this.#lineCount = 0;
    this.#storedOn = storedOn;
  }

  /** Appends row `index` of a batch. */
  append(rows: EventRows, index: number): void {
    const { records } = rows;
    const stream = records.streams[records.streamIndex[index] ?? 0];
    const templateId = rows.templateIds[rows.templateIndex[index] ?? 0];
    if (stream === undefined || templateId === undefined) {
      throw new RangeError(
        `row ${index} of batch ${rows.lane}/${rows.sequence} names an unknown stream or template`,
      );
    }
    const bodyStart = records.bodyStart[index] ?? 0;
    const bodyEnd = records.bodyEnd[index] ?? 0;
    const attributesStart = records.attributesStart[index] ?? 0;
    const attributesEnd = records.attributesEnd[index] ?? 0;
    const prefix = this.#prefixOf(stream);
    const textBytes = bodyEnd - bodyStart + (attributesEnd - attributesStart);
    this.#reserve(prefix.length + fixedRowBytes + maxEscapedLength(textBytes));

    this.#byte(0x5b);
    this.#digits(this.#storedOn);
    this.#buffer.set(prefix, this.#length);
    this.#length += prefix.length;
    this.#templateId(templateId);
    this.#time(records.timeMillis[index] ?? 0, records.timeSubNanos[index] ?? 0);
    this.#number(rows.lane);
    this.#number(rows.sequence);
    this.#number(index);
    this.#number(records.severity[index] ?? 0);
    this.#number(records.flags[index] ?? 0);
    const lineCount = records.lineCount[index] ?? 1;
    this.#number(lineCount);
    this.#lineCount += lineCount;
    this.#text(records.bytes, bodyStart, bodyEnd);
    this.#text(records.bytes, attributesStart, attributesEnd);
    this.#byte(0x5d);
    this.#byte(0x0a);
    this.#rowCount += 1;
  }

  #prefixOf(stream: StreamDescriptor): Uint8Array {
    const known = this.#prefixByStream.get(stream);
    if (known !== undefined) return known;
    const { environment, logType, namespace, service, pod, container, host } = stream;
    const cells = [this.#tenant, environment, logType, namespace, service, pod, container, host];
    const prefix = encodeUtf8(`,${cells.map((cell) => JSON.stringify(cell)).join(',')},"`);
    this.#prefixByStream.set(stream, prefix);
    return prefix;
  }

  #templateId(id: TemplateId): void {
    const buffer = this.#buffer;
    const at = this.#length;
    for (let i = 0; i < id.length; i++) buffer[at + i] = id.charCodeAt(i);
    this.#length = at + id.length;
    this.#byte(0x22);
  }

  /** Nanoseconds since 1970 as a bare integer. */
  #time(millis: number, subNanos: number): void {
    this.#byte(0x2c);
    if (!(millis >= lowestMillis && millis < highestMillis)) {
      this.#counters.clampedTimes += 1;
      this.#time64(millis >= highestMillis ? highestMillis : lowestMillis, 0);
    } else if (millis > 0) {
      this.#digits(millis);
      this.#padded(subNanos, 6);
    } else {
      this.#time64(millis, subNanos);
    }
  }

  /** The rare times before 1970 and at the edges. */
  #time64(millis: number, subNanos: number): void {
    const nanos = BigInt(Math.trunc(millis)) * 1_000_000n + BigInt(subNanos);
    for (const digit of nanos.toString()) this.#byte(digit.charCodeAt(0));
  }

  #number(value: number): void {
    this.#byte(0x2c);
    this.#digits(value);
  }

  /** Decimal digits of an integer 0..2^53-1. Division of small integers is far cheaper than that of large ones. */
  #digits(value: number): void {
    const rest = Math.trunc(value);
    if (rest >= billion) {
      const billions = Math.floor(rest / billion);
      this.#digits(billions);
      this.#padded(rest - billions * billion, 9);
      return;
    }
    let length = 1;
    for (let limit = 10; rest >= limit; limit *= 10) length += 1;
    this.#padded(rest, length);
  }

  /** An integer below 10^9 in `length` digits, those of high value first. */
  #padded(value: number, length: number): void {
    const buffer = this.#buffer;
    let rest = value | 0;
    for (let at = this.#length + length - 1; at >= this.#length; at--) {
      const quotient = (rest / 10) | 0;
      buffer[at] = 0x30 + (rest - quotient * 10);
      rest = quotient;
    }
    this.#length += length;
  }

  #text(source: Uint8Array, start: number, end: number): void {
    this.#byte(0x2c);
    this.#byte(0x22);
    this.#length = writeJsonText(this.#buffer, this.#length, source, start, end, this.#counters);
    this.#byte(0x22);
  }

  #byte(value: number): void {
    this.#buffer[this.#length++] = value;
  }

  #reserve(extra: number): void {
    const needed = this.#length + extra;
    if (needed <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2));
    grown.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = grown;
  }
}
