import { toEpochNanos, type EpochNanos } from '@culprit/kernel';
import { CliError, exitCodes } from '../cli-error.js';

const unitByDigits: readonly (readonly [number, bigint])[] = [
  [11, 1_000_000_000n],
  [14, 1_000_000n],
  [17, 1_000n],
  [20, 1n],
];
const secondsByUnit: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * Reads a time: RFC 3339 (`2026-03-01T09:30:00Z`, zone optional: UTC), epoch seconds, milliseconds, microseconds or
 * nanoseconds by the number of digits, or `now`, `now-15m` (s, m, h, d).
 */
export function parseTime(text: string): EpochNanos {
  const trimmed = text.trim();
  const parsed = parseEpoch(trimmed) ?? parseRelative(trimmed) ?? parseCalendar(trimmed);
  if (parsed === undefined) {
    throw new CliError(
      `"${text}" is not a time. Write 2026-03-01T09:30:00Z, epoch seconds to nanoseconds, or now-15m.`,
      exitCodes.usage,
    );
  }
  return parsed;
}

function parseEpoch(text: string): EpochNanos | undefined {
  if (!/^\d{1,19}$/.test(text)) return undefined;
  const unit = unitByDigits.find(([digits]) => text.length <= digits);
  return unit === undefined ? undefined : ((BigInt(text) * unit[1]) as EpochNanos);
}

function parseRelative(text: string): EpochNanos | undefined {
  const match = /^now(?:-(\d{1,6})([smhd]))?$/.exec(text);
  if (match === null) return undefined;
  const seconds = Number(match[1] ?? 0) * (secondsByUnit[match[2] ?? 's'] ?? 1);
  return toEpochNanos(Date.now() - seconds * 1000);
}

function parseCalendar(text: string): EpochNanos | undefined {
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return undefined;
  const hasZone = /(?:[zZ]|[+-]\d{2}:?\d{2})$/.test(text.slice(10));
  const iso = text.replace(' ', 'T') + (text.length > 10 && !hasZone ? 'Z' : '');
  const millis = Date.parse(iso);
  return Number.isNaN(millis) ? undefined : toEpochNanos(millis);
}
