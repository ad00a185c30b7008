import { daysFromCivil } from '@culprit/kernel';

/** How much of a point in time a text gave. */
export const timeKind = {
  none: 0,
  /** Hours and smaller only. */
  clock: 1,
  /** Month, day and clock, no year. */
  yearless: 2,
  /** Date and clock without a zone. */
  local: 3,
  /** Date and clock with a zone, or a count since the epoch. */
  absolute: 4,
} as const;

/** What {@link parseTimestamp} found; one is reused for all lines. `millis` is UTC as if a missing zone were UTC. */
export interface ParsedTime {
  kind: number;
  /** Position just past the time. */
  end: number;
  millis: number;
  subNanos: number;
}

export function createParsedTime(): ParsedTime {
  return { kind: timeKind.none, end: 0, millis: Number.NaN, subNanos: 0 };
}

export const MINUTE = 60_000;
export const DAY = 86_400_000;

/** Days of 1 January 2000 and 2101: a count since the epoch is believed between them. */
export const earliestMillis = 946_684_800_000;
export const latestMillis = 4_133_980_800_000;

/** Milliseconds of a civil date, or NaN when the parts are out of range. */
export function dateMillis(year: number, month: number, day: number): number {
  if (month < 1 || month > 12 || day < 1 || day > 31) return Number.NaN;
  return daysFromCivil(year, month, day) * DAY;
}

/** Number of digits from `position` on, at most `limit`. */
export function countDigits(bytes: Uint8Array, position: number, limitEnd: number): number {
  let i = position;
  while (i < limitEnd) {
    const digit = (bytes[i] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) break;
    i += 1;
  }
  return i - position;
}

/** Value of `count` digits; the caller has counted them. Exact up to 15 digits. */
export function readDigits(bytes: Uint8Array, position: number, count: number): number {
  let value = 0;
  for (let i = position; i < position + count; i++) value = value * 10 + ((bytes[i] ?? 0) - 0x30);
  return value;
}

/** Two digits at `position`, or -1. */
export function twoDigits(bytes: Uint8Array, position: number): number {
  const tens = (bytes[position] ?? 0) - 0x30;
  const ones = (bytes[position + 1] ?? 0) - 0x30;
  return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : tens * 10 + ones;
}

/**
 * A count since the epoch: seconds (9-11 digits, with or without a fraction), milliseconds (12-14), microseconds
 * (15-17) or nanoseconds (18-20), told apart by the number of digits. True when it lies between 2000 and 2100.
 */
export function parseEpoch(bytes: Uint8Array, start: number, end: number, out: ParsedTime): boolean {
  const digits = countDigits(bytes, start, end);
  if (digits < 9 || digits > 20) return false;
  let position = start + digits;
  let millis: number;
  let subNanos = 0;
  if (digits <= 11) {
    millis = readDigits(bytes, start, digits) * 1000;
    if (bytes[position] === 0x2e) {
      const fraction = countDigits(bytes, position + 1, end);
      const nanos = fractionNanos(bytes, position + 1, fraction);
      millis += Math.floor(nanos / 1e6);
      subNanos = nanos % 1e6;
      position += 1 + fraction;
    }
  } else if (digits <= 14) {
    millis = readDigits(bytes, start, digits);
  } else {
    const below = digits <= 17 ? 3 : 6;
    millis = readDigits(bytes, start, digits - below);
    subNanos = readDigits(bytes, start + digits - below, below) * (below === 3 ? 1000 : 1);
  }
  if (millis < earliestMillis || millis > latestMillis) return false;
  out.kind = timeKind.absolute;
  out.end = position;
  out.millis = millis;
  out.subNanos = subNanos;
  return true;
}

/** Nanoseconds of `count` digits after a decimal point; digits past the ninth are ignored. */
export function fractionNanos(bytes: Uint8Array, position: number, count: number): number {
  let value = 0;
  for (let i = 0; i < 9; i++) value = value * 10 + (i < count ? (bytes[position + i] ?? 0) - 0x30 : 0);
  return value;
}

const scratchClock = { end: 0, millis: 0, subNanos: 0 };

/**
 * `hh:mm:ss` with an optional fraction after `.`, `,` or `:`, or `hh.mm.ss` after a dash; the result is shared and
 * valid until the next call. Undefined when there is no clock at `position`.
 */
export function parseClock(
  bytes: Uint8Array,
  position: number,
  end: number,
): { end: number; millis: number; subNanos: number } | undefined {
  const hours = twoDigits(bytes, position);
  const separator = bytes[position + 2];
  const wide = hours >= 0 && (separator === 0x3a || separator === 0x2e);
  const at = wide ? position + 3 : position + 2;
  if (hours < 0 || (!wide && twoDigits(bytes, position + 2) < 0))
    return parseShortClock(bytes, position, end);
  const minutes = twoDigits(bytes, at);
  if (wide && bytes[at + 2] !== separator) return undefined;
  const secondsAt = wide ? at + 3 : at + 2;
  const seconds = twoDigits(bytes, secondsAt);
  return finishClock({ bytes, end, position: secondsAt + 2, hours, minutes, seconds });
}

/** `h:mm:ss`, as twelve-hour clocks are written. */
function parseShortClock(
  bytes: Uint8Array,
  position: number,
  end: number,
): { end: number; millis: number; subNanos: number } | undefined {
  const hours = (bytes[position] ?? 0) - 0x30;
  if (hours < 0 || hours > 9 || bytes[position + 1] !== 0x3a || bytes[position + 4] !== 0x3a)
    return undefined;
  const minutes = twoDigits(bytes, position + 2);
  return finishClock({
    bytes,
    end,
    position: position + 7,
    hours,
    minutes,
    seconds: twoDigits(bytes, position + 5),
  });
}

/**
 * `h:m:s`, its parts as short as their values are (`9:5:3:41`), for the clock behind a date; a part behind a third
 * colon counts milliseconds. Shared result as with {@link parseClock}.
 */
export function parseUnpaddedClock(
  bytes: Uint8Array,
  position: number,
  end: number,
): { end: number; millis: number; subNanos: number } | undefined {
  let at = position;
  for (let part = 0; part < 3; part++) {
    const digits = countDigits(bytes, at, end);
    if (digits < 1 || digits > 2 || (part < 2 && bytes[at + digits] !== 0x3a)) return undefined;
    clockParts[part] = readDigits(bytes, at, digits);
    at += digits + (part < 2 ? 1 : 0);
  }
  // A line that was cut off in the middle of its time has none.
  if (at >= end) return undefined;
  const [hours, minutes, seconds] = clockParts;
  const clock = finishClock({ bytes, end, position: at, hours, minutes, seconds });
  if (clock === undefined || bytes[clock.end] !== 0x3a) return clock;
  const digits = countDigits(bytes, clock.end + 1, end);
  if (digits === 0 || digits > 2) return clock;
  clock.millis += readDigits(bytes, clock.end + 1, digits);
  clock.end += 1 + digits;
  return clock;
}

const clockParts: [number, number, number] = [0, 0, 0];

function finishClock(parts: {
  readonly bytes: Uint8Array;
  readonly end: number;
  readonly position: number;
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
}): { end: number; millis: number; subNanos: number } | undefined {
  const { bytes, end, hours, minutes, seconds } = parts;
  if (parts.position > end || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 60) {
    return undefined;
  }
  scratchClock.end = parts.position;
  scratchClock.millis = hours * 3_600_000 + minutes * MINUTE + seconds * 1000;
  scratchClock.subNanos = 0;
  const separator = bytes[parts.position];
  if (separator === 0x2e || separator === 0x2c || separator === 0x3a) {
    const digits = countDigits(bytes, parts.position + 1, end);
    if (digits > 0 && (separator !== 0x3a || digits === 3)) {
      const nanos = fractionNanos(bytes, parts.position + 1, digits);
      scratchClock.millis += Math.floor(nanos / 1e6);
      scratchClock.subNanos = nanos % 1e6;
      scratchClock.end = parts.position + 1 + digits;
    }
  }
  return scratchClock;
}

/** Joins month and day to a clock, as a year-less time. */
export function yearlessFrom(
  month: number,
  day: number,
  clock: { readonly millis: number; readonly subNanos: number; readonly end: number },
  out: { kind: number; millis: number; subNanos: number; end: number },
): void {
  const daysBefore = [0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335][month - 1] ?? 0;
  out.kind = timeKind.yearless;
  out.millis = 946_684_800_000 + (daysBefore + day - 1) * 86_400_000 + clock.millis;
  out.subNanos = clock.subNanos;
  out.end = clock.end;
}
