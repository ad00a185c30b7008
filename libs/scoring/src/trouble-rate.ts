import type { RateStatistics } from './baseline.js';
import { observeRate } from './rate.js';
import type { RateFinding } from './rate.js';

/** How much trouble a log type has per minute: records that say of themselves that something failed. */
export interface TroubleStatistics {
  readonly rate: RateStatistics;
  /** Start of the bin from which the same finding may be told again, and how improbable it was. */
  quietUntil: number;
  told: number;
}

const repeatMillis = 600_000;
/** A flood that grows is told again when it has become this many times less probable. */
const worse = 0.1;

/**
 * Takes in the number of failures a log type reports in one bin and tells when there are far too many, whichever
 * templates they come from: a failure that was seen before and now floods is as bad as one never seen.
 *
 * @param bin start of the bin, ms
 * @returns undefined where nothing is unusual or it was told already; amortised O(1)
 */
export function observeTrouble(
  trouble: TroubleStatistics,
  {
    bin,
    binNumber,
    failures,
  }: { readonly bin: number; readonly binNumber: number; readonly failures: number },
): RateFinding | undefined {
  const finding = observeRate(trouble.rate, binNumber, failures);
  if (finding === undefined || finding.direction === 'down' || failures === 0) return undefined;
  if (bin < trouble.quietUntil && finding.probability > trouble.told * worse) return undefined;
  trouble.quietUntil = bin + repeatMillis;
  trouble.told = finding.probability;
  return finding;
}
