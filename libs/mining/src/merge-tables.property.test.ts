import { encodeUtf8 } from '@culprit/kernel';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TemplateMiner, mergeTables } from './index.js';

const runs = { seed: 20_260_305, numRuns: 60 };

const name = fc.constantFrom('alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi');
const host = fc.constantFrom('web-1', 'web-2', 'db1.example.org', 'cache', '10.0.0.7');
const number = fc.nat({ max: 99_999 }).map(String);
const line = fc.oneof(
  fc.tuple(name, host).map(([a, b]) => `login of user ${a} from ${b} accepted`),
  fc.tuple(host, fc.constantFrom('up', 'down')).map(([a, b]) => `node ${a} is now ${b}`),
  fc.tuple(number, number).map(([a, b]) => `took ${a} ms, ${b} rows`),
  fc.array(number, { minLength: 1, maxLength: 5 }).map((list) => `lost blocks ${list.join(' ')} of file`),
  fc.tuple(name, name).map(([a, b]) => `${a} asked ${b} whether it was ready`),
);
const lines = fc.array(line, { maxLength: 60 });

function minerOf(log: readonly string[], maxTemplates = 2_000): TemplateMiner {
  const miner = new TemplateMiner({ scope: 'test', maxTemplates });
  for (const text of log) {
    const bytes = encodeUtf8(text);
    miner.mine(bytes, 0, bytes.length);
  }
  return miner;
}

/** Text, id and count of every template that stands. */
function tableOf(miner: TemplateMiner): string[] {
  const rows = Array.from({ length: miner.size }, (_, index) => index)
    .filter((index) => miner.canonical(index) === index)
    .map((index) => `${miner.templateId(index)} ${miner.templateText(index)} ${miner.count(index)}`);
  return rows.toSorted((a, b) => (a < b ? -1 : Number(a > b)));
}

/** Texts and counts alone: a worker names a template by the form it met first, and each met another. */
function textsOf(miner: TemplateMiner): string[] {
  return tableOf(miner)
    .map((row) => row.slice(17))
    .toSorted();
}

function countOf(miner: TemplateMiner): number {
  let sum = 0;
  for (let index = 0; index < miner.size; index++)
    if (miner.canonical(index) === index) sum += miner.count(index);
  return sum;
}

describe('tables of several workers', () => {
  it('give the table of one worker that read everything', () => {
    fc.assert(
      fc.property(lines, lines, lines, (a, b, c) => {
        const merged = mergeTables([a, b, c].map((log) => minerOf(log)));
        expect(textsOf(merged)).toEqual(textsOf(minerOf([...a, ...b, ...c])));
      }),
      runs,
    );
  });

  it('give the same bytes in any order', () => {
    fc.assert(
      fc.property(lines, lines, lines, fc.constantFrom(3, 2_000), (a, b, c, maxTemplates) => {
        const [x, y, z] = [a, b, c].map((log) => minerOf(log, maxTemplates));
        if (x === undefined || y === undefined || z === undefined)
          throw new Error('three logs, three miners');
        expect(mergeTables([z, x, y]).snapshot()).toEqual(mergeTables([x, y, z]).snapshot());
      }),
      runs,
    );
  });

  it('give the same table whichever are merged first', () => {
    fc.assert(
      fc.property(lines, lines, lines, (a, b, c) => {
        const [x, y, z] = [minerOf(a), minerOf(b), minerOf(c)];
        const all = tableOf(mergeTables([x, y, z]));
        expect(tableOf(mergeTables([mergeTables([x, y]), z]))).toEqual(all);
        expect(tableOf(mergeTables([x, mergeTables([y, z])]))).toEqual(all);
      }),
      runs,
    );
  });

  it('add up, overflow included, and leave the workers as they were', () => {
    fc.assert(
      fc.property(lines, lines, fc.integer({ min: 1, max: 6 }), (a, b, maxTemplates) => {
        const [x, y] = [minerOf(a, maxTemplates), minerOf(b, maxTemplates)];
        const before = x.snapshot();
        const merged = mergeTables([x, y]);
        expect(countOf(merged)).toBe(a.length + b.length);
        expect(merged.notices.overflowLines).toBe(x.notices.overflowLines + y.notices.overflowLines);
        expect(x.snapshot()).toEqual(before);
      }),
      runs,
    );
  });

  it('know every line that a worker knew', () => {
    fc.assert(
      fc.property(lines, lines, (a, b) => {
        const merged = mergeTables([minerOf(a), minerOf(b)]);
        const size = merged.size;
        for (const text of [...a, ...b]) merged.mine(encodeUtf8(text), 0, encodeUtf8(text).length);
        expect(merged.size).toBe(size);
        expect(countOf(merged)).toBe(2 * (a.length + b.length));
      }),
      runs,
    );
  });

  it('are refused when they are of different scopes, or none', () => {
    const miners = ['a', 'b'].map((scope) => new TemplateMiner({ scope }));
    expect(() => mergeTables(miners)).toThrow(/one scope/);
    expect(() => mergeTables([])).toThrow(/one scope/);
  });
});
