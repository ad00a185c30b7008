import { createRng, decodeUtf8, encodeUtf8 } from '@culprit/kernel';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TemplateMiner } from './index.js';

const runs = { seed: 20_260_301, numRuns: 60 };

/** Lines of a small log: statements with numbers, names, states and free words. */
const name = fc.constantFrom('alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi');
const host = fc.constantFrom('web-1', 'web-2', 'db1.example.org', 'cache', '10.0.0.7', 'fe80::1');
const number = fc.nat({ max: 99_999 }).map(String);
const state = fc.constantFrom('up', 'down', 'starting', 'stopped');
const logLine = fc.oneof(
  fc.tuple(name, host).map(([a, b]) => `login of user ${a} from ${b} accepted`),
  fc.tuple(name, number).map(([a, b]) => `session opened for user ${a} by (uid=${b})`),
  fc.tuple(host, state).map(([a, b]) => `node ${a} is now ${b}`),
  fc.tuple(number, number, state).map(([a, b, c]) => `took ${a} ms, ${b} rows, state=${c}`),
  fc.array(number, { minLength: 1, maxLength: 5 }).map((list) => `lost blocks ${list.join(' ')} of file`),
  fc.tuple(name, name, state).map(([a, b, c]) => `${a} asked ${b} whether it was ${c}`),
);
const bytesLine = fc.uint8Array({ maxLength: 300 });
const punctuated = fc
  .array(
    fc.constantFrom(
      'a',
      'Bc',
      '1',
      '22',
      ' ',
      '  ',
      '=',
      ':',
      ',',
      '.',
      '..',
      '/',
      '"',
      '\\',
      '(',
      ')',
      '[',
      ']',
      '<',
      '>',
      '-',
      '_',
      'é',
      'true',
      'Jan',
      'ms',
      'x1',
    ),
    {
      maxLength: 40,
    },
  )
  .map((parts) => parts.join(''));
const anyLine = fc.oneof(logLine, punctuated).map(encodeUtf8);

function mineAll(miner: TemplateMiner, lines: readonly Uint8Array[]): number[] {
  return lines.map((line) => miner.mine(line, 0, line.length));
}

function valuesOf(miner: TemplateMiner, line: Uint8Array): Uint8Array[] {
  return Array.from({ length: miner.parameterCount }, (_, i) =>
    line.slice(miner.parameterSpans[2 * i] ?? 0, miner.parameterSpans[2 * i + 1] ?? 0),
  );
}

/** Runs of blanks count as one, those at the ends as none: templates do not keep them. */
function collapse(text: string): string {
  return text.replaceAll(/[\t\n\v\f\r ]+/g, ' ').replaceAll(/^ | $/g, '');
}

/** Puts values in the places of the wildcards, as far as the text itself has no `<*>` of its own. */
function fill(text: string, values: readonly string[]): string {
  const parts = text.split('<*>');
  return parts.map((part, i) => part + (i < parts.length - 1 ? (values[i] ?? '') : '')).join('');
}

function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Sets of equal lines by template, whatever the indices. */
function partition(lines: readonly string[]): string[] {
  const miner = new TemplateMiner({ scope: 'test' });
  const indices = mineAll(miner, lines.map(encodeUtf8));
  const groups = new Map<number, Set<string>>();
  indices.forEach((index, i) => {
    const root = miner.canonical(index);
    groups.set(root, (groups.get(root) ?? new Set()).add(lines[i] ?? ''));
  });
  return [...groups.values()].map((group) => [...group].toSorted(byText).join('\n')).toSorted(byText);
}

function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const rng = createRng(seed);
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(rng.next() * (i + 1));
    const [a, b] = [order[i], order[j]];
    if (a !== undefined && b !== undefined) [order[i], order[j]] = [b, a];
  }
  return order;
}

describe('properties of the miner', () => {
  it('gives the same partition whatever the order of the lines', () => {
    fc.assert(
      fc.property(fc.array(logLine, { minLength: 1, maxLength: 120 }), fc.nat(), (lines, seed) => {
        expect(partition(shuffled(lines, seed))).toEqual(partition(lines));
      }),
      runs,
    );
  });

  it('rebuilds every line from its template and its parameters', () => {
    fc.assert(
      fc.property(fc.array(anyLine, { minLength: 1, maxLength: 40 }), (lines) => {
        const miner = new TemplateMiner({ scope: 'test' });
        for (const line of lines) {
          const index = miner.mine(line, 0, line.length);
          const values = valuesOf(miner, line).map(decodeUtf8);
          const text = miner.templateText(index);
          if (decodeUtf8(line).includes('<*>')) continue;
          expect(collapse(fill(text, values))).toBe(collapse(decodeUtf8(line)));
        }
      }),
      runs,
    );
  });

  it('adds up: counts by canonical template are the number of lines', () => {
    fc.assert(
      fc.property(
        fc.array(anyLine, { maxLength: 80 }),
        fc.integer({ min: 1, max: 20 }),
        (lines, maxTemplates) => {
          const miner = new TemplateMiner({ scope: 'test', maxTemplates });
          mineAll(miner, lines);
          let sum = 0;
          for (let index = 0; index < miner.size; index++)
            if (miner.canonical(index) === index) sum += miner.count(index);
          expect(sum).toBe(lines.length);
        },
      ),
      runs,
    );
  });

  it('learns nothing new from lines it has seen', () => {
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 60 }), (lines) => {
        const miner = new TemplateMiner({ scope: 'test' });
        const first = mineAll(miner, lines);
        miner.takeChanges();
        const second = mineAll(miner, lines);
        expect(second).toEqual(first.map((index) => miner.canonical(index)));
        expect(miner.takeChanges()).toEqual([]);
      }),
      runs,
    );
  });

  it('goes on after a restore exactly as it would have without', () => {
    const lines = fc.array(anyLine, { maxLength: 60 });
    fc.assert(
      fc.property(lines, lines, fc.constantFrom(3, 50, 2_000), (before, after, maxTemplates) => {
        const miner = new TemplateMiner({ scope: 'test', maxTemplates });
        mineAll(miner, before);
        const restored = TemplateMiner.restore(miner.snapshot());
        expect(restored.snapshot()).toEqual(miner.snapshot());
        for (const line of after) {
          expect(restored.mine(line, 0, line.length)).toBe(miner.mine(line, 0, line.length));
          expect(valuesOf(restored, line)).toEqual(valuesOf(miner, line));
        }
        expect(restored.notices).toEqual(miner.notices);
        expect(restored.takeChanges()).toEqual(miner.takeChanges());
        expect(restored.snapshot()).toEqual(miner.snapshot());
      }),
      runs,
    );
  });

  it('accepts any bytes, keeps spans in order and inside the line', () => {
    fc.assert(
      fc.property(
        fc.array(bytesLine, { minLength: 1, maxLength: 30 }),
        fc.nat({ max: 20 }),
        (lines, offset) => {
          const miner = new TemplateMiner({ scope: 'test' });
          for (const line of lines) {
            const padded = new Uint8Array(line.length + 2 * offset).fill(0x37);
            padded.set(line, offset);
            miner.mine(padded, offset, offset + line.length);
            let last = offset;
            for (let i = 0; i < 2 * miner.parameterCount; i++) {
              expect(miner.parameterSpans[i]).toBeGreaterThanOrEqual(last);
              last = miner.parameterSpans[i] ?? 0;
            }
            expect(last).toBeLessThanOrEqual(offset + line.length);
          }
        },
      ),
      { ...runs, numRuns: 200 },
    );
  });

  it('refuses bytes that are no snapshot', () => {
    const miner = new TemplateMiner({ scope: 'test' });
    const snapshot = miner.snapshot();
    expect(() => TemplateMiner.restore(new Uint8Array())).toThrow(RangeError);
    expect(() => TemplateMiner.restore(snapshot.slice(0, -9))).toThrow(RangeError);
    expect(() => TemplateMiner.restore(Uint8Array.of(99, ...snapshot.slice(1)))).toThrow(RangeError);
  });
});
