import type { Evidence } from './anomaly.js';
import type { LogTypeBaseline } from './baseline.js';

const smallestProbability = 1e-9;
const normaliserMemory = 0.99;

/**
 * Combined surprise of one event in nats.
 *
 * The smallest p-value counts, times the number of tests that were made (Bonferroni). Badness enters as a prior weight
 * w = 2^b / mean(2^b over the unusual lines of the log type), p / w: since the mean weight is one, the rate of false
 * alarms stays, and where every unusual line is an ERROR, ERROR means nothing.
 * Source: weighted p-values, Genovese, Roeder, Wasserman 2006. Absences carry no weight: an error that stops is not bad.
 *
 * @returns 0 .. 20.8
 */
export function combineSurprise(
  evidence: readonly Evidence[],
  context: { readonly badness: number; readonly tests: number; readonly logType: LogTypeBaseline },
): number {
  const weight = 2 ** context.badness / meanWeight(context.logType);
  let smallest = 1;
  for (const { kind, probability } of evidence) {
    const isAbsence = kind === 'silence' || kind === 'missing' || kind === 'rate-down';
    const weighted = kind === 'severity' || isAbsence ? probability : probability / weight;
    smallest = Math.min(smallest, weighted);
  }
  return -Math.log(Math.min(1, Math.max(smallest, smallestProbability) * context.tests));
}

/**
 * Takes the unusual lines of one bin into the mean weight of their log type. A bin counts once, with its mean: a stack
 * trace written line by line must not teach at once that errors are ordinary.
 */
export function countWeights(logType: LogTypeBaseline, badness: readonly number[]): void {
  if (badness.length === 0) return;
  const mean = badness.reduce((sum, bits) => sum + 2 ** bits, 0) / badness.length;
  logType.weightSum = logType.weightSum * normaliserMemory + mean;
  logType.weightCount = logType.weightCount * normaliserMemory + 1;
}

function meanWeight(logType: LogTypeBaseline): number {
  return Math.max(1, logType.weightSum / logType.weightCount);
}
