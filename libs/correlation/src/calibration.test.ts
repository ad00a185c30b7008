import { createRng } from '@culprit/kernel';
import { describe, expect, it } from 'vitest';
import { calibrate, chancePerDay, createCalibrationLog, recordDeviation } from './calibration.js';

const day = 86_400_000;
const now = 20_000 * day;

/** Two days in which twenty log types stand out now and then, each on its own, and sometimes all at once. */
function logOf({ together }: { together: number }): ReturnType<typeof createCalibrationLog> {
  const rng = createRng(17);
  const records: { time: number; logType: string; probability: number }[] = [];
  for (let i = 0; i < 2_000; i++) {
    const logType = `service-${Math.floor(rng.next() * 20)}`;
    records.push({ time: now - rng.next() * 2 * day, logType, probability: 0.05 * rng.next() + 1e-3 });
  }
  for (let i = 0; i < together; i++) {
    const time = now - rng.next() * 2 * day;
    for (let k = 0; k < 8; k++)
      records.push({ time: time + k * 1_000, logType: `service-${k}`, probability: 1e-3 });
  }
  const log = createCalibrationLog();
  for (const record of records.toSorted((a, b) => a.time - b.time)) recordDeviation(log, record);
  return log;
}

const options = { environment: 'test', now, scope: 20 };

describe('calibration by time slides', () => {
  const calibration = calibrate(logOf({ together: 0 }), options);

  it('makes a higher score less likely, never impossible', () => {
    const chances = [2, 5, 8, 12, 1e9].map((score) => chancePerDay(calibration, score));
    expect(chances).toEqual(chances.toSorted((a, b) => b - a));
    expect(chances[0]).toBeGreaterThan(10);
    expect(chances.at(-1)).toBeGreaterThan(0);
  });

  it('does not take what log types really did together for chance, and yet not for an incident', () => {
    const natural = calibrate(logOf({ together: 30 }), options);
    const score = 30;
    expect(chancePerDay({ ...natural, past: [] }, score)).toBeLessThan(0.5);
    expect(chancePerDay(natural, score)).toBeGreaterThan(10 * chancePerDay(calibration, score));
  });

  it('is the same every time for the same environment and day', () => {
    expect(calibrate(logOf({ together: 3 }), options)).toEqual(calibrate(logOf({ together: 3 }), options));
  });

  it('keeps a bounded past', () => {
    const log = createCalibrationLog();
    for (let i = 0; i < 30_000; i++) recordDeviation(log, { time: i, logType: 'a', probability: 0.1 });
    expect(log.times.length).toBeLessThanOrEqual(20_000);
    expect(log.times.at(-1)).toBe(29_999);
  });
});
