import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  civilFromDays,
  daysFromCivil,
  formatRfc3339,
  subMillisNanos,
  toEpochMillis,
  toEpochNanos,
} from './index.js';

describe('formatRfc3339', () => {
  it('writes nine fractional digits in UTC', () => {
    expect(formatRfc3339(toEpochNanos(1_631_296_551_123, 456_789))).toBe('2021-09-10T17:55:51.123456789Z');
    expect(formatRfc3339(toEpochNanos(0))).toBe('1970-01-01T00:00:00.000000000Z');
  });

  it('agrees with the built-in calendar for every millisecond of the years 0000 to 9999', () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 }), (millis) => {
        expect(formatRfc3339(toEpochNanos(millis)).slice(0, 23)).toBe(
          new Date(millis).toISOString().slice(0, 23),
        );
      }),
    );
  });
});

describe('nanosecond times', () => {
  it('split into milliseconds and the rest and join again, also before 1970', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e12, max: 1e13 }),
        fc.integer({ min: 0, max: 999_999 }),
        (millis, rest) => {
          const time = toEpochNanos(millis, rest);
          expect(toEpochMillis(time)).toBe(millis);
          expect(subMillisNanos(time)).toBe(rest);
        },
      ),
    );
  });
});

describe('civil dates', () => {
  it('convert to day numbers and back', () => {
    fc.assert(
      fc.property(fc.integer({ min: -700_000, max: 2_900_000 }), (days) => {
        const { year, month, day } = civilFromDays(days);
        expect(daysFromCivil(year, month, day)).toBe(days);
      }),
    );
  });

  it('knows leap days', () => {
    expect(civilFromDays(daysFromCivil(2024, 2, 29))).toEqual({ year: 2024, month: 2, day: 29 });
    expect(daysFromCivil(2000, 3, 1) - daysFromCivil(2000, 2, 28)).toBe(2);
    expect(daysFromCivil(1900, 3, 1) - daysFromCivil(1900, 2, 28)).toBe(1);
  });
});
