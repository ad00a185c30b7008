import { encodeUtf8 } from '@culprit/kernel';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineCache, TemplateMiner } from './index.js';
import { LineScanner } from './line-scanner.js';
import { Outline } from './outline.js';

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

/** Hexadecimal names where they stand in logs, and words that only look like one. */
const name = fc.constantFrom(
  'a0a4f044-b040-410d-8ead-4de0446aec7e',
  '5f49d696bb9aff46e0588c337',
  '88e3913e',
  '0e12ab34cd',
  '1234567890123456a',
  'deadbeef01',
  '0123-4567-89ab',
  'cafe0001-',
);
const namedLine = fc
  .array(fc.oneof(part, name), { minLength: 1, maxLength: 12 })
  .map((parts) => parts.join(''));

/** The text with other hexadecimal digits in long runs of them; the first one stays a letter or a digit. */
function withOtherNames(text: string, choices: readonly number[]): string {
  let i = 0;
  const next = (from: string): string => from[(choices[i++ % choices.length] ?? 0) % from.length] ?? '';
  return text.replaceAll(/[0-9a-f-]{8,}/g, (run) =>
    Array.from(run)
      .map((digit, at) => {
        if (digit === '-') return digit;
        return at > 0 ? next('0123456789abcdef') : next(digit < 'a' ? '0123456789' : 'abcdef');
      })
      .join(''),
  );
}

/** All by which a line is recognised; undefined where no name is told from its text. */
function outlineOf(text: string): readonly number[] | undefined {
  const outline = new Outline();
  const bytes = encodeUtf8(text);
  if (!outline.read(bytes, 0, bytes.length) || !outline.readNames()) return undefined;
  return [outline.length, outline.nameCount, outline.hash, ...outline.words.subarray(0, outline.size)];
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

  it('are cut alike whichever hexadecimal names they have', () => {
    let same = 0;
    fc.assert(
      fc.property(namedLine, fc.array(fc.nat(239), { minLength: 7, maxLength: 40 }), (text, choices) => {
        const other = withOtherNames(text, choices);
        const outline = outlineOf(text);
        if (outline === undefined || outline.join() !== outlineOf(other)?.join()) return;
        same += 1;
        expect(formOf(other)).toEqual(formOf(text));
      }),
      { ...runs, numRuns: 6_000 },
    );
    expect(same).toBeGreaterThan(500);
  });

  it('know a hexadecimal name from a word that is spelled like one', () => {
    const place = (text: string): readonly number[] => outlineOf(`id ${text} end`)?.slice(-1) ?? [];
    expect(place('88e3913e')).toEqual([(3 << 16) | 11]);
    expect(place('a0a4f044-b040-410d-8ead-4de0446aec7e')).toEqual([(3 << 16) | 39]);
    for (const word of [
      '88e391',
      'deadbeef',
      'dead0beef1',
      '12345678',
      'x88e3913e',
      '88e3913e:',
      '88e3913eg',
    ])
      expect({ word, place: place(word) }).toEqual({ word, place: [] });
    // Zeros are no name, though they are what digits of a name are replaced by.
    expect(outlineOf('id 00000000 end')).toBeUndefined();
  });

  it('are found again by their names, whatever these are', () => {
    const miner = new TemplateMiner({ scope: 'test' });
    for (const id of ['5f49d696bb9aff46', '8a0cc4f1e23d9a07', '0d11a2b3c4d5e6f7'])
      expect(mine(miner, `order ${id} was sent`)).toEqual({ template: 0, values: [id] });
    expect(mine(miner, 'order 0000000000000000 was sent').values).toEqual(['0000000000000000']);
    expect(mine(miner, 'order aaaaaaaaaaaaaaaa was sent').template).toBe(0);
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
    const digits = fc.array(fc.nat(239), { minLength: 1, maxLength: 9 });
    const history = fc.tuple(
      fc.array(fc.oneof(line, namedLine), { minLength: 1, maxLength: 6 }),
      fc.array(fc.tuple(fc.nat(5), digits), { minLength: 1, maxLength: 60 }),
    );
    fc.assert(
      fc.property(history, ([statements, steps]) => {
        const cached = new TemplateMiner({ scope: 'test' });
        const plain = new TemplateMiner({ scope: 'test', cache: new LineCache(0) });
        for (const [statement, values] of steps) {
          const kept = statements[statement % statements.length] ?? '';
          const text = withOtherNames(
            withOtherDigits(
              kept,
              values.map((n) => n % 10),
            ),
            values,
          );
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
