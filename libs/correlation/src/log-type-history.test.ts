import { describe, expect, it } from 'vitest';
import { anomalyOf, onset } from './anomalies.test-data.js';
import { addToHistory, createLogTypeHistory, episodeRate } from './log-type-history.js';
import type { LogTypeHistory } from './log-type-history.js';

const minute = 60;

/** A log type that stood out at some minutes, each time with one line of that surprise. */
function historyOf(episodes: readonly (readonly [minutes: number, surprise: number])[]): LogTypeHistory {
  const history = createLogTypeHistory('shop/cart', onset);
  for (const [minutes, surprise] of episodes) {
    const seconds = minutes * minute;
    const anomaly = anomalyOf({
      logType: 'shop/cart',
      body: `odd ${minutes}`,
      seconds,
      surprise,
      kind: 'rarity',
    });
    addToHistory(history, anomaly, { time: onset + seconds * 1000, isTrusted: true });
  }
  return history;
}

describe('the past of a log type', () => {
  it('holds every episode with its own strength, however strong one before it was', () => {
    const { peaks } = historyOf([
      [10, 9],
      [30, 3],
      [50, 4],
      [70, 3],
    ]);
    expect(peaks.map(({ strength }) => strength)).toEqual([7, 1, 2]);
  });

  it('makes a strength less improbable the more often it was reached, and one loud episode does not make all of them loud', () => {
    const at = onset + 200 * minute * 1000;
    const quiet = historyOf([20, 50, 80, 110, 140].map((minutes) => [minutes, 3]));
    const once = historyOf([20, 50, 80, 110, 140].map((minutes, i) => [minutes, i === 0 ? 10 : 3]));
    const often = historyOf([20, 50, 80, 110, 140].map((minutes) => [minutes, 10]));
    const [a = 0, b = 0, c = 0] = [quiet, once, often].map((history) => episodeRate(history, 8, at));
    expect(b).toBeGreaterThan(a);
    expect(c).toBeGreaterThan(3 * b);
  });
});
