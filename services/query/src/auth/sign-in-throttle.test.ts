import { describe, expect, it } from 'vitest';
import { hashPassword, isPassword } from './password.js';
import { SignInThrottle } from './sign-in-throttle.js';

describe('guessing passwords', () => {
  it('is free five times, then costs waits that double up to a quarter of an hour', () => {
    const throttle = new SignInThrottle();
    const waits = Array.from({ length: 14 }, () => {
      throttle.failed(['anna'], 0);
      return throttle.waitMillis(['anna', 'nobody'], 0);
    });
    expect(waits).toEqual([
      0, 0, 0, 0, 15_000, 30_000, 60_000, 120_000, 240_000, 480_000, 900_000, 900_000, 900_000, 900_000,
    ]);
    expect(throttle.waitMillis(['anna'], 900_000)).toBe(0);
    throttle.succeeded(['anna']);
    throttle.failed(['anna'], 0);
    expect(throttle.waitMillis(['anna'], 0)).toBe(0);
  });

  it('is remembered of ten thousand names at most', () => {
    const throttle = new SignInThrottle();
    for (let i = 0; i < 5; i++) throttle.failed(['first'], 0);
    for (let i = 0; i < 10_000; i++) throttle.failed([`name ${i}`], 0);
    expect(throttle.waitMillis(['first'], 0)).toBe(0);
  });
});

describe('a kept password', () => {
  it('is matched by the same letters alone, however they were typed, and is not kept itself', async () => {
    const kept = await hashPassword('pässword of some length');
    expect(JSON.stringify(kept)).not.toContain('ssword');
    expect(await isPassword('pa\u0308ssword of some length', kept)).toBe(true);
    expect(await isPassword('Pässword of some length', kept)).toBe(false);
    expect(await isPassword('pässword of some length', undefined)).toBe(false);
    expect((await hashPassword('pässword of some length')).hash).not.toBe(kept.hash);
  });
});
