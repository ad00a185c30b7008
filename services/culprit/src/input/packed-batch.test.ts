import { encodeUtf8 } from '@culprit/kernel';
import { EnvelopeReader, type RawLogBatch } from '@culprit/records';
import { describe, expect, it } from 'vitest';
import { packBatch, unpackBatch } from './packed-batch.js';

function batchOf(lines: readonly string[]): RawLogBatch {
  const reader = new EnvelopeReader({ defaults: { environment: 'test' } });
  return reader.read(encodeUtf8(lines.join('\n')), 'auto', Number.NaN).batch;
}

/** What a batch says of each line, whatever its arrays hold behind the last. */
function linesOf(batch: RawLogBatch): unknown {
  const { streams, bytes, lineCount } = batch;
  const text = (start = 0, end = 0): string => Buffer.from(bytes.subarray(start, end)).toString();
  return Array.from({ length: lineCount }, (_, i) => ({
    stream: streams[batch.streamIndex[i] ?? -1],
    text: text(batch.lineStart[i], batch.lineEnd[i]),
    attributes: text(batch.attributesStart[i], batch.attributesEnd[i]),
    millis: batch.timeMillis[i],
    subNanos: batch.timeSubNanos[i],
    severity: batch.severity[i],
  }));
}

const lines = [
  '{"time":"2026-03-01T06:00:00.123456Z","level":"warn","message":"disk at 91 %","pod":"a-1","disk":"sda"}',
  'a line of text with ünïcode',
  '{"ts":1772344800.5,"msg":"second stream","pod":"b-2","namespace":"shop"}',
];

describe('a packed batch', () => {
  it('says the same as the batch', () => {
    const batch = batchOf(lines);
    expect(linesOf(unpackBatch(packBatch(batch, undefined)))).toEqual(linesOf(batch));
  });

  it('takes a frame that is large enough, and leaves one that is not', () => {
    const first = packBatch(batchOf(lines), undefined);
    const smaller = batchOf(lines.slice(0, 2));
    const second = packBatch(smaller, first.frame);
    expect(second.frame).toBe(first.frame);
    expect(linesOf(unpackBatch(second))).toEqual(linesOf(smaller));
    const larger = batchOf([...lines, ...lines, ...lines]);
    const third = packBatch(larger, first.frame);
    expect(third.frame).not.toBe(first.frame);
    expect(linesOf(unpackBatch(third))).toEqual(linesOf(larger));
  });

  it('may hold no line at all', () => {
    expect(linesOf(unpackBatch(packBatch(batchOf([]), undefined)))).toEqual([]);
  });
});
