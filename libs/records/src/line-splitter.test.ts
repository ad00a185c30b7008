import { decodeUtf8, encodeUtf8 } from '@culprit/kernel';
import { array, assert, integer, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from './line-splitter.js';

function split(splitter: LineSplitter, chunks: readonly Uint8Array[]): string[] {
  const blocks = chunks.map((chunk) => splitter.push(chunk));
  return [...blocks, splitter.finish()].map(decodeUtf8).filter(Boolean);
}

describe('LineSplitter', () => {
  it('holds a line back until its line feed comes', () => {
    const splitter = new LineSplitter();
    expect(decodeUtf8(splitter.push(encodeUtf8('one\ntw')))).toBe('one\n');
    expect(decodeUtf8(splitter.push(encodeUtf8('o\nthree')))).toBe('two\n');
    expect(decodeUtf8(splitter.finish())).toBe('three');
  });

  it('gives the same bytes back however the input is cut', () => {
    assert(
      property(
        array(string({ maxLength: 40 }), { maxLength: 30 }),
        array(integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 30 }),
        (lines, sizes) => {
          const text = lines.map((line) => line.replaceAll('\0', '')).join('\n');
          const bytes = encodeUtf8(text);
          const chunks: Uint8Array[] = [];
          for (let at = 0, i = 0; at < bytes.length; i++) {
            const size = sizes[i % sizes.length] ?? 1;
            chunks.push(bytes.subarray(at, at + size));
            at += size;
          }
          expect(split(new LineSplitter(), chunks).join('')).toBe(text);
        },
      ),
      { seed: 7 },
    );
  });

  it('cuts a long line, skips the rest of it and counts both', () => {
    for (const chunkSize of [3, 7, 16, 64, 1000]) {
      const text = `ab\n${'x'.repeat(100)}\ncd\n${'y'.repeat(40)}\nef\n${'z'.repeat(90)}`;
      const bytes = encodeUtf8(text);
      const splitter = new LineSplitter({ maxLineBytes: 10 });
      const chunks: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += chunkSize) chunks.push(bytes.subarray(at, at + chunkSize));
      const expected = `ab\n${'x'.repeat(10)}\ncd\n${'y'.repeat(10)}\nef\n${'z'.repeat(10)}`;
      expect(split(splitter, chunks).join('')).toBe(expected);
      expect(splitter.truncatedLines).toBe(3);
      expect(splitter.skippedBytes).toBe(90 + 30 + 80);
    }
  });

  it('needs no memory for a line without end', () => {
    const splitter = new LineSplitter({ maxLineBytes: 1000 });
    const chunk = new Uint8Array(65_536).fill(0x78);
    for (let i = 0; i < 200; i++) expect(splitter.push(chunk)).toHaveLength(0);
    expect(splitter.finish()).toHaveLength(1000);
    expect(splitter.truncatedLines).toBe(1);
    expect(splitter.skippedBytes).toBe(200 * 65_536 - 1000);
  });

  it('decodes UTF-16 of either byte order, with or without a mark', () => {
    const text = 'first line of text\nsecond €😀\n';
    const units = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
    for (const isLittle of [true, false]) {
      for (const withMark of [true, false]) {
        const all = withMark ? [0xfeff, ...units] : units;
        const bytes = Uint8Array.from(
          all.flatMap((unit) => (isLittle ? [unit & 255, unit >> 8] : [unit >> 8, unit & 255])),
        );
        const splitter = new LineSplitter();
        const chunks = [bytes.subarray(0, 601), bytes.subarray(601)];
        expect(split(splitter, chunks).join('')).toBe(text);
        expect(splitter.isUtf16).toBe(true);
      }
    }
  });
});
