import { ByteReader, ByteWriter } from '@culprit/kernel';
import { describe, expect, it } from 'vitest';
import { SeenBatches } from './seen-batches.js';

function reopened(batches: SeenBatches): SeenBatches {
  const writer = new ByteWriter();
  batches.write(writer);
  return SeenBatches.read(new ByteReader(writer.toBytes()));
}

describe('batches that were structured', () => {
  it('knows a batch the second time and counts the repeats', () => {
    const batches = new SeenBatches();
    expect(['a', 'b', 'a', 'a', 'c'].map((batch) => batches.isNew(batch))).toEqual([
      true,
      true,
      false,
      false,
      true,
    ]);
    expect(batches.repeats).toBe(2);
  });

  it('goes on after a restart as if there had been none', () => {
    const batches = new SeenBatches();
    batches.isNew('a');
    batches.isNew('a');
    const after = reopened(batches);
    expect(after.repeats).toBe(1);
    expect(after.isNew('a')).toBe(false);
    expect(after.isNew('b')).toBe(true);
  });

  it('forgets the oldest of more than 20,000, also across a restart', () => {
    let batches = new SeenBatches();
    for (let i = 0; i < 20_000; i++) batches.isNew(`batch-${i}`);
    batches = reopened(batches);
    batches.isNew('one more');
    expect(batches.isNew('batch-1')).toBe(false);
    expect(batches.isNew('batch-0')).toBe(true);
  });
});
