import { assert, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unpackSnappy } from './snappy.js';

/** Packs like the simplest of packers: what repeats the byte `distance` before is copied, the rest is literal. */
function pack(bytes: Uint8Array, distance: number): Uint8Array {
  const packed = bytes.length < 128 ? [bytes.length] : [(bytes.length & 0x7f) | 0x80, bytes.length >> 7];
  for (let i = 0; i < bytes.length;) {
    const run = runLength(bytes, i, distance);
    if (run > 0) packed.push(((run - 1) << 2) | 2, distance, 0);
    else packed.push(0, bytes[i] ?? 0);
    i += Math.max(1, run);
  }
  return Uint8Array.from(packed);
}

function runLength(bytes: Uint8Array, at: number, distance: number): number {
  if (at < distance) return 0;
  const differs = bytes.subarray(at, at + 64).findIndex((byte, i) => byte !== bytes[at + i - distance]);
  return differs < 0 ? Math.min(64, bytes.length - at) : differs;
}

describe('a snappy block', () => {
  it('unpacks to what was packed, runs and all', () => {
    const repetitive = uint8Array({ maxLength: 300, max: 3 });
    assert(
      property(repetitive, (bytes) => {
        for (const distance of [1, 2, 7]) expect(unpackSnappy(pack(bytes, distance), 1_000)).toEqual(bytes);
      }),
    );
  });

  it('unpacks every kind of element', () => {
    const literalOf70 = [0xf0, 69, ...new Uint8Array(70).fill(0x61)];
    const shortCopy = [0x01 | (3 << 2), 1];
    const longCopy = [0x03 | (3 << 2), 70, 0, 0, 0];
    expect(unpackSnappy(Uint8Array.of(81, ...literalOf70, ...shortCopy, ...longCopy), 81)).toEqual(
      new Uint8Array(81).fill(0x61),
    );
  });

  it('is unpacked or refused, whatever the bytes', () => {
    assert(
      property(uint8Array({ maxLength: 60 }), (noise) => {
        const bytes = unpackSnappy(Uint8Array.of(40, ...noise), 1_000);
        expect(bytes === 'broken' ? 40 : bytes.length).toBe(40);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is broken when a literal has more than two gigabytes', () => {
    expect(unpackSnappy(Uint8Array.of(40, 0xfc, 0xff, 0xff, 0xff, 0xff, 1, 2, 3), 1_000)).toBe('broken');
  });

  it('is broken when it is cut off, and refused when longer than allowed', () => {
    const block = pack(new Uint8Array(500), 1);
    expect(unpackSnappy(new Uint8Array(), 1_000)).toBe('broken');
    expect(unpackSnappy(block.subarray(0, 4), 1_000)).toBe('broken');
    expect(unpackSnappy(block, 499)).toBe('too-large');
    expect(unpackSnappy(block, 500)).toEqual(new Uint8Array(500));
  });
});
