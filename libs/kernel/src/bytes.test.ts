import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter, createRng, decodeUtf8, encodeUtf8, hashText } from './index.js';

describe('ByteWriter and ByteReader', () => {
  it('read back what was written, past the initial capacity', () => {
    const sample = fc.record({
      byte: fc.integer({ min: 0, max: 255 }),
      word: fc.integer({ min: 0, max: 0xffff_ffff }),
      real: fc.double({ noNaN: true }),
      big: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      text: fc.string({ unit: 'grapheme' }),
    });
    fc.assert(
      fc.property(fc.array(sample), (samples) => {
        const writer = new ByteWriter(1);
        for (const { byte, word, real, big, text } of samples) {
          writer.uint8(byte);
          writer.uint32(word);
          writer.float64(real);
          writer.bigint64(big);
          writer.text(text);
        }
        const reader = new ByteReader(writer.toBytes());
        for (const { byte, word, real, big, text } of samples) {
          expect([
            reader.uint8(),
            reader.uint32(),
            reader.float64(),
            reader.bigint64(),
            reader.text(),
          ]).toEqual([byte, word, real, big, text]);
        }
        expect(reader.remaining).toBe(0);
      }),
    );
  });

  it('refuses a length prefix that points past the end', () => {
    const writer = new ByteWriter();
    writer.uint32(99);
    expect(() => new ByteReader(writer.toBytes()).bytes()).toThrow(RangeError);
  });
});

describe('UTF-8', () => {
  it('replaces invalid sequences and keeps a byte order mark', () => {
    expect(decodeUtf8(Uint8Array.of(0x61, 0xff, 0x62))).toBe('a\ufffdb');
    expect(decodeUtf8(encodeUtf8('\ufeffx'))).toBe('\ufeffx');
  });
});

describe('hashText', () => {
  it('is stable and spreads similar texts', () => {
    expect(hashText('orders')).toBe(hashText('orders'));
    const hashes = new Set(Array.from({ length: 20_000 }, (_, i) => hashText(`pod-${i}`)));
    expect(hashes.size).toBe(20_000);
    expect([...hashes].every((hash) => /^[0-9a-f]{16}$/.test(hash))).toBe(true);
  });
});

describe('createRng', () => {
  it('repeats its sequence for a seed and stays in [0, 1)', () => {
    const a = createRng(7);
    const b = createRng(7);
    const drawn = Array.from({ length: 1000 }, () => a.next());
    expect(Array.from({ length: 1000 }, () => b.next())).toEqual(drawn);
    expect(drawn.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(drawn.reduce((sum, value) => sum + value, 0) / 1000).toBeCloseTo(0.5, 1);
  });
});
