import { decodeUtf8, encodeUtf8 } from '@culprit/kernel';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinLine, parametersOf } from './parameters.js';
import { TemplateMiner } from './template-miner.js';

const runs = { seed: 4_711, numRuns: 300 };

const piece = fc.constantFrom(
  'user',
  'bob',
  'took=31ms',
  '"status":',
  '17',
  '0x1f',
  '10.0.0.1:80',
  '/a/b?c=d',
  '<*>',
  '<',
  '*>',
  'größe',
  '12:30:11,250',
  '[1,2]',
  'msg="a  b"',
  '😀',
  ';',
  '=',
);
const blanks = fc.constantFrom(' ', '  ', '\t', '\t ', '\u000b', '');
const line = fc
  .array(fc.tuple(piece, blanks), { maxLength: 14 })
  .chain((parts) => blanks.map((first) => first + parts.map((part) => part.join('')).join('')));
const anyLine = fc.oneof(
  line,
  fc.string({ unit: 'binary', maxLength: 80 }).map((text) => text.replaceAll('\n', '')),
);

/** The text of the template and the parts of each line, once all were learned. */
function partsOf(
  lines: readonly string[],
): readonly { text: string; parts: ReturnType<typeof parametersOf> }[] {
  const miner = new TemplateMiner({ scope: 'test' });
  const all = lines.map((text) => encodeUtf8(text));
  for (const bytes of all) miner.mine(bytes, 0, bytes.length);
  return all.map((bytes) => {
    const text = miner.templateText(miner.mine(bytes, 0, bytes.length));
    return {
      text,
      parts: parametersOf(text, bytes, miner.parameterSpans.subarray(0, 2 * miner.parameterCount)),
    };
  });
}

describe('template and parameters', () => {
  it('are the line again, character by character', () => {
    fc.assert(
      fc.property(fc.array(anyLine, { minLength: 1, maxLength: 12 }), (lines) => {
        const joined = partsOf(lines).map(({ text, parts }) => joinLine(text, parts));
        expect(joined).toEqual(lines.map((text) => decodeUtf8(encodeUtf8(text))));
      }),
      runs,
    );
  });

  it('are the line without more where it has single blanks', () => {
    const lines = ['user bob took=3ms', 'user eve took=4ms', 'user  bob took=3ms', '<*> took=7ms'];
    const [first, , third, literal] = partsOf(lines);
    expect(first).toMatchObject({ parts: { constants: [] } });
    expect(third?.parts.constants.join('')).toContain('  ');
    expect(literal?.parts.parameters.map(({ value }) => value)).toEqual(['<*>', '7ms']);
  });

  it('say where in the line each value stands', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), (lines) => {
        partsOf(lines).forEach(({ parts }, i) => {
          const bytes = encodeUtf8(lines[i] ?? '');
          for (const { value, start, end } of parts.parameters)
            expect(decodeUtf8(bytes.subarray(start, end))).toBe(value);
        });
      }),
      runs,
    );
  });
});
