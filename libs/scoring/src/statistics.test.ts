import { assert, double, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logGamma, lowerTail, upperTail } from './statistics.js';

describe('statistics', () => {
  it('knows the logarithms of factorials', () => {
    let factorial = 1;
    for (let n = 1; n <= 20; n++) {
      expect(logGamma(n)).toBeCloseTo(Math.log(factorial), 9);
      factorial *= n;
    }
  });

  it('gives the Poisson tail where the variance is the mean', () => {
    // P(X >= 3) for mean 2 is 1 - 5/e^2.
    expect(upperTail(3, { mean: 2, variance: 2 })).toBeCloseTo(1 - 5 * Math.exp(-2), 9);
    expect(lowerTail(0, { mean: 2, variance: 2 })).toBeCloseTo(Math.exp(-2), 9);
  });

  it('finds large counts less surprising where counts vary more', () => {
    assert(
      property(
        double({ min: 1, max: 50, noNaN: true }),
        double({ min: 1.5, max: 10, noNaN: true }),
        (mean, factor) => {
          const count = Math.ceil(mean * 4) + 5;
          const even = upperTail(count, { mean, variance: mean });
          const uneven = upperTail(count, { mean, variance: mean * factor });
          expect(uneven).toBeGreaterThanOrEqual(even);
        },
      ),
      { seed: 7, numRuns: 100 },
    );
  });

  it('gives tails that overlap in one term only', () => {
    assert(
      property(integer({ min: 0, max: 60 }), double({ min: 0.5, max: 30, noNaN: true }), (count, mean) => {
        const model = { mean, variance: mean * 2 };
        const sum = upperTail(count + 1, model) + lowerTail(count, model);
        expect(sum).toBeCloseTo(1, 6);
      }),
      { seed: 11, numRuns: 100 },
    );
  });
});
