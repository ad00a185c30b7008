import { assert, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { objectsIn } from './json-sequence.js';

function split(text: string): string[] {
  const bytes = Buffer.from(text);
  return Array.from(objectsIn(bytes), ({ start, end }) => bytes.toString('utf8', start, end));
}

describe('JSON objects one after the other', () => {
  it('are found with anything blank or nothing between them', () => {
    expect(split('{"a":1}{"b":{"c":"}"}}\r\n, {"d":"\\"{"}')).toEqual([
      '{"a":1}',
      '{"b":{"c":"}"}}',
      '{"d":"\\"{"}',
    ]);
    expect(split(' \n\t')).toEqual([]);
  });

  it('leave nothing out that is no object', () => {
    expect(split('null {"a":1} [[ {"b"')).toEqual(['null ', '{"a":1}', '[[ ', '{"b"']);
  });

  it('come in order and never overlap, whatever the bytes', () => {
    assert(
      property(uint8Array({ maxLength: 60 }), (bytes) => {
        let last = 0;
        for (const { start, end } of objectsIn(bytes)) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          last = end;
        }
        expect(last).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });
});
