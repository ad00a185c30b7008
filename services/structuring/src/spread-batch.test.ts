import { partitionOf } from '@culprit/bus';
import { topicKey } from '@culprit/contracts';
import type { EnvironmentName, EpochMillis, LogTypeName, TemplateId } from '@culprit/kernel';
import type { StructuredBatch } from '@culprit/scoring';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spreadBatch } from './spread-batch.js';

const bin = 1_700_000_000_000;
const environments = Array.from({ length: 12 }, (_, n) => `environment-${n}`);

function batchOf(names: readonly string[], highestTime: number, isIdle = false): StructuredBatch {
  return {
    lane: 3,
    sequence: 7,
    highestTime,
    counts: names.map((name, n) => ({
      binStart: bin as EpochMillis,
      environment: name as EnvironmentName,
      logType: 'api' as LogTypeName,
      templateId: '00000000000000aa' as TemplateId,
      count: n + 1,
      maxSeverity: 0,
      errorCount: 0,
    })),
    exemplars: [],
    aliases: [],
    controls: [],
    ...(isIdle ? { isIdle } : {}),
  };
}

/** How many of four partitions hear of a batch that holds nothing. */
const heard = (before: number, after: number, isIdle = false): number =>
  spreadBatch(batchOf([], after, isIdle), before, 4).length;

describe('a structured batch on its way to the scorers', () => {
  it('stays whole where there is one partition', () => {
    const batch = batchOf(environments, bin);
    expect(spreadBatch(batch, bin, 1)).toEqual([{ partition: 0, batch }]);
  });

  it('is cut by environment, nothing lost and nothing twice', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...environments)),
        fc.integer({ min: 2, max: 9 }),
        (names, count) => {
          const batch = batchOf(names, bin);
          const parts = spreadBatch(batch, bin, count);
          for (const { partition, batch: part } of parts) {
            for (const { environment } of part.counts)
              expect(partitionOf(topicKey(environment), count)).toBe(partition);
            expect(part).toMatchObject({ lane: 3, sequence: 7, highestTime: bin });
          }
          const counts = parts.flatMap((part) => part.batch.counts);
          expect(new Set(counts)).toEqual(new Set(batch.counts));
          expect(counts).toHaveLength(names.length);
        },
      ),
    );
  });

  it('tells every partition when the time of the lane enters another bin, or the lane is idle', () => {
    expect(heard(bin, bin + 9_999)).toBe(0);
    expect(heard(bin, bin + 10_000)).toBe(4);
    expect(heard(-Infinity, bin)).toBe(4);
    expect(heard(-Infinity, -Infinity)).toBe(0);
    expect(heard(bin, bin, true)).toBe(4);
  });
});
