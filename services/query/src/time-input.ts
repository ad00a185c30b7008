import { daysFromCivil, toEpochNanos } from '@culprit/kernel';
import type { EpochNanos } from '@culprit/kernel';

const NANOS_PER_SECOND = 1_000_000_000n;

const nanosPerUnit: Readonly<Record<string, bigint>> = {
  s: NANOS_PER_SECOND,
  m: 60n * NANOS_PER_SECOND,
  h: 3_600n * NANOS_PER_SECOND,
  d: 86_400n * NANOS_PER_SECOND,
  w: 604_800n * NANOS_PER_SECOND,
};

const RELATIVE = /^now(?:-(\d{1,9})([smhdw]))?$/;
const EPOCH = /^\d{1,19}$/;
const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)$/;

/** How a time is written, for the description of the API; days that no month has fit too and are refused all the same. */
export const timeMeta = {
  wire: {
    type: 'string',
    pattern:
      '^(now(-[0-9]{1,9}[smhdw])?|[0-9]{1,19}|[0-9]{4}-[01][0-9]-[0-3][0-9][Tt ][0-2][0-9](:[0-6][0-9]){2}([.][0-9]{1,9})?([Zz]|[+-][0-2][0-9]:[0-5][0-9]))$',
    examples: ['2026-03-01T09:30:00Z', '1772357400', 'now-15m'],
  },
};

/**
 * Understands the times people and programs write: RFC 3339 with an offset, epoch numbers whose digits tell the unit
 * (up to 11 seconds, 14 milliseconds, 17 microseconds, 19 nanoseconds), and `now-15m`.
 *
 * @param nowNanos what `now` stands for
 * @returns undefined for anything else, such as a date without an offset, whose meaning would be a guess
 */
export function parseTimeInput(text: string, nowNanos: EpochNanos): EpochNanos | undefined {
  const trimmed = text.trim();
  const relative = RELATIVE.exec(trimmed);
  if (relative !== null) {
    const unit = nanosPerUnit[relative[2] ?? 's'] ?? NANOS_PER_SECOND;
    return (nowNanos - BigInt(relative[1] ?? '0') * unit) as EpochNanos;
  }
  if (EPOCH.test(trimmed)) return epochOf(trimmed);
  return rfc3339Of(trimmed);
}

function epochOf(digits: string): EpochNanos {
  const value = BigInt(digits);
  if (digits.length <= 11) return (value * NANOS_PER_SECOND) as EpochNanos;
  if (digits.length <= 14) return (value * 1_000_000n) as EpochNanos;
  if (digits.length <= 17) return (value * 1_000n) as EpochNanos;
  return value as EpochNanos;
}

function rfc3339Of(text: string): EpochNanos | undefined {
  const match = RFC_3339.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const isReal =
    month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month) && hour <= 23 && minute <= 59;
  // Second 60 is a leap second, which has no number of its own in epoch time.
  if (!isReal || second > 60) return undefined;
  const offset = offsetSeconds(match[8] ?? 'Z');
  if (offset === undefined) return undefined;
  const days = daysFromCivil(year, month, day);
  const seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset;
  const fraction = BigInt((match[7] ?? '').padEnd(9, '0'));
  return (toEpochNanos(seconds * 1_000) + fraction) as EpochNanos;
}

function daysIn(year: number, month: number): number {
  const [nextYear, nextMonth] = month === 12 ? [year + 1, 1] : [year, month + 1];
  return daysFromCivil(nextYear, nextMonth, 1) - daysFromCivil(year, month, 1);
}

function offsetSeconds(text: string): number | undefined {
  if (text === 'Z' || text === 'z') return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(4, 6));
  if (hours > 23 || minutes > 59) return undefined;
  return (text.startsWith('-') ? -1 : 1) * (hours * 3_600 + minutes * 60);
}
