const encoder = new TextEncoder();

/**
 * Partition of a key, the one Kafka's own clients choose, so that a key keeps its partition whatever the driver.
 *
 * @param count partitions of the topic, >= 1
 * @returns 0..count-1
 * Source: Apache Kafka, `BuiltInPartitioner.partitionForKey`: positive murmur2 of the key modulo the partitions.
 */
export function partitionOf(key: string, count: number): number {
  return (murmur2(encoder.encode(key)) & 0x7fffffff) % count;
}

/** 32-bit hash, signed. Source: MurmurHash2, Appleby 2008, with the seed of Apache Kafka's `Utils.murmur2`. */
export function murmur2(bytes: Uint8Array): number {
  const multiplier = 0x5bd1e995;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tail = bytes.length & ~3;
  let hash = 0x9747b28c ^ bytes.length;
  for (let at = 0; at < tail; at += 4) {
    let word = Math.imul(view.getInt32(at, true), multiplier);
    word = Math.imul(word ^ (word >>> 24), multiplier);
    hash = Math.imul(hash, multiplier) ^ word;
  }
  if (bytes.length > tail) {
    for (let at = bytes.length - 1; at >= tail; at--) hash ^= view.getUint8(at) << ((at - tail) * 8);
    hash = Math.imul(hash, multiplier);
  }
  hash = Math.imul(hash ^ (hash >>> 13), multiplier);
  return hash ^ (hash >>> 15);
}
