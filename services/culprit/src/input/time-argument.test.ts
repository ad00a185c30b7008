import { formatRfc3339, toEpochMillis } from '@culprit/kernel';
import { describe, expect, it } from 'vitest';
import { CliError } from '../cli-error.js';
import { parseTime } from './time-argument.js';

describe('a time on the command line', () => {
  it.each([
    ['2026-03-01T09:30:00Z', '2026-03-01T09:30:00.000000000Z'],
    ['2026-03-01T09:30:00', '2026-03-01T09:30:00.000000000Z'],
    ['2026-03-01 09:30:00', '2026-03-01T09:30:00.000000000Z'],
    ['2026-03-01', '2026-03-01T00:00:00.000000000Z'],
    ['2026-03-01T09:30:00+02:00', '2026-03-01T07:30:00.000000000Z'],
    [' 1772357400 ', '2026-03-01T09:30:00.000000000Z'],
    ['1772357400123', '2026-03-01T09:30:00.123000000Z'],
    ['1772357400123456', '2026-03-01T09:30:00.123456000Z'],
    ['1772357400123456789', '2026-03-01T09:30:00.123456789Z'],
  ])('%s', (text, expected) => {
    expect(formatRfc3339(parseTime(text))).toBe(expected);
  });

  it.each([
    ['now', 0],
    ['now-90s', 90],
    ['now-15m', 900],
    ['now-2h', 7_200],
    ['now-1d', 86_400],
  ])('%s counts back from this moment', (text, seconds) => {
    const before = Date.now();
    const millis = Number(toEpochMillis(parseTime(text)));
    expect(millis).toBeGreaterThanOrEqual(before - seconds * 1_000);
    expect(millis).toBeLessThanOrEqual(Date.now() - seconds * 1_000);
  });

  it.each([
    '',
    'yesterday',
    '2026-13-01',
    'now-5w',
    'now+5m',
    '12345678901234567890',
    '2026-03-01T25:00:00Z',
  ])('refuses %j and says what it takes', (text) => {
    expect(() => parseTime(text)).toThrow(CliError);
    expect(() => parseTime(text)).toThrow(/is not a time\. Write 2026-03-01T09:30:00Z/);
  });
});
