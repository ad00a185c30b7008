import type { Anomaly } from '@culprit/scoring';
import { failureBits } from './failure-bits.js';
import { isAbsence } from './absence.js';
import { timeOf } from './onset.js';
import { isFirstBad } from './trouble.js';

/**
 * True where several fall silent together and hardly anybody says why: nothing bad that is very surprising, nor
 * something bad and new from two log types. That is how the end of the load looks, or a batch that is done.
 */
export function isEndOfLoad(
  recent: readonly Anomaly[],
  { from, until }: { from: number; until: number },
): boolean {
  const silent = new Set<string>();
  const voices = new Set<string>();
  for (const anomaly of recent) {
    const time = timeOf(anomaly);
    if (time < from || time > until) continue;
    if (isAbsence(anomaly)) silent.add(anomaly.event.source.logType);
    else if (anomaly.badness >= failureBits && anomaly.surprise >= 4) return false;
    else if (isFirstBad(anomaly)) voices.add(anomaly.event.source.logType);
  }
  return silent.size >= 3 && voices.size < 2;
}
