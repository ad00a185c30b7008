import { describe, expect, it } from 'vitest';
import { murmur2, partitionOf } from './partitioner.js';

describe('partitioner', () => {
  // Vectors of Apache Kafka, clients/src/test/.../UtilsTest.java, testMurmur2.
  it.each([
    ['21', -973_932_308],
    ['foobar', -790_332_482],
    ['a-little-bit-long-string', -985_981_536],
    ['a-little-bit-longer-string', -1_486_304_829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58_897_971],
    ['abc', 479_470_107],
  ])('hashes %s as Kafka does', (key, hash) => {
    expect(murmur2(new TextEncoder().encode(key))).toBe(hash);
  });

  it('gives a partition of the topic for every key', () => {
    for (const key of ['', 'a', 'é', '日本', 'foobar']) {
      expect(partitionOf(key, 7)).toBeGreaterThanOrEqual(0);
      expect(partitionOf(key, 7)).toBeLessThan(7);
    }
  });
});
