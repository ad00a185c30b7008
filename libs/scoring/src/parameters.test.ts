import { createRng } from '@culprit/kernel';
import type { Rng } from '@culprit/kernel';
import { assert, double, integer, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anomalySurprise, relatedSurprise } from './anomaly.js';
import { anomaliesOf, at, every, scored, start } from './lines.test-data.js';
import type { Line } from './lines.test-data.js';
import { formatQuantity, quantityOf } from './quantity.js';

/** Spread of a usual latency: most near the middle, now and then three times as much. */
function factor(rng: Rng): number {
  return Math.exp(0.4 * (rng.next() + rng.next() + rng.next() + rng.next() - 2) * 1.7);
}

/** One request each some seconds, told with the given milliseconds. */
function requests(minutes: number, millisOf: (minute: number) => number, seconds = 4): Line[] {
  const rng = createRng(11);
  return every(seconds, minutes, { logType: 'shop', template: 'served' }).map((line) => {
    const millis = millisOf((line.time - start) / 60_000);
    const took = `${(millis * factor(rng)).toFixed(1)}ms`;
    return { ...line, message: `request served took=${took}`, parameters: [took] };
  });
}

const said = (lines: readonly Line[], surprise = anomalySurprise): string[] =>
  anomaliesOf(lines)
    .filter((one) => one.surprise >= surprise)
    .flatMap(({ evidence }) =>
      evidence.filter(({ kind }) => kind === 'parameter').map(({ sentence }) => sentence),
    );

describe('amounts of parameters', () => {
  it('tells an amount far above what nearly all are under, with name, unit and the bound', () => {
    const lines = requests(120, () => 15);
    const slow = { ...lines[0], time: at(118) + 1_500, logType: 'shop', template: 'served' };
    const odd = { ...slow, message: 'request served took=8.1s', parameters: ['8.1s'] };
    expect(said([...lines, odd])).toEqual([
      expect.stringMatching(/^took 8\.1 s, 99(\.9)? % are under \d\d ms$/),
    ]);
  });

  it('tells amounts that have multiplied, and again only when they are a hundred times less probable', () => {
    const slow = said(requests(125, (minute) => (minute < 115 ? 15 : 60)));
    expect(slow.length).toBeLessThanOrEqual(3);
    for (const one of slow) expect(one).toMatch(/^took about \d\d ms lately, usually 1\d ms$/);
    expect(slow.length).toBeGreaterThan(0);
  });

  it('grows surer the longer amounts stay where they never were, without a bound that one value has', () => {
    const slow = anomaliesOf(requests(125, (minute) => (minute < 115 ? 15 : 60)));
    const most = Math.max(...slow.map(({ surprise }) => surprise));
    expect(most).toBeGreaterThan(15);
  });

  it('tells amounts that have become a fraction of what they were', () => {
    const [quick] = said(requests(125, (minute) => (minute < 115 ? 60 : 6)));
    expect(quick).toMatch(/^took about \d(\.\d)? ms lately, usually [56]\d ms$/);
  });

  it('tells amounts of which only a part has multiplied', () => {
    const rng = createRng(12);
    const half = said(requests(120, (minute) => (minute < 110 || rng.next() < 0.5 ? 15 : 900)));
    expect(half.length).toBeGreaterThan(0);
  });

  it('finds nothing in half a day of usual amounts', () => {
    expect(said(requests(12 * 60, () => 15, 10))).toEqual([]);
  });

  it('finds nothing in amounts that wander by themselves', () => {
    const rng = createRng(13);
    let level = 0;
    const wandering = requests(300, (minute) => {
      if (minute % 3 < 0.1) level = Math.floor(rng.next() * 4);
      return 10 * 4 ** level;
    });
    expect(said(wandering)).toEqual([]);
  });

  it('finds nothing in numbers that count, or that name something', () => {
    const rng = createRng(14);
    const lines = every(5, 180, { logType: 'shop', template: 'stored' }).map((line, i) => ({
      ...line,
      parameters: [String(1_000 + i * 3), String(Math.floor(rng.next() * 60_000)), String(4 ** (i % 9))],
    }));
    expect(said(lines)).toEqual([]);
  });
});

/** Codes of answers: nearly all 200, some 302, a few 404. */
function usualCodes(seed: number): () => string {
  const rng = createRng(seed);
  return () => (rng.next() < 0.03 ? '404' : rng.next() < 0.1 ? '302' : '200');
}

function codes(minutes: number, codeOf: (minute: number) => string): Line[] {
  return every(5, minutes, { logType: 'shop', template: 'answered' }).map((line) => {
    const code = codeOf((line.time - start) / 60_000);
    return { ...line, message: `answered status=${code}`, parameters: [code] };
  });
}

describe('kinds of values', () => {
  it('tells a code that never came, with its name', () => {
    const usual = usualCodes(15);
    const lines = codes(120, (minute) => (minute > 117 && minute < 117.1 ? '503' : usual()));
    expect(said(lines, relatedSurprise)).toEqual(['`status` is 503, so far mostly 200']);
  });

  it('tells a code that was rare and comes again and again', () => {
    const usual = usualCodes(16);
    const flood = said(codes(125, (minute) => (minute > 120 ? '404' : usual())));
    expect(flood.length).toBeGreaterThan(0);
    for (const one of flood) expect(one).toMatch(/^`status` is 404 again and again, so far in \d\.\d+ %$/);
  });

  it('tells a code that first came a moment ago and now comes again and again', () => {
    const [flood] = said(codes(125, (minute) => (minute > 120 ? '500' : '200')));
    expect(flood).toMatch(/^`status` is 500 again and again, so far in \d\.\d+ %$/);
  });

  it('finds nothing in numbers of four digits that name something, however early', () => {
    const rng = createRng(19);
    expect(said(codes(120, () => String(Math.floor(rng.next() * 10_000))))).toEqual([]);
  });

  it('finds nothing in eight hours of usual codes', () => {
    expect(said(codes(8 * 60, usualCodes(17)))).toEqual([]);
  });
});

describe('members of structured bodies', () => {
  it('are compared by key, wherever they stand and whichever others there are', () => {
    const lines = every(30, 120, { logType: 'shop', template: 'asked' }).map((line, i) => {
      const others = i % 2 === 0 ? [`took=${i % 7}ms`] : [`retry=${i % 3}`, `shard=s${i}`];
      const outcome = i === 230 ? 'outcome=denied' : 'outcome=ok';
      const all = i % 3 === 0 ? [...others, outcome] : [outcome, ...others];
      return { ...line, parameters: [`eni${i}`, ...all] };
    });
    expect(said(lines, 0)).toEqual(['`outcome` is denied, so far mostly ok']);
  });

  it('share their room: amounts that find none are counted', () => {
    const rng = createRng(18);
    const lines = every(2, 30, { logType: 'shop', template: 'wide' }).map((line) => ({
      ...line,
      parameters: Array.from({ length: 12 }, (_, i) => `part${i}=${rng.next().toFixed(4)}s`),
    }));
    expect(scored(lines).scorer.counters.refusedSlots).toBeGreaterThan(5);
  });

  it('are bounded', () => {
    const lines = every(2, 60, { logType: 'shop', template: 'wide' }).map((line, i) => ({
      ...line,
      parameters: [`key${i}=a`, `shard=s${i}`],
    }));
    expect(scored(lines).scorer.snapshot().length).toBeLessThan(8_000);
  });
});

describe('cost of parameters', () => {
  it('is bounded by template; what has no room is counted', () => {
    const rng = createRng(16);
    const lines = every(2, 30, { logType: 'shop', template: 'wide' }).map((line) => ({
      ...line,
      parameters: Array.from({ length: 8 }, () => `${rng.next().toFixed(4)}s`),
    }));
    const { scorer } = scored(lines);
    expect(scorer.counters.refusedSlots).toBeGreaterThan(0);
    expect(scorer.snapshot().length).toBeLessThan(8_000);
  });
});

describe('quantities', () => {
  it.each([
    ['8.1s', 'time', 8.1, '8.1 s'],
    ['12.345 ms', 'time', 0.012345, '12 ms'],
    ['812.5µs', 'time', 0.0008125, '0.81 ms'],
    ['1m2.5s', 'time', 62.5, '63 s'],
    ['1h0m0s', 'time', 3_600, '60 min'],
    ['64KiB', 'size', 65_536, '64 KiB'],
    ['2.5MB', 'size', 2_500_000, '2.4 MiB'],
    ['97%', 'share', 97, '97 %'],
    ['503', 'count', 503, '503'],
    ['0.012', 'real', 0.012, '0.012'],
  ])('reads %s', (text, kind, amount, shown) => {
    const quantity = quantityOf(text);
    expect(quantity?.kind).toBe(kind);
    expect(quantity?.amount).toBeCloseTo(amount, 9);
    expect(quantity === undefined ? '' : formatQuantity(quantity)).toBe(shown);
  });

  it.each(['', '-', '-5', '10.0.0.1', '2026-03-01', '09:30:00', '5 apples', 's5', '1.', '0x1f', '1e999'])(
    'does not read %s',
    (text) => expect(quantityOf(text)).toBeUndefined(),
  );

  it('gives finite amounts of any text', () => {
    assert(property(string(), (text) => (quantityOf(text)?.amount ?? 0) >= 0));
    assert(
      property(double({ min: 0, max: 1e9, noNaN: true }), integer({ min: 0, max: 9 }), (amount, digits) => {
        const read = quantityOf(amount.toFixed(digits));
        expect(read?.amount).toBe(Number(amount.toFixed(digits)));
      }),
    );
  });
});
