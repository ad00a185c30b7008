import { describe, expect, it } from 'vitest';
import { createPastScores, levelOf, noteScore } from './past-scores.js';

const minute = 60_000;
const day = 1_440 * minute;

describe('what a detector scored before', () => {
  it('counts a stretch of scores once, with its peak, when it is over', () => {
    const past = createPastScores();
    for (const [at, score] of [
      [0, 1],
      [1, 4],
      [2, 2],
    ] as const)
      noteScore(past, { time: at * minute, score });
    expect(levelOf(past, { perDay: 0.5, days: 1 })).toBe(-Infinity);
    noteScore(past, { time: 20 * minute, score: 0 });
    expect(levelOf(past, { perDay: 0.5, days: 1 })).toBe(4);
  });

  it('asks for a level that was exceeded no more often than wanted', () => {
    const past = createPastScores();
    for (let i = 0; i <= 20; i++) noteScore(past, { time: (i / 5) * day, score: i });
    const exceeding = (perDay: number): number => {
      const level = levelOf(past, { perDay, days: 4 });
      return past.peaks.filter(({ score }) => score > level).length / 4;
    };
    for (const perDay of [0.25, 0.5, 1, 2]) expect(exceeding(perDay)).toBe(perDay);
  });

  it('forgets after a week', () => {
    const past = createPastScores();
    noteScore(past, { time: 0, score: 99 });
    for (let i = 1; i < 12; i++) noteScore(past, { time: i * day, score: 1 });
    expect(levelOf(past, { perDay: 0.1, days: 12 })).toBe(1);
  });
});
