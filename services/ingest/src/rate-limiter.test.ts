import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RateLimiter } from './rate-limiter.js';

describe('rate limiter', () => {
  it('lets everything pass at rate 0', () => {
    expect(new RateLimiter(0, 1).charge('a', 1e9, 0)).toBe(0);
  });

  it('lets a batch larger than the burst pass once and asks to wait until its debt is paid', () => {
    const limiter = new RateLimiter(1_000, 2_000);
    expect(limiter.charge('a', 6_000, 0)).toBe(0);
    expect(limiter.charge('a', 1, 0)).toBe(5);
    expect(limiter.charge('a', 1, 4_000)).toBe(1);
    expect(limiter.charge('a', 1, 5_000)).toBe(0);
  });

  it('keeps tenants apart', () => {
    const limiter = new RateLimiter(1_000, 1_000);
    limiter.charge('a', 9_000, 0);
    expect(limiter.charge('b', 1, 0)).toBe(0);
  });

  it('does not mind a clock that steps back', () => {
    const limiter = new RateLimiter(1_000, 1_000);
    limiter.charge('a', 500, 10_000);
    expect(limiter.charge('a', 400, 0)).toBe(0);
    expect(limiter.charge('a', 400, 0)).toBe(0);
    expect(limiter.charge('a', 400, 0)).toBeGreaterThan(0);
  });

  it('never lets more pass than rate, burst and one last batch allow', () => {
    const steps = fc.array(
      fc.record({ bytes: fc.integer({ min: 1, max: 5_000 }), wait: fc.integer({ min: 0, max: 3_000 }) }),
    );
    fc.assert(
      fc.property(steps, (requests) => {
        const limiter = new RateLimiter(1_000, 2_000);
        let now = 0;
        let passed = 0;
        let largest = 0;
        for (const { bytes, wait } of requests) {
          now += wait;
          if (limiter.charge('a', bytes, now) === 0) passed += bytes;
          largest = Math.max(largest, bytes);
        }
        expect(passed).toBeLessThanOrEqual(2_000 + now + largest);
      }),
    );
  });
});
