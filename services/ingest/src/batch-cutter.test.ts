import { partitionOf } from '@culprit/bus';
import { decodeRawLogBatch, topicKey } from '@culprit/contracts';
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

  it('sends each log type to one partition, lines of a partition in order, and loses none', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
        const { before, records, batches } = cut(lines, 3);
        for (const partition of [0, 1, 2]) {
          const after = batches.filter((_, i) => records[i]?.partition === partition).flatMap(linesOf);
          expect(after).toEqual(before.filter((one) => partitionOfLine(one) === partition));
        }
        expect(batches.flatMap(linesOf)).toHaveLength(before.length);
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

/** Where a line belongs on a topic with three partitions. */
function partitionOfLine({ environment, logType }: Line): number {
  return partitionOf(topicKey(environment ?? '', logType ?? ''), 3);
}

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
