import { decodeRawLogBatch } from '@culprit/contracts';
import { decodeUtf8 } from '@culprit/kernel';
import { EnvelopeReader } from '@culprit/records';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchCutter } from './batch-cutter.js';
import { maxRecordBytes, maxRecordLines } from './record-builder.js';
import { StreamLimiter } from './stream-limiter.js';

const line = fc.record({
  log: fc.string({ unit: 'binary', maxLength: 300 }),
  service: fc.constantFrom('a', 'b', 'c'),
  pod: fc.constantFrom('p-1', 'p-2'),
  extra: fc.option(fc.string(), { nil: undefined }),
});

function cut(lines: readonly object[], partitionCount: number) {
  const body = Buffer.from(lines.map((one) => JSON.stringify(one)).join('\n'));
  const reader = new EnvelopeReader({ defaults: { environment: 'prod' } });
  const { batch } = reader.read(body, 'ndjson', 5);
  const cutter = new BatchCutter({ limiter: new StreamLimiter(1_000), partitionCount });
  const before = linesOf(batch);
  const { records } = cutter.cut(batch, 0);
  return { before, records, batches: records.map(({ value }) => decodeRawLogBatch(value)) };
}

describe('batch cutter', () => {
  it('keeps every line with its text, attributes, time and stream, in order on one partition', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
        const { before, batches } = cut(lines, 1);
        expect(batches.flatMap(linesOf)).toEqual(before);
      }),
    );
  });

  it('gives each log type records of its own on several partitions, in order, and loses none', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
        const { before, records, batches } = cut(lines, 8);
        const after = batches.flatMap(linesOf);
        for (const logType of new Set(before.map((one) => one.logType))) {
          const ofType = (one: Line): boolean => one.logType === logType;
          expect(after.filter(ofType)).toEqual(before.filter(ofType));
        }
        expect(after).toHaveLength(before.length);
        batches.forEach((batch, i) => {
          const [first] = linesOf(batch);
          expect(records[i]?.key).toContain(first?.logType);
          expect(new Set(linesOf(batch).map(({ logType }) => logType)).size).toBe(1);
        });
      }),
    );
  });

  it('stays under its limits whatever the lengths of lines and names', () => {
    const lines = Array.from({ length: 3_000 }, (_, i) => ({
      log: 'x'.repeat((i * 7919) % 2_000),
      service: `service-${i % 50}`,
      pod: `${'p'.repeat(i % 200)}-${i}`,
    }));
    const { batches, records } = cut(lines, 1);
    expect(batches.length).toBeGreaterThan(3);
    for (const batch of batches) expect(batch.lineCount).toBeLessThanOrEqual(maxRecordLines);
    for (const { value } of records) expect(value.length).toBeLessThan(maxRecordBytes + maxRecordLines * 64);
  });
});

type Line = ReturnType<typeof linesOf>[number];

function linesOf(batch: ReturnType<typeof decodeRawLogBatch>) {
  return Array.from({ length: batch.lineCount }, (_, i) => {
    const { environment, logType, pod } = batch.streams[batch.streamIndex[i] ?? 0] ?? {};
    return {
      environment,
      logType,
      pod,
      text: decodeUtf8(batch.bytes.subarray(batch.lineStart[i], batch.lineEnd[i])),
      attributes: decodeUtf8(batch.bytes.subarray(batch.attributesStart[i], batch.attributesEnd[i])),
      time: batch.timeMillis[i],
      severity: batch.severity[i],
    };
  });
}
