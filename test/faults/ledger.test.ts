import { describe, expect, it } from 'vitest';
import { judge, lineOf, readStream, type StoredStream } from './soak/ledger.ts';

const acknowledged = new Map([
  ['s0', 100],
  ['s1', 50],
]);
const whole: readonly StoredStream[] = [
  { stream: 's0', rows: 100, different: 100, highest: 99, late: 0 },
  { stream: 's1', rows: 50, different: 50, highest: 49, late: 0 },
];
const withFirst = (change: Partial<StoredStream>): StoredStream[] =>
  whole.map((one) => (one.stream === 's0' ? { ...one, ...change } : one));

describe('the ledger of the soak', () => {
  it('finds nothing where everything is stored once and in order', () => {
    expect(judge(acknowledged, whole)).toEqual({ lost: 0, twice: 0, outOfOrder: 0, unknown: 0 });
  });

  it.each([
    ['a lost line', withFirst({ rows: 99, different: 99 }), { lost: 1 }],
    ['a lost stream', whole.slice(0, 1), { lost: 50 }],
    ['a line stored twice', withFirst({ rows: 101 }), { twice: 1 }],
    ['a lost line hidden by one stored twice', withFirst({ different: 99 }), { lost: 1, twice: 1 }],
    ['lines in another order', withFirst({ late: 3 }), { outOfOrder: 3 }],
    [
      'a line that nobody was told is safe',
      withFirst({ rows: 101, different: 101, highest: 100 }),
      { unknown: 1 },
    ],
  ])('finds %s', (_what, stored, found) => {
    const clean = { lost: 0, twice: 0, outOfOrder: 0, unknown: 0 };
    expect(judge(acknowledged, stored)).toEqual({ ...clean, ...found });
  });

  it('reads from numbers in the order of the store what is there', () => {
    expect(readStream('s0', [0, 1, 3, 2, 2, 4])).toEqual({
      stream: 's0',
      rows: 6,
      different: 5,
      highest: 4,
      late: 2,
    });
    expect(readStream('s0', [])).toEqual({ stream: 's0', rows: 0, different: 0, highest: -1, late: 0 });
  });

  it('gives every line a number of its own', () => {
    expect(lineOf('s3', 41)).toMatch(/ step 41 of s3 done in \d+ ms\n$/);
  });
});
