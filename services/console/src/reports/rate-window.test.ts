import { describe, expect, it } from 'vitest';
import { rateWindow } from './rate-window.js';

const minute = 60_000;

describe('what is shown around an incident', () => {
  it('is ten minutes before and after a short one', () => {
    expect(rateWindow(100 * minute + 1, 101 * minute)).toEqual({ from: 90 * minute, to: 111 * minute });
  });

  it('is half of its length before and after a long one', () => {
    expect(rateWindow(100 * minute, 200 * minute)).toEqual({ from: 50 * minute, to: 250 * minute });
  });
});
