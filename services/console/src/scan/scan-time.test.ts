import { describe, expect, it } from 'vitest';
import { parseNamedTime } from './scan-time.js';

const now = Date.UTC(2026, 10, 24, 12, 30);
const hour = 3_600_000;

function read(words: string, offsetMillis = 0): string | undefined {
  const millis = parseNamedTime(words, now, offsetMillis);
  return millis === undefined ? undefined : new Date(millis).toISOString().slice(0, 19);
}

describe('a time in words', () => {
  it.each([
    ['now', '2026-11-24T12:30:00'],
    ['12:05', '2026-11-24T12:05:00'],
    ['around 14:05', '2026-11-23T14:05:00'],
    ['14:05 today', '2026-11-24T14:05:00'],
    ['14:05 yesterday', '2026-11-23T14:05:00'],
    ['Yesterday at 9:07:33', '2026-11-23T09:07:33'],
    ['20 min ago', '2026-11-24T12:10:00'],
    ['2 hours ago', '2026-11-24T10:30:00'],
    ['3d ago', '2026-11-21T12:30:00'],
    ['2026-11-20 08:15', '2026-11-20T08:15:00'],
    ['2026-11-20T08:15:09Z', '2026-11-20T08:15:09'],
  ])('understands "%s"', (words, time) => {
    expect(read(words)).toBe(time);
  });

  it.each([
    '',
    'soon',
    '25:00',
    '12:61',
    '12',
    '99999999 min ago',
    '2026-13-40 10:00',
    'min ago',
    '1e3 s ago',
  ])('does not guess at "%s"', (words) => {
    expect(read(words)).toBeUndefined();
  });

  it('reads a clock where the reader is', () => {
    expect(read('14:05', 2 * hour)).toBe('2026-11-24T12:05:00');
    expect(read('2026-11-20 08:15', -5 * hour)).toBe('2026-11-20T13:15:00');
    expect(read('0:10', 13 * hour)).toBe('2026-11-24T11:10:00');
  });
});
