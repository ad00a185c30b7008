import { assert, asyncProperty, nat, uint8Array } from 'fast-check';
import kafkajs from 'kafkajs';
import { compress as packLz4 } from 'lz4js';
import { beforeAll, describe, expect, it } from 'vitest';
import { registerCodecs } from './codecs.js';

interface Codec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(bytes: Buffer): Promise<Buffer>;
}

function codecOf(type: number): Codec {
  const codec = (kafkajs.CompressionCodecs as Readonly<Record<number, () => Codec>>)[type];
  if (codec === undefined) throw new Error(`there is no codec ${type}`);
  return codec();
}

const batch = Buffer.from(Array.from({ length: 500 }, (_, i) => `GET /cart/${i * 7} 200 `).join(''));

describe('the codecs of foreign batches', () => {
  const packed = new Map<string, Buffer>();
  let codecs: Readonly<Record<string, Codec>>;
  beforeAll(async () => {
    registerCodecs(kafkajs);
    // The numbers are those of Kafka's protocol.
    const [snappy, lz4, zstd] = [codecOf(2), codecOf(3), codecOf(4)];
    codecs = { snappy, bareSnappy: snappy, lz4, zstd };
    const chunks = await snappy.compress({ buffer: batch });
    packed.set('snappy', chunks).set('bareSnappy', chunks.subarray(20));
    packed.set('lz4', Buffer.from(packLz4(batch))).set('zstd', await zstd.compress({ buffer: batch }));
  });

  it.each(['snappy', 'bareSnappy', 'lz4', 'zstd'])('give back what was packed with %s', async (name) => {
    const bytes = packed.get(name) ?? Buffer.alloc(0);
    expect(bytes.length).toBeLessThan(batch.length / 2);
    expect(await codecs[name]?.decompress(bytes)).toEqual(batch);
  });

  it.each(['snappy', 'bareSnappy', 'lz4'])('come to an end with a broken batch of %s', async (name) => {
    const bytes = packed.get(name) ?? Buffer.alloc(0);
    await assert(
      asyncProperty(nat(bytes.length - 1), uint8Array({ minLength: 1, maxLength: 6 }), async (at, noise) => {
        const broken = Buffer.from(bytes);
        broken.set(noise.subarray(0, broken.length - at), at);
        const result: unknown = await codecs[name]?.decompress(broken).catch((error: unknown) => error);
        expect(result instanceof Error || Buffer.isBuffer(result)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
