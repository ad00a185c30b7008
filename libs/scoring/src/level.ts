import { createExcursion, observeExcursion } from './excursion.js';
import type { Excursion } from './excursion.js';
import { quantileOf, sharesBeyond } from './tail.js';
import type { TailSketch } from './tail.js';

/** Whether amounts have been higher or lower than usual for a while. */
export interface LevelStatistics {
  /** Decayed mean of the amounts, without those beyond a bound, their variance, and their covariance with the one before. */
  usual: number;
  variance: number;
  covariance: number;
  /** How far the last value lay from the usual one. */
  last: number;
  /** Values taken in, at most {@link memoryValues}. */
  values: number;
  readonly up: Excursion;
  readonly down: Excursion;
  /** Decayed means of the values beyond a bound in this excursion. */
  recentUp: number;
  recentDown: number;
}

/** The level has moved. */
export interface LevelFinding {
  /** Of one try. */
  readonly probability: number;
  /** Where values lie now and where they usually do, on the scale of the sketch. */
  readonly observed: number;
  readonly expected: number;
}

const minValues = 96;
/** As many values that do not depend on each other. */
const minIndependent = 48;
const memoryValues = 1_000;
const mostCorrelation = 0.99;
/** A value outside of what 90 % are within, and twice or half the usual one at least, lies beyond. */
const outerShare = 0.05;
const minEffect = Math.log(2);
const recentWeight = 0.2;

/** A level of which nothing is known yet. */
export function createLevel(): LevelStatistics {
  return {
    usual: 0,
    variance: 0,
    covariance: 0,
    last: 0,
    values: 0,
    up: createExcursion(),
    down: createExcursion(),
    recentUp: 0,
    recentDown: 0,
  };
}

/**
 * Tests whether amounts have lain above or below what is usual for longer than chance allows. Values that follow each
 * other (a load, a queue) say the same again: of n of them count n (1 - r) / (1 + r), where r is their correlation with the
 * one before (Bartlett 1935), and where that is too few, none. Call it before the sketch takes the value in. O(buckets)
 *
 * @returns undefined where nothing is unusual
 */
export function observeLevel(
  level: LevelStatistics,
  tail: TailSketch,
  value: number,
): LevelFinding | undefined {
  const dependence = dependenceOf(level);
  if (level.values < minValues || level.values < minIndependent * dependence) {
    learn(level, value);
    return undefined;
  }
  const expected = level.usual;
  const high = Math.max(quantileOf(tail, 1 - outerShare), expected + minEffect);
  const low = Math.min(quantileOf(tail, outerShare), expected - minEffect);
  const share = sharesBeyond(tail, low, high);
  const isHigh = value > high;
  const isLow = value < low;
  if (isHigh) level.recentUp = nextMean(level.up, level.recentUp, value);
  if (isLow) level.recentDown = nextMean(level.down, level.recentDown, value);
  const up = observeExcursion(level.up, { isBeyond: isHigh, usualShare: share.above, dependence });
  const down = observeExcursion(level.down, { isBeyond: isLow, usualShare: share.below, dependence });
  if (!isHigh && !isLow) learn(level, value);
  if (isHigh && up <= down) return { probability: up, observed: level.recentUp, expected };
  if (isLow && down < 1) return { probability: down, observed: level.recentDown, expected };
  return undefined;
}

/** How many values say the same, >= 1. */
function dependenceOf({ variance, covariance }: LevelStatistics): number {
  const correlation = variance === 0 ? 0 : Math.min(mostCorrelation, Math.max(0, covariance / variance));
  return (1 + correlation) / (1 - correlation);
}

function nextMean({ sum }: Excursion, mean: number, value: number): number {
  return sum <= 0 ? value : mean + (value - mean) * recentWeight;
}

function learn(level: LevelStatistics, value: number): void {
  level.values = Math.min(level.values + 1, memoryValues);
  const weight = 1 / level.values;
  const distance = value - level.usual;
  level.usual += distance * weight;
  level.variance += (distance * distance - level.variance) * weight;
  level.covariance += (distance * level.last - level.covariance) * weight;
  level.last = distance;
}
