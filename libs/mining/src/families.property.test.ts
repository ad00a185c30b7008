import { createRng, encodeUtf8 } from '@culprit/kernel';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineCache, TemplateMiner } from './index.js';
import { LineScanner } from './line-scanner.js';
import { isPlainWord } from './plain-words.js';

const runs = { seed: 20_261_125, numRuns: 12 };

/** What may stand beside a word and be read differently for it, if anything could. */
const beside = fc.oneof(
  fc.constantFrom(
    '7',
    '12 ms',
    '3,',
    '10.0.0.1:80',
    'Jan',
    'Mon',
    '2026-01-02',
    '12:30:11',
    'eth0',
    'x1',
    '-',
    '=',
  ),
  fc.constantFrom(
    'key=',
    'key=v',
    'msg="lost it"',
    'msg=',
    '"a b"',
    'name="x y"',
    '"',
    "'",
    '(',
    ')',
    '()',
    '<1',
    '..',
  ),
  fc.constantFrom(
    'user',
    'error',
    'a.b',
    'a:',
    ':',
    'http://h/x',
    '/etc/x',
    'é',
    'true',
    'null',
    'Mozilla/5.0',
    '\\"',
  ),
);
const sideOf = fc.array(beside, { maxLength: 5 }).map((parts) => parts.join(' '));
const word = fc.oneof(
  fc.constantFrom(
    'w',
    'quartz',
    'Quartz',
    'QUARTZ',
    'beadfeed',
    'connection',
    'naïve',
    'of',
    'by',
    'user',
    'named',
  ),
  fc.stringMatching(/^[a-z]{1,12}$/),
);

/** How the scanner cuts a line, the word at `from` counted as of length 0. */
function formAround(text: string, from: number, length: number): unknown {
  const bytes = encodeUtf8(text);
  const scanner = new LineScanner();
  scanner.scan(bytes, 0, bytes.length);
  const { size, valueCount } = scanner;
  const inRest = (offsets: Int32Array, count: number): number[] =>
    Array.from(offsets.subarray(0, count), (offset) => (offset > from ? offset - length : offset));
  return [
    [scanner.gaps, scanner.kinds, scanner.shapes].map((column) => [...column.subarray(0, size)]),
    inRest(scanner.starts, size),
    inRest(scanner.ends, size),
    [...scanner.firstValues.subarray(0, size + 1)],
    inRest(scanner.valueStarts, valueCount),
    inRest(scanner.valueEnds, valueCount),
  ];
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

/** Lines of a few statements in which words never seen before stand here and there. */
function logOf(seed: number, length: number): string[] {
  const rng = createRng(seed);
  const below = (limit: number): number => Math.floor(rng.next() * limit);
  const unseen = (): string =>
    Array.from({ length: 1 + below(9) }, () => String.fromCharCode(0x61 + below(26))).join('');
  const known = (): string => ['alice', 'bob', 'carol', 'arg0=7', 'arg0=8', 'eth0'][below(6)] ?? '';
  const some = (): string => (below(3) === 0 ? known() : unseen());
  const statements = [
    () => `login of user ${some()} from 10.0.0.${below(9)} took ${below(50)} ms in all`,
    () => `${below(99)} rows of table ${some()} were moved by ${known()} at last`,
    () => `job ${some()} ended`,
    () => `shard eth${below(2)} lost its leader ${some()} again, arg0=${below(3)}`,
    () => `volume ${unseen()} of claim ${some()} is bound`,
    () => ['start', 'stop', unseen()].map((verb) => `${verb} of unit ${known()}`)[below(3)] ?? '',
  ];
  return Array.from({ length }, () => statements[below(statements.length)]?.() ?? '');
}

describe('families of lines', { timeout: 60_000 }, () => {
  it('have the rest cut alike whichever plain word stands in it', () => {
    fc.assert(
      fc.property(sideOf, sideOf, word, word, (before, after, a, b) => {
        const texts = [a, b].map(
          (w) => `x ${before}${before === '' ? '' : ' '}${w}${after === '' ? '' : ' '}${after}`,
        );
        const from = encodeUtf8(`x ${before}${before === '' ? '' : ' '}`).length;
        const forms = texts.map((text, i) => {
          const bytes = encodeUtf8(text);
          const length = encodeUtf8([a, b][i] ?? '').length;
          return isPlainWord(bytes, from, from + length, bytes.length)
            ? formAround(text, from, length)
            : undefined;
        });
        if (forms.includes(undefined)) return;
        expect(forms[1]).toEqual(forms[0]);
      }),
      { ...runs, numRuns: 2_000 },
    );
  });

  it.each([2_000, 12])(
    'give what mining every line anew gives, with room for %i templates',
    (maxTemplates) => {
      fc.assert(
        fc.property(fc.nat(), (seed) => {
          const log = logOf(seed, 600);
          const cached = new TemplateMiner({ scope: 'test', maxTemplates });
          const plain = new TemplateMiner({ scope: 'test', maxTemplates, cache: new LineCache(0) });
          expect(log.map((text) => mine(cached, text))).toEqual(log.map((text) => mine(plain, text)));
          expect(cached.notices).toEqual(plain.notices);
          expect(cached.takeChanges()).toEqual(plain.takeChanges());
          expect(cached.snapshot()).toEqual(plain.snapshot());
        }),
        runs,
      );
    },
  );

  it('stay with their miner and are bounded, though the cache is shared', () => {
    const cache = new LineCache(32 * 1024);
    const log = logOf(7, 3_000);
    const answersOf = (scopes: readonly TemplateMiner[]): unknown[] =>
      log.flatMap((text, i) => scopes.slice(i % 2, (i % 2) + 1).map((miner) => mine(miner, text)));
    const shared = ['a', 'b'].map((scope) => new TemplateMiner({ scope, cache }));
    const alone = ['a', 'b'].map((scope) => new TemplateMiner({ scope, cache: new LineCache(0) }));
    expect(answersOf(shared)).toEqual(answersOf(alone));
    expect(cache.byteLength).toBeLessThan(128 * 1024);
  });
});
