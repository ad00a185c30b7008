import { describe, expect, it } from 'vitest';
import { LaneClock } from './lane-clock.js';

const hour = 3_600_000;

describe('LaneClock', () => {
  it('follows streams that agree and never goes back', () => {
    const clock = new LaneClock();
    clock.observe(0, 1_000);
    clock.observe(1, 1_500);
    clock.observe(0, 2_000);
    clock.observe(1, 1_200);
    expect(clock.millis).toBe(1_500);
    clock.observe(0, 2_500);
    clock.observe(1, 2_400);
    expect(clock.millis).toBe(2_400);
  });

  it('is not carried away by one stream whose clock is an hour ahead', () => {
    const clock = new LaneClock();
    for (let second = 0; second < 600; second++) {
      clock.observe(0, second * 1_000);
      clock.observe(1, second * 1_000 + hour);
      clock.observe(2, second * 1_000 + 5);
    }
    expect(clock.millis).toBeLessThanOrEqual(600_000);
    expect(clock.millis).toBeGreaterThanOrEqual(598_000);
  });

  it('follows a stream that is alone, from the start or after the others fell silent', () => {
    const alone = new LaneClock();
    alone.observe(0, 7_000);
    expect(alone.millis).toBe(7_000);
    const left = new LaneClock();
    left.observe(0, 1_000);
    for (let i = 0; i < 200; i++) left.observe(1, 2_000 + i);
    expect(left.millis).toBe(2_199);
  });

  it('continues from its numbers', () => {
    const clock = new LaneClock();
    for (let i = 0; i < 100; i++) clock.observe(i % 3, i * 10);
    const copy = new LaneClock();
    copy.restore(clock.toNumbers());
    for (let i = 100; i < 200; i++) {
      clock.observe(i % 2, i * 10);
      copy.observe(i % 2, i * 10);
    }
    expect(copy.toNumbers()).toEqual(clock.toNumbers());
    expect(clock.toNumbers()).toHaveLength(LaneClock.size);
  });
});
