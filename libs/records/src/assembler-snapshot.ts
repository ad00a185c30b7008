import { ByteReader, ByteWriter, type EnvironmentName, type LogTypeName } from '@culprit/kernel';
import type { AssemblerCounters } from './assembler-types.js';
import { LaneClock } from './lane-clock.js';
import { layoutSampleLines } from './layout-learner.js';
import { fromSamples, type PeekedLayout } from './layout-peek.js';
import { PendingRecord } from './pending-record.js';
import type { StreamDescriptor } from './stream.js';
import { TraceFrames } from './trace-frames.js';

/** What is remembered of one stream. */
export interface StreamState {
  readonly index: number;
  readonly pending: PendingRecord;
  /** Time of the last record, NaN before the first. */
  previousMillis: number;
  /** Parts of a line that the container engine cut. */
  partial: Uint8Array | undefined;
  partialLines: number;
  /** Header of lines whose time was not found otherwise. */
  layout: PeekedLayout | undefined;
  /** A layout was looked for: that happens once. */
  isPeeked: boolean;
}

/** Everything a snapshot holds. `states[i]` belongs to `streams[i]`; it is absent for a stream without lines. */
export interface AssemblerSnapshot {
  readonly streams: readonly StreamDescriptor[];
  readonly states: readonly (StreamState | undefined)[];
  readonly counters: AssemblerCounters;
  /** Time of the last record of any stream, NaN before the first. */
  readonly latestMillis: number;
  /** State of the lane's clock. */
  readonly clock: readonly number[];
}

const magic = 0x52435053;
const formatVersion = 2;

/** Format: magic, version, length of the rest; counters, streams, states. Little-endian, length-prefixed. */
export function writeSnapshot(snapshot: AssemblerSnapshot): Uint8Array {
  const body = new ByteWriter();
  for (const name of counterNames) body.float64(snapshot.counters[name]);
  body.float64(snapshot.latestMillis);
  for (const value of snapshot.clock) body.float64(value);
  body.uint32(snapshot.streams.length);
  for (const [index, stream] of snapshot.streams.entries()) {
    for (const name of descriptorNames) body.text(stream[name]);
    const state = snapshot.states[index];
    body.uint8(state === undefined ? 0 : 1);
    if (state !== undefined) writeState(body, state);
  }
  const bytes = body.toBytes();
  const writer = new ByteWriter(bytes.length + 16);
  writer.uint32(magic);
  writer.uint32(formatVersion);
  writer.bytes(bytes);
  return writer.toBytes();
}

/** Reads a snapshot. Throws RangeError saying what is wrong when the bytes are torn or of another kind or version. */
export function readSnapshot(bytes: Uint8Array): AssemblerSnapshot {
  const outer = new ByteReader(bytes);
  if (bytes.length < 12 || outer.uint32() !== magic) throw new RangeError('records snapshot: not a snapshot');
  const version = outer.uint32();
  if (version !== formatVersion) {
    throw new RangeError(`records snapshot: expected version ${formatVersion}, found ${version}`);
  }
  const reader = new ByteReader(outer.bytes());
  const counters = readCounters(reader);
  const latestMillis = reader.float64();
  const clock = Array.from({ length: LaneClock.size }, () => reader.float64());
  const streams: StreamDescriptor[] = [];
  const states: (StreamState | undefined)[] = [];
  const streamCount = reader.uint32();
  for (let index = 0; index < streamCount; index++) {
    streams.push(readDescriptor(reader));
    states.push(reader.uint8() === 1 ? readState(reader, index) : undefined);
  }
  if (reader.remaining !== 0 || outer.remaining !== 0)
    throw new RangeError('records snapshot: bytes left over');
  return { streams, states, counters, latestMillis, clock };
}

const counterNames = [
  'linesIn',
  'recordsOut',
  'linesOut',
  'truncatedRecords',
  'repairedTimes',
  'clockJumps',
  'refusedStreams',
] as const;

const descriptorNames = [
  'environment',
  'logType',
  'namespace',
  'service',
  'pod',
  'container',
  'host',
] as const;

function readCounters(reader: ByteReader): AssemblerCounters {
  const next = (): number => reader.float64();
  return {
    linesIn: next(),
    recordsOut: next(),
    linesOut: next(),
    truncatedRecords: next(),
    repairedTimes: next(),
    clockJumps: next(),
    refusedStreams: next(),
  };
}

function readDescriptor(reader: ByteReader): StreamDescriptor {
  return {
    environment: reader.text() as EnvironmentName,
    logType: reader.text() as LogTypeName,
    namespace: reader.text(),
    service: reader.text(),
    pod: reader.text(),
    container: reader.text(),
    host: reader.text(),
  };
}

function writeState(writer: ByteWriter, state: StreamState): void {
  writer.float64(state.previousMillis);
  writer.uint32(state.partialLines);
  writer.bytes(state.partial ?? new Uint8Array(0));
  const { pending } = state;
  const { layout } = state;
  writer.uint8((pending.isOpen ? 1 : 0) | (state.isPeeked ? 2 : 0) | (layout === undefined ? 0 : 4));
  if (layout !== undefined) {
    writer.uint32(layout.samples.length);
    for (const sample of layout.samples) writer.bytes(sample);
  }
  if (!pending.isOpen) return;
  writer.float64(pending.millis);
  writer.uint32(pending.subNanos);
  writer.uint8(pending.severity);
  writer.uint8(pending.flags);
  writer.uint32(pending.lineCount);
  writer.uint32(pending.blankLines);
  writer.uint8(pending.mode);
  writer.uint8((pending.hasHeader ? 1 : 0) | (pending.isIndented ? 2 : 0));
  writer.bytes(pending.body.subarray(pending.bodyStart, pending.bodyStart + pending.bodyLength));
  writer.uint32(pending.messageStart);
  writer.uint32(pending.messageEnd);
  writer.uint32(pending.signatureStart);
  writer.uint32(pending.signatureEnd);
  writer.float64(pending.lastSeenMillis);
  writer.float64(pending.touchedMillis);
  const { message, messageLength } = pending;
  writeOptional(writer, messageLength < 0 ? undefined : message.subarray(0, messageLength));
  writer.uint32(pending.statementLength);
  writeOptional(writer, pending.attributes);
  writer.uint32(pending.extras.length);
  for (const extra of pending.extras) writer.bytes(extra);
  writer.uint8(pending.frames === undefined ? 0 : 1);
  if (pending.frames === undefined) return;
  for (const value of pending.frames.numbers) writer.float64(value);
  writer.bytes(pending.frames.name);
}

function readState(reader: ByteReader, index: number): StreamState {
  const previousMillis = reader.float64();
  const partialLines = reader.uint32();
  const partial = reader.bytes().slice();
  const pending = new PendingRecord();
  const bits = reader.uint8();
  const layout = (bits & 4) === 0 ? undefined : readLayout(reader);
  if ((bits & 1) !== 0) readPending(reader, pending, index);
  return {
    index,
    pending,
    previousMillis,
    partialLines,
    partial: partialLines === 0 ? undefined : partial,
    layout,
    isPeeked: (bits & 2) !== 0,
  };
}

function readLayout(reader: ByteReader): PeekedLayout | undefined {
  const count = reader.uint32();
  if (count > layoutSampleLines) throw new RangeError('records snapshot: too many sample lines');
  return fromSamples(Array.from({ length: count }, () => reader.bytes().slice()));
}

function readPending(reader: ByteReader, pending: PendingRecord, index: number): void {
  pending.open(index);
  pending.millis = reader.float64();
  pending.subNanos = reader.uint32();
  pending.severity = reader.uint8();
  pending.flags = reader.uint8();
  pending.lineCount = reader.uint32();
  pending.blankLines = reader.uint32();
  pending.mode = reader.uint8();
  const bits = reader.uint8();
  pending.hasHeader = (bits & 1) !== 0;
  pending.isIndented = (bits & 2) !== 0;
  const body = reader.bytes();
  pending.append(body, 0, body.length);
  pending.messageStart = reader.uint32();
  pending.messageEnd = reader.uint32();
  pending.signatureStart = reader.uint32();
  pending.signatureEnd = reader.uint32();
  if (pending.messageEnd > body.length || pending.signatureEnd > body.length) {
    throw new RangeError('records snapshot: a message points past its record');
  }
  pending.lastSeenMillis = reader.float64();
  pending.touchedMillis = reader.float64();
  const message = readOptional(reader);
  if (message !== undefined) pending.takeMessage(message, 0, message.length);
  pending.statementLength = reader.uint32();
  pending.attributes = readOptional(reader);
  const extraCount = reader.uint32();
  if (extraCount > 4) throw new RangeError('records snapshot: too many exception lines');
  pending.extras = Array.from({ length: extraCount }, () => reader.bytes().slice());
  if (reader.uint8() === 0) return;
  const numbers = Array.from({ length: TraceFrames.size }, () => reader.float64());
  pending.frames = new TraceFrames();
  pending.frames.restore(numbers, reader.bytes());
}

function writeOptional(writer: ByteWriter, bytes: Uint8Array | undefined): void {
  writer.uint8(bytes === undefined ? 0 : 1);
  if (bytes !== undefined) writer.bytes(bytes);
}

function readOptional(reader: ByteReader): Uint8Array | undefined {
  return reader.uint8() === 1 ? reader.bytes().slice() : undefined;
}
