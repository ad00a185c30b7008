import { createRng } from '@culprit/kernel';
import { describe, expect, it } from 'vitest';
import { expectedAbove, weightAt, weightedShare } from './tail-rate.js';

describe('how often episodes reach a score', () => {
  it('promises less and less beyond the largest one, never nothing', () => {
    const peaks = [1, 2, 2, 3, 5].map((score) => ({ score, weight: 1 }));
    const expected = [1, 3, 5, 8, 20].map((score) => expectedAbove(peaks, score, 1));
    expect(expected[0]).toBe(5);
    expect(expected).toEqual(expected.toSorted((a, b) => b - a));
    expect(expected.at(-1)).toBeGreaterThan(0);
  });

  it('keeps what it promises of the time to come, where the plain count of a short past does not', () => {
    const rng = createRng(5);
    const draw = (): number => -4 * Math.log(1 - rng.next());
    const wanted = 0.2;
    let exceeded = 0;
    const trials = 400;
    for (let trial = 0; trial < trials; trial++) {
      const peaks = Array.from({ length: 20 }, () => ({ score: draw(), weight: 1 }));
      let level = 0;
      while (expectedAbove(peaks, level, 1) > wanted) level += 0.25;
      // As many episodes again as the past had.
      for (let i = 0; i < 20; i++) if (draw() > level) exceeded += 1;
    }
    expect(exceeded / trials).toBeGreaterThan(wanted / 3);
    expect(exceeded / trials).toBeLessThan(wanted * 2);
  });

  it('lets the start of the past fade', () => {
    const stretch = { from: 100, until: 300 };
    expect([100, 150, 200, 300].map((time) => weightAt(time, stretch))).toEqual([0, 0.5, 1, 1]);
    const times = Array.from({ length: 2_000 }, (_, i) => 100 + i / 10);
    const mean = times.reduce((sum, time) => sum + weightAt(time, stretch), 0) / times.length;
    expect(mean).toBeCloseTo(weightedShare, 2);
  });
});
