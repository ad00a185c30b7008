import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import { unpackSnappy } from '@culprit/kernel';
import type * as Kafkajs from 'kafkajs';
import { unpackLz4Frame } from './lz4-frame.js';

/** Bytes that one batch of a foreign producer may unpack to: the largest record of any topic, twice. */
const maxInflatedBytes = 64 << 20;
const zstd = promisify(zstdCompress);
const unzstd = promisify(zstdDecompress);

/** Marks the chunked form of snappy that Kafka's Java clients write: magic, version, oldest compatible version. */
const snappyHeader = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
const snappyMagicBytes = 8;

/** The client library as a value. */
export type KafkaLibrary = (typeof Kafkajs)['default'];

/** What the client asks of a codec. */
interface Codec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(bytes: Buffer): Promise<Buffer>;
}

/**
 * Teaches the client every codec that a producer may choose. It brings gzip only and ends its consumer for good at a
 * batch of another codec, so that whoever may write to a topic could stop the pipeline by his choice.
 */
export function registerCodecs({ CompressionCodecs, CompressionTypes }: KafkaLibrary): void {
  CompressionCodecs[CompressionTypes.ZSTD] = () => zstdCodec;
  CompressionCodecs[CompressionTypes.LZ4] = () => lz4Codec;
  CompressionCodecs[CompressionTypes.Snappy] = () => snappyCodec;
}

const zstdCodec: Codec = {
  compress: ({ buffer }) => zstd(buffer),
  decompress: (bytes) => unzstd(bytes, { maxOutputLength: maxInflatedBytes }),
};

const lz4Codec: Codec = {
  compress: () => Promise.reject(new Error('lz4 is read, never written')),
  decompress: async (bytes) => viewOf(unpackLz4Frame(bytes, maxInflatedBytes)),
};

const snappyCodec: Codec = {
  async compress({ buffer }) {
    const { compress } = await import('snappyjs');
    const block = viewOf(compress(buffer));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(block.length);
    return Buffer.concat([snappyHeader, length, block]);
  },
  // Not with the package: it never returns from some broken blocks.
  async decompress(bytes) {
    if (bytes.compare(snappyHeader, 0, snappyMagicBytes, 0, snappyMagicBytes) !== 0)
      return unpack(bytes, maxInflatedBytes);
    const blocks: Buffer[] = [];
    let room = maxInflatedBytes;
    for (let at = snappyHeader.length; at < bytes.length;) {
      const end = at + 4 + bytes.readUInt32BE(at);
      const block = unpack(bytes.subarray(at + 4, end), room);
      room -= block.length;
      blocks.push(block);
      at = end;
    }
    return Buffer.concat(blocks);
  },
};

function unpack(block: Uint8Array, maxBytes: number): Buffer {
  const bytes = unpackSnappy(block, maxBytes);
  if (bytes === 'too-large') throw new Error('a batch unpacks to too many bytes');
  if (bytes === 'broken') throw new Error('a batch is no whole snappy data');
  return viewOf(bytes);
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
