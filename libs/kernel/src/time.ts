import type { Brand } from './brand.js';

/** Event time: nanoseconds since 1970-01-01T00:00:00Z. Used where single events are handled. */
export type EpochNanos = Brand<bigint, 'EpochNanos'>;

/** Event time in whole milliseconds since 1970-01-01T00:00:00Z. Used in typed arrays and statistics. */
export type EpochMillis = Brand<number, 'EpochMillis'>;

const NANOS_PER_MILLI = 1_000_000n;
const MILLIS_PER_DAY = 86_400_000;

/** Joins whole milliseconds and the nanoseconds inside that millisecond (0..999,999). */
export function toEpochNanos(millis: number, subMillisNanos = 0): EpochNanos {
  return (BigInt(Math.trunc(millis)) * NANOS_PER_MILLI + BigInt(subMillisNanos)) as EpochNanos;
}

/** Whole milliseconds of a nanosecond time, rounded towards the past. */
export function toEpochMillis(nanos: EpochNanos): EpochMillis {
  const floor = nanos >= 0n ? nanos / NANOS_PER_MILLI : (nanos - NANOS_PER_MILLI + 1n) / NANOS_PER_MILLI;
  return Number(floor) as EpochMillis;
}

/** The nanoseconds inside the millisecond, 0..999,999. */
export function subMillisNanos(nanos: EpochNanos): number {
  return Number(nanos - BigInt(toEpochMillis(nanos)) * NANOS_PER_MILLI);
}

/**
 * RFC 3339 text in UTC with nine fractional digits, for example `2026-03-01T09:30:00.000000000Z`.
 * Valid for the years 0000 to 9999. Pure arithmetic: no `Date`, no locale.
 */
export function formatRfc3339(nanos: EpochNanos): string {
  const millis = toEpochMillis(nanos);
  const days = Math.floor(millis / MILLIS_PER_DAY);
  const inDay = millis - days * MILLIS_PER_DAY;
  const { year, month, day } = civilFromDays(days);
  const fraction = (inDay % 1000) * 1_000_000 + subMillisNanos(nanos);
  const clock = Math.floor(inDay / 1000);
  return (
    `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T` +
    `${pad(Math.floor(clock / 3600), 2)}:${pad(Math.floor(clock / 60) % 60, 2)}:${pad(clock % 60, 2)}.${pad(fraction, 9)}Z`
  );
}

/**
 * Days since 1970-01-01 of a date in the proleptic Gregorian calendar.
 *
 * @param year  0..9999
 * @param month 1..12
 * @param day   1..31, not checked against the month
 * Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
 */
export function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The civil date of a day number; the inverse of {@link daysFromCivil}. Source: as there, civil_from_days. */
export function civilFromDays(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return { year, month, day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1 };
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
