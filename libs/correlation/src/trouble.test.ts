import { describe, expect, it } from 'vitest';
import { scanTrouble } from './trouble.js';

const minute = 60_000;
const at = 15 * minute;
const now = ['a', 'b', 'c', 'd'].map((logType, i) => ({
  time: at - i * 5_000,
  logType,
  isAbsence: false,
}));

describe('trouble scan', () => {
  it('finds four log types in trouble within a minute improbable after a calm quarter of an hour', () => {
    const { alarm } = scanTrouble(now, { at, since: 0 });
    expect(alarm?.members.toSorted()).toEqual(['a', 'b', 'c', 'd']);
    expect(alarm?.score).toBeGreaterThan(0);
  });

  it('finds it ordinary where first bad lines come all the time', () => {
    const past = Array.from({ length: 30 }, (_, i) => ({
      time: i * 28_000,
      logType: `other-${i}`,
      isAbsence: false,
    }));
    const score = scanTrouble([...past, ...now], { at, since: 0 }).alarm?.score ?? 0;
    expect(score).toBeLessThan((scanTrouble(now, { at, since: 0 }).alarm?.score ?? 0) - 3);
  });

  it('forgets the start-up', () => {
    const startUp = Array.from({ length: 10 }, (_, i) => ({
      time: i * 1_000,
      logType: `other-${i}`,
      isAbsence: false,
    }));
    expect(scanTrouble([...startUp, ...now], { at, since: 0 }).alarm?.score).toBeGreaterThan(0);
  });

  it('says nothing of fewer than three', () => {
    expect(scanTrouble(now.slice(0, 2), { at, since: 0 })).toEqual({ alarm: undefined, size: 2 });
  });

  it('counts log types that fall silent, but takes no silence alone for trouble', () => {
    const silent = ['x', 'y', 'z'].map((logType) => ({ time: at, logType, isAbsence: true }));
    expect(scanTrouble([...now.slice(0, 1), ...silent], { at, since: 0 }).alarm).toBeUndefined();
    const both = scanTrouble([...now.slice(0, 2), ...silent], { at, since: 0 }).alarm;
    expect(both?.members.toSorted()).toEqual(['a', 'b', 'x', 'y', 'z']);
    expect(both?.score).toBeGreaterThan(
      scanTrouble(now.slice(0, 3), { at, since: 0 }).alarm?.score ?? Infinity,
    );
  });
});
