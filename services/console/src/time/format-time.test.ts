import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  axisTicks,
  formatAgo,
  formatClock,
  formatDay,
  formatOffset,
  formatSpan,
  toMillis,
  zoneName,
} from './format-time.js';

const time = '2026-11-24T11:05:29.012345678Z';

describe('times', () => {
  it('reads nine digits and shows three', () => {
    expect(toMillis(time)).toBe(Date.UTC(2026, 10, 24, 11, 5, 29, 12));
    expect(formatClock(toMillis(time), 'utc', 'millis')).toBe('11:05:29.012');
    expect(formatClock(toMillis(time), 'utc')).toBe('11:05:29');
    expect(formatDay(toMillis(time), 'utc')).toBe('24 Nov 2026');
    expect(zoneName('utc', 0)).toBe('UTC');
  });
});

describe('lengths of time', () => {
  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [1_000, '1 s'],
    [1_940, '1.9 s'],
    [54_000, '54 s'],
    [59_999, '1 min'],
    [310_000, '5 min 10 s'],
    [3_599_999, '1 h'],
    [7_200_000, '2 h'],
    [86_399_000, '1 d'],
    [100_000_000, '1 d 4 h'],
  ])('shows %i ms as %s', (millis, text) => {
    expect(formatSpan(millis)).toBe(text);
  });

  it('never shows 60 of a unit, nor 24 hours', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 * 86_400_000 }), (millis) => {
        expect(formatSpan(millis)).not.toMatch(/\b(60 (s|min)|24 h|1000 ms)\b/);
      }),
    );
  });

  it('has a sign from a reference', () => {
    expect([-44_000, 0, 54_000].map(formatOffset)).toEqual(['−44 s', '0', '+54 s']);
  });

  it('says how long ago in one unit', () => {
    const now = 1_000_000_000_000;
    expect(
      [now, now - 59_000, now - 150_000, now - 7_300_000, now + 120_000].map((at) => formatAgo(at, now)),
    ).toEqual(['just now', 'just now', '2 min ago', '2 h ago', 'in 2 min']);
  });
});

describe('axis', () => {
  it('marks round times', () => {
    const from = Date.UTC(2026, 0, 1, 10, 0, 7);
    expect(axisTicks(from, from + 60_000, 5).map((tick) => formatClock(tick, 'utc'))).toEqual([
      '10:00:15',
      '10:00:30',
      '10:00:45',
      '10:01:00',
    ]);
  });

  it('never has more marks than asked for, plus one, and all lie inside', () => {
    const instant = fc.integer({ min: 0, max: 4_000_000_000_000 });
    fc.assert(
      fc.property(
        instant,
        fc.integer({ min: 0, max: 10_000_000_000 }),
        fc.integer({ min: 2, max: 20 }),
        (from, length, count) => {
          const ticks = axisTicks(from, from + length, count);
          expect(ticks.length).toBeLessThanOrEqual(count + 1);
          expect(ticks.every((tick) => tick >= from && tick <= from + length)).toBe(true);
        },
      ),
    );
  });
});
