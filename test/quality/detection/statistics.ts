import { createRng } from '@culprit/kernel';

const RESAMPLES = 1000;
const SEED = 7;

/** A figure with its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * A figure over cases and its interval by bootstrap: the cases are drawn anew with repetition a thousand times, seeded.
 * Source: Efron 1979, percentile interval. O(cases × 1000).
 */
export function bootstrap<T>(cases: readonly T[], figure: (sample: readonly T[]) => number): Estimate {
  const value = figure(cases);
  const rng = createRng(SEED);
  const drawn: number[] = [];
  for (let i = 0; i < RESAMPLES && cases.length > 0; i++) {
    const sample = cases.flatMap(() => {
      const one = cases[Math.floor(rng.next() * cases.length)];
      return one === undefined ? [] : [one];
    });
    const again = figure(sample);
    if (Number.isFinite(again)) drawn.push(again);
  }
  drawn.sort((a, b) => a - b);
  const at = (part: number): number => drawn[Math.floor(part * (drawn.length - 1))] ?? Number.NaN;
  return { value, low: at(0.025), high: at(0.975) };
}

/** Part of the cases that are so; NaN without cases. */
export function share<T>(cases: readonly T[], isSo: (one: T) => boolean): number {
  return cases.filter(isSo).length / cases.length;
}

/** Mean of the finite values; NaN without any. */
export function mean(values: readonly number[]): number {
  const finite = values.filter((value) => Number.isFinite(value));
  return finite.reduce((sum, value) => sum + value, 0) / finite.length;
}

/** `0.94 (0.88–0.98)`, or a dash where nothing was measured. */
export function formatEstimate({ value, low, high }: Estimate, digits = 2): string {
  if (!Number.isFinite(value)) return '–';
  const interval = Number.isFinite(low) ? ` (${low.toFixed(digits)}–${high.toFixed(digits)})` : '';
  return `${value.toFixed(digits)}${interval}`;
}
