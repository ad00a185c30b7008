import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchTraits } from './batch-traits.js';
import { copyBytes } from './copy-bytes.js';
import { unescapeInto } from './json-scan.js';
import { ByteInspector, byteTraits } from './utf8.js';

const { nonAscii, nul, escape, lineFeed } = byteTraits;
const oddByte = fc.constantFrom(0x00, 0x09, 0x0a, 0x1b, 0x1c, 0x1f, 0x20, 0x7f, 0x80, 0xef, 0xff);

function traitsOf(bytes: Uint8Array): number {
  return (
    (bytes.some((byte) => byte >= 0x80) ? nonAscii : 0) |
    (bytes.includes(0) ? nul : 0) |
    (bytes.includes(0x1b) ? escape : 0) |
    (bytes.includes(0x0a) ? lineFeed : 0)
  );
}

/** Letters with a few other bytes among them. */
const nearlyPlain = fc
  .tuple(fc.integer({ min: 0, max: 9_000 }), fc.array(fc.tuple(fc.nat(), oddByte), { maxLength: 3 }))
  .map(([length, others]) => {
    const bytes = new Uint8Array(length).fill(0x61);
    for (const [at, byte] of others) if (length > 0) bytes[at % length] = byte;
    return bytes;
  });

describe('unusual bytes', () => {
  it('are found wherever they stand in a range', () => {
    fc.assert(
      fc.property(nearlyPlain, fc.nat(8), (bytes, from) => {
        const range = bytes.subarray(from);
        const inspector = new ByteInspector();
        expect(inspector.inspect(bytes, Math.min(from, bytes.length), bytes.length)).toBe(traitsOf(range));
        expect(inspector.inspectText(bytes, Math.min(from, bytes.length), bytes.length)).toBe(
          traitsOf(range) & (nonAscii | nul),
        );
      }),
      { numRuns: 300, seed: 41 },
    );
  });

  it('are told of every line of a batch as a look at the line alone would tell them', () => {
    fc.assert(
      fc.property(nearlyPlain, fc.integer({ min: 90, max: 700 }), (bytes, lineLength) => {
        const lineCount = Math.ceil(bytes.length / lineLength);
        const lineStart = Uint32Array.from({ length: lineCount }, (_, i) => i * lineLength);
        const lineEnd = lineStart.map((start) => Math.min(bytes.length, start + lineLength));
        const traits = new BatchTraits();
        traits.begin({ bytes, lineCount, lineStart, lineEnd });
        for (let i = 0; i < lineCount; i++) {
          const start = lineStart[i] ?? 0;
          const end = lineEnd[i] ?? 0;
          const line = bytes.subarray(start, end);
          const feed = line.indexOf(0x0a);
          expect(traits.lineFeedIn(bytes, start, end)).toBe(feed < 0 ? -1 : start + feed);
          expect({ ...traits.of(bytes, start, end) }).toEqual({
            mayNeedCleaning: line.includes(0x1b) || line.includes(0),
            mayHaveReplacement: line.includes(0xef),
          });
        }
      }),
      { numRuns: 60, seed: 42 },
    );
  });
});

describe('copies of ranges', () => {
  it('hold the range and nothing else changes', () => {
    const source = Uint8Array.from({ length: 9_000 }, (_, i) => (i * 7 + (i >> 8)) & 0xff);
    fc.assert(
      fc.property(fc.nat(400), fc.nat(5_000), fc.nat(500), (length, start, at) => {
        for (const size of [1_000, 9_000]) {
          const target = new Uint8Array(size).fill(0xee);
          copyBytes(source, start, start + length, target, at);
          const expected = new Uint8Array(size).fill(0xee);
          expected.set(source.subarray(start, start + length), at);
          expect(target).toEqual(expected);
        }
      }),
      { numRuns: 100, seed: 43 },
    );
  });
});

const character = fc.constantFrom(
  'a',
  'b',
  'c',
  ' ',
  '\\',
  '"',
  '\n',
  '\u2028',
  'é',
  '😀',
  '\ud800',
  '\udc00',
  '/',
  '\u0001',
);

describe('the text of a JSON string', () => {
  it('is what JSON.parse makes of it, however many escapes it has', () => {
    fc.assert(
      fc.property(fc.string({ unit: character, maxLength: 120 }), (text) => {
        const expected = new TextDecoder().decode(new TextEncoder().encode(text));
        const json = new TextEncoder().encode(JSON.stringify(text));
        for (const size of [json.length + 4, 9_000]) {
          const source = new Uint8Array(size);
          source.set(json);
          const target = new Uint8Array(size);
          const end = unescapeInto(source, { start: 1, end: json.length - 1 }, target, 0);
          expect(new TextDecoder().decode(target.subarray(0, end))).toBe(expected);
          expect(target.subarray(end).every((byte) => byte === 0)).toBe(true);
        }
      }),
      { numRuns: 200, seed: 44 },
    );
  });
});
