import type { QuietHours } from './rule.js';

const minuteMs = 60_000;
const minutesPerDay = 1_440;

/**
 * When the quiet hours that hold at `now` are over.
 *
 * @param now ms since 1970, wall clock
 * @returns undefined where it is not quiet. A change to or from summer time within them may move their end by an hour.
 */
export function endOfQuietHours(hours: QuietHours, now: number): number | undefined {
  const from = minuteOf(hours.from);
  const to = minuteOf(hours.to);
  const minute = minuteOfDay(hours.timeZone, now);
  const isQuiet = from < to ? minute >= from && minute < to : minute >= from || minute < to;
  if (!isQuiet) return undefined;
  const minutesLeft = (to - minute + minutesPerDay) % minutesPerDay;
  return Math.floor(now / minuteMs) * minuteMs + minutesLeft * minuteMs;
}

function minuteOf(clockTime: string): number {
  return Number(clockTime.slice(0, 2)) * 60 + Number(clockTime.slice(3));
}

function minuteOfDay(timeZone: string, now: number): number {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return minuteOf(format.format(now));
}
