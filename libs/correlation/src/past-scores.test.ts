import { describe, expect, it } from 'vitest';
import { createPastScores, noteScore, rateOf } from './past-scores.js';

const minute = 60_000;
const day = 1_440 * minute;

describe('what a detector scored before', () => {
  it('counts a stretch of scores once, with its peak, when it is over', () => {
    const past = createPastScores();
    for (const [at, score] of [
      [10, 1],
      [11, 4],
      [12, 2],
    ] as const)
      noteScore(past, { time: at * minute, score });
    const now = { score: 4, since: 0, at: 13 * minute };
    expect(rateOf(past, now)).toBe(0);
    noteScore(past, { time: 30 * minute, score: 0 });
    expect(past.peaks).toEqual([{ time: 12 * minute, score: 4 }]);
    expect(rateOf(past, now)).toBeGreaterThan(50);
  });

  it('expects what came before as often as it came', () => {
    const past = createPastScores();
    for (let i = 0; i <= 40; i++) noteScore(past, { time: (i / 10) * day, score: 3 });
    expect(rateOf(past, { score: 3, since: 0, at: 4 * day })).toBeCloseTo(10, 0);
  });

  it('forgets after a week', () => {
    const past = createPastScores();
    noteScore(past, { time: 0, score: 99 });
    for (let i = 1; i < 12; i++) noteScore(past, { time: i * day, score: 1 });
    expect(rateOf(past, { score: 50, since: 0, at: 12 * day })).toBeLessThan(1e-6);
  });
});
