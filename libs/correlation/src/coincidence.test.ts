import { describe, expect, it } from 'vitest';
import { anomalyOf, onset } from './anomalies.test-data.js';
import type { Said } from './anomalies.test-data.js';
import { backgroundOf, coincidences } from './coincidence.js';

/** An hour in which `cart` complains every five minutes. */
const hour: Said[] = Array.from({ length: 12 }, (_, i) => ({
  logType: 'cart',
  body: `odd thing ${i}`,
  seconds: -4_000 + i * 300,
  surprise: 4,
}));
const background = backgroundOf(hour.map(anomalyOf), onset);
const chanceOf = (said: Omit<Said, 'body'>): number =>
  coincidences(background, anomalyOf({ body: 'another odd thing', ...said }), onset);

describe('coincidences', () => {
  it('are to be expected minutes ahead in a program that complains all the time', () => {
    expect(chanceOf({ logType: 'cart', seconds: -200, surprise: 3.9 })).toBeGreaterThan(0.5);
  });

  it('are not where the complaint is worse than all of them, or next to the onset', () => {
    expect(chanceOf({ logType: 'cart', seconds: -200, surprise: 6 })).toBeLessThan(0.05);
    expect(chanceOf({ logType: 'cart', seconds: -2, surprise: 3.9 })).toBeLessThan(0.05);
  });

  it('are not in a program that never complains', () => {
    expect(chanceOf({ logType: 'store', seconds: -200, surprise: 2.5 })).toBeLessThan(0.05);
  });

  it('are unknown where the past is short', () => {
    const short = backgroundOf(hour.slice(-1).map(anomalyOf), onset);
    const one = anomalyOf({ logType: 'cart', body: 'odd', seconds: -200, surprise: 2 });
    expect(coincidences(short, one, onset)).toBe(0);
  });
});
