import type { EnvironmentName, LogTypeName } from '@culprit/kernel';
import type { RawLogBatch } from '@culprit/records';
import {
  array,
  assert,
  double,
  integer,
  nat,
  option,
  property,
  record,
  uint8Array,
  type Arbitrary,
} from 'fast-check';
import { describe, expect, it } from 'vitest';
import { source } from './arbitraries.test-data.js';
import { RawRecord, type RawLogBatch as WireBatch } from './gen/culprit/logs/v1/raw.js';
import { decodeRawLogBatch, decodeRawRecord, encodeProgress, encodeRawLogBatch } from './raw.codec.js';

const malformed = { code: 'CULPRIT_CONTRACTS_MALFORMED' };

interface Line {
  readonly text: Uint8Array;
  readonly attributes: Uint8Array;
  readonly stream: number;
  readonly millis: number;
  readonly nanos: number;
  readonly severity: number;
}

const line: Arbitrary<Line> = record({
  text: uint8Array({ maxLength: 20 }),
  attributes: uint8Array({ maxLength: 5 }),
  stream: nat({ max: 2 }),
  millis: option(double({ noNaN: true, noDefaultInfinity: true }), { nil: NaN }),
  nanos: integer({ min: 0, max: 999_999 }),
  severity: nat({ max: 24 }),
});

describe('raw log batch on the wire', () => {
  it('comes back as it was, whatever the room left in its arrays', () => {
    assert(
      property(
        array(line, { maxLength: 30 }),
        array(source, { minLength: 3, maxLength: 3 }),
        option(double({ noNaN: true, noDefaultInfinity: true, min: 1 }), { nil: NaN }),
        nat({ max: 9 }),
        (lines, streams, receivedMillis, spare) => {
          const batch = { ...batchOf(lines, spare), streams, receivedMillis };
          const decoded = decodeRawLogBatch(encodeRawLogBatch(batch));
          expect(linesOf(decoded)).toEqual(lines);
          expect(decoded.streams).toEqual(streams);
          expect(decoded.receivedMillis).toBe(receivedMillis);
          expect(decoded.lineStart.length).toBe(lines.length);
        },
      ),
    );
  });

  it('does not carry the unused end of the arena', () => {
    const batch = { ...batchOf([lineOf('abc')], 0), bytes: new Uint8Array(100_000) };
    expect(encodeRawLogBatch(batch).length).toBeLessThan(200);
  });

  it('tells lines from progress', () => {
    const progress = encodeProgress({ highestTimeMillis: 1_772_357_400_000.5 });
    expect(decodeRawRecord(progress)).toEqual({
      kind: 'progress',
      progress: { highestTimeMillis: 1_772_357_400_000.5 },
    });
    expect(() => decodeRawLogBatch(progress)).toThrow(expect.objectContaining(malformed));
    expect(decodeRawRecord(encodeProgress({ highestTimeMillis: 0 })).kind).toBe('progress');
    expect(decodeRawRecord(encodeRawLogBatch(batchOf([], 0))).kind).toBe('lines');
  });

  it.each<[string, (wire: WireBatch) => Partial<WireBatch>]>([
    ['a line that ends outside the arena', (wire) => ({ arena: wire.arena.subarray(1) })],
    ['a line that ends before it starts', (wire) => ({ lineStart: wire.lineEnd, lineEnd: wire.lineStart })],
    ['a column that is too short', (wire) => ({ severity: wire.severity.subarray(1) })],
    ['a column that is too long', (wire) => ({ timeMillis: new Uint8Array(wire.timeMillis.length + 8) })],
    ['more lines than the columns hold', (wire) => ({ lineCount: wire.lineCount + 1 })],
    ['four thousand million lines', () => ({ lineCount: 0xffff_ffff })],
    ['a stream that is not listed', () => ({ streams: [] })],
    ['a severity above 24', (wire) => ({ severity: wire.severity.map(() => 25) })],
    ['a time that is not finite', () => ({ timeMillis: bytesOf(new Float64Array(2).fill(Infinity)) })],
    [
      'a nanosecond part of a millisecond or more',
      () => ({ timeSubNanos: bytesOf(Uint32Array.of(0, 1_000_000)) }),
    ],
    ['attributes outside the arena', () => ({ attributesEnd: bytesOf(Uint32Array.of(0, 9_999)) })],
  ])('refuses %s', (_, change) => {
    const bytes = encodeRawLogBatch(batchOf([lineOf('first'), lineOf('second')], 0));
    const wire = RawRecord.decode(bytes).batch;
    if (wire === undefined) throw new Error('no batch');
    expect(() => decodeRawRecord(bytes)).not.toThrow();
    const changed = RawRecord.encode({ batch: { ...wire, ...change(wire) } }).finish();
    expect(() => decodeRawRecord(changed)).toThrow(expect.objectContaining(malformed));
  });

  it('refuses a record of both kinds and one of none', () => {
    const batch = RawRecord.decode(encodeRawLogBatch(batchOf([], 0))).batch;
    const both = RawRecord.encode({ batch, progress: { highestTimeMillis: 1 } }).finish();
    expect(() => decodeRawRecord(both)).toThrow(expect.objectContaining(malformed));
    const neither = RawRecord.encode({ progress: {} }).finish();
    expect(() => decodeRawRecord(neither)).toThrow(expect.objectContaining(malformed));
  });
});

function lineOf(text: string): Line {
  const bytes = new TextEncoder().encode(text);
  return { text: bytes, attributes: new Uint8Array(0), stream: 0, millis: 1, nanos: 2, severity: 9 };
}

function batchOf(lines: readonly Line[], spare: number): RawLogBatch {
  const room = lines.length + spare;
  const pieces = lines.flatMap(({ text, attributes }) => [text, attributes]);
  const ends: number[] = [];
  let used = 0;
  for (const piece of pieces) ends.push((used += piece.length));
  const bytes = new Uint8Array(used + spare);
  pieces.forEach((piece, index) => bytes.set(piece, (ends[index] ?? 0) - piece.length));
  const column = (value: (line: Line, index: number) => number) =>
    Array.from({ length: room }, (_, index) => {
      const item = lines[index];
      return item === undefined ? 77 : value(item, index);
    });
  return {
    streams: [streamOf('orders')],
    lineCount: lines.length,
    bytes,
    lineStart: Uint32Array.from(column(({ text }, index) => (ends[index * 2] ?? 0) - text.length)),
    lineEnd: Uint32Array.from(column((_, index) => ends[index * 2] ?? 0)),
    streamIndex: Uint32Array.from(column(({ stream }) => stream)),
    timeMillis: Float64Array.from(column(({ millis }) => millis)),
    timeSubNanos: Uint32Array.from(column(({ nanos }) => nanos)),
    severity: Uint8Array.from(column(({ severity }) => severity)),
    attributesStart: Uint32Array.from(
      column(({ attributes }, index) => (ends[index * 2 + 1] ?? 0) - attributes.length),
    ),
    attributesEnd: Uint32Array.from(column((_, index) => ends[index * 2 + 1] ?? 0)),
    receivedMillis: NaN,
  };
}

function linesOf(batch: RawLogBatch): readonly Line[] {
  return Array.from({ length: batch.lineCount }, (_, i) => ({
    text: batch.bytes.slice(batch.lineStart[i], batch.lineEnd[i]),
    attributes: batch.bytes.slice(batch.attributesStart[i], batch.attributesEnd[i]),
    stream: batch.streamIndex[i] ?? -1,
    millis: batch.timeMillis[i] ?? -1,
    nanos: batch.timeSubNanos[i] ?? -1,
    severity: batch.severity[i] ?? -1,
  }));
}

function streamOf(logType: string) {
  const environment = 'shop' as EnvironmentName;
  return {
    environment,
    logType: logType as LogTypeName,
    namespace: '',
    service: '',
    pod: '',
    container: '',
    host: '',
  };
}

function bytesOf(column: Uint32Array | Float64Array): Uint8Array {
  return new Uint8Array(column.buffer);
}
