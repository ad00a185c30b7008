import type { RateStatistics } from './baseline.js';
import { lowerTail, upperTail } from './statistics.js';
import { binMillis } from './structured-event.js';

const binsPerMinute = 60_000 / binMillis;
const minMinutes = 8;
const memoryMinutes = 24 * 60;

/** A count far from what is usual. */
export interface RateFinding {
  readonly direction: 'up' | 'down';
  readonly probability: number;
  /** Occurrences in the last minute and the usual number. */
  readonly observed: number;
  readonly expected: number;
}

/**
 * Takes in the count of one bin (0 for an idle bin) and tests the minute that ends with it.
 *
 * The tail is that of a negative binomial with the mean and variance of past minutes (Poisson where they are even),
 * never below what the number of past minutes can support, and asks besides for an effect of three times the mean and
 * half as much again as the busiest minute so far. Counts enter the baseline after they were tested; an unusual minute
 * enters with a tenth of its weight, so that a fault does not become normal while it lasts.
 *
 * @param bin number of the bin since the epoch, not below the last one given
 * @returns undefined where nothing is unusual; amortised O(1)
 */
export function observeRate(rate: RateStatistics, bin: number, count: number): RateFinding | undefined {
  const minute = Math.floor(bin / binsPerMinute);
  advanceWindow(rate, bin, count);
  if (rate.minute < 0) rate.minute = minute;
  const isNewMinute = minute > rate.minute;
  if (isNewMinute) closeMinutes(rate, minute);
  rate.minuteCount += count;
  return testMinute(rate);
}

function advanceWindow(rate: RateStatistics, bin: number, count: number): void {
  const step = rate.lastBin < 0 ? binsPerMinute : Math.min(bin - rate.lastBin, binsPerMinute);
  for (let i = 0; i < step; i++) {
    rate.window.shift();
    rate.window.push(0);
  }
  rate.window[binsPerMinute - 1] = (rate.window[binsPerMinute - 1] ?? 0) + count;
  rate.lastBin = bin;
}

function closeMinutes(rate: RateStatistics, minute: number): void {
  learnMinute(rate, rate.minuteCount, 1);
  const idle = Math.min(minute - rate.minute - 1, memoryMinutes);
  if (idle > 0) learnMinute(rate, 0, idle);
  rate.minute = minute;
  rate.minuteCount = 0;
}

/** Enters `times` equal minutes at once: the decay of the mean by a run of equal values has a closed form. */
function learnMinute(rate: RateStatistics, count: number, times: number): void {
  rate.minutes += times;
  const isUnusual = rate.minutes > minMinutes && count > 3 * rate.mean && count > 1.5 * rate.longestPeak;
  const memory = Math.min(Math.max(rate.minutes / 2, minMinutes), memoryMinutes);
  const keep = rate.minutes <= minMinutes ? 1 - times / rate.minutes : (1 - 1 / memory) ** times;
  const weight = (1 - keep) * (isUnusual ? 0.1 : 1);
  rate.mean += (count - rate.mean) * weight;
  rate.meanSquare += (count * count - rate.meanSquare) * weight;
  const peak = isUnusual ? rate.longestPeak + (count - rate.longestPeak) * 0.1 : count;
  rate.longestPeak = Math.max(rate.longestPeak * 0.999 ** times, peak);
}

function testMinute(rate: RateStatistics): RateFinding | undefined {
  if (rate.minutes < minMinutes) return undefined;
  let observed = 0;
  for (const count of rate.window) observed += count;
  const expected = Math.max(rate.mean, 0.5 / rate.minutes);
  const variance = Math.max(rate.meanSquare - rate.mean * rate.mean, expected) * (1 + 1 / rate.minutes);
  const support = 1 / (rate.minutes + 1);
  if (observed >= 10 && observed >= 3 * expected && observed >= 1.5 * rate.longestPeak + 3) {
    const excess = observed / (1.5 * rate.longestPeak + 3);
    const probability = Math.max(
      upperTail(observed, { mean: expected, variance }),
      support / excess ** 2,
      1e-6,
    );
    return { direction: 'up', probability, observed, expected };
  }
  if (expected >= 10 && observed * 3 <= expected) {
    const probability = Math.max(lowerTail(observed, { mean: expected, variance }), support, 1e-6);
    if (probability < 0.05) return { direction: 'down', probability, observed, expected };
  }
  return undefined;
}
