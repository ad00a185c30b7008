import { assert, property, uint8Array } from 'fast-check';
import { compress } from 'snappyjs';
import { expect, it } from 'vitest';
import { DecodeError } from './decode-error.js';
import { unpackSnappy } from './snappy.js';

it('unpacks what was packed, runs and all', () => {
  const repetitive = uint8Array({ maxLength: 300, max: 3 });
  assert(
    property(repetitive, (bytes) => {
      expect(unpackSnappy(compress(bytes), 1_000)).toEqual(bytes);
    }),
  );
});

it('returns or refuses, whatever the bytes', () => {
  assert(
    property(uint8Array({ maxLength: 60 }), (noise) => {
      try {
        unpackSnappy(Uint8Array.of(40, ...noise), 1_000);
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error;
      }
    }),
    { numRuns: 2_000 },
  );
});

it('refuses a literal of more than two gigabytes at once', () => {
  expect(() => unpackSnappy(Uint8Array.of(40, 0xfc, 0xff, 0xff, 0xff, 0xff, 1, 2, 3), 1_000)).toThrow(
    'snappy',
  );
});
