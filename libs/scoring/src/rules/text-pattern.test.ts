import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinTexts } from './join-texts.js';
import { TextPattern } from './text-pattern.js';
import { WordedLine } from './worded-line.js';

const line = new WordedLine();

function valuesOf(text: string, message: string): string[] | undefined {
  const pattern = new TextPattern(text);
  line.loadText(message);
  if (!pattern.matches(line)) return undefined;
  const { captures, wildcardCount } = pattern;
  return Array.from({ length: wildcardCount }, (_, i) =>
    line.textOf(captures[2 * i] ?? 0, captures[2 * i + 1] ?? 0),
  );
}

describe('a text as a condition', () => {
  it.each([
    ['user <*> logged in', 'user ann logged in', ['ann']],
    ['user <*> logged in', '  user\tann  logged in ', ['ann']],
    ['took=<*>ms (<*>)', 'took=12ms (cold)', ['12', 'cold']],
    ['from <*>:<*>', 'from db-1:5432', ['db-1', '5432']],
    ['key=<*>', 'key=', ['']],
    ['a.*b', 'a.*b', []],
  ])('%s fits %s', (text, message, values) => {
    expect(valuesOf(text, message)).toEqual(values);
  });

  it.each([
    ['user <*> logged in', 'user ann bob logged in'],
    ['user <*> logged in', 'user ann logged in twice'],
    ['user <*> logged in', 'User ann logged in'],
    ['a.*b', 'axxb'],
    ['(<*>)', '(ann'],
    ['ab<*>ba', 'aba'],
  ])('%s does not fit %s', (text, message) => {
    expect(valuesOf(text, message)).toBeUndefined();
  });

  it('takes a value with blanks for one word where it is known to be a value', () => {
    const message = new TextEncoder().encode('list [1, 2, 3] read');
    line.load(message, 0, message.length, Uint32Array.of(6, 13), 1);
    const pattern = new TextPattern('list [<*>] read');
    expect(pattern.matches(line)).toBe(true);
    expect(line.textOf(pattern.captures[0] ?? 0, pattern.captures[1] ?? 0)).toBe('1, 2, 3');
  });

  it('is met by every text that it covers', () => {
    const word = fc
      .array(fc.constantFrom('a', 'b', '<*>'), { minLength: 1, maxLength: 4 })
      .map((p) => p.join(''));
    const text = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(text, text, (a, b) => {
        const [one, other] = [new TextPattern(a), new TextPattern(b)];
        expect(one.covers(one)).toBe(true);
        expect(one.covers(other) && !one.mayMeet(other)).toBe(false);
        const values = valuesOf(a, b.replaceAll('<*>', 'x'));
        expect(values !== undefined && !one.mayMeet(other)).toBe(false);
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  it('is the message again when its values are put in', () => {
    const part = fc.stringMatching(/^[ab]{0,3}$/);
    fc.assert(
      fc.property(fc.array(part, { minLength: 2, maxLength: 4 }), part, (parts, value) => {
        const message = `x${parts.join(value)}y`;
        const text = `x${parts.join('<*>')}y`;
        const values = valuesOf(text, message);
        expect(values?.reduce((rest, found) => rest.replace('<*>', found), text)).toBe(message);
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});

describe('a text for several templates', () => {
  it.each([
    [['a b c', 'a x c'], 'a <*> c'],
    [['connected to <*>', 'disconnected from <*> at once'], '<*> <*>'],
    [['read <*> bytes', 'read <*> bytes from disk'], 'read <*> bytes <*>'],
    [['one'], 'one'],
  ])('of %j is %s', (texts, joined) => {
    expect(joinTexts(texts)).toBe(joined);
  });
});
