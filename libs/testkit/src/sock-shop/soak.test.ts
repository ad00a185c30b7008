import { toEpochMillis, toEpochNanos } from '@culprit/kernel';
import { describe, expect, it } from 'vitest';
import { createSoakScenario } from './create-soak.js';

const HOUR = 3_600_000;
const MONDAY = toEpochMillis(toEpochNanos(Date.UTC(2026, 2, 2)));
const options = { seed: 1, startTime: MONDAY, eventsPerHour: 12_000 };

describe('days without a fault', () => {
  const scenario = createSoakScenario({ ...options, days: 1 });
  const lines = [...scenario.lines()];

  it('have lines in order of time, by night fewer than by day', () => {
    const perHour = Array.from({ length: 24 }, () => 0);
    for (const { timeMillis } of lines) {
      const hour = Math.floor((timeMillis - MONDAY) / HOUR);
      perHour[hour] = (perHour[hour] ?? 0) + 1;
    }
    expect(perHour).toHaveLength(24);
    expect(perHour[16] ?? 0).toBeGreaterThan((perHour[4] ?? 0) * 1.2);
  });

  it('write the lines of their jobs at night', () => {
    const job = lines.find(({ json }) => json.includes('no shipping address'));
    expect(Math.floor(((job?.timeMillis ?? 0) - MONDAY) / HOUR)).toBe(2);
  });

  it('give the same first lines again', () => {
    const again = scenario.lines();
    for (let i = 0; i < 2000; i++) expect(again.next().value).toEqual(lines[i]);
  });

  it('have releases on workdays alone, two drained machines a week and jobs every night', () => {
    const { decoys } = createSoakScenario({ ...options, days: 7 }).groundTruth;
    const days = (word: string): number[] =>
      decoys
        .filter(({ description }) => description.includes(word))
        .map(({ at }) => Math.floor((at - MONDAY) / (24 * HOUR)));
    expect(days('rolling update').every((day) => day < 5)).toBe(true);
    expect(days('rolling update').length).toBeGreaterThanOrEqual(10);
    expect(days('drained')).toEqual([2, 5]);
    expect(days('orders-report')).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
});
