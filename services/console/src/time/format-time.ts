/** Which clock people read. */
export type TimeZone = 'utc' | 'local';

const millisPerSecond = 1_000;
const millisPerMinute = 60_000;
const millisPerHour = 3_600_000;
const millisPerDay = 86_400_000;

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

interface CivilTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millis: number;
}

/** Milliseconds since 1970 of an RFC 3339 time; finer digits are cut. */
export function toMillis(rfc3339: string): number {
  return Date.parse(rfc3339.replace(/(\.\d{3})\d+/, '$1'));
}

/** `11:05:29`, or `11:05:29.000`. */
export function formatClock(
  millis: number,
  zone: TimeZone,
  precision: 'seconds' | 'millis' = 'seconds',
): string {
  const time = civilOf(millis, zone);
  const clock = [time.hour, time.minute, time.second].map((part) => pad(part, 2)).join(':');
  return precision === 'seconds' ? clock : `${clock}.${pad(time.millis, 3)}`;
}

/** `24 Nov 2026`. */
export function formatDay(millis: number, zone: TimeZone): string {
  const { year, month, day } = civilOf(millis, zone);
  return `${day} ${months[month] ?? ''} ${year}`;
}

/** `UTC`, or what the local clock is ahead of it: `UTC+2`. */
export function zoneName(zone: TimeZone, millis: number): string {
  const minutes = zone === 'utc' ? 0 : -new Date(millis).getTimezoneOffset();
  if (minutes === 0) return 'UTC';
  const sign = minutes < 0 ? '−' : '+';
  const rest = Math.abs(minutes) % 60;
  return `UTC${sign}${Math.floor(Math.abs(minutes) / 60)}${rest === 0 ? '' : `:${pad(rest, 2)}`}`;
}

/** A length of time by its two leading units: `54 s`, `5 min 10 s`, `2 h`, `3 d 4 h`. */
export function formatSpan(millis: number): string {
  const total = Math.max(0, millis);
  if (total < millisPerSecond) return `${Math.round(total)} ms`;
  if (total < 10 * millisPerSecond) return `${trimZero((total / millisPerSecond).toFixed(1))} s`;
  const seconds = Math.round(total / millisPerSecond) * millisPerSecond;
  if (seconds < millisPerMinute) return `${seconds / millisPerSecond} s`;
  if (seconds < millisPerHour) return units(seconds, [millisPerMinute, 'min'], [millisPerSecond, 's']);
  const minutes = Math.round(total / millisPerMinute) * millisPerMinute;
  if (minutes < millisPerDay) return units(minutes, [millisPerHour, 'h'], [millisPerMinute, 'min']);
  return units(Math.round(total / millisPerHour) * millisPerHour, [millisPerDay, 'd'], [millisPerHour, 'h']);
}

/** Where an event lies from a reference: `+54 s`, `−44 s`, `0`. */
export function formatOffset(millis: number): string {
  if (millis === 0) return '0';
  return `${millis < 0 ? '−' : '+'}${formatSpan(Math.abs(millis))}`;
}

/** `just now`, `5 min ago`, or in words for what lies ahead of the clock. */
export function formatAgo(millis: number, now: number): string {
  const ago = now - millis;
  if (Math.abs(ago) < millisPerMinute) return 'just now';
  const unit =
    [millisPerDay, millisPerHour, millisPerMinute].find((size) => Math.abs(ago) >= size) ?? millisPerMinute;
  const span = formatSpan(Math.floor(Math.abs(ago) / unit) * unit);
  return ago > 0 ? `${span} ago` : `in ${span}`;
}

/** Steps that people count time in, ascending. */
const tickSteps = [1, 2, 5, 10, 20, 50, 100, 200, 500].concat(
  [1, 2, 5, 10, 15, 30].map((seconds) => seconds * millisPerSecond),
  [1, 2, 5, 10, 15, 30].map((minutes) => minutes * millisPerMinute),
  [1, 2, 3, 6, 12].map((hours) => hours * millisPerHour),
  [1, 2, 7, 14, 30, 90, 365, 3_650].map((days) => days * millisPerDay),
);

/** Round times between two ends for an axis with at most `maxCount` marks. */
export function axisTicks(from: number, to: number, maxCount: number): readonly number[] {
  const step = tickSteps.find((size) => (to - from) / size <= maxCount) ?? Math.ceil((to - from) / maxCount);
  const first = Math.ceil(from / step) * step;
  const count = Math.max(0, Math.floor((to - first) / step) + 1);
  return Array.from({ length: count }, (_, i) => first + i * step);
}

/** What an axis writes at one of its marks: as much of a time as the step between them needs. */
export function formatTick(millis: number, step: number, zone: TimeZone): string {
  const { year, month, day, hour, minute } = civilOf(millis, zone);
  if (step >= 300 * millisPerDay) return String(year);
  const isMidnight = hour === 0 && minute === 0;
  if (step >= millisPerDay || (isMidnight && step >= millisPerMinute)) return `${day} ${months[month] ?? ''}`;
  if (step >= millisPerMinute) return `${pad(hour, 2)}:${pad(minute, 2)}`;
  return formatClock(millis, zone, step >= millisPerSecond ? 'seconds' : 'millis');
}

/** A range as people say it: the day once, unless it ends on another. */
export function formatRange(from: number, to: number, zone: TimeZone): string {
  const days = [from, to].map((millis) => formatDay(millis, zone));
  const precision = to - from < 10 * millisPerSecond ? 'millis' : 'seconds';
  const clocks = [from, to].map((millis) => formatClock(millis, zone, precision));
  const end = days[0] === days[1] ? clocks[1] : `${days[1]} ${clocks[1]}`;
  return `${days[0]} ${clocks[0]} – ${end}`;
}

function civilOf(millis: number, zone: TimeZone): CivilTime {
  const date = new Date(millis);
  if (zone === 'utc') {
    return {
      year: date.getUTCFullYear(),
      month: date.getUTCMonth(),
      day: date.getUTCDate(),
      hour: date.getUTCHours(),
      minute: date.getUTCMinutes(),
      second: date.getUTCSeconds(),
      millis: date.getUTCMilliseconds(),
    };
  }
  return {
    year: date.getFullYear(),
    month: date.getMonth(),
    day: date.getDate(),
    hour: date.getHours(),
    minute: date.getMinutes(),
    second: date.getSeconds(),
    millis: date.getMilliseconds(),
  };
}

function units(
  millis: number,
  [large, largeName]: readonly [number, string],
  [small, smallName]: readonly [number, string],
): string {
  const rest = Math.round((millis % large) / small);
  const leading = `${Math.floor(millis / large)} ${largeName}`;
  return rest === 0 ? leading : `${leading} ${rest} ${smallName}`;
}

function trimZero(text: string): string {
  return text.replace(/\.0$/, '');
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}
