/**
 * Natural logarithm of the gamma function for x > 0, relative error below 1e-10.
 * Source: Lanczos 1964, coefficients for g = 7, n = 9 (Godfrey 2001).
 */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const shifted = x - 1;
  let sum = 0.999_999_999_999_809_9;
  for (let i = 0; i < lanczos.length; i++) sum += (lanczos[i] ?? 0) / (shifted + i + 1);
  const t = shifted + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(t) - t + Math.log(sum);
}

const lanczos = [
  676.520_368_121_885_1, -1259.139_216_722_402_8, 771.323_428_777_653_1, -176.615_029_162_140_6,
  12.507_343_278_686_905, -0.138_571_095_265_720_12, 9.984_369_578_019_572e-6, 1.505_632_735_149_311_6e-7,
];

/** Mean and overdispersion of counts per interval. */
export interface CountModel {
  /** Expected count, > 0. */
  readonly mean: number;
  /** Variance, at least the mean (Poisson) by construction of the tail. */
  readonly variance: number;
}

/**
 * Probability of `count` or more under a negative binomial with the given moments (Poisson where the variance does
 * not exceed the mean).
 *
 * Sums at most 400 terms away from the mean, so it is O(1); what is cut off is below 1e-12 of the sum.
 * Source: method of moments, Anscombe 1950.
 */
export function upperTail(count: number, model: CountModel): number {
  return Math.min(1, sumTerms(count, model, 1));
}

/** Probability of `count` or fewer; see {@link upperTail}. */
export function lowerTail(count: number, model: CountModel): number {
  return Math.min(1, sumTerms(count, model, -1));
}

function sumTerms(count: number, model: CountModel, step: 1 | -1): number {
  let total = 0;
  for (let k = count, i = 0; k >= 0 && i < 400; k += step, i++) {
    const term = Math.exp(logMass(k, model));
    total += term;
    if (term < total * 1e-12) break;
  }
  return total;
}

function logMass(k: number, { mean, variance }: CountModel): number {
  if (variance <= mean * 1.000_001) return k * Math.log(mean) - mean - logGamma(k + 1);
  const size = (mean * mean) / (variance - mean);
  const success = size / (size + mean);
  return (
    logGamma(k + size) -
    logGamma(size) -
    logGamma(k + 1) +
    size * Math.log(success) +
    k * Math.log(1 - success)
  );
}
