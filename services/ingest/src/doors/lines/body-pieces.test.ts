import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkLineCount, cutPieces } from './body-pieces.js';

describe('pieces of a body', () => {
  it('are whole lines, together the body, and about 4 MiB each', () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 400_000 }), { maxLength: 40 });
    fc.assert(
      fc.property(lengths, fc.boolean(), (lines, endsWithFeed) => {
        const body = Buffer.from(
          lines.map((length) => 'x'.repeat(length)).join('\n') + (endsWithFeed ? '\n' : ''),
        );
        const pieces = [...cutPieces(body, 'text')];
        expect(Buffer.concat(pieces).equals(body)).toBe(true);
        for (const piece of pieces.slice(0, -1)) {
          expect(piece.at(-1)).toBe(0x0a);
          expect(piece.length).toBeGreaterThan(4_194_304);
          expect(piece.length).toBeLessThan(4_194_304 + 400_002);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('are one where lines cannot be told by their bytes', () => {
    const long = 'x\n'.repeat(3_000_000);
    expect([...cutPieces(Buffer.from(long), 'json')]).toHaveLength(1);
    expect([...cutPieces(Buffer.from(long), 'auto')]).toHaveLength(1);
    expect([...cutPieces(Buffer.from(`\ufeff${long}`, 'utf16le'), 'text')]).toHaveLength(1);
    expect([...cutPieces(Buffer.from(long), 'ndjson')]).toHaveLength(2);
    expect([...cutPieces(Buffer.alloc(0), 'ndjson')]).toHaveLength(1);
  });

  it('may not be too many lines or objects', () => {
    const refused = expect.objectContaining({ code: 'CULPRIT_INGEST_TOO_LARGE' });
    expect(() => checkLineCount(Buffer.from('\n\n\n'), 'text', 2)).toThrow(refused);
    expect(() => checkLineCount(Buffer.from('[{},{},{}]'), 'json', 2)).toThrow(refused);
    expect(() => checkLineCount(Buffer.from('[{"a":1},{},{}]'), 'auto', 2)).toThrow(refused);
    expect(() => checkLineCount(Buffer.from('\n\n'), 'text', 2)).not.toThrow();
    expect(() => checkLineCount(Buffer.from('{\n\n\n\n}'), 'json', 2)).not.toThrow();
  });
});
