import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parameterAssignment, placeholdersOf, settingAssignments, sqlLiteral } from './sql-literals.js';

/** Reads a literal as the engine does; undefined when something follows its end. */
function readLiteral(sql: string): string | undefined {
  if (!sql.startsWith("'")) return undefined;
  let text = '';
  for (let i = 1; i < sql.length; i++) {
    const character = sql.charAt(i);
    if (character === "'") return i === sql.length - 1 ? text : undefined;
    if (character !== '\\') text += character;
    else text += sql.charAt(++i) === '0' ? '\0' : sql.charAt(i);
  }
  return undefined;
}

describe('SQL literals', () => {
  it('give back any text and nothing in it ends them', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("'", '\\', '\0', '\n', ';', '-', 'a', '0', 'é') }),
        (text) => {
          expect(readLiteral(sqlLiteral(text))).toBe(text);
        },
      ),
      { numRuns: 1_000, seed: 21 },
    );
  });

  it('escape parameters for both readers', () => {
    expect(parameterAssignment('x', "a'\t\\")).toBe(String.raw`param_x = 'a\'\\t\\\\'`);
    expect(parameterAssignment('x', 9_007_199_254_740_993n)).toBe("param_x = '9007199254740993'");
    expect(parameterAssignment('x', ["it's"])).toBe(String.raw`param_x = '[\'it\\\'s\']'`);
  });

  it('refuse names that are not identifiers', () => {
    expect(() => settingAssignments(new Map([['a = 1; --', '1']]))).toThrow(/not an SQL name/);
    expect(() => parameterAssignment('a b', 1)).toThrow(/not an SQL name/);
  });

  it('find every placeholder of a statement once', () => {
    expect([...placeholdersOf('SELECT {a:String}, {b_1:Array(String)} WHERE {a:String}')]).toEqual([
      'a',
      'b_1',
    ]);
  });
});
