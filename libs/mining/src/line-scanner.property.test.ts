import { encodeUtf8 } from '@culprit/kernel';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TemplateMiner } from './index.js';

const runs = { seed: 20_260_303, numRuns: 150 };

/** Reads that one byte of a line may cost, whatever the line: the longest look-ahead, over backslashes, and a few passes. */
const READS_PER_BYTE = 32;
const READS_PER_LINE = 256;

/** Bytes that count how often they are looked at. */
function counted(bytes: Uint8Array): { readonly bytes: Uint8Array; readonly reads: () => number } {
  let reads = 0;
  const proxy = new Proxy(bytes, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value === 'number' && key !== 'length') reads += 1;
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  return { bytes: proxy, reads: () => reads };
}

/** Reads per byte of mining a line twice: as an unfamiliar one and as a known one. */
function readsPerByte(line: Uint8Array): number {
  const { bytes, reads } = counted(line);
  const miner = new TemplateMiner({ scope: 'fuzz' });
  const first = miner.mine(bytes, 0, line.length);
  expect(miner.mine(bytes, 0, line.length)).toBe(miner.canonical(first));
  return Math.max(0, reads() / 2 - READS_PER_LINE) / Math.max(1, line.length);
}

/** Pieces at which a scanner looks ahead or back. */
const pieces = [
  'a',
  'f',
  '7',
  '0x',
  ' ',
  '\t',
  '.',
  '..',
  ':',
  '://',
  '/',
  '\\',
  '\\"',
  '"',
  "'",
  '=',
  '<',
  '<1',
];
const morePieces = [
  '(',
  ')',
  '()',
  '""',
  '[',
  '{',
  ',',
  '-',
  '_',
  '%',
  'Jan',
  'ms',
  '1 KB (1',
  'é',
  '€',
  '😀',
  '\0',
];
const piece = fc.constantFrom(...pieces, ...morePieces);

describe('hostile lines', { timeout: 60_000 }, () => {
  it('cost a bounded number of reads per byte, whichever byte they repeat', () => {
    const costs = Array.from({ length: 256 }, (_, byte) => readsPerByte(new Uint8Array(2_048).fill(byte)));
    expect(Math.max(...costs)).toBeLessThan(READS_PER_BYTE);
    expect(Math.max(...costs)).toBeGreaterThan(0);
  });

  it('cost no more per byte at 64 KiB of one character', () => {
    const costs = [' ', '"', '.', '0', 'a', '<', '\\', '/'].map((character) =>
      readsPerByte(new Uint8Array(65_536).fill(character.charCodeAt(0))),
    );
    expect(Math.max(...costs)).toBeLessThan(READS_PER_BYTE);
  });

  it('cost a bounded number of reads per byte, whatever short sequence they repeat', () => {
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 5 }), (parts) => {
        const unit = parts.join('');
        const line = encodeUtf8(unit.repeat(Math.ceil(3_000 / unit.length)));
        expect(readsPerByte(line)).toBeLessThan(READS_PER_BYTE);
      }),
      runs,
    );
  });

  it('are mined when they end inside a character, with spans inside the line', () => {
    const line = fc.array(piece, { minLength: 1, maxLength: 30 }).map((parts) => encodeUtf8(parts.join('')));
    fc.assert(
      fc.property(line, fc.nat(), (bytes, cut) => {
        const end = cut % (bytes.length + 1);
        const miner = new TemplateMiner({ scope: 'fuzz' });
        const index = miner.mine(bytes, 0, end);
        expect(miner.count(index)).toBe(1);
        expect(miner.mine(bytes.slice(0, end), 0, end)).toBe(miner.canonical(index));
        for (let i = 0; i < 2 * miner.parameterCount; i++)
          expect(miner.parameterSpans[i]).toBeLessThanOrEqual(end);
      }),
      runs,
    );
  });

  it('of random bytes leave a miner that can be written and read back', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 20 }), (lines) => {
        const miner = new TemplateMiner({ scope: 'fuzz', maxTemplates: 8 });
        for (const line of lines) miner.mine(line, 0, line.length);
        expect(TemplateMiner.restore(miner.snapshot()).snapshot()).toEqual(miner.snapshot());
      }),
      runs,
    );
  });
});
