import { isDigit, isLetter, isUpper } from './header-tokens.js';
import {
  DAY,
  MINUTE,
  countDigits,
  dateMillis,
  parseClock,
  parseEpoch,
  parseUnpaddedClock,
  readDigits,
  timeKind,
  twoDigits,
  type ParsedTime,
} from './timestamp.js';

const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const dayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const monthByCode = new Map(monthNames.map((name, index) => [codeOfName(name), index + 1]));
const dayCodes = new Set(dayNames.map(codeOfName));

function codeOfName(name: string): number {
  return (name.charCodeAt(0) << 16) | (name.charCodeAt(1) << 8) | name.charCodeAt(2);
}

function codeAt(bytes: Uint8Array, position: number): number {
  return (
    (((bytes[position] ?? 0) | 0x20) << 16) |
    (((bytes[position + 1] ?? 0) | 0x20) << 8) |
    ((bytes[position + 2] ?? 0) | 0x20)
  );
}

/** Civil date being read; `yearFollows` when only the year is still to come, after the clock. */
const date = { year: -1, month: 0, day: 0, end: 0 };

/**
 * Reads a point in time at `start`. False, with `out` untouched, when there is none.
 *
 * Understood: RFC 3339 and ISO 8601 in basic and extended form, dates with `/`, `.` or `-`, two-digit years, `hh.mm.ss`
 * clocks, month names before or after the day, weekday names, a year after the clock, AM/PM, offsets and UTC/GMT/Z,
 * year-less dates, a clock alone, counts since the epoch. Numbers only decide where the separators leave a choice:
 * `a/b/year` is day first when the first number is above 12, month first otherwise. O(length of the time).
 */
export function parseTimestamp(bytes: Uint8Array, start: number, end: number, out: ParsedTime): boolean {
  if (end - start < 8) return false;
  if (!isDigit(bytes[start])) return parseNamed(bytes, start, end, out);
  const digits = countDigits(bytes, start, Math.min(end, start + 21));
  if (digits <= 2 && bytes[start + digits] === 0x3a) return parseClockOnly(bytes, start, end, out);
  if (digits >= 9) {
    return parseCompact(bytes, start, digits, end, out) || parseEpochToken(bytes, start, end, out);
  }
  if (!readNumericDate(bytes, start, digits, end)) return false;
  return finishDate(bytes, end, out);
}

/**
 * Reads a date without a clock at `start`, as midnight. False, with `out` untouched, when there is none. O(length).
 */
export function parseDate(bytes: Uint8Array, start: number, end: number, out: ParsedTime): boolean {
  const digits = countDigits(bytes, start, Math.min(end, start + 9));
  if (end - start < 5 || digits === 6 || digits > 8) return false;
  const isFound =
    digits === 0
      ? readNamedDate(bytes, start, end)
      : digits === 8
        ? setDate(
            readDigits(bytes, start, 4),
            twoDigits(bytes, start + 4),
            twoDigits(bytes, start + 6),
            start + 8,
          )
        : readNumericDate(bytes, start, digits, end);
  const isPlausible = date.year < 0 || (date.year >= 1990 && date.year <= 2100);
  if (!isFound || !isPlausible || date.end > end) return false;
  const millis = dateMillis(date.year < 0 ? 2000 : date.year, date.month, date.day);
  if (Number.isNaN(millis)) return false;
  out.kind = date.year < 0 ? timeKind.yearless : timeKind.local;
  out.end = date.end;
  out.millis = millis;
  out.subNanos = 0;
  return true;
}

function parseEpochToken(bytes: Uint8Array, start: number, end: number, out: ParsedTime): boolean {
  if (!parseEpoch(bytes, start, end, out)) return false;
  const next = bytes[out.end];
  return out.end === end || next === 0x20 || next === 0x09 || next === 0x2c || next === 0x3a || next === 0x5d;
}

/** `yyyymmddhhmmss`, without separators. */
function parseCompact(
  bytes: Uint8Array,
  start: number,
  digits: number,
  end: number,
  out: ParsedTime,
): boolean {
  if (digits !== 14 || (bytes[start] ?? 0) !== 0x32) return false;
  date.year = readDigits(bytes, start, 4);
  date.month = twoDigits(bytes, start + 4);
  date.day = twoDigits(bytes, start + 6);
  date.end = start + 8;
  return date.year < 2101 && withClock(bytes, date.end, end, out);
}

function parseClockOnly(bytes: Uint8Array, start: number, end: number, out: ParsedTime): boolean {
  const clock = parseClock(bytes, start, end);
  if (clock === undefined || isDigit(bytes[clock.end])) return false;
  out.kind = timeKind.clock;
  out.end = clock.end;
  out.millis = clock.millis;
  out.subNanos = clock.subNanos;
  return true;
}

/** A date that starts with a digit, into `date`. */
function readNumericDate(bytes: Uint8Array, start: number, digits: number, end: number): boolean {
  const after = bytes[start + digits];
  if (digits === 4) return readYearFirst(bytes, start);
  if (digits === 8 && (after === 0x54 || after === 0x20 || after === 0x2d)) {
    return setDate(
      readDigits(bytes, start, 4),
      twoDigits(bytes, start + 4),
      twoDigits(bytes, start + 6),
      start + 8,
    );
  }
  if (digits === 6 && after === 0x20) {
    const year = 2000 + twoDigits(bytes, start);
    return setDate(year, twoDigits(bytes, start + 2), twoDigits(bytes, start + 4), start + 6);
  }
  if (digits > 2) return false;
  const first = readDigits(bytes, start, digits);
  const at = start + digits + 1;
  if (isLetter(bytes[at])) return readDayMonthName(bytes, first, at, end);
  const second = countDigits(bytes, at, end);
  if (second < 1 || second > 2 || (after !== 0x2f && after !== 0x2d && after !== 0x2e)) return false;
  return readShortFirst(bytes, { start, first, at, second, separator: after }, end);
}

function readYearFirst(bytes: Uint8Array, start: number): boolean {
  const separator = bytes[start + 4];
  if (separator !== 0x2d && separator !== 0x2f && separator !== 0x2e) return false;
  const monthDigits = isDigit(bytes[start + 6]) ? 2 : 1;
  const dayAt = start + 5 + monthDigits + 1;
  if (!isDigit(bytes[start + 5]) || bytes[dayAt - 1] !== separator || !isDigit(bytes[dayAt])) return false;
  const dayDigits = isDigit(bytes[dayAt + 1]) ? 2 : 1;
  return setDate(
    readDigits(bytes, start, 4),
    readDigits(bytes, start + 5, monthDigits),
    readDigits(bytes, dayAt, dayDigits),
    dayAt + dayDigits,
  );
}

/** `d Mon yyyy`, `dd/Mon/yyyy`, `dd-Mon-yy`. */
function readDayMonthName(bytes: Uint8Array, day: number, at: number, end: number): boolean {
  const month = monthByCode.get(codeAt(bytes, at));
  const separator = bytes[at - 1];
  if (month === undefined || separator !== bytes[at + 3]) return false;
  if (separator !== 0x20 && separator !== 0x2f && separator !== 0x2d) return false;
  const yearDigits = countDigits(bytes, at + 4, end);
  if (yearDigits !== 4 && yearDigits !== 2) return false;
  const year = readDigits(bytes, at + 4, yearDigits);
  if (yearDigits === 2 && bytes[at + 6] === 0x3a) return setDate(-1, month, day, at + 3);
  return setDate(yearDigits === 2 ? 2000 + year : year, month, day, at + 4 + yearDigits);
}

/** `mm/dd/yyyy`, `dd.mm.yyyy`, `yy/mm/dd`, `m/dd/yy`, `mm-dd` and `mm.dd`. */
function readShortFirst(
  bytes: Uint8Array,
  parts: {
    readonly start: number;
    readonly first: number;
    readonly at: number;
    readonly second: number;
    readonly separator: number;
  },
  end: number,
): boolean {
  const { first, at, second, separator } = parts;
  const middle = readDigits(bytes, at, second);
  const next = at + second;
  if (bytes[next] !== separator) return bytes[next] === 0x20 && setDate(-1, first, middle, next);
  const third = countDigits(bytes, next + 1, end);
  const last = readDigits(bytes, next + 1, Math.min(third, 4));
  if (third === 4) {
    const isDayFirst = separator === 0x2e || first > 12;
    return setDate(last, isDayFirst ? middle : first, isDayFirst ? first : middle, next + 5);
  }
  if (third !== 2) return false;
  // A year has two digits: `3/5/24` begins with its month.
  return at - parts.start === 2
    ? setDate(2000 + last, first, middle, next + 3)
    : setDate(2000 + first, middle, last, next + 3);
}

function setDate(year: number, month: number, day: number, end: number): boolean {
  date.year = year;
  date.month = month;
  date.day = day;
  date.end = end;
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/** A date that starts with a letter: `Mon Jan 02 …`, `Jan  2 …`, `Mon, 02 Jan 2006 …`. */
function parseNamed(bytes: Uint8Array, start: number, end: number, out: ParsedTime): boolean {
  return readNamedDate(bytes, start, end) && finishDate(bytes, end, out);
}

/** The same, into `date`. */
function readNamedDate(bytes: Uint8Array, start: number, end: number): boolean {
  let position = start;
  if (!isLetter(bytes[start]) || !isLetter(bytes[start + 2])) return false;
  if (dayCodes.has(codeAt(bytes, start)) && !isLetter(bytes[start + 3])) {
    position += bytes[start + 3] === 0x2c ? 5 : 4;
    if (isDigit(bytes[position])) {
      const digits = countDigits(bytes, position, end);
      return readNumericDate(bytes, position, digits, end);
    }
  }
  const month = monthByCode.get(codeAt(bytes, position));
  if (month === undefined || bytes[position + 3] !== 0x20) return false;
  position += bytes[position + 4] === 0x20 ? 5 : 4;
  const digits = countDigits(bytes, position, end);
  if (digits < 1 || digits > 2) return false;
  const day = readDigits(bytes, position, digits);
  position += digits;
  let year = -1;
  const yearAt = bytes[position] === 0x2c ? position + 2 : position + 1;
  if (countDigits(bytes, yearAt, end) === 4 && bytes[yearAt + 4] !== 0x3a) {
    year = readDigits(bytes, yearAt, 4);
    position = yearAt + 4;
  }
  return setDate(year, month, day, position);
}

/** After the date: its separator, the clock, AM/PM, a late year and the zone. */
function finishDate(bytes: Uint8Array, end: number, out: ParsedTime): boolean {
  let position = date.end;
  const separator = bytes[position];
  if (separator === 0x3a && bytes[position + 1] === 0x3a) position += 2;
  else if (separator === 0x2c && bytes[position + 1] === 0x20) position += 2;
  else if (separator === 0x20 && bytes[position + 1] === 0x2d && bytes[position + 2] === 0x20) position += 3;
  else if (
    separator === 0x20 ||
    separator === 0x54 ||
    separator === 0x74 ||
    separator === 0x2d ||
    separator === 0x3a
  ) {
    position += 1;
    // An hour that is padded with a blank.
    if (separator === 0x20 && bytes[position] === 0x20) position += 1;
  } else if (separator !== undefined && isDigit(separator)) return false;
  return withClock(bytes, position, end, out);
}

function withClock(bytes: Uint8Array, position: number, end: number, out: ParsedTime): boolean {
  const clock = clockBehindDate(bytes, position, end);
  if (clock === undefined) return false;
  let at = clock.end;
  let millis = clock.millis;
  const subNanos = clock.subNanos;
  const marker = (bytes[at + 1] ?? 0) & 0xdf;
  if (bytes[at] === 0x20 && (marker === 0x41 || marker === 0x50) && ((bytes[at + 2] ?? 0) & 0xdf) === 0x4d) {
    const isTwelve = millis >= 43_200_000;
    if (marker === 0x50 && !isTwelve) millis += 43_200_000;
    if (marker === 0x41 && isTwelve) millis -= 43_200_000;
    at += 3;
  }
  zone.end = at;
  zone.isKnown = false;
  zone.offset = 0;
  readZone(bytes, at, end);
  if (date.year < 0) readLateYear(bytes, zone.end, end);
  const day = dateMillis(date.year < 0 ? 2000 : date.year, date.month, date.day);
  if (Number.isNaN(day)) return false;
  out.kind = date.year < 0 ? timeKind.yearless : zone.isKnown ? timeKind.absolute : timeKind.local;
  out.end = zone.end;
  out.millis = day + millis - zone.offset * MINUTE;
  out.subNanos = subNanos;
  return true;
}

/** Padded as usual, or with parts as short as their values are. */
function clockBehindDate(bytes: Uint8Array, position: number, end: number): ReturnType<typeof parseClock> {
  const padded = parseClock(bytes, position, end);
  const isWhole = padded !== undefined && bytes[padded.end] !== 0x3a && !isDigit(bytes[padded.end]);
  return isWhole ? padded : (parseUnpaddedClock(bytes, position, end) ?? parseClock(bytes, position, end));
}

/** The zone after a clock; `offset` in minutes east of UTC. */
const zone = { end: 0, isKnown: false, offset: 0 };

function readZone(bytes: Uint8Array, position: number, end: number): void {
  const at = bytes[position] === 0x20 ? position + 1 : position;
  const first = bytes[at];
  if (at >= end) return;
  if (first === 0x5a && !isLetter(bytes[at + 1])) {
    setZone(at + 1, 0);
  } else if (
    (codeAt(bytes, at) === 0x757463 || codeAt(bytes, at) === 0x676d74) &&
    !isLetter(bytes[at + 3]) &&
    at !== position
  ) {
    setZone(at + 3, 0);
  } else if (first === 0x2b || first === 0x2d) {
    readOffset(bytes, at, end);
  } else if (at !== position) {
    readZoneName(bytes, at, end);
  }
}

/**
 * Minutes east of UTC by name. Only names that mean one offset in practice: the North American ones of RFC 2822, the
 * others as PostgreSQL understands them by default. Names with several meanings, such as IST, are left out.
 */
const zoneNames: ReadonlyMap<number, number> = new Map(
  Object.entries({
    EST: -5,
    EDT: -4,
    CST: -6,
    CDT: -5,
    MST: -7,
    MDT: -6,
    PST: -8,
    PDT: -7,
    AKST: -9,
    AKDT: -8,
    HST: -10,
    WET: 0,
    WEST: 1,
    BST: 1,
    CET: 1,
    CEST: 2,
    EET: 2,
    EEST: 3,
    MSK: 3,
    SAST: 2,
    SGT: 8,
    HKT: 8,
    AWST: 8,
    JST: 9,
    KST: 9,
    AEST: 10,
    AEDT: 11,
    NZST: 12,
    NZDT: 13,
  }).map(([name, hours]): [number, number] => [codeOfZone(encodeZone(name), 0, name.length), hours * 60]),
);

function encodeZone(name: string): Uint8Array {
  return Uint8Array.from(name, (letter) => letter.charCodeAt(0));
}

/** Three or four letters as a number, so that looking a name up makes no string. */
function codeOfZone(bytes: Uint8Array, at: number, length: number): number {
  let code = 0;
  for (let i = 0; i < length; i++) code = code * 256 + (bytes[at + i] ?? 0);
  return code;
}

function readZoneName(bytes: Uint8Array, at: number, end: number): void {
  let length = 0;
  while (length < 5 && at + length < end && isUpper(bytes[at + length])) length += 1;
  if (length < 3 || length > 4) return;
  const next = at + length < end ? bytes[at + length] : 0x20;
  if (next !== 0x20 && next !== 0x5d && next !== 0x29 && next !== 0x2c) return;
  const offset = zoneNames.get(codeOfZone(bytes, at, length));
  if (offset !== undefined) setZone(at + length, offset);
}

function readOffset(bytes: Uint8Array, at: number, end: number): void {
  const hours = twoDigits(bytes, at + 1);
  const hasColon = bytes[at + 3] === 0x3a;
  const minutes = twoDigits(bytes, hasColon ? at + 4 : at + 3);
  const after = hasColon ? at + 6 : at + 5;
  if (hours < 0 || hours > 14 || minutes < 0 || minutes > 59 || after > end || isDigit(bytes[after])) return;
  setZone(after, (hours * 60 + minutes) * (bytes[at] === 0x2d ? -1 : 1));
}

function setZone(end: number, offset: number): void {
  zone.end = end;
  zone.offset = offset;
  zone.isKnown = true;
}

/** `Sun Dec 04 04:51:14 2005`, also with a zone name between clock and year. */
function readLateYear(bytes: Uint8Array, position: number, end: number): void {
  let at = position;
  if (isLetter(bytes[at + 1]) && isLetter(bytes[at + 2]) && isLetter(bytes[at + 3]) && bytes[at + 4] === 0x20)
    at += 4;
  if (bytes[at] !== 0x20 || countDigits(bytes, at + 1, end) !== 4) return;
  const year = readDigits(bytes, at + 1, 4);
  if (year < 1970 || year > 2100) return;
  date.year = year;
  zone.end = at + 5;
}

/**
 * The year that puts a year-less date (parsed as if in 2000) closest to a reference time.
 *
 * @returns milliseconds in the chosen year; the date stays 2000's when the reference is unknown (NaN)
 */
export function resolveYear(millisIn2000: number, referenceMillis: number): number {
  if (Number.isNaN(referenceMillis)) return millisIn2000;
  const dayOfYear2000 = millisIn2000 - dateMillis(2000, 1, 1);
  const year = 2000 + Math.floor((referenceMillis - dateMillis(2000, 1, 1)) / (365.2425 * DAY));
  let best = millisIn2000;
  for (let candidate = year - 1; candidate <= year + 1; candidate++) {
    const isLeap = (candidate % 4 === 0 && candidate % 100 !== 0) || candidate % 400 === 0;
    const pastFebruary = dayOfYear2000 >= 60 * DAY;
    const millis = dateMillis(candidate, 1, 1) + dayOfYear2000 - (pastFebruary && !isLeap ? DAY : 0);
    if (Math.abs(millis - referenceMillis) < Math.abs(best - referenceMillis)) best = millis;
  }
  return best;
}
