import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildRows, defaultTime } from '../testing/build-rows.js';
import type { TestRecord } from '../testing/build-rows.js';
import { EventEncoder, eventColumns } from './event-encoder.js';

function encode(
  records: readonly TestRecord[],
  tenant = 'default',
): { encoder: EventEncoder; lines: string[] } {
  const encoder = new EventEncoder({ tenant, initialBytes: 16 });
  const rows = buildRows({ lane: 2, sequence: 4_294_967_296 }, records);
  encoder.begin(20_000);
  for (let index = 0; index < records.length; index++) encoder.append(rows, index);
  return { encoder, lines: encoder.bytes.toString().split('\n').slice(0, -1) };
}

function cellsOf(line: string | undefined): Record<string, unknown> {
  const cells: unknown = JSON.parse(line ?? '');
  if (!Array.isArray(cells)) throw new Error('a row must be a list');
  expect(cells).toHaveLength(eventColumns.length);
  return Object.fromEntries(eventColumns.map((column, i) => [column, cells[i]]));
}

/** The time as written: a double could not hold it. */
function timeOf(line: string | undefined): string | undefined {
  return /"[0-9a-f]{16}",(-?\d+),/.exec(line ?? '')?.[1];
}

describe('event encoder', () => {
  it('writes one line a record with all columns in order', () => {
    const { lines, encoder } = encode([
      { body: 'first "line"\n\n  at second', attributes: '{"user":"a"}', severity: 17 },
      { body: '', templateId: 'ffffffffffffffff' },
    ]);
    expect(lines).toHaveLength(2);
    expect(encoder.rowCount).toBe(2);
    expect(cellsOf(lines[0])).toMatchObject({
      stored_on: 20_000,
      tenant: 'default',
      environment: 'test',
      log_type: 'shop/orders',
      pod: 'orders-1',
      host: 'node-1',
      template_id: '00000000000000aa',
      lane: 2,
      sequence: 4_294_967_296,
      row_index: 0,
      severity: 17,
      body: 'first "line"\n\n  at second',
      attributes: '{"user":"a"}',
    });
    expect(cellsOf(lines[1])).toMatchObject({ body: '', template_id: 'ffffffffffffffff', row_index: 1 });
  });

  it.each([
    [defaultTime, 123_456, '1700000000000123456'],
    [1, 7, '1000007'],
    [0, 5, '5'],
    [-5, 3, '-4999997'],
    [-2_208_988_800_000, 0, '-2208988800000000000'],
    [9_223_372_035_999, 999_999, '9223372035999999999'],
  ])('writes %d ms and %d ns exactly', (time, subNanos, expected) => {
    const { lines, encoder } = encode([{ body: 'x', time, subNanos }]);
    expect(timeOf(lines[0])).toBe(expected);
    expect(encoder.counters.clampedTimes).toBe(0);
  });

  it.each([
    [-62_167_219_200_000, '-2208988800000000000'],
    [253_402_300_799_000, '9223372036000000000'],
    [Number.NaN, '-2208988800000000000'],
    [Number.POSITIVE_INFINITY, '9223372036000000000'],
  ])('moves the time %d that cannot be stored to the edge and counts it', (time, expected) => {
    const { lines, encoder } = encode([{ body: 'x', time }]);
    expect(timeOf(lines[0])).toBe(expected);
    expect(encoder.counters.clampedTimes).toBe(1);
  });

  it('stays one line a row whatever the stream and the body hold', () => {
    const hostile = fc.string({
      unit: fc.constantFrom('\n', '\r', '"', '\\', '\0', ']', 'é', '😀', 'a', '\u2028'),
    });
    fc.assert(
      fc.property(hostile, hostile, hostile, (pod, logType, body) => {
        const { lines } = encode([{ body, stream: { pod, logType } }, { body }]);
        expect(lines).toHaveLength(2);
        expect(cellsOf(lines[0])).toMatchObject({ pod, log_type: logType, body });
      }),
      { numRuns: 300, seed: 31 },
    );
  });

  it('counts texts that were not UTF-8', () => {
    const { lines, encoder } = encode([{ body: Uint8Array.of(0x61, 0xff, 0x62) }]);
    expect(cellsOf(lines[0])['body']).toBe('a\ufffdb');
    expect(encoder.counters.repairedTexts).toBe(1);
  });

  it('starts a group anew and reuses its buffer', () => {
    const { encoder } = encode([{ body: 'x'.repeat(100_000) }]);
    encoder.begin(20_001);
    expect(encoder.byteLength).toBe(0);
    encoder.append(buildRows({ lane: 0, sequence: 1 }, [{ body: 'y' }]), 0);
    expect(cellsOf(encoder.bytes.toString().trim())).toMatchObject({ stored_on: 20_001, body: 'y' });
  });
});
