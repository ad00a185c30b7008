import { encodeUtf8 } from '@culprit/kernel';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineCache, TemplateMiner } from './index.js';
import { LineScanner } from './line-scanner.js';

const runs = { seed: 20_261_124, numRuns: 200 };

/** Parts of lines in which digits decide something: numbers, addresses, times, dates, units, names, keys. */
const part = fc.oneof(
  fc.constantFrom(
    ' ',
    '  ',
    '=',
    ':',
    ': ',
    ',',
    ', ',
    '"',
    '(',
    ')',
    '[',
    ']',
    '<',
    '>',
    '/',
    '.',
    '..',
    '-',
    '_',
    '\\',
  ),
  fc.constantFrom(
    'lost',
    'user',
    'Jan',
    'Mon',
    'true',
    'null',
    'KB',
    'ms',
    'http://h/',
    'cafe',
    'é',
    'a.b:c',
    'ab:cd:ef:01',
  ),
  fc.constantFrom(
    '1',
    '22',
    '333',
    '4,444',
    '1.5',
    '10.0.0.1:80',
    '12:30:11,250',
    '2026-01-02',
    'fe80::1',
    '0x1f',
  ),
  fc.constantFrom(
    'eth0',
    'x1=',
    'arg0=',
    'node-7',
    'v2.1',
    'deadbeef01',
    '3f2a9c77-1',
    '<1',
    'C:\\d1',
    'a1:2',
  ),
);
const line = fc.array(part, { minLength: 1, maxLength: 16 }).map((parts) => parts.join(''));

function withOtherDigits(text: string, digits: readonly number[]): string {
  let i = 0;
  return text.replaceAll(/\d/g, () => String(digits[i++ % digits.length] ?? 0));
}

function mine(miner: TemplateMiner, text: string): { template: number; values: string[] } {
  const bytes = encodeUtf8(`  ${text} `);
  const template = miner.mine(bytes, 2, bytes.length - 1);
  const values = Array.from({ length: miner.parameterCount }, (_, i) =>
    Buffer.from(
      bytes.subarray(miner.parameterSpans[2 * i] ?? 0, miner.parameterSpans[2 * i + 1] ?? 0),
    ).toString(),
  );
  return { template, values };
}

/** All that a scan says of a line but for the digits of its words; other bytes may follow it. */
function formOf(text: string, following = ''): unknown {
  const scanner = new LineScanner();
  const bytes = encodeUtf8(text + following);
  scanner.scan(bytes, 0, encodeUtf8(text).length);
  const { size, valueCount } = scanner;
  const columns = [scanner.gaps, scanner.kinds, scanner.shapes, scanner.starts, scanner.ends];
  return [
    columns.map((column) => [...column.subarray(0, size)]),
    [...scanner.firstValues.subarray(0, size + 1)],
    [...scanner.valueStarts.subarray(0, valueCount)],
    [...scanner.valueEnds.subarray(0, valueCount)],
  ];
}

describe('lines met before', () => {
  it('are cut alike whichever digits they have', () => {
    fc.assert(
      fc.property(line, fc.array(fc.nat(9), { minLength: 1, maxLength: 9 }), (text, digits) => {
        expect(formOf(withOtherDigits(text, digits))).toEqual(formOf(text));
      }),
      { ...runs, numRuns: 2_000 },
    );
  });

  it('are cut alike whatever follows them', () => {
    fc.assert(
      fc.property(line, fc.nat(60), (text, cut) => {
        expect(formOf(text.slice(0, cut), text.slice(cut))).toEqual(formOf(text.slice(0, cut), '\n'));
      }),
      { ...runs, numRuns: 3_000 },
    );
  });

  it('give the template and the values that mining them anew gives', () => {
    const digits = fc.array(fc.nat(9), { minLength: 1, maxLength: 9 });
    const history = fc.tuple(
      fc.array(line, { minLength: 1, maxLength: 6 }),
      fc.array(fc.tuple(fc.nat(5), digits), { minLength: 1, maxLength: 60 }),
    );
    fc.assert(
      fc.property(history, ([statements, steps]) => {
        const cached = new TemplateMiner({ scope: 'test' });
        const plain = new TemplateMiner({ scope: 'test', cache: new LineCache(0) });
        for (const [statement, values] of steps) {
          const text = withOtherDigits(statements[statement % statements.length] ?? '', values);
          expect(mine(cached, text)).toEqual(mine(plain, text));
        }
        expect(cached.takeChanges()).toEqual(plain.takeChanges());
        expect(cached.snapshot()).toEqual(plain.snapshot());
      }),
      runs,
    );
  });

  it('are told apart by the digits of constant words', () => {
    const miner = new TemplateMiner({ scope: 'test' });
    const templates = ['arg0=7 read', 'arg0=8 read', 'arg0=9 read', 'arg1=7 read', 'arg0=6 read'].map(
      (text) => mine(miner, text).template,
    );
    expect(templates).toEqual([0, 0, 0, 1, 0]);
  });

  it('follow their template when it is merged or widened', () => {
    const miner = new TemplateMiner({ scope: 'test' });
    for (let i = 0; i < 3; i++) mine(miner, 'login of user alice took 12 ms in all');
    for (const name of ['bob', 'carol', 'dave']) mine(miner, `login of user ${name} took 15 ms in all`);
    const { template, values } = mine(miner, 'login of user alice took 99 ms in all');
    expect(miner.templateText(template)).toBe('login of user <*> took <*> in all');
    expect(values).toEqual(['alice', '99 ms']);
  });

  it('belong to one miner, though the cache is shared', () => {
    const cache = new LineCache();
    const [first, second] = ['a', 'b'].map((scope) => new TemplateMiner({ scope, cache }));
    if (first === undefined || second === undefined) throw new Error('two miners were made');
    mine(second, 'something else entirely');
    for (let i = 0; i < 3; i++) mine(first, `shard ${i} is open`);
    expect(mine(second, 'shard 7 is open').template).toBe(1);
    expect(mine(first, 'shard 8 is open').template).toBe(0);
  });

  it('are forgotten when there is no more room', () => {
    const cache = new LineCache(64 * 1024);
    const miner = new TemplateMiner({ scope: 'test', cache });
    for (let i = 0; i < 20_000; i++) mine(miner, `${'x'.repeat(i % 700)} request ${i} done`);
    expect(cache.byteLength).toBeLessThanOrEqual(168 * 1024);
    expect(mine(miner, 'request 5 done').values).toEqual(['5']);
  });
});
