import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxEscapedLength, writeJsonText } from './json-bytes.js';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function encode(source: Uint8Array): { text: Uint8Array; repairedTexts: number } {
  const target = new Uint8Array(maxEscapedLength(source.length));
  const repairs = { repairedTexts: 0 };
  const end = writeJsonText(target, 0, source, 0, source.length, repairs);
  return { text: target.subarray(0, end), ...repairs };
}

/** Bytes that often form the edges of UTF-8 sequences. */
const nastyByte = fc.oneof(
  fc.constantFrom(
    0x00,
    0x0a,
    0x0d,
    0x22,
    0x5c,
    0x7f,
    0x80,
    0x9f,
    0xa0,
    0xbf,
    0xc0,
    0xc2,
    0xe0,
    0xed,
    0xef,
    0xf0,
    0xf4,
  ),
  fc.integer({ min: 0, max: 255 }),
);

describe('JSON text of bytes', () => {
  it('reads back as the text that the Encoding Standard makes of the bytes', () => {
    fc.assert(
      fc.property(fc.array(nastyByte, { maxLength: 60 }), (values) => {
        const source = Uint8Array.from(values);
        const { text, repairedTexts } = encode(source);
        const expected = decoder.decode(source);
        expect(JSON.parse(`"${decoder.decode(text)}"`)).toBe(expected);
        const isValid = Buffer.from(expected).equals(Buffer.from(source));
        expect(repairedTexts).toBe(isValid ? 0 : 1);
      }),
      { numRuns: 2_000, seed: 11 },
    );
  });

  it('never writes a control character, so that no value can end its line', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (source) => {
        expect(encode(source).text.every((byte) => byte >= 0x20)).toBe(true);
      }),
      { numRuns: 500, seed: 12 },
    );
  });

  it('keeps every character of every plane', () => {
    const text = '\u0000\u007f\u0080\u07ff\u0800\ud7ff\ue000\uffff\u{10000}\u{10ffff}';
    const { text: encoded, repairedTexts } = encode(new TextEncoder().encode(text));
    expect(JSON.parse(`"${decoder.decode(encoded)}"`)).toBe(text);
    expect(repairedTexts).toBe(0);
  });

  it('writes only the range it was given', () => {
    const source = new TextEncoder().encode('abcdef');
    const target = new Uint8Array(32);
    expect(writeJsonText(target, 4, source, 2, 4, { repairedTexts: 0 })).toBe(6);
    expect(decoder.decode(target.subarray(4, 6))).toBe('cd');
    expect(target[6]).toBe(0);
  });
});
