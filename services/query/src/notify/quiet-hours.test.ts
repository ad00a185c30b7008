import { describe, expect, it } from 'vitest';
import { endOfQuietHours } from './quiet-hours.js';
import type { QuietHours } from './rule.js';

const hours = (from: string, to: string, timeZone = 'UTC'): QuietHours => ({
  from,
  to,
  timeZone,
  except: 'nothing',
});
const end = (quiet: QuietHours, now: string): string | undefined => {
  const millis = endOfQuietHours(quiet, Date.parse(now));
  return millis === undefined ? undefined : new Date(millis).toISOString();
};

describe('quiet hours', () => {
  it('over midnight end the next morning, seen from both sides', () => {
    const night = hours('22:00', '07:00');
    expect(end(night, '2026-03-01T21:59:59Z')).toBeUndefined();
    expect(end(night, '2026-03-01T22:00:00Z')).toBe('2026-03-02T07:00:00.000Z');
    expect(end(night, '2026-03-02T06:59:59Z')).toBe('2026-03-02T07:00:00.000Z');
    expect(end(night, '2026-03-02T07:00:00Z')).toBeUndefined();
  });

  it('within a day end the same day', () => {
    expect(end(hours('12:00', '13:30'), '2026-03-01T12:59:00Z')).toBe('2026-03-01T13:30:00.000Z');
  });

  it('are those of their time zone, half hours included', () => {
    expect(end(hours('22:00', '07:00', 'Asia/Kolkata'), '2026-03-01T16:31:00Z')).toBe(
      '2026-03-02T01:30:00.000Z',
    );
    expect(end(hours('22:00', '07:00', 'Asia/Kolkata'), '2026-03-01T16:29:00Z')).toBeUndefined();
  });
});
